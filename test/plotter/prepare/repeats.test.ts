import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Strokes, stroke, strokeCount, strokesOf } from '../../../src/geometry/drawing.ts'
import { inkLength } from '../../../src/geometry/measure.ts'
import { prepare } from '../../../src/plotter/prepare/index.ts'
import { findRepeats } from '../../../src/plotter/prepare/repeats/find.ts'
import { removeRepeats, wholeStrokes } from '../../../src/plotter/prepare/repeats/remove.ts'
import { Work } from '../../../src/plotter/prepare/work.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { runs } from '../../support/fuzz.ts'
import { drawing, ink, scattered } from './support.ts'

const lines = (strokes: Strokes): number[][] =>
  Array.from({ length: strokeCount(strokes) }, (_, i) => [...stroke(strokes, i)])
const withoutRepeats = (strokes: Strokes): Strokes => removeRepeats(strokes, findRepeats(strokes, new Work()))

describe('repeats', () => {
  it('are found and removed when a line is drawn twice, the second time backwards', () => {
    const twice = strokesOf([0, 0, 10, 0, 10, 10], [10, 10, 10, 0, 0, 0])
    expect(findRepeats(twice, new Work()).mm).toBeCloseTo(20, 9)
    expect(lines(withoutRepeats(twice))).toEqual([[0, 0, 10, 0, 10, 10]])
  })

  it('are found in lines that end at −0', () => {
    const lines = Array.from({ length: 3 }, () => [
      [0, 0, 20, -0],
      [0, 0, 20, 0.5],
      [0, 0, 20, 1],
    ]).flat()
    const plain = lines.map((line) => line.map((value) => value + 0))
    expect(findRepeats(strokesOf(...lines), new Work()).mm).toBe(findRepeats(strokesOf(...plain), new Work()).mm)
  })

  it('are cut out of lines that overlap in part', () => {
    const overlapping = strokesOf([0, 0, 10, 0], [6, 0, 15, 0])
    expect(findRepeats(overlapping, new Work()).mm).toBeCloseTo(4, 9)
    expect(lines(withoutRepeats(overlapping))).toEqual([
      [0, 0, 10, 0],
      [10, 0, 15, 0],
    ])
  })

  it('leave no dot where a removed line has the same vertex twice', () => {
    const line = [0, 0, 10, 0]
    const copies = [
      [0, 0, 0, 0, 10, 0],
      [0, 0, 5, 0, 5, 0, 10, 0],
      [0, 0, 10, 0, 10, 0],
    ]
    for (const copy of copies) {
      expect(lines(withoutRepeats(strokesOf(line, copy)))).toEqual([line])
      const strokes = strokesOf(line, copy, [20, 0, 20, 0])
      expect([...wholeStrokes(strokes, findRepeats(strokes, new Work()))]).toEqual([1])
      expect(lines(withoutRepeats(strokes))).toEqual([line, [20, 0, 20, 0]])
    }
  })

  it('are found when many short lines cover a long one', () => {
    const short = Array.from({ length: 10 }, (_, i) => [i, i, i + 1, i + 1])
    expect(lines(withoutRepeats(strokesOf(...short, [0, 0, 10, 10])))).toEqual([[0, 0, 10, 10]])
  })

  it('are found when a line continues along another: a T whose stem continues along its bar', () => {
    const bar = [0, 5, 10, 5]
    const stem = [5, 15, 5, 5, 10, 5]
    expect(lines(withoutRepeats(strokesOf(bar, stem)))).toEqual([bar, [5, 15, 5, 5]])
  })

  it('stay where a line follows another for less than 1 mm in the middle of its way: a lift would cost more', () => {
    const bar = [0, 5, 10, 5]
    const brush = (mm: number): number[] => [4, 0, 4, 5, 4 + mm, 5, 4 + mm, 10]
    expect(lines(withoutRepeats(strokesOf(bar, brush(0.8))))).toEqual([bar, brush(0.8)])
    expect(lines(withoutRepeats(strokesOf(bar, brush(1.2))))).toEqual([bar, [4, 0, 4, 5], [5.2, 5, 5.2, 10]])
  })

  it('lie on ink that stays: of lines that lie close together, only every second one is a repeat', () => {
    const band = Array.from({ length: 9 }, (_, i) => [0, 0.004 * i, 10, 0.004 * i])
    expect(lines(withoutRepeats(strokesOf(...band)))).toEqual([0, 2, 4, 6, 8].map((i) => band[i]))
    const backwards = band.map((line, i) => (i % 2 === 0 ? line : [10, 0.004 * i, 0, 0.004 * i]))
    expect(lines(withoutRepeats(strokesOf(...backwards)))).toEqual([0, 2, 4, 6, 8].map((i) => band[i]))
  })

  it('do not lie on the repeated part of another stroke, because that part does not stay', () => {
    const [first, second, third] = [
      [0, 0, 30, 0],
      [0, 0.004, 10, 0.004, 10, 5],
      [9, 0.008, 0, 0.008],
    ]
    expect(lines(withoutRepeats(strokesOf(first, second, third)))).toEqual([first, [10, 0.004, 10, 5], third])
  })

  it('leave the first of two outlines whole when the two share a border', () => {
    const left = [0, 0, 5, 0, 5, 5, 0, 5, 0, 0]
    const right = [5, 0, 10, 0, 10, 5, 5, 5, 5, 0]
    expect(lines(withoutRepeats(strokesOf(left, right)))).toEqual([left, [5, 0, 10, 0, 10, 5, 5, 5]])
  })

  it('are not found at crossings, in lines that lie side by side, or at corners', () => {
    const strokes = strokesOf([0, 0, 10, 10], [0, 10, 10, 0], [0, 0.02, 10, 10.02], [10, 10, 20, 10.1])
    expect(findRepeats(strokes, new Work()).mm).toBe(0)
  })

  it('are found in a curve drawn twice in fine pieces', () => {
    const ring = Array.from({ length: 402 }, (_, i) => {
      const angle = (2 * Math.PI * (i >> 1)) / 200
      return 5 + (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle))
    })
    expect(withoutRepeats(strokesOf(ring, ring))).toEqual(strokesOf(ring))
  })

  it('are half of the ink of a drawing that is drawn twice, and their removal leaves the other half', () => {
    fc.assert(
      fc.property(scattered(12), (strokes) => {
        const single = withoutRepeats(strokes)
        const doubled = strokesOf(...lines(single), ...lines(single))
        expect(findRepeats(doubled, new Work()).mm).toBeCloseTo(inkLength(single), 2)
        expect(inkLength(withoutRepeats(doubled))).toBeCloseTo(inkLength(single), 1)
      }),
      runs(200),
    )
  })

  it('are as long as the ink that their removal takes away, and a drawing without repeats keeps all its ink', () => {
    fc.assert(
      fc.property(scattered(12), (strokes) => {
        const repeats = findRepeats(strokes, new Work())
        if (repeats.stretches.size === 0) expect(ink(removeRepeats(strokes, repeats))).toEqual(ink(strokes))
        else expect(inkLength(removeRepeats(strokes, repeats))).toBeCloseTo(inkLength(strokes) - repeats.mm, 1)
      }),
      runs(300),
    )
  })
})

describe('ink drawn more than once', () => {
  const doubled = drawing([10, 10, 60, 10], [60, 10, 10, 10])

  it('is reported in millimetres and seconds, and drawn', () => {
    const { report } = prepare(doubled)
    expect(report.repeats).toMatchObject({ mm: 50, removed: false })
    const line = prepare(drawing([10, 10, 60, 10])).report.estimate
    const { pen } = profileNamed('axidraw-v3')
    const lift = (pen.raiseMs + pen.lowerMs) / 1000
    expect(report.repeats.seconds).toBeGreaterThan(1)
    expect(report.repeats.seconds).toBeLessThan(line.seconds - lift)
    expect(report.estimate.penDownMm).toBe(100)
  })

  it('is drawn once on request', () => {
    const { report } = prepare(doubled, { once: true })
    expect(report.repeats).toMatchObject({ mm: 50, removed: true })
    expect(report.estimate.penDownMm).toBe(50)
  })

  it('is drawn nevertheless when leaving it out would cost a lift and take longer', () => {
    const loop = drawing([10, 10, 60, 10, 60, 40, 30, 40, 30, 10, 32, 10, 32, 60])
    const { drawing: ready, report } = prepare(loop, { once: true })
    expect(report.repeats).toMatchObject({ mm: 2, removed: false })
    expect(report.estimate.lifts).toBe(1)
    expect(ink(ready)).toEqual(ink(loop))
  })

  it('is drawn when it is negligible and lies in parts of strokes, but a whole repeated stroke is left out', () => {
    const long = Array.from({ length: 60 }, (_, i) => [1, 1 + i, 99, 1 + i])
    const ring = [50, 80, 51, 80, 51, 81, 50, 81, 50, 80]
    const part = prepare(drawing(...long, [10, 70, 13, 70], [11, 70, 17, 70]), { once: true, effort: 0 }).report
    expect(part.repeats).toMatchObject({ mm: 2, removed: false })
    const whole = prepare(drawing(...long, ring, ring), { once: true, effort: 0 }).report
    expect(whole.repeats).toMatchObject({ mm: 4, removed: true })
    expect(whole.estimate.penDownMm).toBeCloseTo(60 * 98 + 4, 6)
    const open = prepare(drawing(...long, [10, 70, 13, 70], [10, 70, 13, 70]), { once: true, effort: 0 }).report
    expect(open.repeats).toMatchObject({ mm: 3, removed: true })
  })

  it('is left out only when the plot does not take longer without it', () => {
    const place = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }))
    const strokes = fc.array(fc.array(place, { minLength: 2, maxLength: 6 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(strokes, fc.boolean(), (lists, keepOrder) => {
        const doubled = drawing(...lists.map((list) => list.flatMap(([a, b]) => [10 + 3 * a, 10 + 3 * b])))
        const [all, once] = [false, true].map(
          (once) => prepare(doubled, { once, keepOrder, effort: 0.1 }).report.estimate.seconds,
        )
        expect(once).toBeLessThanOrEqual((all ?? 0) + 1e-9)
      }),
      runs(150),
    )
  })
})
