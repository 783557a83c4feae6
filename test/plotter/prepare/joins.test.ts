import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Strokes, stroke, strokeCount, strokesOf } from '../../../src/geometry/drawing.ts'
import { Blossom } from '../../../src/plotter/prepare/joins/blossom.ts'
import { joins as joinsOf } from '../../../src/plotter/prepare/joins/index.ts'
import { matching } from '../../../src/plotter/prepare/joins/matching.ts'
import { nearEnds } from '../../../src/plotter/prepare/joins/near-ends.ts'
import { openRings } from '../../../src/plotter/prepare/joins/rings.ts'
import { Work } from '../../../src/plotter/prepare/work.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { runs } from '../../support/fuzz.ts'

const { down } = profileNamed('axidraw-v3')
const JOIN = 0.15
const joins = (strokes: Strokes): Strokes => joinsOf(strokes, JOIN, down, new Work()).strokes

const lines = (strokes: Strokes): number[][] =>
  Array.from({ length: strokeCount(strokes) }, (_, i) => [...stroke(strokes, i)])

const gap = ([ax = 0, ay = 0]: readonly number[], [bx = 0, by = 0]: readonly number[]): number =>
  Math.hypot(ax - bx, ay - by)

/** The fewest chains, by exhaustive search: each stroke in turn, either way. */
function fewestByExhaustion(strokes: readonly (readonly number[])[]): number {
  let best = strokes.length
  const visit = (left: readonly (readonly number[])[], at: readonly number[], chains: number): void => {
    if (chains >= best && left.length > 0) return
    if (left.length === 0) {
      best = Math.min(best, chains)
      return
    }
    left.forEach((line, i) => {
      const rest = left.filter((_, k) => k !== i)
      const [from, to] = [line.slice(0, 2), line.slice(-2)]
      visit(rest, to, gap(at, from) <= JOIN ? chains : chains + 1)
      visit(rest, from, gap(at, to) <= JOIN ? chains : chains + 1)
    })
  }
  visit(strokes, [Number.NaN, Number.NaN], 0)
  return best
}

/** The number of chains when the stroke with the nearest end comes next. A chain begins if that end is out of reach. */
function greedy(strokes: readonly (readonly number[])[]): number {
  const left = [...strokes]
  let [chains, at] = [0, [Number.NaN, Number.NaN]]
  while (left.length > 0) {
    const reach = left.map((line) => Math.min(gap(at, line.slice(0, 2)), gap(at, line.slice(-2))))
    const least = Math.min(...reach.map((d) => (Number.isNaN(d) ? Infinity : d)))
    const next = Math.max(0, reach.indexOf(least))
    const [line = []] = left.splice(next, 1)
    if (!(least <= JOIN)) chains++
    at = gap(at, line.slice(-2)) < gap(at, line.slice(0, 2)) ? line.slice(0, 2) : line.slice(-2)
  }
  return chains
}

/** Strokes between a few places. Each end lies up to 0.2 mm from its place in x and in y. */
const bundles = (places: number, most: number): fc.Arbitrary<Strokes> => {
  const end = fc.tuple(fc.nat(places - 1), fc.nat(20), fc.nat(20)).map(([place, dx, dy]) => {
    return [5 * place + dx / 100, ((place * place) % 7) + dy / 100]
  })
  const line = fc.tuple(end, end).map(([a, b]) => [...a, 3, 90, ...b])
  return fc.array(line, { minLength: 1, maxLength: most }).map((all) => strokesOf(...all))
}

/** The segments longer than a join, as sorted text. */
const longSegments = (strokes: Strokes): string[] =>
  lines(strokes)
    .flatMap((line) =>
      Array.from({ length: line.length / 2 - 1 }, (_, v) => [
        line.slice(2 * v, 2 * v + 2),
        line.slice(2 * v + 2, 2 * v + 4),
      ]),
    )
    .filter(([a = [], b = []]) => gap(a, b) > JOIN)
    .map((ends) => ends.map(String).sort().join(' '))
    .sort()

describe('joins', () => {
  it('are as many as possible, although joining the nearest ends would leave two strokes alone', () => {
    // of the four strokes, the first reaches only the second; the third reaches the second and the fourth
    const four = strokesOf([0, 50, 0, 0], [0.1, 0, 9, 50], [0.18, 0, 20, 50], [0.3, 0, 30, 50])
    expect(strokeCount(joins(four))).toBe(2)
  })

  it('take the smaller of two gaps, and the smaller turn if the gaps are equal', () => {
    const near = strokesOf([0, 0, 10, 0], [10.1, 0, 10.1, 9], [10.04, 0, 10.04, -9])
    expect(lines(joins(near))[0]).toEqual([0, 0, 10, 0, 10.04, 0, 10.04, -9])
    const straight = strokesOf([0, 0, 10, 0], [10, 0, 10, 9], [10, 0, 20, 0.1])
    expect(lines(joins(straight))[0]).toEqual([0, 0, 10, 0, 20, 0.1])
  })

  it('draw a closed stroke from its vertex near the end of another stroke', () => {
    const square = [4, 0, 8, 0, 8, 4, 4, 4, 4, 0]
    expect(lines(joins(strokesOf([0, 9, 7.9, 4], square)))).toEqual([[0, 9, 7.9, 4, 8, 4, 8, 0, 4, 0, 4, 4, 8, 4]])
  })

  it('open a ring of strokes towards another chain', () => {
    // the first three would close a ring, but the first and the third also reach the fourth
    const ring = strokesOf([0, 0, 10, 0], [10.05, 0, 5, 9], [5, 9.05, 0, 0.05], [0, 0.14, -9, 9])
    expect(strokeCount(joins(ring))).toBe(1)
  })

  it('do not change strokes whose ends are further apart than the limit', () => {
    const strokes = strokesOf([0, 0, 10, 0], [10.2, 0, 20, 0])
    expect(joins(strokes)).toBe(strokes)
  })

  it('are as many as an exhaustive search finds', () => {
    fc.assert(
      fc.property(bundles(3, 6), (strokes) => {
        expect(strokeCount(joins(strokes))).toBe(fewestByExhaustion(lines(strokes)))
      }),
      runs(1500, 150),
    )
  })

  it('leave no more strokes than a search by the nearest neighbour', () => {
    fc.assert(
      fc.property(bundles(12, 60), (strokes) => {
        expect(strokeCount(joins(strokes))).toBeLessThanOrEqual(greedy(lines(strokes)))
      }),
      runs(600, 60),
    )
  })

  it('draw all ink, and in addition only gaps', () => {
    fc.assert(
      fc.property(bundles(6, 30), (strokes) => {
        expect(longSegments(joins(strokes))).toEqual(longSegments(strokes))
      }),
      runs(300, 30),
    )
  })

  it('are found among five thousand ends in one place', () => {
    const all = Array.from({ length: 5000 }, (_, i) => [(i % 97) / 1000, (i % 89) / 1000, 50 + i / 100, 60 + (i % 7)])
    expect(strokeCount(joins(strokesOf(...all)))).toBeLessThanOrEqual(2501)
  })

  it.each([
    { side: 40, spacing: 0.06, unevenness: 1 },
    { side: 60, spacing: 0.1, unevenness: 5 },
  ])('open all rings of $side² dots about $spacing mm apart with few comparisons', ({ side, spacing, unevenness }) => {
    const dots = Array.from({ length: side * side }, (_, i) => {
      const dot = [
        (i % side) * spacing + (unevenness * ((i * 7919) % 13)) / 1000,
        Math.floor(i / side) * spacing + (unevenness * ((i * 104_729) % 17)) / 1000,
      ]
      return [...dot, ...dot]
    })
    const ends = nearEnds(strokesOf(...dots), JOIN, new Work())
    const match = matching(ends, () => 1, new Work())
    let calls = 0
    openRings(match, ends, () => ++calls && 1, new Work())
    expect(match.filter((partner) => partner < 0)).toHaveLength(2)
    expect(calls).toBeLessThan(4 * ends.near.length)
  })

  it('find no neighbour at a join distance below the spacing of floating-point numbers', () => {
    const strokes = strokesOf([100, 100, 110, 100], [110.001, 100, 120, 100])
    for (const join of [1e-14, 1e-18, Number.MIN_VALUE]) {
      expect(joinsOf(strokes, join, down, new Work()).strokes).toBe(strokes)
    }
  })

  it('end with the reason of an abort', () => {
    const signal = AbortSignal.abort(new Error('enough'))
    const strokes = strokesOf([0, 0, 10, 0], [10.1, 0, 10.1, 9])
    const ends = nearEnds(strokes, JOIN, new Work())
    const work = new Work({ signal })
    expect(() => nearEnds(strokes, JOIN, work)).toThrow('enough')
    expect(() => matching(ends, () => 1, work)).toThrow('enough')
    expect(() => new Blossom([[1], [0]], new Int32Array(2).fill(-1)).grow(1, work)).toThrow('enough')
    expect(() => openRings(Int32Array.of(2, 3, 0, 1), ends, () => 1, work)).toThrow('enough')
  })

  it('search no further from ends where an earlier search found no partner', () => {
    const hubs = Array.from({ length: 50 }, (_, hub) => hub)
    const leaves = Array.from({ length: 1000 }, (_, leaf) => 50 + leaf)
    const near = [...hubs.map(() => leaves), ...leaves.map(() => hubs)]
    const blossom = new Blossom(near, new Int32Array(near.length).fill(-1))
    blossom.grow(Number.POSITIVE_INFINITY, new Work())
    expect(blossom.match.filter((partner) => partner >= 0)).toHaveLength(100)
    expect(blossom.work).toBeLessThan(4 * 50 * 1000)
  })
})
