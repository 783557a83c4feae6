import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rings } from '../../../bench/planning/scatter.ts'
import { drawingOf, type Strokes, strokeCount, strokesOf } from '../../../src/geometry/drawing.ts'
import { linkCosts } from '../../../src/plotter/prepare/arrange.ts'
import { proven } from '../../../src/plotter/prepare/bound/index.ts'
import { loadSolver } from '../../../src/plotter/prepare/bound/linear-program.ts'
import { provenWithSeams } from '../../../src/plotter/prepare/bound/seam-proof.ts'
import { prepare } from '../../../src/plotter/prepare/index.ts'
import { costInOrder, endsOf, inSequence, order, type RouteEnds } from '../../../src/plotter/prepare/order/index.ts'
import { Links } from '../../../src/plotter/prepare/order/link-cost.ts'
import { Seams } from '../../../src/plotter/prepare/order/seams.ts'
import { Work } from '../../../src/plotter/prepare/work.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { runs } from '../../support/fuzz.ts'
import { leastByForce } from './by-force.ts'

const profile = profileNamed('axidraw-v3')
const costs = linkCosts(profile, {})
const solver = await loadSolver()
const home = { x: 0, y: 0 }
const route = { from: home, to: home }
const place = fc.integer({ min: 0, max: 24 }).map((n) => n / 4)
const square = fc.tuple(place, place, fc.constantFrom(0.5, 1, 2)).map(([px, py, side]) => {
  const [right, top] = [px + side, py + side]
  return [px, py, right, py, right, top, px, top, px, py]
})
const line = fc.tuple(place, place, place, place)
const few = fc.array(fc.oneof({ weight: 3, arbitrary: square }, line), { minLength: 2, maxLength: 4 })

const proofOf = (strokes: Strokes, knownCost: number, way: RouteEnds = route, effort = 1) =>
  proven(strokes, way, costs, true, { knownCost, effort, isBounded: false }, new Work())

describe('the proof of an order of closed strokes', () => {
  it('finds the best of all orders, directions, seams and joins, and proves it', () => {
    fc.assert(
      fc.property(few, fc.constantFrom(route, { from: home }), (some, way) => {
        const strokes = strokesOf(...some)
        const least = leastByForce(strokes, way, costs)
        const proof = proofOf(strokes, least + 0.2, way)
        const better = proof?.better && inSequence(strokes, proof.better.order)
        expect(better && costInOrder(better, way, costs, true)).toBeCloseTo(least, 5)
        expect(proof?.better?.seconds).toBeCloseTo(least, 5)
        expect(proof?.least).toBeLessThanOrEqual(least + 1e-6)
        expect(proof?.least).toBeGreaterThan(least - 1e-3)
      }),
      runs(50, 8),
    )
  })

  it('keeps a plan that is the best, and gives a true bound when the effort is spent', () => {
    fc.assert(
      fc.property(few, fc.constantFrom(1, 1e-4, 1e-6), (some, effort) => {
        const strokes = strokesOf(...some)
        const least = leastByForce(strokes, route, costs)
        const proof = proofOf(strokes, least, route, effort)
        expect(proof?.better).toBeUndefined()
        expect(proof?.least).toBeLessThanOrEqual(least + 1e-6)
        if (effort === 1) expect(proof?.least).toBeCloseTo(least, 3)
      }),
      runs(30, 8),
    )
  })

  it('gives no bound above the plan when it replaces many near vertices by a disc', () => {
    const circles = rings(4, false, 3)
    const { points, starts } = circles
    const fine = strokesOf(
      ...Array.from({ length: strokeCount(circles) }, (_, i) => {
        const xy = [...points.subarray(2 * (starts[i] ?? 0), 2 * (starts[i + 1] ?? 0))]
        const [px = 0, py = 0] = xy
        // each stroke begins with a coil of very many vertices
        return [
          ...Array.from({ length: 900 }, (_, k) => [px + 1e-3 * Math.cos(k), py + 1e-3 * Math.sin(k)]).flat(),
          ...xy.slice(2, -2),
          px + 1e-3,
          py,
        ]
      }),
    )
    const searched = inSequence(fine, order(fine, route, costs, { effort: 1, seams: true }, new Work()))
    const plan = costInOrder(searched, route, costs, true)
    const proof = proofOf(fine, plan)
    expect(proof?.better).toBeUndefined()
    expect(proof?.least).toBeLessThanOrEqual(plan + 1e-6)
    expect(proof?.least).toBeGreaterThan(plan - 0.4)
  })

  it('replaces the plan by a better order, with and without a bound', () => {
    const strokes = rings(20, true, 5)
    const searched = inSequence(strokes, order(strokes, route, costs, { effort: 1, seams: true }, new Work()))
    const drawing = drawingOf(strokes, 100, 100)
    const plan = prepare(drawing, { trails: false, clip: 'none' }, profile)
    expect(costInOrder(plan.drawing, route, costs, true)).toBeLessThan(costInOrder(searched, route, costs, true) - 1e-3)
    const bounded = prepare(drawing, { trails: false, clip: 'none', bound: true }, profile)
    expect(bounded.report.bound?.isOptimal).toBe(true)
    expect(bounded.drawing).toEqual(plan.drawing)
  })

  it('is not computed for more than 40 strokes when no bound is asked for', () => {
    expect(proofOf(rings(41, true), 1000)).toBeUndefined()
  })

  it('stops the solver after steps of an estimated 120 s: the linear program of 30 circles', () => {
    const strokes = rings(30, false, 1)
    const links = new Links(endsOf(strokes, route), { ...costs, perMm: 0 })
    let seconds = 0
    const createModel = ({ numRows, numCols }: { numRows: number; numCols: number }) => ({
      options: { set: () => {} },
      run: (callbacks: Record<number, (event: { interrupt(): void }) => void>): never => {
        let isOver = false
        while (!isOver) {
          seconds += 3e-7 * numRows + 3e-8 * numCols
          for (const stop of Object.values(callbacks))
            stop({
              interrupt: () => {
                isOver = true
              },
            })
        }
        throw Object.assign(new Error('Aborted()'), { name: 'RuntimeError' })
      },
      dispose: () => {},
    })
    const failing = Object.create(solver, { createModel: { value: createModel } })
    const forBound = { prices: 1e-3, links: 0, ways: 0 }
    const task = { knownCost: 1000, forPlan: undefined, forBound, solver: failing }
    const free = { start: false, end: false }
    const proof = provenWithSeams(strokes, links, new Seams(strokes, links), free, task, new Work())
    expect(seconds).toBeCloseTo(120, 1)
    expect(proof.isByProgram).toBe(false)
  })
})
