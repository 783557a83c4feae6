import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scatter } from '../../../bench/planning/scatter.ts'
import { drawingOf, type Strokes, strokeCount, strokesOf } from '../../../src/geometry/drawing.ts'
import { linkCosts } from '../../../src/plotter/prepare/arrange.ts'
import { type BoundRoute, leastCost, proven } from '../../../src/plotter/prepare/bound/index.ts'
import { linkGraph } from '../../../src/plotter/prepare/bound/link-graph.ts'
import { Relaxation } from '../../../src/plotter/prepare/bound/relaxation.ts'
import { smallCuts, violatedSets } from '../../../src/plotter/prepare/bound/violated-sets.ts'
import { type PrepareOptions, prepare } from '../../../src/plotter/prepare/index.ts'
import { costInOrder, endsOf, inSequence, order } from '../../../src/plotter/prepare/order/index.ts'
import { Links } from '../../../src/plotter/prepare/order/link-cost.ts'
import { Seams } from '../../../src/plotter/prepare/order/seams.ts'
import { inFileOrder } from '../../../src/plotter/prepare/order/sequence.ts'
import { Work } from '../../../src/plotter/prepare/work.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { runs } from '../../support/fuzz.ts'
import { leastByForce } from './by-force.ts'
import { scattered } from './support.ts'

const profile = profileNamed('axidraw-v3')
const costs = linkCosts(profile, {})
const home = { x: 0, y: 0 }
const route = { from: home, to: home }

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

/** Two triangles. Each side is a link with this share, and no link leaves a triangle. */
function triangles(share: number) {
  const sides = [0, 1, 2, 3, 4, 5].map((n) => [n, n - (n % 3) + ((n + 1) % 3)])
  return {
    nodes: 6,
    a: Int32Array.from(sides, ([from = 0]) => from),
    b: Int32Array.from(sides, ([, to = 0]) => to),
    share: new Float64Array(6).fill(share),
  }
}

const bound = (strokes: Strokes, work = new Work(), plan = costInOrder(strokes, route, costs, true)) =>
  leastCost(strokes, route, costs, true, plan, work)

describe('the bound on all orders', () => {
  it('is never above the cost of the best order, with free directions, seams and joins', () => {
    fc.assert(
      fc.property(few, (strokes) => {
        const least = leastByForce(strokes, route, costs)
        expect(bound(strokes, new Work(), 1.1 * least)).toBeLessThanOrEqual(least + 1e-6)
      }),
      runs(160),
    )
  })

  it('is never above the cost of the best order when the route may end anywhere', () => {
    fc.assert(
      fc.property(few, (strokes) => {
        const least = leastByForce(strokes, { from: home }, costs)
        expect(leastCost(strokes, { from: home }, costs, true, 1.1 * least, new Work())).toBeLessThanOrEqual(
          least + 1e-6,
        )
      }),
      runs(100, 10),
    )
  })

  it('equals the least cost of a single stroke, whose direction and seam are free', () => {
    const far = { x: 70, y: 40 }
    const ways = fc.constantFrom<BoundRoute>({ from: far, to: home }, { from: home }, {})
    const one = scattered(1).filter((strokes) => strokeCount(strokes) === 1)
    fc.assert(
      fc.property(one, ways, (strokes, way) => {
        const least = leastByForce(strokes, way, costs)
        expect(leastCost(strokes, way, costs, true, 2 * least, new Work())).toBeCloseTo(least, 9)
      }),
      runs(200),
    )
  })

  it('assumes that the pen leaves a closed stroke where it entered', () => {
    // squares whose corners meet: a pen that could leave elsewhere would need no lift between them
    const squares = strokesOf(
      ...[0, 1, 2, 3].map((i) => {
        const [from, to] = [10 * i + 5, 10 * i + 15]
        return [from, from, to, from, to, to, from, to, from, from]
      }),
    )
    const least = leastByForce(squares, route, costs)
    expect(bound(squares)).toBeLessThanOrEqual(least + 1e-6)
    expect(bound(squares)).toBeGreaterThan(least - 0.1)
  })

  it('is never above the cost of the best order of squares and lines that are near each other or cross', () => {
    const place = fc.integer({ min: 0, max: 24 }).map((n) => n / 4)
    const square = fc.tuple(place, place, fc.constantFrom(0.5, 1, 2)).map(([px, py, side]) => {
      const [right, top] = [px + side, py + side]
      return [px, py, right, py, right, top, px, top, px, py]
    })
    const line = fc.tuple(place, place, place, place)
    const drawing = fc.array(fc.oneof({ weight: 3, arbitrary: square }, line), { minLength: 2, maxLength: 3 })
    fc.assert(
      fc.property(drawing, fc.constantFrom(route, { from: home }, {}), (few, way) => {
        const strokes = strokesOf(...few)
        const least = leastByForce(strokes, way, costs)
        expect(leastCost(strokes, way, costs, true, 1.1 * least, new Work())).toBeLessThanOrEqual(least + 1e-6)
      }),
      runs(100, 8),
    )
  })

  it('is the cost of the best order, within a millisecond, when no stroke is closed', () => {
    const place = fc.integer({ min: 0, max: 40 })
    const open = fc.array(fc.tuple(place, place, place, place), { minLength: 2, maxLength: 4 })
    fc.assert(
      fc.property(open, (strokes) => {
        const few = strokesOf(...strokes)
        const least = leastByForce(few, route, costs)
        const proven = bound(few, new Work(), 1.2 * least)
        expect(proven).toBeLessThanOrEqual(least + 1e-6)
        expect(proven).toBeGreaterThan(least - 1e-3)
      }),
      runs(100, 10),
    )
  })

  it('comes with the best order when the plan is worse, also when the route may end anywhere', () => {
    const place = fc.integer({ min: 0, max: 40 })
    const open = fc.array(fc.tuple(place, place, place, place), { minLength: 2, maxLength: 4 })
    fc.assert(
      fc.property(open, fc.constantFrom(route, { from: home }), (strokes, way) => {
        const few = strokesOf(...strokes)
        const least = leastByForce(few, way, costs)
        const proof = proven(
          few,
          way,
          costs,
          false,
          { knownCost: least + 0.2, effort: 1, isBounded: false },
          new Work(),
        )
        const better = proof?.better && inSequence(few, proof.better.order)
        expect(better && costInOrder(better, way, costs, false)).toBeCloseTo(least, 3)
        expect(proof?.better?.seconds).toBeCloseTo(least, 3)
        expect(proof?.least).toBeLessThanOrEqual(least + 1e-6)
        expect(proof?.least).toBeGreaterThan(least - 1e-3)
      }),
      runs(100, 10),
    )
  })

  it('proves the order that the search finds for 60 scattered lines', () => {
    const strokes = lines(60)
    const found = inSequence(strokes, order(strokes, route, costs, { effort: 1, seams: true }, new Work()))
    const plan = costInOrder(found, route, costs, true)
    expect(plan - bound(strokes, new Work(), plan)).toBeLessThan(1e-3)
  })

  it('proves the order of parallel lines with one long link back to home', () => {
    const slanted = strokesOf(...Array.from({ length: 40 }, (_, i) => [10, 12 + 4 * i, 12 + 4 * i, 10]))
    const there = { ...inFileOrder(40), reversed: Uint8Array.from({ length: 40 }, (_, i) => i % 2) }
    const plan = costInOrder(inSequence(slanted, there), route, costs, true)
    const proof = proven(slanted, route, costs, false, { knownCost: plan, effort: 0.1, isBounded: false }, new Work())
    expect(proof?.least).toBeGreaterThan(plan - 1e-3)
  })

  it.each([1, 3, 4, 8])('proves that the search finds the best order of 100 lines, seed %i', (seed) => {
    const strokes = scatter(100, seed)
    const searched = inSequence(strokes, order(strokes, route, costs, { effort: 1, seams: true }, new Work()))
    const plan = costInOrder(searched, route, costs, true)
    const proof = proven(strokes, route, costs, true, { knownCost: plan, effort: 1, isBounded: true }, new Work())
    expect(proof?.better).toBeUndefined()
    expect(proof?.least).toBeGreaterThan(plan - 1e-3)
  })

  it('leaves the plan the same', () => {
    const drawing = drawingOf(scatter(40, 4), 100, 100)
    const bounded = prepare(drawing, { trails: false, clip: 'none', bound: true }, profile)
    expect(bounded.report.bound?.isOptimal).toBe(true)
    expect(prepare(drawing, { trails: false, clip: 'none' }, profile).drawing).toEqual(bounded.drawing)
  })

  it('does not prevent a join: a line that was cut into 60 strokes becomes one stroke', () => {
    // the gaps are 0.1 mm wide, so the pen draws over them
    const cut = strokesOf(
      ...Array.from({ length: 60 }, (_, i) => [1.1 * ((7 * i) % 60), 9, 1.1 * ((7 * i) % 60) + 1, 9]),
    )
    expect(prepare(drawingOf(cut, 100, 100), {}, profile).report.strokes).toBe(1)
  })

  it('stops rising before the work reaches three times its limit, for strokes with many equal distances', () => {
    const rows = strokesOf(...Array.from({ length: 150 }, (_, i) => [10 * (i % 10), 10 * i, 10 * (i % 10) + 7, 10 * i]))
    const links = new Links(endsOf(rows, route), costs)
    const seams = new Seams({ ...rows, starts: new Uint32Array(1) }, links)
    const graph = linkGraph(rows, links, seams, { start: false, end: false }, new Work(), Infinity)
    const most = 2_000_000
    const relaxation = new Relaxation(graph, new Float64Array(graph.capacity.length), most)
    relaxation.add(relaxation.missing(Infinity).possible)
    relaxation.raise(1e6, Infinity)
    expect(relaxation.work).toBeGreaterThan(most)
    expect(relaxation.work).toBeLessThan(3 * most)
  })

  it('has no proof with effort 0, or for more than 200 strokes', () => {
    const proof = (strokes: Strokes, effort = 1) =>
      proven(strokes, route, costs, true, { knownCost: 1000, effort, isBounded: false }, new Work())
    expect(proof(lines(201))).toBeUndefined()
    expect(proof(lines(9), 0)).toBeUndefined()
  })

  it('finds the odd sets of nodes that no link of a fractional route leaves', () => {
    const sets = violatedSets(triangles(0.5), new Uint8Array(6).fill(1))
    expect(sets.map((inside) => [...inside])).toContainEqual([0, 0, 0, 1, 1, 1])
  })

  it('finds the cut between two parts of a route that no link joins', () => {
    expect(smallCuts(triangles(1), 2).map((inside) => [...inside])).toEqual([[0, 0, 0, 1, 1, 1]])
  })

  it('proves the best order of strokes in a row', () => {
    const row = strokesOf(...Array.from({ length: 8 }, (_, i) => [10 * i, 0, 10 * i + 8, 0]))
    expect(prepare(drawingOf(row, 100, 100), { bound: true }, profile).report.bound?.isOptimal).toBe(true)
  })

  it('is absent with several passes and with `reverse`', () => {
    const drawing = drawingOf(lines(10), 100, 100)
    const hasBound = (options: PrepareOptions) =>
      prepare(drawing, { ...options, bound: true }, profile).report.bound !== undefined
    expect(hasBound({ passes: 1 })).toBe(true)
    expect(hasBound({ passes: 2 })).toBe(false)
    expect(hasBound({ passes: 3 })).toBe(false)
    expect(hasBound({ reverse: true })).toBe(false)
  })

  it('is the same after layers without strokes', () => {
    const drawing = drawingOf(lines(10), 100, 100)
    const empty = { name: 'empty', pen: 2, first: 0, count: 0, options: {} }
    const after = { ...drawing, layers: [empty, ...drawing.layers] }
    const boundOf = (from: typeof drawing) => prepare(from, { bound: true }, profile).report.bound
    expect(boundOf(after)).toEqual(boundOf(drawing))
  })

  it('is in the report on request, and not above the estimate', () => {
    const drawing = drawingOf(lines(20), 100, 100)
    const { bound: of, estimate } = prepare(drawing, { bound: true }, profile).report
    expect(of?.seconds).toBeLessThanOrEqual(estimate.seconds)
    expect(of?.gap).toBeCloseTo(1 - (of?.seconds ?? 0) / estimate.seconds)
    expect(prepare(drawing, {}, profile).report.bound).toBeUndefined()
  })

  it('is lower when time is up early, and its computation throws the reason of an abort', () => {
    const strokes = lines(40)
    const found = inSequence(strokes, order(strokes, route, costs, { effort: 1, seams: true }, new Work()))
    const plan = costInOrder(found, route, costs, true)
    let rounds = 0
    const early = bound(strokes, new Work({ expired: () => ++rounds > 10 }), plan)
    expect(early).toBeLessThan(plan - 0.1)
    expect(early).toBeGreaterThan(0)
    const signal = { aborted: true, reason: new Error('enough') }
    expect(() => bound(strokes, new Work({ signal }))).toThrow('enough')
  })
})
