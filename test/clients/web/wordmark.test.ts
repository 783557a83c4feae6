import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { boundsOf } from '../../../src/geometry/bounds.ts'
import { stroke, strokeCount } from '../../../src/geometry/drawing.ts'
import { layoutText } from '../../../src/hershey/index.ts'
import { packageRoot } from '../../../src/threads.ts'

const FILE = join(packageRoot, 'clients/web/src/wordmark-path.ts')
const round = (value: number): number => Math.round(value * 100) / 100

/** The module with the path of the wordmark. */
function wordmark(): string {
  const { strokes } = layoutText('plotd', { font: 'scripts', size: 10 })
  const { minX, minY, maxX, maxY } = boundsOf(strokes)
  const lines = Array.from({ length: strokeCount(strokes) }, (_, s) => {
    const line = stroke(strokes, s)
    const points = Array.from({ length: line.length / 2 }, (_, i) => {
      const [x = 0, y = 0] = line.subarray(2 * i, 2 * i + 2)
      return `${round(x - minX)} ${round(y - minY)}`
    })
    return `M${points.join('L')}`
  })
  const rows = lines.map((line) => `    '${line}',`).join('\n')
  return `/** 'plotd' in a Hershey script. Made and kept current by test/clients/web/wordmark.test.ts. */
export const WORDMARK = {
  width: ${round(maxX - minX)},
  height: ${round(maxY - minY)},
  path: [
${rows}
  ].join(''),
} as const
`
}

it('the wordmark equals “plotd” in the font `scripts`', () => {
  const module = wordmark()
  if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(FILE, module)
  expect(readFileSync(FILE, 'utf8')).toBe(module)
})
