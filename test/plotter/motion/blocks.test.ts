import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Carriage } from '../../../src/plotter/drivers/ebb/carriage.ts'
import { blocks, travelSeconds } from '../../../src/plotter/motion/index.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import type { MotionLimits } from '../../../src/plotter/profiles/profile.ts'
import { runs } from '../../support/fuzz.ts'
import { anyPath, anywhere, circle, drawn, type Step, secondsTo, smooth } from './support.ts'

const axidraw = profileNamed('axidraw-v3')
const grbl = profileNamed('grbl-servo')
const { down } = axidraw

function end(steps: readonly Step[]): [number, number] {
  return [steps.reduce((sum, b) => sum + b.dx, 0), steps.reduce((sum, b) => sum + b.dy, 0)]
}

describe('blocks of a path', () => {
  it('speed up, cruise and stop on a straight line', () => {
    const [up, cruise, stop] = drawn(Float64Array.of(0, 0, 100, 0), axidraw, down)
    expect(up).toMatchObject({ entry: 0, exit: 50, seconds: 0.25, dx: 6.25, dy: 0 })
    expect(cruise).toMatchObject({ entry: 50, exit: 50, dx: 87.5 })
    expect(stop).toMatchObject({ entry: 50, exit: 0, seconds: 0.25 })
  })

  it('never reach full speed on a short line', () => {
    const steps = drawn(Float64Array.of(0, 0, 2, 0), axidraw, down)
    expect(steps.map((b) => b.exit)).toEqual([20, 0])
  })

  it('go round an arc at its pace, which grows with the cube root of the radius', () => {
    for (const radius of [0.3, 1, 8]) {
      const steps = drawn(circle(radius, 0.001), axidraw, { ...down, curvePace: 6 })
      const fastest = Math.max(...steps.map((b) => b.exit))
      expect(fastest / (6 * Math.cbrt(radius))).toBeGreaterThan(0.97)
      expect(fastest / (6 * Math.cbrt(radius))).toBeLessThan(1.06)
    }
  })

  it('do not exist for a dot', () => {
    expect(drawn(Float64Array.of(3, 4), axidraw, down)).toEqual([])
    expect(drawn(Float64Array.of(3, 4, 3, 4, 3, 4), axidraw, down)).toEqual([])
  })

  it('come to rest where the pen turns back', () => {
    const steps = drawn(Float64Array.of(0, 0, 20, 0, 0, 0), axidraw, down)
    expect(steps.map((b) => b.exit)).toEqual([50, 50, 0, 50, 50, 0])
  })

  it('begin and end at rest, at the first and the last vertex', () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        const steps = drawn(path, axidraw, down)
        const [dx, dy] = end(steps)
        expect(dx).toBeCloseTo((path.at(-2) ?? 0) - (path[0] ?? 0), 6)
        expect(dy).toBeCloseTo((path.at(-1) ?? 0) - (path[1] ?? 0), 6)
        if (steps.length > 0) expect([steps[0]?.entry, steps.at(-1)?.exit]).toEqual([0, 0])
      }),
      runs(300),
    )
  })

  it('join without a jump in speed', () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        const steps = drawn(path, axidraw, down)
        for (const [i, b] of steps.slice(1).entries()) expect(b.entry).toBeCloseTo(steps[i]?.exit ?? -1, 6)
      }),
      runs(200),
    )
  })

  it('keep to the limits of speed and acceleration along the path at every instant', () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        for (const b of drawn(path, axidraw, down)) {
          expect(Math.max(b.entry, b.exit)).toBeLessThanOrEqual(down.speed * (1 + 1e-9))
          expect(Math.abs(b.exit - b.entry)).toBeLessThanOrEqual(down.acceleration * b.seconds * (1 + 1e-6) + 1e-9)
          expect(Math.hypot(b.dx, b.dy)).toBeCloseTo(((b.entry + b.exit) / 2) * b.seconds, 9)
        }
      }),
      runs(300),
    )
  })

  it('brake in time for a corner that the window of look-ahead did not hold at first', () => {
    // Legs of 70 mm in segments of 0.01 mm: each leg is longer than the window, and ends in a turn back.
    const zigzag = Float64Array.from({ length: 60_000 }, (_, i) => {
      const mm = (i >> 1) * 0.01
      return i % 2 === 1 ? 0 : Math.abs((mm % 140) - 70)
    })
    for (const b of drawn(zigzag, axidraw, down)) {
      expect(Math.abs(b.exit - b.entry)).toBeLessThanOrEqual(down.acceleration * b.seconds * (1 + 1e-6) + 1e-6)
    }
  })

  it.each(['axidraw-v3', 'grbl-servo'])('ask no motor of %s for a higher step rate than it can make', (name) => {
    const profile = profileNamed(name)
    const fast: MotionLimits = { ...profile.down, speed: 1000, acceleration: 20_000 }
    fc.assert(
      fc.property(anyPath, (path) => {
        for (const { dx, dy, entry, exit } of drawn(path, profile, fast)) {
          const length = Math.hypot(dx, dy)
          const motors = profile.kinematics === 'corexy' ? [dx + dy, dx - dy] : [dx, dy]
          const share = Math.max(...motors.map(Math.abs)) / length
          expect(Math.max(entry, exit) * share * profile.stepsPerMm).toBeLessThanOrEqual(profile.maxStepRate * 1.0001)
        }
      }),
      runs(200),
    )
  })

  it('exceed the profile’s acceleration on a curve by less than 6 %, along and across the curve together', () => {
    for (const radius of [0.5, 1, 3, 10]) {
      for (const b of drawn(circle(radius, 0.001), axidraw, down)) {
        const along = (b.exit - b.entry) / b.seconds
        const across = Math.max(b.entry, b.exit) ** 2 / radius
        expect(across).toBeLessThan(down.acceleration * 1.02)
        expect(Math.hypot(along, across)).toBeLessThan(down.acceleration * 1.06)
      }
    }
  })

  it.each([0.4, 1, 3, 10, 40])('take nearly the same time for a circle of radius %d mm at each tolerance', (r) => {
    const times = [0.0002, 0.001, 0.01, 0.03].map((tolerance) => seconds(circle(r, tolerance)))
    expect(Math.max(...times) / Math.min(...times)).toBeLessThan(1.02)
  })

  it('take nearly the same time for a curve of changing radius in 100 to 10,000 pieces', () => {
    const times = [100, 200, 500, 2000, 10_000].map((pieces) => seconds(smooth(pieces)))
    expect(Math.max(...times) / Math.min(...times)).toBeLessThan(1.02)
  })

  it.each([2000, 5000, 20_000])('do not mistake the rounding of a file for curvature, in %d pieces', (pieces) => {
    const exact = smooth(pieces)
    const rounded = exact.map((value) => Math.round(value * 1000) / 1000)
    expect(Math.abs(seconds(rounded) / seconds(exact) - 1)).toBeLessThan(0.01)
  })

  it('do not stop at a segment of at most 0.002 mm', () => {
    const straight = seconds(Float64Array.of(0, 0, 20, 0, 40, 0))
    expect(seconds(Float64Array.of(0, 0, 20, 0, 19.9995, 0.0005, 40, 0))).toBeCloseTo(straight, 3)
    expect(end(drawn(Float64Array.of(0, 0, 20, 0, 20.001, 0.001), axidraw, down))).toEqual([20.001, 0.001])
    expect(end(drawn(Float64Array.of(0, 0, 0.001, 0), axidraw, down))).toEqual([0.001, 0])
  })

  it('do not depend on parts of the path that lie far ahead', () => {
    const long = Float64Array.from({ length: 40_000 }, (_, i) => (i % 2 === 0 ? i * 0.01 : Math.sin(i / 90)))
    const whole = drawn(long, axidraw, down)
    const half = drawn(long.subarray(0, 30_000), axidraw, down)
    expect(half.slice(0, 12_000)).toEqual(whole.slice(0, 12_000))
  })

  it('come in one object, which is refilled, when the path is long', () => {
    const long = Float64Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? i : (i % 4) * 5))
    const chunks = new Set(blocks(long, axidraw, down))
    expect(chunks.size).toBe(1)
  })
})

describe('a pen-up move', () => {
  it('takes the estimated time', () => {
    fc.assert(
      fc.property(anywhere, (to) => {
        const duration = secondsTo(to, axidraw)
        expect(duration).toBeCloseTo(travelSeconds(axidraw, to.x, to.y), 9)
      }),
      runs(200),
    )
  })
})

describe('whole steps', () => {
  it('carry the rounding error, so that the end is off by at most half a step', () => {
    fc.assert(
      fc.property(anyPath, fc.constantFrom(axidraw, grbl), (path, profile) => {
        const carriage = new Carriage(profile)
        for (const { dx, dy } of drawn(path, profile, profile.down)) {
          carriage.advance(dx, dy)
          carriage.catchUp()
        }
        const [dx, dy] = [(path.at(-2) ?? 0) - (path[0] ?? 0), (path.at(-1) ?? 0) - (path[1] ?? 0)]
        const motors = profile.kinematics === 'corexy' ? [dx + dy, dx - dy] : [dx, dy]
        carriage.steps.forEach((steps, m) => {
          expect(Math.abs(steps - (motors[m] ?? 0) * profile.stepsPerMm)).toBeLessThanOrEqual(0.5 + 1e-6)
        })
      }),
      runs(200),
    )
  })

  it('lose nothing over a million moves of a third of a step', () => {
    const carriage = new Carriage(grbl)
    const third = 1 / (3 * grbl.stepsPerMm)
    for (let i = 0; i < 1_000_000; i++) {
      carriage.advance(third, -third)
      carriage.catchUp()
    }
    expect(carriage.steps).toEqual([333_333, -333_333])
  })

  it('are counted along x + y and x − y on a CoreXY machine', () => {
    const carriage = new Carriage(axidraw)
    carriage.advance(1, 0.5)
    expect(carriage.catchUp()).toEqual([120, 40])
    expect(carriage.position).toEqual({ x: 1, y: 0.5 })
  })
})

const seconds = (path: Float64Array): number => drawn(path, axidraw, down).reduce((sum, b) => sum + b.seconds, 0)
