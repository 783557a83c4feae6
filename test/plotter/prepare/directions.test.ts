import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rings } from '../../../bench/planning/scatter.ts'
import { drawingOf, type Strokes, stroke, strokeCount, strokesOf } from '../../../src/geometry/drawing.ts'
import { estimate } from '../../../src/plotter/motion/estimate.ts'
import { linkCosts } from '../../../src/plotter/prepare/arrange.ts'
import { joinConsecutive } from '../../../src/plotter/prepare/finish.ts'
import { directed, inSequence, order } from '../../../src/plotter/prepare/order/index.ts'
import { Work } from '../../../src/plotter/prepare/work.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { runs } from '../../support/fuzz.ts'
import { scattered } from './support.ts'

const profile = profileNamed('axidraw-v3')
const costs = linkCosts(profile, {})

const seconds = (strokes: Strokes): number =>
  estimate(drawingOf(joinConsecutive(strokes, costs.join), 1e3, 1e3), profile).seconds

const lines = (strokes: Strokes): number[][] =>
  Array.from({ length: strokeCount(strokes) }, (_, i) => [...stroke(strokes, i)])

const backwards = (line: readonly number[]): number[] =>
  Array.from({ length: line.length / 2 }, (_, v) => line.slice(line.length - 2 * v - 2, line.length - 2 * v)).flat()

/** A ring of 36 chords that begins at the angle `from`. */
const ring = (cx: number, cy: number, radius: number, from: number): number[] => {
  const line = Array.from({ length: 36 }, (_, k) => from + (Math.PI / 18) * k).flatMap((angle) => [
    cx + radius * Math.cos(angle),
    cy + radius * Math.sin(angle),
  ])
  return [...line, ...line.slice(0, 2)]
}

/** All choices of directions of the strokes whose numbers are in `closed`. The other strokes stay as they are. */
const choices = (all: readonly number[][], closed: readonly number[]): Strokes[] =>
  Array.from({ length: 2 ** closed.length }, (_, bits) =>
    strokesOf(
      ...all.map((line, i) => {
        const k = closed.indexOf(i)
        return k >= 0 && (bits >> k) % 2 === 1 ? backwards(line) : line
      }),
    ),
  )

describe('the directions of closed strokes', () => {
  it('are the fastest of all where rings touch each other, or a line', () => {
    const touching = [ring(10, 10, 4, 0), ring(16, 10, 2, Math.PI), ring(14.05, 13, 3, -Math.PI / 2)]
    const line = [30, 20, 24, 10]
    for (const [all, closed] of [
      [touching.slice(0, 2), [0, 1]],
      [touching, [0, 1, 2]],
      [[line, ring(20, 10, 4, 0)], [1]],
      [
        [ring(26, 20, 4, 0), line, ring(20, 10, 4, 0)],
        [0, 2],
      ],
    ] as const) {
      const drawings = choices(all, closed)
      const least = Math.min(...drawings.map(seconds))
      for (const strokes of drawings) expect(seconds(directed(strokes, costs))).toBeCloseTo(least, 2)
      expect(Math.max(...drawings.map(seconds))).toBeGreaterThan(least + 0.02)
    }
  })

  it('make a plot of crossing circles more than 1 % faster', () => {
    const circles = rings(50, false, 1)
    const route = { from: { x: 0, y: 0 }, to: { x: 0, y: 0 } }
    const found = order(circles, route, costs, { effort: 0.01, seams: true }, new Work())
    const ordered = inSequence(circles, found)
    expect(seconds(directed(ordered, costs))).toBeLessThan(0.99 * seconds(ordered))
  })

  it('leave the order, the ends and the ink of all strokes as they are', () => {
    fc.assert(
      fc.property(scattered(8), (strokes) => {
        const before = lines(strokes)
        lines(directed(strokes, { ...costs, join: 20 })).forEach((line, i) => {
          const same = before[i] ?? []
          const isClosed = same.length > 6 && same[0] === same.at(-2) && same[1] === same.at(-1)
          expect([same, ...(isClosed ? [backwards(same)] : [])]).toContainEqual(line)
        })
      }),
      runs(200, 20),
    )
  })

  it('do not change when no closed stroke is joined to another stroke', () => {
    const strokes = strokesOf(ring(10, 10, 4, 0), ring(20, 10, 2, 1), [30, 10, 31, 10], [31, 10, 35, 20])
    expect(directed(strokes, costs)).toBe(strokes)
  })
})
