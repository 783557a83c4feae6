import { type Blocks, push } from './blocks.ts'

/**
 * Changes of speed whose acceleration rises and falls at a limited rate, from none to none. The speed over time is
 * point-symmetric, so that the mean of both speeds is the speed on the way.
 */
export interface Gentle {
  /** mm/s² */
  readonly acceleration: number
  /** mm/s³ */
  readonly jerk: number
}

/** Halvings of an interval: as fine as a double gets. */
const HALVINGS = 50

/** The acceleration is a staircase with a step this often, s, and no fewer than four of them up and four down. */
const STEP_SECONDS = 0.01
const LEAST_STEPS = 4

/** Seconds to change speed by `change` mm/s. */
export function rampSeconds(change: number, { acceleration, jerk }: Gentle): number {
  const dv = Math.abs(change)
  return dv * jerk >= acceleration ** 2 ? dv / acceleration + acceleration / jerk : 2 * Math.sqrt(dv / jerk)
}

/** The way that a change of speed takes, mm. */
export const rampLength = (from: number, to: number, gentle: Gentle): number =>
  ((from + to) / 2) * rampSeconds(to - from, gentle)

/** The highest speed up to `most` that is reached from `speed` (or left for it) within `length` mm. */
export function reach(speed: number, length: number, gentle: Gentle, most: number): number {
  return highest(speed, most, (v) => rampLength(speed, v, gentle) <= length)
}

/** The highest speed up to `most` that fits between two speeds at the ends of `length` mm. */
export function peakBetween(v0: number, v1: number, length: number, gentle: Gentle, most: number): number {
  const least = Math.max(v0, v1)
  return highest(least, most, (v) => rampLength(v0, v, gentle) + rampLength(v, v1, gentle) <= length)
}

/** The highest number from `least` to `most` for which `fits` still holds; `least` is taken to fit. */
export function highest(least: number, most: number, fits: (value: number) => boolean, halvings = HALVINGS): number {
  if (most <= least || fits(most)) return Math.max(least, most)
  let [low, high] = [least, most]
  for (let i = 0; i < halvings; i++) {
    const middle = (low + high) / 2
    if (fits(middle)) low = middle
    else high = middle
  }
  return low
}

/** Seconds of a straight way from rest to rest. */
export function gentleRestToRest(length: number, gentle: Gentle, speed: number): number {
  const peak = peakBetween(0, 0, length, gentle, speed)
  const cruise = length - 2 * rampLength(0, peak, gentle)
  return 2 * rampSeconds(peak, gentle) + Math.max(0, cruise) / peak
}

/** Append a ramp as blocks of constant acceleration, along x: its direction is found later. */
export function pushRamp(to: Blocks, v0: number, v1: number, gentle: Gentle): void {
  const seconds = rampSeconds(v1 - v0, gentle)
  if (seconds === 0) return
  const rise = Math.min(seconds / 2, gentle.acceleration / gentle.jerk)
  const jerk = Math.sign(v1 - v0) * Math.min(gentle.jerk, Math.abs(v1 - v0) / (rise * (seconds - rise)))
  const steps = Math.max(LEAST_STEPS, Math.ceil(rise / STEP_SECONDS))
  const part = rise / steps
  const rising = (k: number): number => v0 + (jerk * (k * part) ** 2) / 2
  const falling = (k: number): number => v1 - (jerk * (k * part) ** 2) / 2
  const add = (from: number, upTo: number, time: number) => push(to, ((from + upTo) / 2) * time, from, upTo, 1, 0)
  for (let k = 0; k < steps; k++) add(rising(k), rising(k + 1), part)
  add(rising(steps), falling(steps), seconds - 2 * rise)
  for (let k = steps; k > 0; k--) add(falling(k), falling(k - 1), part)
}

/** Most blocks that a ramp becomes. */
export const rampBlocks = ({ acceleration, jerk }: Gentle): number =>
  2 * Math.max(LEAST_STEPS, Math.ceil(acceleration / jerk / STEP_SECONDS)) + 1
