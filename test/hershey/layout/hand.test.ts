import { describe, expect, it } from 'vitest'
import { at, strokeCount, x, y } from '../../../src/geometry/drawing.ts'
import { layoutText, setPages } from '../../../src/hershey/index.ts'

const SIZE = 5
const write = (text: string, seed: number, amount = 1) =>
  layoutText(text, { font: 'scripts', size: SIZE, hand: { seed, amount } }).strokes
const TEXT = 'Dear grandmother,\nthank you for the lovely days'

describe('a hand', () => {
  it('is the same for the same seed, and differs for another seed', () => {
    expect(write(TEXT, 3)).toEqual(write(TEXT, 3))
    expect(write(TEXT, 3)).not.toEqual(write(TEXT, 4))
  })

  it('draws the same letter in another shape at each of four places', () => {
    const { points, starts } = write('oooo', 1)
    const shape = (s: number) => {
      const first = at(starts, s)
      return Array.from({ length: at(starts, s + 1) - first }, (_, i) => y(points, first + i).toFixed(6)).join()
    }
    expect(new Set([0, 1, 2, 3].map(shape)).size).toBe(4)
  })

  it('moves each vertex by less than 0.6 of the cap height, and up or down by less than a third of the cap height', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const [plain, hand] = [write(TEXT, seed, 0), write(TEXT, seed)]
      expect(hand.points.length).toBe(plain.points.length)
      let [furthest, highest] = [0, 0]
      for (let i = 0; i < hand.points.length / 2; i++) {
        const [dx, dy] = [x(hand.points, i) - x(plain.points, i), y(hand.points, i) - y(plain.points, i)]
        furthest = Math.max(furthest, Math.hypot(dx, dy))
        highest = Math.max(highest, Math.abs(dy))
      }
      expect(furthest).toBeLessThan(0.6 * SIZE)
      expect(highest).toBeLessThan(SIZE / 3)
    }
  })

  it('with an amount of 0 keeps the number of strokes, and the bounds within 2 % of the cap height', () => {
    const still = layoutText(TEXT, { font: 'scripts', size: SIZE, hand: { seed: 1, amount: 0 } })
    const plain = layoutText(TEXT, { font: 'scripts', size: SIZE })
    for (const side of ['minX', 'minY', 'maxX', 'maxY'] as const) {
      expect(Math.abs(still.bounds[side] - plain.bounds[side])).toBeLessThan(0.02 * SIZE)
    }
    expect(strokeCount(still.strokes)).toBe(strokeCount(plain.strokes))
  })

  it('turns by less than 25° at each vertex of round letters and stems', () => {
    for (const seed of [1, 2, 3]) {
      const { points, starts } = layoutText('oclOC', { font: 'EMSReadability', size: SIZE, hand: { seed } }).strokes
      for (let s = 0; s + 1 < starts.length; s++) {
        for (let i = at(starts, s) + 1; i + 1 < at(starts, s + 1); i++) {
          const heading = (k: number) => Math.atan2(y(points, k + 1) - y(points, k), x(points, k + 1) - x(points, k))
          const turn = Math.abs(heading(i) - heading(i - 1))
          expect(Math.min(turn, 2 * Math.PI - turn)).toBeLessThan((25 * Math.PI) / 180)
        }
      }
    }
  })

  it('reaches less than half the cap height above and below the plain letters, in a long line', () => {
    const long = 'minimum nine summers '.repeat(12).trim()
    for (const seed of [1, 2, 3, 4, 5]) {
      const [hand, plain] = [layoutText(long, { size: 2, hand: { seed } }).bounds, layoutText(long, { size: 2 }).bounds]
      expect(plain.minY - hand.minY).toBeLessThan(0.5 * 2)
      expect(hand.maxY - plain.maxY).toBeLessThan(0.5 * 2)
    }
  })

  it('keeps words apart, even with an amount of 2', () => {
    const words = 'the cat sat on that fence for a fortnight, and the last of the day to find it out'.split(' ')
    const counts = words.map((word) => strokeCount(write(word, 1)))
    for (let seed = 1; seed <= 50; seed++) {
      const { points, starts } = write(words.join(' '), seed, 2)
      let stroke = 0
      let end = -Infinity
      for (const count of counts) {
        const [from, to] = [at(starts, stroke), at(starts, stroke + count)]
        const places = Array.from({ length: to - from }, (_, i) => x(points, from + i))
        expect(Math.min(...places) - end).toBeGreaterThan(0.05 * SIZE)
        end = Math.max(...places)
        stroke += count
      }
    }
  })

  it('keeps joined letters joined: where strokes met they still meet', () => {
    const plain = write('minimum', 9, 0)
    const hand = write('minimum', 9)
    let joins = 0
    for (let s = 0; s + 1 < strokeCount(plain); s++) {
      const [end, next] = [at(plain.starts, s + 1) - 1, at(plain.starts, s + 1)]
      const gap = (points: Float64Array) =>
        Math.hypot(x(points, end) - x(points, next), y(points, end) - y(points, next))
      if (gap(plain.points) > 0.01) continue
      joins++
      expect(gap(hand.points)).toBeLessThan(0.02)
    }
    expect(joins).toBeGreaterThan(3)
  })
})

describe('the last words of a written line', () => {
  const long = 'The quick brown fox jumps over the lazy dog and runs home'
  const endOf = (width: number, amount: number) =>
    layoutText(long, { font: 'linnet', size: SIZE, width, hand: { seed: 1, amount } }).bounds.maxX
  const linesAt = (width: number) => layoutText(long, { font: 'linnet', size: SIZE, width }).lines.length
  let full = 100
  while (linesAt(full) > 1) full++

  it('are narrower when the line is full, unless the amount is 0', () => {
    expect(endOf(full, 1)).toBeLessThan(endOf(2 * full, 1) - 0.5)
    expect(endOf(full, 0)).toBe(endOf(2 * full, 0))
  })

  it('do not move the words at the start of the line', () => {
    const start = (width: number) => layoutText(long, { font: 'linnet', size: SIZE, width, hand: { seed: 1 } }).strokes
    expect(start(full).points.subarray(0, 400)).toEqual(start(2 * full).points.subarray(0, 400))
  })
})

describe('a page of handwriting', () => {
  it('has different lines although they have the same words', () => {
    const { pages } = setPages([{ text: Array(4).fill('minimum').join('\n') }], {
      ...{ width: 100, height: 100, margin: 10, size: SIZE, font: 'EMSReadability', hand: { seed: 1 } },
    })
    const { strokes } = pages[0] ?? { strokes: { points: new Float64Array(), starts: new Uint32Array() } }
    const count = strokeCount(strokes) / 4
    const heights = [0, 1, 2, 3].map((line) => {
      const all = Array.from({ length: count }, (_, s) => y(strokes.points, at(strokes.starts, line * count + s)))
      return all.map((value) => (value - (all[0] ?? 0)).toFixed(3)).join()
    })
    expect(new Set(heights).size).toBe(4)
  })
})

describe('smoothing', () => {
  const smooth = (text: string, on: boolean) => layoutText(text, { font: 'rowmans', size: 21, smooth: on }).strokes

  it('leaves letters of straight strokes and their corners as they are', () => {
    expect(smooth('AEHKLMNTVWXYZ', true)).toEqual(smooth('AEHKLMNTVWXYZ', false))
  })

  it('passes through every vertex and strays less than a third of a unit from the polygon', () => {
    const [round, plain] = [smooth('SCOgas38', true), smooth('SCOgas38', false)]
    expect(round.points.length).toBeGreaterThan(2 * plain.points.length)
    const places = new Set(
      Array.from({ length: round.points.length / 2 }, (_, i) => `${x(round.points, i)},${y(round.points, i)}`),
    )
    for (let i = 0; i < plain.points.length / 2; i++) {
      expect(places).toContain(`${x(plain.points, i)},${y(plain.points, i)}`)
    }
    for (let i = 0; i < round.points.length / 2; i++) {
      expect(distance(round.points, i, plain.points)).toBeLessThan(0.33)
    }
  })
})

/** Distance from vertex i to the nearest place on `others`, taken as one polyline. */
function distance(points: Float64Array, i: number, others: Float64Array): number {
  let least = Infinity
  for (let k = 1; k < others.length / 2; k++) {
    const [ax, ay, bx, by] = [x(others, k - 1), y(others, k - 1), x(others, k), y(others, k)]
    const [dx, dy] = [bx - ax, by - ay]
    const t = Math.max(0, Math.min(1, ((x(points, i) - ax) * dx + (y(points, i) - ay) * dy) / (dx * dx + dy * dy || 1)))
    least = Math.min(least, Math.hypot(x(points, i) - ax - t * dx, y(points, i) - ay - t * dy))
  }
  return least
}
