import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { type Strokes, stroke, strokeCount, strokesOf } from '../../../src/geometry/drawing.ts'
import { trails as trailsOf } from '../../../src/plotter/prepare/trails/index.ts'
import { Pairing } from '../../../src/plotter/prepare/trails/pairing.ts'
import { Work } from '../../../src/plotter/prepare/work.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { runs } from '../../support/fuzz.ts'
import { ink, meshes } from './support.ts'

const { down } = profileNamed('axidraw-v3')

const trails = (strokes: Strokes): Strokes => trailsOf(strokes, down, new Work())

const lines = (strokes: Strokes): number[][] =>
  Array.from({ length: strokeCount(strokes) }, (_, i) => [...stroke(strokes, i)])

/** The fewest lifts, by exhaustive search over all orders and directions of the segments. */
function fewestByForce(segments: readonly (readonly [string, string])[]): number {
  let best = segments.length
  const visit = (left: readonly (readonly [string, string])[], end: string, lifts: number): void => {
    if (lifts >= best && left.length > 0) return
    if (left.length === 0) {
      best = Math.min(best, lifts)
      return
    }
    left.forEach(([a, b], i) => {
      const rest = left.filter((_, k) => k !== i)
      visit(rest, b, a === end ? lifts : lifts + 1)
      visit(rest, a, b === end ? lifts : lifts + 1)
    })
  }
  visit(segments, '', 0)
  return best
}

describe('trails', () => {
  it('chain strokes end to end, whichever way they point', () => {
    const chained = trails(strokesOf([0, 0, 10, 0], [20, 0, 10, 0], [20, 0, 30, 5]))
    expect(lines(chained)).toEqual([[0, 0, 10, 0, 20, 0, 30, 5]])
  })

  it('go straight through a crossing', () => {
    const cross = strokesOf([0, 5, 5, 5], [5, 0, 5, 5], [5, 5, 10, 5], [5, 5, 5, 10])
    expect(lines(trails(cross))).toEqual([
      [0, 5, 5, 5, 10, 5],
      [5, 0, 5, 5, 5, 10],
    ])
  })

  it('draw a closed stroke and a stroke that touches it as one', () => {
    const square = [4, 0, 8, 0, 8, 4, 4, 4, 4, 0]
    expect(strokeCount(trails(strokesOf([0, 4, 4, 4], square)))).toBe(1)
    expect(strokeCount(trails(strokesOf(square, [8, 4, 12, 4, 12, 8, 8, 8, 8, 4])))).toBe(1)
  })

  it('do not jump again and again between two strokes that run less than a micrometre beside each other', () => {
    const wave = (off: number) =>
      Array.from({ length: 30 }, (_, i) => [i, Math.sin(i / 5) + (i % 2 === 0 ? off : -off)]).flat()
    const closed = (off: number, back: number) => [...wave(off), 29, back, 0, back, ...wave(off).slice(0, 2)]
    const both = lines(trails(strokesOf(closed(0, 9), closed(0.0004, -9)))).flat()
    const steps = Array.from({ length: both.length / 2 - 1 }, (_, i) =>
      Math.hypot((both[2 * i + 2] ?? 0) - (both[2 * i] ?? 0), (both[2 * i + 3] ?? 0) - (both[2 * i + 1] ?? 0)),
    )
    expect(steps.filter((mm) => mm < 0.001).length).toBeLessThanOrEqual(2)
  })

  it('do not chain strokes that only cross', () => {
    const two = strokesOf([0, 0, 10, 10], [0, 10, 10, 0])
    expect(trails(two)).toEqual(two)
  })

  it('keep a dot', () => {
    expect(lines(trails(strokesOf([3, 3], [5, 5, 6, 6])))).toEqual([
      [3, 3],
      [5, 5, 6, 6],
    ])
  })

  it('draw a mesh of rectangles without a lift when every place has an even degree', () => {
    const rectangles = Array.from({ length: 36 }, (_, i) => {
      const [left, top] = [(i % 6) * 2 + (Math.floor(i / 6) % 2), Math.floor(i / 6) * 2]
      return [left, top, left + 1, top, left + 1, top + 2, left, top + 2, left, top]
    })
    expect(strokeCount(trails(strokesOf(...rectangles)))).toBe(1)
  })

  it('compare few turns at a place where thousands of closed strokes meet, and draw them as one', () => {
    const turns = vi.spyOn(Pairing.prototype, 'turn')
    const copies = Array.from({ length: 2000 }, () => [0, 0, 1, 0, 1, 1, 0, 0])
    expect(strokeCount(trails(strokesOf(...copies)))).toBe(1)
    expect(strokeCount(trails(strokesOf(...copies, [0, 0, -9, 0])))).toBe(1)
    expect(turns.mock.calls.length).toBeLessThan(2 * 4000 * 200)
    turns.mockRestore()
  })

  it('end with the reason of an abort, at every stage', () => {
    const squares = Array.from({ length: 9 }, (_, i) => [i, 0, i + 1, 0, i + 1, 1, i, 1, i, 0])
    let checks = 0
    let last = Infinity
    const signal = {
      get aborted() {
        return ++checks > last
      },
      reason: new Error('enough'),
    }
    const run = () => trailsOf(strokesOf(...squares), down, new Work({ signal }))
    run()
    const all = checks
    expect(all).toBeGreaterThanOrEqual(5)
    for (last = 0; last < all; last++) {
      checks = 0
      expect(run).toThrow('enough')
    }
  })

  it('are as few as an exhaustive search finds, on small graphs', () => {
    fc.assert(
      fc.property(meshes(4, 3), (strokes) => {
        const segments = [...ink(strokes)].flatMap(([key, times]) =>
          Array.from({ length: times }, () => key.split(' ') as [string, string]),
        )
        fc.pre(segments.length <= 6)
        const chained = trails(strokes)
        const single = trails(strokesOf(...segments.map((ends) => ends.join(',').split(',').map(Number))))
        expect(strokeCount(single)).toBe(fewestByForce(segments))
        expect(strokeCount(chained)).toBeLessThanOrEqual(strokeCount(strokes))
      }),
      runs(60),
    )
  })

  it.each([2, 3, 4, 5, 9])('draw %d rings through one place as one', (rings) => {
    const flower = Array.from({ length: rings }, (_, i) => {
      const [a, b] = [i * 0.6, i * 0.6 + 0.3]
      return [50, 50, 50 + 9 * Math.cos(a), 50 + 9 * Math.sin(a), 50 + 9 * Math.cos(b), 50 + 9 * Math.sin(b), 50, 50]
    })
    expect(strokeCount(trails(strokesOf(...flower)))).toBe(1)
  })

  it('are half as many as the places of odd degree in each connected piece, and at least one in each', () => {
    fc.assert(
      fc.property(meshes(40, 60), (strokes) => {
        const segments = lines(strokes).flatMap((line) =>
          Array.from({ length: line.length / 2 - 1 }, (_, i) => line.slice(2 * i, 2 * i + 4)),
        )
        expect(strokeCount(trails(strokesOf(...segments)))).toBe(fewestByEuler(segments))
      }),
      runs(200),
    )
  })

  it('change no ink', () => {
    fc.assert(
      fc.property(meshes(30, 60), (strokes) => {
        expect(ink(trails(strokes))).toEqual(ink(strokes))
      }),
      runs(300),
    )
  })
})

function fewestByEuler(segments: readonly number[][]): number {
  const degree = new Map<string, number>()
  const piece = new Map<string, string>()
  const root = (place: string): string => (piece.get(place) === place ? place : root(piece.get(place) ?? place))
  for (const segment of segments) {
    const ends = [segment.slice(0, 2).join(), segment.slice(2).join()]
    for (const end of ends) {
      degree.set(end, (degree.get(end) ?? 0) + 1)
      if (!piece.has(end)) piece.set(end, end)
    }
    piece.set(root(ends[0] ?? ''), root(ends[1] ?? ''))
  }
  const odd = new Map<string, number>()
  for (const [place, n] of degree) odd.set(root(place), (odd.get(root(place)) ?? 0) + (n % 2))
  return [...odd.values()].reduce((sum, n) => sum + Math.max(1, n / 2), 0)
}
