import { type Blocks, push } from './blocks.ts'

/**
 * Limits of a ramp, which is a change of speed with limited jerk. The acceleration is zero at both ends of a ramp. Its
 * speed over time is point-symmetric, so the mean speed is the mean of the two end speeds.
 */
export interface Gentle {
  /** mm/s² */
  readonly acceleration: number
  /** mm/s³ */
  readonly jerk: number
}

/** Number of halvings that narrow an interval down to the resolution of a double. */
const HALVINGS = 50

/**
 * Longest step in the rise and the fall of a ramp's acceleration, s. Within a step the acceleration is constant. The
 * rise has at least `MIN_STEPS` steps, and the fall has as many steps as the rise.
 */
const STEP_SECONDS = 0.01
const MIN_STEPS = 4

/** Seconds to change speed by `change` mm/s. */
export function rampSeconds(change: number, { acceleration, jerk }: Gentle): number {
  const dv = Math.abs(change)
  return dv * jerk >= acceleration ** 2 ? dv / acceleration + acceleration / jerk : 2 * Math.sqrt(dv / jerk)
}

/** Length of a change of speed, mm. */
export const rampLength = (from: number, to: number, gentle: Gentle): number =>
  ((from + to) / 2) * rampSeconds(to - from, gentle)

/**
 * The highest speed, up to `most`, that the pen can reach from `speed` within `length` mm. Braking back to `speed`
 * takes the same length.
 */
export function reach(speed: number, length: number, gentle: Gentle, most: number): number {
  return highest(speed, most, (v) => rampLength(speed, v, gentle) <= length)
}

/** The highest peak speed, up to `most`, of a motion of `length` mm that begins at speed v0 and ends at speed v1. */
export function peakBetween(v0: number, v1: number, length: number, gentle: Gentle, most: number): number {
  const least = Math.max(v0, v1)
  return highest(least, most, (v) => rampLength(v0, v, gentle) + rampLength(v, v1, gentle) <= length)
}

/** The highest number from `least` to `most` for which `holds` is true. `holds` must be true for `least`. */
export function highest(least: number, most: number, holds: (value: number) => boolean, halvings = HALVINGS): number {
  if (most <= least || holds(most)) return Math.max(least, most)
  let low = least
  let high = most
  for (let i = 0; i < halvings; i++) {
    const middle = (low + high) / 2
    if (holds(middle)) low = middle
    else high = middle
  }
  return low
}

/** Seconds from rest to rest over a straight line of `length` mm. */
export function gentleRestToRest(length: number, gentle: Gentle, speed: number): number {
  const peak = peakBetween(0, 0, length, gentle, speed)
  const cruise = length - 2 * rampLength(0, peak, gentle)
  return 2 * rampSeconds(peak, gentle) + Math.max(0, cruise) / peak
}

/** Appends a ramp as blocks of constant acceleration along x. Callers use only the lengths and speeds of the blocks. */
export function pushRamp(to: Blocks, v0: number, v1: number, gentle: Gentle): void {
  const seconds = rampSeconds(v1 - v0, gentle)
  if (seconds === 0) return
  const rise = Math.min(seconds / 2, gentle.acceleration / gentle.jerk)
  const jerk = Math.sign(v1 - v0) * Math.min(gentle.jerk, Math.abs(v1 - v0) / (rise * (seconds - rise)))
  const steps = Math.max(MIN_STEPS, Math.ceil(rise / STEP_SECONDS))
  const part = rise / steps
  const rising = (k: number): number => v0 + (jerk * (k * part) ** 2) / 2
  const falling = (k: number): number => v1 - (jerk * (k * part) ** 2) / 2
  const add = (from: number, upTo: number, time: number) => push(to, ((from + upTo) / 2) * time, from, upTo, 1, 0)
  for (let k = 0; k < steps; k++) add(rising(k), rising(k + 1), part)
  add(rising(steps), falling(steps), seconds - 2 * rise)
  for (let k = steps; k > 0; k--) add(falling(k), falling(k - 1), part)
}

/** Maximum number of blocks of a ramp. */
export const rampBlocks = ({ acceleration, jerk }: Gentle): number =>
  2 * Math.max(MIN_STEPS, Math.ceil(acceleration / jerk / STEP_SECONDS)) + 1
