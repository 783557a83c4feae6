import { describe, expect, it } from 'vitest'
import { boxesOf, isSeen } from '../../../clients/web/src/sheet/boxes.ts'
import { readDrawn } from '../../../clients/web/src/sheet/drawn-svg.ts'
import { decode } from '../../../clients/web/src/sheet/read-plan.ts'
import { hasMovedOn, moved, showsAll, windowOf, zoomed } from '../../../clients/web/src/sheet/view.ts'
import type { Drawing } from '../../../src/geometry/drawing.ts'
import { encodePlan } from '../../../src/plotter/plan/make-plan.ts'
import { drawingToSvg } from '../../../src/svg/index.ts'
import { planOfLines } from '../../support/bench.ts'

describe('a plan file', () => {
  const plan = planOfLines([1, 2, 30, 40, 5, 6], [7, 8])
  const file = encodePlan(plan)

  it('is read back as the daemon wrote it, as far as it is looked at', () => {
    const { width, height, starts, points, layers } = decode(file)
    expect({ width, height, starts, points }).toEqual({
      width: plan.width,
      height: plan.height,
      starts: plan.starts,
      points: plan.points,
    })
    expect(layers.map(({ first, count }) => [first, count])).toEqual(
      plan.layers.map(({ first, count }) => [first, count]),
    )
  })

  it('is refused when it is cut short, or of another format', () => {
    expect(() => decode(file.slice(0, -16))).toThrow(RangeError)
    const other = file.slice()
    other[8] = 9
    expect(() => decode(other)).toThrow(RangeError)
  })
})

/** A square, an open line, and a dot, the last in red. */
const drawing: Drawing = {
  width: 60,
  height: 40,
  points: Float64Array.from([10, 10, 20, 10, 20, 20, 10, 20, 10, 10, 30.125, 5, 30.125, 15, -1.5, 39]),
  starts: Uint32Array.from([0, 5, 7, 8]),
  layers: [
    { first: 0, count: 2, pen: 1, name: 'black', options: {} },
    { first: 2, count: 1, pen: 2, name: 'red', options: {}, color: '#ff0000' },
  ],
}

describe('a preview that is a sheet', () => {
  it('is read back stroke by stroke, in the order of drawing, with the colours of its layers', () => {
    const plan = readDrawn(drawingToSvg(drawing), 60, 40)
    expect(plan?.layers).toEqual([
      { first: 0, count: 2, color: undefined },
      { first: 2, count: 1, color: expect.stringMatching(/red|#f00|ff0000/) },
    ])
    // a dot is written as a line of no length
    expect([...(plan?.starts ?? [])]).toEqual([0, 5, 7, 9])
    expect([...(plan?.points ?? [])]).toEqual([...drawing.points, -1.5, 39])
  })

  it.each([
    ['a curve', '<g id="a"><path d="M0,0C1,1 2,2 3,3"/></g>'],
    ['strokes outside any layer', '<path d="M0,0L1,1"/>'],
    ['relative moves', '<g id="a"><path d="m0,0L1,1"/></g>'],
    ['half a pair', '<g id="a"><path d="M0,0L1"/></g>'],
  ])('is shown as a picture where it has %s', (_, svg) => {
    expect(readDrawn(svg, 10, 10)).toBeUndefined()
  })
})

describe('what is seen of a sheet', () => {
  const view = { scale: 4, x: 100, y: 50 }

  it('is every stroke whose box meets the window, and no other', () => {
    const boxes = boxesOf(drawing)
    const seen = (left: number, right: number) =>
      [0, 1, 2].filter((s) => isSeen(boxes, s, { left, right, top: 0, bottom: 40 }))
    expect(seen(0, 25)).toEqual([0])
    expect(seen(20, 31)).toEqual([0, 1])
    expect(seen(-5, 0)).toEqual([2])
    expect(seen(21, 30)).toEqual([])
  })

  it('reaches from edge to edge of the canvas, and a stroke’s width beyond', () => {
    const { left, top, right, bottom } = windowOf(view, 400, 200)
    expect([left, top]).toEqual([-25 - 1.5, -12.5 - 1.5])
    expect([right, bottom]).toEqual([75 + 1.5, 37.5 + 1.5])
  })

  it('is all of it only while the paper lies within the canvas', () => {
    expect(showsAll(view, 340, 210, drawing)).toBe(true)
    expect(showsAll(view, 339, 210, drawing)).toBe(false)
    expect(showsAll(moved(view, -101, 0), 340, 210, drawing)).toBe(false)
  })

  it('is painted anew once it is much closer or further, or a quarter of the canvas away', () => {
    const moves = (dx: number, dy: number) => hasMovedOn(view, moved(view, dx, dy), 400, 200)
    expect([moves(0, 0), moves(99, 49), moves(-101, 0), moves(0, 51)]).toEqual([false, false, true, true])
    const zooms = (factor: number) => hasMovedOn(view, zoomed(view, factor, 200, 100, 0.1), 400, 200)
    expect([zooms(1.5), zooms(1 / 1.5), zooms(1.7), zooms(1 / 1.7)]).toEqual([false, false, true, true])
  })
})
