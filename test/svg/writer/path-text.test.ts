import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Drawing, strokesOf } from '../../../src/geometry/drawing.ts'
import { drawingToSvg, readSvg, roundedDrawing } from '../../../src/svg/index.ts'
import { runs } from '../../support/fuzz.ts'

const number = fc.oneof(
  fc.double({ min: -3000, max: 3000, noNaN: true }),
  fc.constantFrom(0, -0, -0.0004, 0.0005, 0.001, -0.01, 0.1, 9.9995, 10, 100.05, 2147483, 2147484.5, -1e7, 1e12),
)
const vertices = fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 8 })

const drawn = (line: readonly number[]) => ({
  ...strokesOf([...line], [1, 1, 2, 2, 3, 1, 1, 1], [4, 4]),
  width: 20,
  height: 10,
  layers: [
    { name: 'one', pen: 1, first: 0, count: 2, options: {} },
    { name: 'two', pen: 2, first: 2, count: 1, options: { pauseBefore: true }, color: 'red' },
  ],
})

const uncoloured = <T extends Pick<Drawing, 'layers'>>(drawing: T): T => ({
  ...drawing,
  layers: drawing.layers.map((layer) => ({ ...layer, color: undefined })),
})

describe('drawingToSvg', () => {
  it('writes each number as JavaScript prints it, to the micrometre', () => {
    fc.assert(
      fc.property(vertices, (points) => {
        const [, path = ''] = /<path d="([^"]*)"/.exec(drawingToSvg(drawn(points.flat()))) ?? []
        const numbers = path.match(/[^MLz, ]+/g) ?? []
        const expected = points.flat().map((value) => String(Math.round(value * 1000) / 1000 + 0))
        const [x, y] = expected
        const closed = points.length > 3 && points[0]?.join() === points.at(-1)?.join()
        const asDrawn = points.length === 1 ? [x, y, x, y] : closed ? expected.slice(0, -2) : expected
        expect(numbers).toEqual(asDrawn)
      }),
      runs(300),
    )
  })

  it('writes an SVG from which readSvg reads the drawing that roundedDrawing predicts', () => {
    const near = fc.array(fc.tuple(fc.double({ min: 0, max: 20, noNaN: true }), fc.integer({ min: 0, max: 10 })), {
      minLength: 2,
      maxLength: 9,
    })
    fc.assert(
      fc.property(near, (points) => {
        fc.pre(
          points.every(
            ([x, y], i) => i === 0 || x.toFixed(3) !== points[i - 1]?.[0].toFixed(3) || y !== points[i - 1]?.[1],
          ),
        )
        const drawing = drawn(points.flat())
        const read = uncoloured(readSvg(drawingToSvg(drawing)).drawing)
        const { points: coordinates, ...rest } = roundedDrawing(drawing)
        expect({ ...read, points: [] }).toEqual({ ...uncoloured(rest), points: [] })
        read.points.forEach((value, i) => {
          expect(value).toBeCloseTo(coordinates[i] ?? Number.NaN, 9)
        })
      }),
      runs(100),
    )
  })
})
