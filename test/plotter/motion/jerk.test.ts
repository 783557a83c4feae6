import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawingOf, strokesOf } from '../../../src/geometry/drawing.ts'
import { estimate } from '../../../src/plotter/motion/estimate.ts'
import { travelSeconds } from '../../../src/plotter/motion/index.ts'
import { RampTable } from '../../../src/plotter/motion/ramp-table.ts'
import { planStretches } from '../../../src/plotter/motion/stretches.ts'
import { profileNamed, withOverrides } from '../../../src/plotter/profiles/index.ts'
import type { MotionLimits, Profile } from '../../../src/plotter/profiles/profile.ts'
import { runs } from '../../support/fuzz.ts'
import { anyPath, anywhere, circle, drawn, type Step, secondsTo, smooth } from './support.ts'

const JERK = 2000
const axidraw = profileNamed('axidraw-v3')
const gentle = withOverrides(axidraw, { down: { jerk: JERK }, up: { jerk: 4000 } })
const { down } = gentle

const seconds = (path: Float64Array, limits: MotionLimits = down): number =>
  drawn(path, gentle, limits).reduce((sum, step) => sum + step.seconds, 0)

interface Level {
  readonly middle: number
  readonly value: number
}

/**
 * The acceleration along the path. Consecutive blocks with nearly the same acceleration make one level. The outer
 * levels are 0.
 */
function levels(steps: readonly Step[]): Level[] {
  const all: { from: number; to: number; value: number }[] = [{ from: 0, to: 0, value: 0 }]
  let now = 0
  for (const { seconds, entry, exit } of steps) {
    const value = (exit - entry) / seconds
    const last = all.at(-1)
    if (last && last.to > last.from && Math.abs(last.value - value) < 1e-3 * (1 + Math.abs(value))) last.to += seconds
    else all.push({ from: now, to: now + seconds, value })
    now += seconds
  }
  all.push({ from: now, to: now, value: 0 })
  return all.map(({ from, to, value }) => ({ middle: (from + to) / 2, value }))
}

function expectLimits(path: Float64Array, profile: Profile, limits: MotionLimits): void {
  const steps = drawn(path, profile, limits)
  for (const [i, step] of steps.entries()) {
    expect(Math.max(step.entry, step.exit)).toBeLessThanOrEqual(limits.speed * (1 + 1e-9))
    expect(Math.abs(step.exit - step.entry)).toBeLessThanOrEqual(limits.acceleration * step.seconds * (1 + 1e-6) + 1e-6)
    expect(Math.hypot(step.dx, step.dy)).toBeCloseTo(((step.entry + step.exit) / 2) * step.seconds, 9)
    if (i > 0) expect(step.entry).toBeCloseTo(steps[i - 1]?.exit ?? -1, 5)
  }
  const all = levels(steps)
  for (const [i, b] of all.slice(1).entries()) {
    const a = all[i] ?? b
    expect(Math.abs(b.value - a.value)).toBeLessThanOrEqual((limits.jerk ?? 0) * (b.middle - a.middle) * 1.001 + 0.01)
  }
}

describe('motion with a limited jerk', () => {
  it('keeps speed, acceleration and jerk within their limits at every instant, on any path', () => {
    fc.assert(
      fc.property(anyPath, fc.constantFrom(500, 2000, 20_000), (path, jerk) => {
        expectLimits(path, gentle, { ...down, jerk })
      }),
      runs(200),
    )
  })

  it.each([
    ['a circle', circle(3, 0.005)],
    ['a wide circle', circle(40, 0.01)],
    ['a changing curve', smooth(1000)],
    ['a curve that is rounded to a hundredth', smooth(1000).map((value) => Math.round(value * 100) / 100)],
    ['an arc with a straight end', Float64Array.of(...circle(5, 0.005).subarray(0, 60), 60, 60, 90, 61)],
  ])('keeps speed, acceleration and jerk within the profile on %s', (_name, path) => {
    expectLimits(path, gentle, down)
  })

  it('begins and ends at rest, at the first and the last vertex', () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        const steps = drawn(path, gentle, down)
        const sum = (read: (step: Step) => number) => steps.reduce((total, step) => total + read(step), 0)
        expect(sum((step) => step.dx)).toBeCloseTo((path.at(-2) ?? 0) - (path[0] ?? 0), 6)
        expect(sum((step) => step.dy)).toBeCloseTo((path.at(-1) ?? 0) - (path[1] ?? 0), 6)
        if (steps.length > 0) expect([steps[0]?.entry, steps.at(-1)?.exit]).toEqual([0, 0])
      }),
      runs(200),
    )
  })

  it('takes up to 45 % longer at 4000 mm/s³, and up to 30 % longer at 1e9 mm/s³, than motion without a limit', () => {
    const quick = { speed: down.speed, acceleration: down.acceleration, junctionDeviation: down.junctionDeviation }
    for (const path of [Float64Array.of(0, 0, 100, 0), circle(3, 0.005), circle(40, 0.01), smooth(1000)]) {
      const without = seconds(path, quick)
      expect(seconds(path, { ...quick, jerk: 4000 }) / without).toBeLessThan(1.45)
      expect(seconds(path, { ...quick, jerk: 1e9 }) / without).toBeLessThan(1.3)
      expect(seconds(path, { ...quick, jerk: 1e9 }) / without).toBeGreaterThan(1 - 1e-3)
    }
    const line = Float64Array.of(0, 0, 100, 0)
    // each of the two ramps takes acceleration / jerk longer, and the cruise between them acceleration / jerk less
    expect(seconds(line) - seconds(line, quick)).toBeCloseTo(down.acceleration / JERK, 6)
  })

  it('takes the same time within 2 % for a circle whose chords leave it by 0.0002, 0.001 or 0.01 mm', () => {
    for (const radius of [1, 3, 10]) {
      const times = [0.0002, 0.001, 0.01].map((tolerance) => seconds(circle(radius, tolerance)))
      expect(Math.max(...times) / Math.min(...times)).toBeLessThan(1.02)
    }
  })

  it('comes to rest where the pen turns back, and has no blocks for a dot', () => {
    const steps = drawn(Float64Array.of(0, 0, 20, 0, 0, 0), gentle, down)
    expect(steps.filter(({ exit }) => exit === 0)).toHaveLength(2)
    expect(drawn(Float64Array.of(3, 4, 3, 4), gentle, down)).toEqual([])
  })

  it('plans a stroke of 150,000 vertices', () => {
    const zigzag = Float64Array.from({ length: 300_000 }, (_, i) => (i % 2 === 0 ? i / 4 : i % 4))
    const shape = strokesOf([...zigzag])
    expect(estimate(drawingOf(shape, 300, 218), gentle).seconds).toBeGreaterThan(150_000 * 0.05)
  })

  it('asks no motor for more steps per second than the profile allows', () => {
    const fast: MotionLimits = { ...down, speed: 1000, acceleration: 20_000, jerk: 1e6 }
    fc.assert(
      fc.property(anyPath, (path) => {
        for (const { dx, dy, entry, exit } of drawn(path, gentle, fast)) {
          const share = Math.max(Math.abs(dx + dy), Math.abs(dx - dy)) / Math.hypot(dx, dy)
          expect(Math.max(entry, exit) * share * gentle.stepsPerMm).toBeLessThanOrEqual(gentle.maxStepRate * 1.0001)
        }
      }),
      runs(100),
    )
  })

  it('moves the lifted pen in the estimated time', () => {
    fc.assert(
      fc.property(anywhere, (to) => {
        const duration = secondsTo(to, gentle)
        expect(duration).toBeCloseTo(travelSeconds(gentle, to.x, to.y), 6)
        expect(duration).toBeGreaterThan(travelSeconds(axidraw, to.x, to.y))
      }),
      runs(100),
    )
    const square = drawingOf(strokesOf([10, 10, 40, 10, 40, 40]), 100, 100)
    expect(estimate(square, gentle).seconds).toBeGreaterThan(estimate(square, axidraw).seconds + 0.2)
  })

  it.each(['grbl-servo', 'hp-7475a'])('is refused for %s, which plans its own motion', (name) => {
    for (const pen of ['down', 'up'] as const) {
      expect(() => withOverrides(profileNamed(name), { [pen]: { jerk: 2000 } })).toThrow(
        new RegExp(`^${pen}.jerk: 2000 is not for (grbl|hpgl) boards, which plan their own motion`),
      )
    }
  })

  it('needs a jerk of 1 mm/s³ or more', () => {
    expect(() => withOverrides(axidraw, { down: { jerk: 0 } })).toThrow('down.jerk: 0 is not a number from 1')
  })

  it('needs less than 16 times the work for a curve of eight times as many vertices', () => {
    // a planner that divided this curve at each vertex would need 64 times the work for eight times the length
    expect(speedsRead(4000)).toBeLessThan(16 * speedsRead(500))
  })
})

/** The number of speeds that the planner computes for a steadily tightening curve of `count` vertices. */
function speedsRead(count: number): number {
  let read = 0
  class CountingTable extends RampTable {
    override speedAt(way: number): number {
      read++
      return super.speedAt(way)
    }
  }
  const straight = { acceleration: down.acceleration, jerk: JERK }
  const speedOf = (i: number): number => Math.min(down.speed, Math.sqrt((100 * count) / i))
  planStretches({
    s: Float64Array.from({ length: count }, (_, i) => 0.2 * i),
    atVertex: Float64Array.from({ length: count }, (_, i) => (i === 0 || i === count - 1 ? 0 : speedOf(i))),
    onSegment: Float64Array.from({ length: count - 1 }, (_, i) => speedOf(i + 1)),
    curved: new Uint8Array(count - 1).fill(1),
    along: { straight, curved: { ...straight, acceleration: 0.6 * down.acceleration } },
    ramps: { up: new CountingTable(straight), down: new CountingTable(straight) },
  })
  return read
}
