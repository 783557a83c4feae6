import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { locate, pointAt } from '../../../src/plotter/plan/cut.ts'
import { planOfLines } from '../../support/bench.ts'
import { runs } from '../../support/fuzz.ts'

const plan = planOfLines(
  [10, 10, 30, 10],
  [30, 20, 10, 20],
  [10, 30, 10, 30.05],
  [20, 40, 40, 40, 40, 60, 30, 60, 30, 31],
)
const doubt = { first: 0, last: 4 }

describe('the place at which a plot stopped', () => {
  it.each([
    ['on the way to the first stroke', { x: 5, y: 5 }, { first: 0, last: 0 }],
    ['in a stroke', { x: 17, y: 10 }, { first: 0, last: 1, drawnMm: 7 }],
    ['a step beside a stroke', { x: 17, y: 10.0125 }, { first: 0, last: 1, drawnMm: 7 }],
    ['at the end of a stroke, which counts as drawn', { x: 30, y: 10 }, { first: 1, last: 1 }],
    ['between two strokes', { x: 30, y: 15 }, { first: 1, last: 1 }],
    ['at the beginning of a stroke', { x: 30, y: 20 }, { first: 1, last: 1 }],
    ['on a stroke of 0.05 mm, which may be drawn or not', { x: 10, y: 30 }, { first: 2, last: 3 }],
    ['where a stroke crosses itself, in the first or the second pass', { x: 30, y: 40 }, { first: 3, last: 4 }],
    ['somewhere else: the doubt remains', { x: 100, y: 100 }, doubt],
  ])('follows from the place of the carriage: %s', async (_, place, cut) => {
    expect(await locate(plan, doubt, place)).toEqual(cut)
  })

  it('stays within the strokes in doubt', async () => {
    expect(await locate(plan, { first: 2, last: 3 }, { x: 17, y: 10 })).toEqual({ first: 2, last: 3 })
  })

  it.each([
    ['on the way to the stroke', { x: 5, y: 5 }, { first: 0, last: 1, drawnMm: 12 }],
    ['in the drawn part of the stroke', { x: 17, y: 10 }, { first: 0, last: 1, drawnMm: 12 }],
    ['in the rest of the stroke', { x: 25, y: 10 }, { first: 0, last: 1, drawnMm: 15 }],
    ['on the way to the next stroke', { x: 30, y: 15 }, { first: 1, last: 1 }],
  ])('is not before the place in a stroke at which the plot began: the carriage is %s', async (_, place, cut) => {
    expect(await locate(plan, { first: 0, last: 1 }, place, { stroke: 0, mm: 12 })).toEqual(cut)
  })

  it('may be on the way from home to the stroke at which a resumed plot began, even if later strokes lie on that way', async () => {
    const resumed = planOfLines([0, 50, 10, 50], [40, 0, 50, 0], [10, 0, 20, 0])
    expect(await locate(resumed, { first: 1, last: 3 }, { x: 15, y: 0 })).toEqual({ first: 1, last: 3 })
  })

  it('may be on the way from another place, where the carriage stood when the plot continued', async () => {
    const resumed = planOfLines([0, 50, 10, 50], [40, 10, 50, 10], [10, 20, 20, 20])
    const [cut, place, began] = [
      { first: 1, last: 3 },
      { x: 15, y: 20 },
      { stroke: 0, mm: 0 },
    ]
    expect(await locate(resumed, cut, place, began)).toEqual({ first: 2, last: 3, drawnMm: 5 })
    expect(await locate(resumed, cut, place, began, { x: 0, y: 26 })).toEqual({ first: 1, last: 3 })
  })

  it('may be on the way home: then the last stroke counts as drawn', async () => {
    expect(await locate(plan, { first: 3, last: 4 }, { x: 15, y: 15.5 })).toEqual({ first: 4, last: 4 })
  })

  it('is found in a stroke of a hundred thousand vertices while the event loop turns', async () => {
    const vertices = Float64Array.from({ length: 200_000 }, (_, i) => (i % 2 === 0 ? i / 1000 : 5))
    let turns = 0
    let others = setImmediate(function turn() {
      turns++
      others = setImmediate(turn)
    })
    const cut = await locate(planOfLines([...vertices]), { first: 0, last: 1 }, { x: 150, y: 5 })
    clearImmediate(others)
    expect(cut.drawnMm).toBeCloseTo(150)
    expect(turns).toBeGreaterThan(0)
  })

  it('is found at any place of a stroke', async () => {
    const places = fc.tuple(fc.constantFrom(0, 1), fc.double({ min: 0.1, max: 19.9, noNaN: true }))
    const match = fc.asyncProperty(places, async ([stroke, mm]) => {
      const cut = await locate(plan, doubt, pointAt(plan, { stroke, mm }))
      expect([cut.first, cut.last]).toEqual([stroke, stroke + 1])
      expect(cut.drawnMm).toBeCloseTo(mm, 9)
    })
    await fc.assert(match, runs(200))
  })
})
