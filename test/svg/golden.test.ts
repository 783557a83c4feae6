import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PlotdError } from '../../src/errors.ts'
import { boundsOf } from '../../src/geometry/bounds.ts'
import { strokeCount } from '../../src/geometry/drawing.ts'
import { inkLength } from '../../src/geometry/measure.ts'
import { readSvg, type SvgReading } from '../../src/svg/index.ts'
import { packageRoot } from '../../src/threads.ts'
import { golden } from '../support/golden.ts'

/**
 * Options of the comparison with a browser: the outline of every shape, white shapes included, and no edge of a clip.
 */
const OUTLINES = { drawWhite: true, clipEdges: false } as const

/**
 * Small SVGs, each about one rule or one mistake, with the lines that plotd reads from them. `npm run bench
 * svg-agreement -- test/golden/svg --sample 0` compares the lines with Chromium's pictures. The files whose lines may
 * differ are in `KNOWN` of agreement.test.ts.
 */
const folder = join(packageRoot, 'test/golden/svg')
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.svg'))
  .sort()

/** 'name: 2 strokes, 120.5 mm, 10,20 to 30,40', to a tenth of a mm, with its losses; or the reason of a refusal. */
function summary(name: string, svg: string): string {
  try {
    return `${name}: ${report(readSvg(svg, OUTLINES))}`
  } catch (error) {
    if (!(error instanceof PlotdError)) throw error
    return `${name}: refused, ${error.message}`
  }
}

function report({ drawing, notDrawn }: SvgReading): string {
  const { minX, minY, maxX, maxY } = boundsOf(drawing)
  const tenth = (value: number): string => String(Math.round(value * 10) / 10 + 0)
  const box = minX > maxX ? 'nothing' : `${tenth(minX)},${tenth(minY)} to ${tenth(maxX)},${tenth(maxY)}`
  const missed = notDrawn.map(({ what, count }) => `; not drawn: ${count} ${what}`).join('')
  return `${strokeCount(drawing)} strokes, ${tenth(inkLength(drawing))} mm, ${box}${missed}`
}

const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
const readings = (): string[] => names.map((name) => summary(name, read(name)))

describe('the golden SVGs', () => {
  it('are read as in the golden file', () => {
    expect(names.length).toBeGreaterThan(250)
    const created = readings()
    expect(created).toEqual(
      golden('svg/readings.txt', `${created.join('\n')}\n`)
        .trim()
        .split('\n'),
    )
  })

  it('show a change of half a millimetre in the lines of the golden file', () => {
    const name = 'nested-svg.svg'
    const moved = read(name).replace('x="20"', 'x="22"')
    expect(summary(name, moved)).not.toBe(summary(name, read(name)))
  })
})
