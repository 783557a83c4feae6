import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Strokes, strokesOf } from '../../../src/geometry/drawing.ts'
import { linkCosts } from '../../../src/plotter/prepare/arrange.ts'
import { costInOrder, endsOf, inSequence, order, type RouteEnds } from '../../../src/plotter/prepare/order/index.ts'
import { Links } from '../../../src/plotter/prepare/order/link-cost.ts'
import { nearStrokes } from '../../../src/plotter/prepare/order/near-strokes.ts'
import { Dice } from '../../../src/plotter/prepare/order/perturb.ts'
import { rebuild } from '../../../src/plotter/prepare/order/rebuild.ts'
import { Seams } from '../../../src/plotter/prepare/order/seams.ts'
import { inFileOrder } from '../../../src/plotter/prepare/order/sequence.ts'
import { VertexBlocks } from '../../../src/plotter/prepare/order/vertex-blocks.ts'
import { Work } from '../../../src/plotter/prepare/work.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { runs } from '../../support/fuzz.ts'

const COSTS = { ...linkCosts(profileNamed('axidraw-v3'), {}), perMm: 0 }
const HOME = { x: 0, y: 0 }

function rebuilt(strokes: Strokes, route: RouteEnds, steps: number): Strokes {
  const links = new Links(endsOf(strokes, route), COSTS, route.to === undefined)
  const start = inFileOrder(strokes.starts.length - 1)
  const seams = new Seams(strokes, links)
  const work = new Work()
  const { sequence } = rebuild(
    strokes,
    start,
    links,
    seams,
    nearStrokes(strokes, 12, work),
    { steps, loss: 1e-3, dice: new Dice() },
    work,
  )
  expect([...sequence.stroke].sort((a, b) => a - b)).toEqual([...start.stroke])
  return inSequence(strokes, sequence)
}

/** A ring of 24 vertices, or a line of two. */
const lineOf = (x: number, y: number, size: number, isRing: boolean): number[] =>
  isRing
    ? Array.from({ length: 25 }, (_, k) => {
        const angle = (Math.PI * (k % 24)) / 12
        return [x + size * Math.cos(angle), y + size * Math.sin(angle)]
      }).flat()
    : [x, y, x + size, y + size]

const line = fc
  .tuple(
    fc.double({ min: 0, max: 100, noNaN: true }),
    fc.double({ min: 0, max: 100, noNaN: true }),
    fc.integer({ min: 1, max: 20 }),
    fc.boolean(),
  )
  .map(([x, y, size, isRing]) => lineOf(x, y, size, isRing))

describe('a search for order and seams together', () => {
  it('keeps each stroke and finds no costlier order, whether or not the end of the route is given', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), fc.boolean(), (lines, ends) => {
        const strokes = strokesOf(...lines)
        const route: RouteEnds = ends ? { from: HOME, to: HOME } : { from: HOME }
        const cost = (of: Strokes) => costInOrder(of, route, COSTS, true)
        expect(cost(rebuilt(strokes, route, 40))).toBeLessThanOrEqual(cost(strokes) + 1e-6)
      }),
      runs(300),
    )
  })

  it('is ignored when the motion planner finds that its result takes longer', () => {
    const rings = strokesOf(
      ...Array.from({ length: 40 }, (_, i) => lineOf(10 + ((i * 37) % 80), 10 + ((i * 53) % 70), 2 + (i % 5), true)),
    )
    const plan = (seconds: readonly number[]): Strokes => {
      const compared: Strokes[] = []
      const clock = (each: Strokes) => seconds[compared.push(each) - 1] ?? 0
      const sequence = order(rings, { from: HOME, to: HOME }, COSTS, { effort: 0.2, seams: true, clock }, new Work())
      expect(compared).toHaveLength(2)
      expect(compared[0]).not.toEqual(compared[1])
      const kept = seconds.indexOf(Math.min(...seconds))
      expect(inSequence(rings, sequence)).toEqual(compared[kept])
      return inSequence(rings, sequence)
    }
    expect(plan([1, 2])).not.toEqual(plan([2, 1]))
  })

  it('saves three of five lifts between six crossing rings, although moving one seam alone saves no lift', () => {
    const row = strokesOf(
      ...Array.from({ length: 6 }, (_, i) => lineOf(20 + 10 * i, 20, 5 / Math.cos(Math.PI / 3), true)),
    )
    const lifts = ({ points, starts }: Strokes) =>
      Array.from({ length: starts.length - 2 }, (_, i) => 2 * (starts[i + 1] ?? 0)).filter(
        (at) =>
          Math.hypot((points[at] ?? 0) - (points[at - 2] ?? 0), (points[at + 1] ?? 0) - (points[at - 1] ?? 0)) > 0.15,
      ).length
    expect(lifts(row)).toBe(5)
    expect(lifts(rebuilt(row, { from: HOME, to: HOME }, 200))).toBe(2)
  })

  it('treats the last vertex of a closed stroke as its first vertex', () => {
    const rings = strokesOf(lineOf(20, 20, 5, true), lineOf(30, 20, 5, true), lineOf(25, 20, 3, false))
    const near = nearStrokes(rings, 12, new Work())
    const used = [...near.stroke.keys()]
      .filter((n) => (near.stroke[n] ?? -1) >= 0)
      .flatMap((n) => [near.own[n], near.other[n]])
    // the rings touch at 25, 20: this is the first and last vertex of one ring, and vertex 12 of the other
    expect(used).toContain(0)
    expect(used).not.toContain(24)
    expect(used).not.toContain(49)
  })

  it('computes a distance within which a ring has no vertex', () => {
    fc.assert(
      fc.property(
        line,
        fc.double({ min: -50, max: 150, noNaN: true }),
        fc.double({ min: -50, max: 150, noNaN: true }),
        (xy, px, py) => {
          const strokes = strokesOf(xy)
          const blocks = new VertexBlocks(strokes, Uint8Array.of(1), new Float64Array(xy.length / 2))
          const nearest = Math.min(
            ...Array.from({ length: xy.length / 2 - 1 }, (_, v) =>
              Math.hypot((xy[2 * v] ?? 0) - px, (xy[2 * v + 1] ?? 0) - py),
            ),
          )
          expect(blocks.gap(0, px, py)).toBeLessThanOrEqual(nearest + 1e-12)
          expect(blocks.hasEqualStops[0]).toBe(1)
        },
      ),
      runs(300),
    )
  })

  it('compares a long stroke at some of its vertices only', () => {
    const round = (k: number): number[] => [50 + 40 * Math.cos(k / 5_000), 50 + 40 * Math.sin(k / 5_000)]
    const long = Array.from({ length: 30_000 }, (_, k) => round(k)).flat()
    const near = nearStrokes(strokesOf(long, lineOf(20, 20, 5, true), lineOf(95, 50, 5, true)), 12, new Work())
    expect([...near.stroke.subarray(0, 3)]).toEqual([2, 1, -1])
    // every 60th vertex: 500 of 30,000
    expect([...near.own.subarray(0, 2)].map((v) => v % 60)).toEqual([0, 0])
  })
})
