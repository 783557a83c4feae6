import { describe, expect, it } from 'vitest'
import { hasShapeOf } from '../../../clients/web/src/sheet/paper.ts'
import { boxesOf, inkRuns, startOf } from '../../../clients/web/src/sheet/plan.ts'
import { decodePlan, planOfPreview } from '../../../clients/web/src/sheet/read-plan.ts'
import {
  fitView,
  isVisible,
  moveView,
  needsRepaint,
  showsAll,
  tickStep,
  windowOf,
  zoomView,
} from '../../../clients/web/src/sheet/view.ts'
import type { Drawing } from '../../../src/geometry/drawing.ts'
import { encodePlan } from '../../../src/plotter/plan/make-plan.ts'
import { drawingToSvg } from '../../../src/svg/index.ts'
import { planOfLines } from '../../support/bench.ts'

describe('a plan file', () => {
  const plan = planOfLines([1, 2, 30, 40, 5, 6], [7, 8])
  const file = encodePlan(plan)

  it('is read as the daemon wrote it', () => {
    const { width, height, starts, points, layers } = decodePlan(file)
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

  it('is refused when it is cut short or has another format', () => {
    expect(() => decodePlan(file.slice(0, -16))).toThrow(RangeError)
    const other = file.slice()
    other[8] = 9
    expect(() => decodePlan(other)).toThrow(RangeError)
  })
})

/** A square and an open line in black, and a dot in red. */
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

describe('a preview of a prepared sheet', () => {
  it('is read stroke by stroke, in drawing order, with the colours of its layers', () => {
    const plan = planOfPreview(drawingToSvg(drawing), 60, 40)
    expect(plan?.layers).toEqual([
      { first: 0, count: 2, color: undefined },
      { first: 2, count: 1, color: expect.stringMatching(/red|#f00|ff0000/) },
    ])
    // The daemon writes a dot as a line of length 0.
    expect([...(plan?.starts ?? [])]).toEqual([0, 5, 7, 9])
    expect([...(plan?.points ?? [])]).toEqual([...drawing.points, -1.5, 39])
  })

  it.each([
    ['a curve', '<g id="a"><path d="M0,0C1,1 2,2 3,3"/></g>'],
    ['strokes outside any layer', '<path d="M0,0L1,1"/>'],
    ['relative moves', '<g id="a"><path d="m0,0L1,1"/></g>'],
    ['an x without a y', '<g id="a"><path d="M0,0L1"/></g>'],
  ])('is shown as an image when it has %s', (_, svg) => {
    expect(planOfPreview(svg, 10, 10)).toBeUndefined()
  })
})

/** Strokes of 10, 20 and 5 mm, and a dot. */
const plan = {
  width: 50,
  height: 50,
  points: Float64Array.from([0, 0, 10, 0, 0, 5, 20, 5, 3, 9, 3, 14, 1, 1]),
  starts: Uint32Array.from([0, 2, 4, 6, 7]),
  layers: [
    { first: 0, count: 2, color: '#000000' },
    { first: 2, count: 2, color: 'red' },
  ],
}

describe('the start of a stroke', () => {
  it('is where the pen comes down, and is absent after the last stroke', () => {
    expect(startOf(plan, 2)).toEqual({ x: 3, y: 9 })
    expect(startOf(plan, 4)).toBeUndefined()
  })
})

describe('the colours of the ink', () => {
  it('are the colours of the layers when the layers differ in colour, with the page’s ink colour for black', () => {
    expect(inkRuns(plan, 1, 4)).toEqual([
      { from: 1, to: 2 },
      { from: 2, to: 4, color: 'red' },
    ])
  })

  it('are the page’s ink colour when all strokes have one colour', () => {
    const oneColor = { layers: [{ first: 0, count: 4, color: 'red' }] }
    expect(inkRuns(oneColor, 0, 4)).toEqual([{ from: 0, to: 4 }])
  })
})

describe('the visible part of the sheet', () => {
  const view = { scale: 4, x: 100, y: 50 }

  it('has every stroke whose bounding box meets the window, and no other', () => {
    const boxes = boxesOf(drawing)
    const visible = (left: number, right: number) =>
      [0, 1, 2].filter((s) => isVisible(boxes, s, { left, right, top: 0, bottom: 40 }))
    expect(visible(0, 25)).toEqual([0])
    expect(visible(20, 31)).toEqual([0, 1])
    expect(visible(-5, 0)).toEqual([2])
    expect(visible(21, 30)).toEqual([])
  })

  it('extends beyond each edge of the canvas by 1 mm and 2 pixels, because strokes have a width', () => {
    const { left, top, right, bottom } = windowOf(view, 400, 200)
    expect([left, top]).toEqual([-25 - 1.5, -12.5 - 1.5])
    expect([right, bottom]).toEqual([75 + 1.5, 37.5 + 1.5])
  })

  it('is the whole sheet only while the paper lies within the canvas', () => {
    expect(showsAll(view, 340, 210, drawing)).toBe(true)
    expect(showsAll(view, 339, 210, drawing)).toBe(false)
    expect(showsAll(moveView(view, -101, 0), 340, 210, drawing)).toBe(false)
  })

  it('is painted again after a large zoom, or a pan of more than a quarter of the canvas', () => {
    const moves = (dx: number, dy: number) => needsRepaint(view, moveView(view, dx, dy), 400, 200)
    expect([moves(0, 0), moves(99, 49), moves(-101, 0), moves(0, 51)]).toEqual([false, false, true, true])
    const zooms = (factor: number) => needsRepaint(view, zoomView(view, factor, 200, 100, 0.1), 400, 200)
    expect([zooms(1.5), zooms(1 / 1.5), zooms(1.7), zooms(1 / 1.7)]).toEqual([false, false, true, true])
  })
})

describe('the view of the sheet', () => {
  it('fits the whole sheet beside the rulers', () => {
    const { scale, x, y } = fitView(800, 600, 210, 148)
    expect(x).toBeGreaterThan(22)
    expect(y).toBeGreaterThan(22)
    expect(x + 210 * scale).toBeLessThan(800)
    expect(y + 148 * scale).toBeLessThan(600)
  })

  it('keeps the paper under the pointer in place while zooming', () => {
    const view = fitView(800, 600, 210, 148)
    const closer = zoomView(view, 2, 300, 200, view.scale)
    expect((300 - closer.x) / closer.scale).toBeCloseTo((300 - view.x) / view.scale)
    expect((200 - closer.y) / closer.scale).toBeCloseTo((200 - view.y) / view.scale)
  })

  it.each([0.5, 1, 3.7, 20, 100])(
    'labels the rulers at least 48 pixels apart, with whole numbers of ticks between labels, at %f pixels a mm',
    (scale) => {
      const { label, minor } = tickStep(scale)
      expect(label * scale).toBeGreaterThanOrEqual(48)
      expect(label / minor).toBeCloseTo(Math.round(label / minor))
    },
  )
})

describe('the image of a drawing', () => {
  const image = (naturalWidth: number, naturalHeight: number) => ({ naturalWidth, naturalHeight })

  it('is shown on a paper of its proportions, and not on the same paper when it is turned', () => {
    expect(hasShapeOf({ width: 210, height: 297 }, image(794, 1123))).toBe(true)
    expect(hasShapeOf({ width: 10, height: 5 }, image(38, 19))).toBe(true)
    expect(hasShapeOf({ width: 100, height: 2 }, image(378, 8))).toBe(true)
    expect(hasShapeOf({ width: 297, height: 210 }, image(794, 1123))).toBe(false)
  })
})
