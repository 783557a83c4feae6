import {
  type Arithmetic,
  type Axes,
  type AxisMove,
  firstRate,
  isStill,
  type Move,
  mirrored,
  type Pair,
  WRAP,
} from './arithmetic.ts'
import { TickMove } from './tick-move.ts'

/** The EBB's motion interrupt runs at 25 kHz: a tick is 40 µs, and every step falls on a tick. */
export const TICKS_PER_MS = 25

/** The rate at tick `t`; the first tick is 1. */
const rateAt = ({ rate, accel }: AxisMove, t: number): number => firstRate(rate, accel) + accel * t

/** The unwrapped accumulator after `t` ticks: start + Σ rate(i) in closed form, without jerk. Exact below 2^53. */
export const accumulated = ({ rate, accel }: AxisMove, start: number, t: number): number =>
  start + firstRate(rate, accel) * t + (accel * t * (t + 1)) / 2

/**
 * More than three centuries, in ticks. A longer command counts as endless. The limit is far below 2^53, above which two
 * ticks can be the same number.
 */
const NEVER = 2 ** 48

/** The tick at which step `k` comes, for a rate that keeps its sign; Infinity when the step never comes. */
export function tickOfStep(axis: AxisMove, start: number, k: number): number {
  const target = k * WRAP
  const guess = solve(axis, target - start)
  if (!(guess < NEVER)) return Infinity
  let t = Math.max(1, Math.ceil(guess))
  while (t > 1 && accumulated(axis, start, t - 1) >= target) t--
  for (let tries = 0; accumulated(axis, start, t) < target; t++) if (++tries > 8) return Infinity
  return t
}

/** Solves b t + accel t²/2 = distance for t, in the form without cancellation. */
function solve({ rate, accel }: AxisMove, distance: number): number {
  const b = firstRate(rate, accel) + accel / 2
  const root = b * b + 2 * accel * distance
  // rounding may put the target just above the peak, so the caller searches from the peak
  if (root < 0) return accel < 0 && b > 0 ? -b / accel : Infinity
  const divisor = b + Math.sqrt(root)
  return divisor > 0 ? (2 * distance) / divisor : Infinity
}

/** Whether the closed form is exact until tick `end`: no jerk, no change of direction, and rates within 31 bits. */
function isPlain(axis: AxisMove, end: number): boolean {
  if (isStill(axis)) return true
  const isValid = (rate: number): boolean => rate >= 0 && rate < WRAP
  return axis.jerk === 0 && Number.isFinite(end) && isValid(rateAt(axis, 1)) && isValid(rateAt(axis, end))
}

/**
 * A command that ends when both motors have made their steps (LM, SM).
 *
 * @param atLeast  least duration, ticks; above 0 only for a delay without steps
 */
export function moveBySteps(axes: Axes, starts: Pair, arithmetic: Arithmetic, atLeast = 0): Move {
  const end = (i: 0 | 1): number => {
    const axis = axes[i]
    if (axis.steps === 0) return 0
    return isStill(axis) ? Infinity : tickOfStep(axis, starts[i], axis.steps)
  }
  const ends = [end(0), end(1)] as const
  if (axes.every((axis, i) => isStill(axis) || isPlain(axis, ends[i] ?? 0))) {
    return new PlainMove(axes, starts, ends, Math.max(...ends, atLeast), arithmetic)
  }
  return new TickMove(axes, starts, arithmetic)
}

/**
 * A command that ends after `ticks` (LT, T3).
 *
 * @param idle  ticks after the motion for which the board still counts the command as executing
 */
export function moveByTime(axes: Axes, starts: Pair, arithmetic: Arithmetic, ticks: number, idle: number): Move {
  if (!axes.every((axis) => isPlain(axis, ticks))) return new TickMove(axes, starts, arithmetic, { ticks, idle })
  return new PlainMove(axes, starts, [ticks, ticks], ticks + idle, arithmetic)
}

/** A move whose rates keep their signs: every query has an answer in closed form. */
class PlainMove implements Move {
  readonly ticks: number
  readonly ends: Pair
  readonly #axes: Axes
  readonly #starts: Pair
  readonly #arithmetic: Arithmetic

  constructor(axes: Axes, starts: Pair, ends: Pair, ticks: number, arithmetic: Arithmetic) {
    this.#axes = axes
    this.#starts = starts
    this.ends = ends
    this.ticks = ticks
    this.#arithmetic = arithmetic
  }

  get turns(): readonly [boolean, boolean] {
    return [!isStill(this.#axes[0]), !isStill(this.#axes[1])]
  }

  placeAt(t: number): Pair {
    const place = (i: 0 | 1) => this.#axes[i].direction * this.#stepsBy(i, t)
    return [place(0), place(1)]
  }

  registersAt(t: number): [number, number] {
    const register = (i: 0 | 1): number => {
      const axis = this.#axes[i]
      const sum = isStill(axis) ? this.#starts[i] : accumulated(axis, this.#starts[i], Math.min(t, this.ends[i]))
      return mirrored(sum - this.#stepsBy(i, t) * WRAP, axis, this.#arithmetic)
    }
    return [register(0), register(1)]
  }

  *stepping(from: number, to: number): Generator<readonly [tick: number, one: number, two: number]> {
    const direction1 = this.#axes[0].direction
    const direction2 = this.#axes[1].direction
    let steps1 = this.#stepsBy(0, from)
    let steps2 = this.#stepsBy(1, from)
    let next1 = this.#tickOfNext(0, steps1)
    let next2 = this.#tickOfNext(1, steps2)
    while (Math.min(next1, next2) <= to) {
      const tick = Math.min(next1, next2)
      if (next1 === tick) next1 = this.#tickOfNext(0, ++steps1)
      if (next2 === tick) next2 = this.#tickOfNext(1, ++steps2)
      yield [tick, direction1 * steps1, direction2 * steps2]
    }
  }

  /** Number of steps that motor `i` has made up to tick `t`, without a sign. */
  #stepsBy(i: 0 | 1, t: number): number {
    const axis = this.#axes[i]
    if (isStill(axis)) return 0
    if (Number.isFinite(axis.steps) && t >= this.ends[i]) return axis.steps
    return Math.floor(accumulated(axis, this.#starts[i], Math.min(t, this.ends[i])) / WRAP)
  }

  /** The tick of the step after the first `steps` of motor `i`; Infinity when there is none. */
  #tickOfNext(i: 0 | 1, steps: number): number {
    const axis = this.#axes[i]
    if (isStill(axis) || steps >= axis.steps) return Infinity
    const tick = tickOfStep(axis, this.#starts[i], steps + 1)
    return tick > this.ends[i] ? Infinity : tick
  }
}
