import fc from 'fast-check'
import { secondsOf } from '../../../src/plotter/motion/blocks.ts'
import { blocks } from '../../../src/plotter/motion/index.ts'
import type { MotionLimits, Profile } from '../../../src/plotter/profiles/profile.ts'

export interface Step {
  readonly seconds: number
  readonly entry: number
  readonly exit: number
  readonly dx: number
  readonly dy: number
}

/** A path's blocks as objects. */
export function drawn(path: Float64Array, profile: Profile, limits: MotionLimits): Step[] {
  const steps: Step[] = []
  for (const chunk of blocks(path, profile, limits)) {
    const read = (column: Float64Array, i: number) => column[i] ?? Number.NaN
    for (let i = 0; i < chunk.length; i++) {
      steps.push({
        seconds: read(chunk.seconds, i),
        entry: read(chunk.entry, i),
        exit: read(chunk.exit, i),
        dx: read(chunk.dx, i),
        dy: read(chunk.dy, i),
      })
    }
  }
  return steps
}

/** A full circle whose chords leave it by at most `tolerance` mm. */
export function circle(radius: number, tolerance: number): Float64Array {
  const chords = Math.ceil(Math.PI / Math.acos(1 - tolerance / radius))
  return Float64Array.from({ length: 2 * chords + 2 }, (_, i) => {
    const angle = (2 * Math.PI * (i >> 1)) / chords
    return radius * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle))
  })
}

/** A curve of loops and bends whose radius changes all the time, in this number of pieces. */
export function smooth(pieces: number): Float64Array {
  return Float64Array.from({ length: 2 * pieces + 2 }, (_, i) => {
    const t = (2 * Math.PI * (i >> 1)) / pieces
    return i % 2 === 0 ? 40 * Math.sin(2 * t) + 3 * t : 25 * Math.sin(3 * t + 1)
  })
}

export const anyPath = fc
  .array(fc.tuple(fc.double({ min: 0, max: 30, noNaN: true }), fc.double({ min: 0, max: 30, noNaN: true })), {
    minLength: 2,
    maxLength: 40,
  })
  .map((points) => Float64Array.from(points.flat()))

/** The end of a move of the lifted pen from home, near or far, mm. */
export const anywhere = fc
  .tuple(fc.double({ min: 0.01, max: 400, noNaN: true }), fc.double({ min: 0, max: 6, noNaN: true }))
  .map(([d, angle]) => ({ x: d * Math.cos(angle), y: d * Math.sin(angle) }))

/** Duration of a move of the lifted pen from home to `to`, s. */
export function secondsTo(to: { readonly x: number; readonly y: number }, profile: Profile): number {
  let seconds = 0
  for (const chunk of blocks(Float64Array.of(0, 0, to.x, to.y), profile, profile.up)) seconds += secondsOf(chunk)
  return seconds
}
