import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../../src/geometry/bounds.ts'
import { type Drawing, stroke, strokeCount, y } from '../../../src/geometry/drawing.ts'
import { prepareJob, render } from '../../../src/tasks/index.ts'

async function drawn(params: object): Promise<Drawing> {
  const { drawing } = await render('place-card', { fold: false, ...params })
  if (!drawing) throw new Error('the task gives no drawing')
  return drawing
}

/** The numbers of strokes above and below the fold. */
function halves(drawing: Drawing): [above: number, below: number] {
  const fold = drawing.height / 2
  const above = Array.from({ length: strokeCount(drawing) }, (_, s) => y(stroke(drawing, s), 0) < fold)
  return [above.filter(Boolean).length, above.filter((is) => !is).length]
}

describe('a place card', () => {
  it('has the name on both faces, at equal distances from opposite edges', async () => {
    const drawing = await drawn({ name: 'Ada Lovelace', line: 'Table 4' })
    expect([drawing.width, drawing.height]).toEqual([90, 110])
    const [above, below] = halves(drawing)
    expect(above).toBe(below)
    const { minX, maxX, minY, maxY } = boundsOf(drawing)
    expect(minX + maxX).toBeCloseTo(90, 3)
    expect(minY + maxY).toBeCloseTo(110, 3)
  })

  it('can leave the back face white', async () => {
    const [above, below] = halves(await drawn({ name: 'Ada', faces: 'front' }))
    expect(above).toBe(0)
    expect(below).toBeGreaterThan(3)
  })

  it.each(['flourish', 'frame', 'none'])(
    'with the ornament %s, keeps its ink more than 4 mm from the edges, apart from fold marks',
    async (ornament) => {
      for (const name of ['Jo', 'Bartholomew Featherstonehaugh-Cholmondeley']) {
        const { minX, minY, maxX, maxY } = boundsOf(await drawn({ name, ornament, line: 'vegetarian', hand: 1 }))
        expect(Math.min(minX, minY, 90 - maxX, 110 - maxY)).toBeGreaterThan(4)
      }
    },
  )

  it('has no QR code of spaces, and no line break in a QR code', async () => {
    const svgOf = async (code: string) => (await render('place-card', { name: 'Ada', code })).svg
    expect(await svgOf(' ')).toBe(await svgOf(''))
    expect(await svgOf('https://example.org\n')).toBe(await svgOf('https://example.org'))
  })

  it('refuses a name that does not fit, before the job is queued', () => {
    expect(() => prepareJob('place-card', { name: 'M'.repeat(80), width: 40, height: 25 })).toThrow(
      expect.objectContaining({ code: 'ERR_PARAMS' }),
    )
  })
})
