import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawingOf, type Strokes, strokeCount, strokesOf } from '../../../src/geometry/drawing.ts'
import { linkCosts } from '../../../src/plotter/prepare/arrange.ts'
import { leastCost } from '../../../src/plotter/prepare/bound/index.ts'
import { prepare } from '../../../src/plotter/prepare/index.ts'
import { costInOrder, inSequence, order } from '../../../src/plotter/prepare/order/index.ts'
import { isClosed } from '../../../src/plotter/prepare/order/sequence.ts'
import { Work } from '../../../src/plotter/prepare/work.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { runs } from '../../support/fuzz.ts'
import { scattered } from './support.ts'

const profile = profileNamed('axidraw-v3')
const costs = linkCosts(profile, {})
const home = { x: 0, y: 0 }
const route = { from: home, to: home }

/** The least cost by trying every order, direction and seam. */
function leastByForce(strokes: Strokes, to: typeof route | { from: typeof home }): number {
  const count = strokeCount(strokes)
  let least = Infinity
  const visit = (stroke: number[], reversed: number[], seam: number[]): void => {
    if (stroke.length === count) {
      const sequence = {
        stroke: Uint32Array.from(stroke),
        reversed: Uint8Array.from(reversed),
        seam: Uint32Array.from(strokes.starts.subarray(1), (_, i) => seam[stroke.indexOf(i)] ?? 0),
      }
      least = Math.min(least, costInOrder(inSequence(strokes, sequence), to, costs, true))
      return
    }
    for (let i = 0; i < count; i++) {
      if (stroke.includes(i)) continue
      const ways = (strokes.starts[i + 1] ?? 0) - (strokes.starts[i] ?? 0) - 1
      const seams = isClosed(strokes, i) ? ways : 1
      for (let shift = 0; shift < seams; shift++) {
        for (const back of seams > 1 ? [0] : [0, 1]) visit([...stroke, i], [...reversed, back], [...seam, shift])
      }
    }
  }
  visit([], [], [])
  return least
}

const few = scattered(4).filter((strokes) => strokeCount(strokes) > 1)

/** Short lines anywhere, the same in every run. */
function lines(count: number): Strokes {
  let state = 7
  const random = () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
  return strokesOf(
    ...Array.from({ length: count }, () => {
      const [px, py] = [60 * random(), 60 * random()]
      return [px, py, px + 5 * random(), py + 5 * random()]
    }),
  )
}

const bound = (strokes: Strokes, work = new Work(), plan = costInOrder(strokes, route, costs, true)) =>
  leastCost(strokes, route, costs, true, plan, work)

describe('the bound on all orders', () => {
  it('is never above the best of them, with free directions, seams and joins', () => {
    fc.assert(
      fc.property(few, (strokes) => {
        const least = leastByForce(strokes, route)
        expect(bound(strokes, new Work(), 1.1 * least)).toBeLessThanOrEqual(least + 1e-6)
      }),
      runs(400, 20),
    )
  })

  it('is never above the best of them where the route may end anywhere', () => {
    fc.assert(
      fc.property(few, (strokes) => {
        const least = leastByForce(strokes, { from: home })
        expect(leastCost(strokes, { from: home }, costs, true, 1.1 * least, new Work())).toBeLessThanOrEqual(
          least + 1e-6,
        )
      }),
      runs(200, 10),
    )
  })

  it('is near the order that the search finds', () => {
    const strokes = lines(120)
    const found = inSequence(strokes, order(strokes, route, costs, { effort: 1, seams: true }, new Work()))
    const plan = costInOrder(found, route, costs, true)
    const least = bound(strokes, new Work(), plan)
    expect(least / plan).toBeGreaterThan(0.985)
    expect(least).toBeLessThanOrEqual(plan)
  })

  it('proves the best order of strokes in a row', () => {
    const row = strokesOf(...Array.from({ length: 8 }, (_, i) => [10 * i, 0, 10 * i + 8, 0]))
    expect(prepare(drawingOf(row, 100, 100), { bound: true }, profile).report.bound?.isOptimal).toBe(true)
  })

  it('is in the report when it was asked for, and below the estimate', () => {
    const drawing = drawingOf(lines(40), 100, 100)
    const { bound: of, estimate } = prepare(drawing, { bound: true }, profile).report
    expect(of?.seconds).toBeLessThanOrEqual(estimate.seconds)
    expect(of?.gap).toBeCloseTo(1 - (of?.seconds ?? 0) / estimate.seconds)
    expect(prepare(drawing, {}, profile).report.bound).toBeUndefined()
  })

  it('is that of fewer rounds when time is up, and ends when it is aborted', () => {
    const strokes = lines(60)
    let rounds = 0
    const early = bound(strokes, new Work({ expired: () => ++rounds > 10 }))
    expect(early).toBeLessThan(bound(strokes))
    expect(early).toBeGreaterThan(0)
    const signal = { aborted: true, reason: new Error('enough') }
    expect(() => bound(strokes, new Work({ signal }))).toThrow('enough')
  })
})
