import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../src/geometry/bounds.ts'
import { type Drawing, strokeCount } from '../../src/geometry/drawing.ts'
import { inkLength } from '../../src/geometry/measure.ts'
import { readSvg } from '../../src/svg/index.ts'
import { render } from '../../src/tasks/index.ts'
import { patterns } from '../../src/tasks/pattern/index.ts'
import { templates } from '../../src/tasks/postcard/index.ts'
import { golden } from '../support/golden.ts'

/** Strokes, ink and box: enough to tell one drawing from another, coarse enough for another machine's rounding. */
function figures(name: string, drawing: Drawing): string {
  const { minX, minY, maxX, maxY } = boundsOf(drawing)
  const box = [minX, minY, maxX, maxY].map((side) => side.toFixed(1)).join(' ')
  return `${name.padEnd(24)} ${strokeCount(drawing)} strokes, ${inkLength(drawing).toFixed(0)} mm, ${box}\n`
}

const drawn = async (task: string, params: object) => readSvg((await render(task, params)).svg).drawing

describe('every pattern and every template', () => {
  it('has the strokes, the ink and the box of the golden file', async () => {
    let table = ''
    for (const pattern of Object.keys(patterns)) table += figures(pattern, await drawn('pattern', { pattern }))
    for (const [template, { example }] of Object.entries(templates)) {
      table += figures(template, await drawn('postcard', { template, ...example }))
    }
    expect(table).toBe(golden('tasks/drawings.txt', table))
  })

  it('has other figures without one of its strokes: tried with the maze', async () => {
    const drawing = await drawn('pattern', { pattern: 'maze' })
    const less = { ...drawing, starts: drawing.starts.slice(0, -1) }
    expect(figures('maze', less)).not.toBe(figures('maze', drawing))
  })
})
