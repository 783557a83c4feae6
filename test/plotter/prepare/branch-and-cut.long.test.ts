import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rings, scatter } from '../../../bench/planning/scatter.ts'
import { type Strokes, strokesOf } from '../../../src/geometry/drawing.ts'
import { linkCosts } from '../../../src/plotter/prepare/arrange.ts'
import { leastByBranchAndCut } from '../../../src/plotter/prepare/bound/branch-and-cut.ts'
import { proven } from '../../../src/plotter/prepare/bound/index.ts'
import { loadSolver } from '../../../src/plotter/prepare/bound/linear-program.ts'
import { linkGraph } from '../../../src/plotter/prepare/bound/link-graph.ts'
import { PlaceGraph } from '../../../src/plotter/prepare/bound/place-graph.ts'
import { linksOfEnds, ProgramLinks } from '../../../src/plotter/prepare/bound/program-links.ts'
import { raiseStars } from '../../../src/plotter/prepare/bound/seam-bound.ts'
import { Slacks } from '../../../src/plotter/prepare/bound/slacks.ts'
import { Stars } from '../../../src/plotter/prepare/bound/stars.ts'
import { tightenBound } from '../../../src/plotter/prepare/bound/tighten.ts'
import { costInOrder, endsOf, inSequence, order, type Point } from '../../../src/plotter/prepare/order/index.ts'
import { Links } from '../../../src/plotter/prepare/order/link-cost.ts'
import { Seams } from '../../../src/plotter/prepare/order/seams.ts'
import { Work } from '../../../src/plotter/prepare/work.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { runs } from '../../support/fuzz.ts'
import { leastByForce } from './by-force.ts'

const costs = linkCosts(profileNamed('axidraw-v3'), {})
const home = { x: 0, y: 0 }
const route = { from: home, to: home }
const solver = await loadSolver()
/** More than the estimated time of the solver (`Budget`), s. */
const LONG = 1e6

/** The least cost of open strokes by branch and cut among all their links. */
function least(
  strokes: Strokes,
  way: { from: Point; to?: Point },
  enough: number,
  work = new Work(),
  by = solver,
): number {
  const links = new Links(endsOf(strokes, way), { ...costs, perMm: 0 }, way.to === undefined)
  const seams = new Seams({ ...strokes, starts: new Uint32Array(1) }, links)
  const free = { start: false, end: way.to === undefined }
  const graph = linkGraph(strokes, links, seams, free, new Work(), Infinity)
  return leastByBranchAndCut(by, linksOfEnds(graph), enough, work, LONG)
}

/** The least cost of open and closed strokes by branch and cut, among the links of routes below `enough`. */
function leastWithSeams(strokes: Strokes, way: { from: Point; to?: Point }, enough: number): number {
  const links = new Links(endsOf(strokes, way), { ...costs, perMm: 0 }, way.to === undefined)
  const free = { start: false, end: way.to === undefined }
  const stars = new Stars(new PlaceGraph(strokes, links, new Seams(strokes, links), free, Infinity, new Work()))
  raiseStars(stars, enough, new Work(), 0.2)
  const slacks = new Slacks(stars)
  const within = slacks.linksWithin(enough - slacks.bound, 1e5)
  return within ? leastByBranchAndCut(solver, new ProgramLinks(within), enough, new Work(), LONG) : -Infinity
}

const together = (...drawings: readonly Strokes[]): Strokes =>
  strokesOf(
    ...drawings.flatMap(({ points, starts }) =>
      [...starts.subarray(1)].map((end, i) => [...points.subarray(2 * (starts[i] ?? 0), 2 * end)]),
    ),
  )

describe('branch and cut of an order', () => {
  it('gives the cost of the best of all orders, directions and seams of closed strokes', () => {
    const place = fc.integer({ min: 0, max: 24 }).map((n) => n / 4)
    const square = fc
      .tuple(place, place, fc.constantFrom(0.5, 1, 2))
      .map(([px, py, side]) => [px, py, px + side, py, px + side, py + side, px, py + side, px, py])
    const line = fc.tuple(place, place, place, place)
    const few = fc.array(fc.oneof({ weight: 3, arbitrary: square }, line), { minLength: 2, maxLength: 4 })
    fc.assert(
      fc.property(few, fc.constantFrom(route, { from: home }), (some, way) => {
        const strokes = strokesOf(...some)
        const best = leastByForce(strokes, way, costs)
        expect(leastWithSeams(strokes, way, best + 0.3)).toBeCloseTo(best, 3)
      }),
      runs(60, 8),
    )
  })

  it('gives the cost that `proven` proves for circles, dots and lines', () => {
    for (const strokes of [
      rings(8, false, 1),
      rings(12, true, 3),
      together(rings(5, false, 4), scatter(8, 4)),
      together(rings(7, true, 5), scatter(8, 5)),
    ]) {
      const searched = inSequence(strokes, order(strokes, route, costs, { effort: 1, seams: true }, new Work()))
      const plan = costInOrder(searched, route, costs, true)
      const proof = proven(strokes, route, costs, true, { knownCost: plan, effort: 20, isBounded: false }, new Work())
      const best = proof?.better?.seconds ?? plan
      expect(proof?.least).toBeGreaterThan(best - 1e-3)
      expect(leastWithSeams(strokes, route, best + 0.02)).toBeCloseTo(best, 3)
    }
  })

  it('gives the cost of the best of all orders and directions, also when the route may end anywhere', () => {
    const place = fc.integer({ min: 0, max: 40 })
    const open = fc.array(fc.tuple(place, place, place, place), { minLength: 2, maxLength: 4 })
    fc.assert(
      fc.property(open, fc.constantFrom(route, { from: home }), (lines, way) => {
        const strokes = strokesOf(...lines)
        const best = leastByForce(strokes, way, costs)
        expect(least(strokes, way, 1.2 * best)).toBeCloseTo(best, 4)
      }),
      runs(100, 10),
    )
  })

  it('agrees with branch and bound on scattered lines', () => {
    const strokes = scatter(40, 4)
    const searched = inSequence(strokes, order(strokes, route, costs, { effort: 1, seams: true }, new Work()))
    const plan = costInOrder(searched, route, costs, true)
    const proof = proven(strokes, route, costs, true, { knownCost: plan, effort: 1, isBounded: false }, new Work())
    expect(proof?.least).toBeGreaterThan(plan - 1e-3)
    expect(least(strokes, route, plan + 0.1)).toBeCloseTo(plan, 4)
  })

  it('proves the plan of 120 scattered lines', () => {
    const strokes = scatter(120, 4)
    const searched = inSequence(strokes, order(strokes, route, costs, { effort: 1, seams: true }, new Work()))
    const plan = costInOrder(searched, route, costs, true)
    expect(least(strokes, route, plan + 0.01)).toBeCloseTo(plan, 3)
  })

  it('proves the plan when the limit on compared links is too low for a proof by prices alone', () => {
    const strokes = scatter(80, 2)
    const ordered = inSequence(strokes, order(strokes, route, costs, { effort: 1, seams: true }, new Work()))
    const plan = costInOrder(ordered, route, costs, true)
    const links = new Links(endsOf(strokes, route), { ...costs, perMm: 0 }, false)
    const seams = new Seams({ ...strokes, starts: new Uint32Array(1) }, links)
    const graph = linkGraph(strokes, links, seams, { start: false, end: false }, new Work(), Infinity)
    const price = new Float64Array(graph.capacity.length).fill(costs.lift / 2)
    const few = { knownCost: plan, isExact: true, most: 6e6, forPlan: 0 }
    const [byPrices, byProgram] = [few, { ...few, solver }].map((way) => tightenBound(graph, price, way, new Work()))
    expect(byPrices?.least).toBeLessThan(plan - 1e-3)
    expect(byPrices?.least).toBeGreaterThan(0)
    expect(byProgram?.least).toBeGreaterThan(plan - 1e-3)
  })

  it('gives at most `enough`, the cost above which routes do not matter', () => {
    const strokes = scatter(10, 4)
    expect(least(strokes, route, 1)).toBe(1)
  })

  it('proves nothing when time is up', () => {
    const strokes = scatter(10, 4)
    expect(least(strokes, route, 100, new Work({ expired: () => true }))).toBe(-Infinity)
  })

  it('proves nothing when the solver runs out of memory', () => {
    const failing = Object.create(solver, {
      createModel: {
        value: () => {
          throw Object.assign(new Error('Aborted()'), { name: 'RuntimeError' })
        },
      },
    })
    expect(least(scatter(10, 4), route, 100, new Work(), failing)).toBe(-Infinity)
  })

  it('ends with the reason of an abort', () => {
    const signal = AbortSignal.abort(new Error('enough'))
    expect(() => least(scatter(10, 4), route, 100, new Work({ signal }))).toThrow('enough')
  })
})
