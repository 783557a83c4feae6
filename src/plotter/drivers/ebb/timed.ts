import type { Carriage, Motors } from './carriage.ts'
import type { MotionCommand, Slice } from './slices.ts'
import { direction } from './turns.ts'

/** The number of values of an accumulator (see `TimedMoves`). An overflow makes one step. */
export const WRAP = 2 ** 31
const TICKS_PER_SECOND = 25_000

/**
 * How far before a full step `reversalTarget` may stop a motor, steps. The distance is larger than the error of a
 * rounded rate, so the motor does not make that step.
 */
const SHORT = 2 ** -16

/** Rate and acceleration of one motor during a command, and their total contribution to the accumulator. */
interface Axis {
  readonly rate: number
  readonly accel: number
  readonly sum: number
}

/**
 * Motion of less than `steps` in less than `ticks` gets no command of its own. The next command includes this motion.
 */
const TINY = { steps: 0.1, ticks: 100 }

/** Largest distance of an accumulator from its target that needs no correction, steps. */
const CLOSE = 1e-3

type Pair<T> = readonly [T, T]
const both = <T>(valueFor: (motor: 0 | 1) => T): [T, T] => [valueFor(0), valueFor(1)]

/**
 * Turns slices into LT commands (firmware 2.7 and later). The board has an accumulator for each motor. At each tick,
 * the board adds the acceleration to the motor's rate, and the rate to the accumulator. An overflow of the accumulator
 * makes a step. The remainder stays for the next command.
 *
 * Each accumulator runs half a step ahead of the planned motion. So a motor makes each step when the planned motion
 * passes the middle of that step. Except near a reversal, the motor is never more than half a step away from the
 * planned motion. plotd computes the result of the board's integer arithmetic exactly, and the next command starts from
 * this result. So errors do not add up.
 *
 * Firmware 2.9 and 3 add the signed rate to the accumulator, so the contents mean the same in both directions. Older
 * firmware adds the absolute rate and takes the direction from the sign, so the remainder counts towards the next step
 * in either direction. So, with older firmware, plotd moves a motor's target before the motor reverses, mostly by at
 * most a quarter of a step. At the moved target the remainder means the same in both directions, or can be cleared.
 */
export class TimedMoves {
  readonly #carriage: Carriage
  readonly #isSigned: boolean
  /** Number of ticks without a step after each command. Firmware 2.9 and 3 need one to notice the command's end. */
  readonly #pause: 0 | 1
  /** The accumulators' contents, 0 … WRAP - 1; undefined when unknown. */
  #contents: [number, number] | undefined
  /** The direction for which each accumulator's contents count. This matters only for firmware before 2.9. */
  readonly #towards: [number, number] = [1, 1]
  /** Ticks by which the commands so far are shorter than their slices. */
  #owedTicks = 0

  constructor(carriage: Carriage, isSigned: boolean) {
    this.#carriage = carriage
    this.#isSigned = isSigned
    this.#pause = isSigned ? 1 : 0
  }

  /** Call when the accumulators were cleared, or motion was cut off. */
  forget(): void {
    this.#contents = undefined
  }

  /**
   * Sets the accumulators for motion that begins here, unless they are already right. The command lasts one tick, at a
   * rate that makes no step.
   *
   * @param towards  directions in which the motors will turn first
   */
  *prime(towards: Motors): Generator<MotionCommand, void, void> {
    const ideal = this.#carriage.ideal
    const goal = both((i) => {
      const ahead = this.#isSigned ? 1 : towards[i] || 1
      const phase = ahead * (ideal[i] - this.#carriage.steps[i]) + 0.5
      return Math.round(Math.min(1 - CLOSE, Math.max(CLOSE, phase)) * WRAP)
    })
    const error = both((i) => {
      if (!this.#contents || (!this.#isSigned && this.#towards[i] !== towards[i])) return WRAP
      return Math.abs(this.#contents[i] - goal[i])
    })
    if (both((i) => towards[i] === 0 || error[i] < CLOSE * WRAP).every(Boolean)) return
    this.#contents = goal
    for (const i of [0, 1] as const) this.#towards[i] = towards[i] || 1
    yield { line: `LT,1,${goal[0]},0,${goal[1]},0,3`, ms: this.#ms(1) }
  }

  /**
   * The command of one slice; no command when the slice is so small that the next command includes it.
   *
   * @param next  direction in which each motor turns next: 1, −1, or 0 when it does not turn
   */
  *commandsFor(slice: Slice, next: Motors): Generator<MotionCommand, void, void> {
    const from = this.#carriage.ideal
    this.#carriage.advance(slice.dx, slice.dy)
    const to = this.#carriage.ideal
    const moves = both((i) =>
      this.#isSigned ? this.#signedMove(i, to[i]) : this.#unsignedMove(i, from[i], to[i], next[i]),
    )
    const most = Math.max(moves[0].distance, moves[1].distance)
    const exact = slice.seconds * TICKS_PER_SECOND + this.#owedTicks
    if (most < 1 || (most < TINY.steps * WRAP && exact < TINY.ticks)) {
      this.#owedTicks = exact
      return
    }
    const sum = slice.entry + slice.exit
    const share = sum === 0 ? 0.5 : slice.entry / sum // merged blocks can begin and end at rest
    const fewest = Math.ceil((2 * Math.max(share, 1 - share) * most) / WRAP) + 1
    const ticks = Math.max(fewest, Math.round(exact) - this.#pause)
    this.#owedTicks = Math.max(-0.5, exact - ticks - this.#pause)
    const axes = both((i) => ramp(moves[i].distance, ticks, share))
    this.#execute(moves, axes)
    const clears = (moves[0].clear ? 1 : 0) + (moves[1].clear ? 2 : 0)
    const [one, two] = both((i) => this.#parameters(axes[i], moves[i].direction))
    yield { line: `LT,${ticks},${one},${two}${clears ? `,${clears}` : ''}`, ms: this.#ms(ticks) }
  }

  /** The time for which a command of `ticks` keeps the board busy, ms. */
  #ms(ticks: number): number {
    return ((ticks + this.#pause) * 1000) / TICKS_PER_SECOND
  }

  #signedMove(i: 0 | 1, to: number): MotorMove {
    const target = (to - this.#carriage.steps[i] + 0.5) * WRAP
    // a cleared accumulator that counts down begins at the top
    const start = this.#contents?.[i] ?? (target < WRAP / 2 ? WRAP - 1 : 0)
    const distance = Math.round(target - start)
    const clears = !this.#contents
    return distance < 0
      ? { direction: -1, start: WRAP - 1 - start, distance: -distance, clear: clears }
      : { direction: 1, start, distance, clear: clears }
  }

  #unsignedMove(i: 0 | 1, from: number, to: number, next: number): MotorMove {
    const turn = direction(to - from)
    if (turn === 0) {
      return { direction: this.#towards[i], start: this.#contents?.[i] ?? 0, distance: 0, clear: !this.#contents }
    }
    const steps = this.#carriage.steps[i]
    const clears = this.#shouldClear(i, turn, turn * (from - steps) + 0.5)
    const start = clears ? 0 : (this.#contents?.[i] ?? 0)
    const phase = turn * (to - steps) + 0.5
    const target = next === -turn ? reversalTarget(phase, start / WRAP) : phase
    return { direction: turn, start, distance: Math.max(0, Math.round(target * WRAP) - start), clear: clears }
  }

  /**
   * Whether the command clears the accumulator first. It does when the contents are unknown, or when the motor reverses
   * and 0 is nearer to `goal` than the contents are.
   *
   * @param goal  the contents that fit the planned motion, steps
   */
  #shouldClear(i: 0 | 1, direction: number, goal: number): boolean {
    if (!this.#contents) return true
    if (this.#towards[i] === direction) return false
    return Math.abs(goal) < Math.abs(goal - this.#contents[i] / WRAP)
  }

  /** Records the steps that the board makes, and the remainders in its accumulators. */
  #execute(moves: Pair<MotorMove>, axes: Pair<Axis>): void {
    const count = both((i) => Math.floor((moves[i].start + axes[i].sum) / WRAP))
    this.#contents = both((i) => {
      const left = moves[i].start + axes[i].sum - count[i] * WRAP
      return this.#isSigned && moves[i].direction < 0 ? WRAP - 1 - left : left
    })
    for (const i of [0, 1] as const) this.#towards[i] = moves[i].direction
    this.#carriage.countSteps(both((i) => moves[i].direction * count[i]))
  }

  #parameters({ rate, accel }: Axis, direction: number): string {
    return direction < 0 ? `${-rate},${this.#isSigned ? -accel : accel}` : `${rate},${accel}`
  }
}

/** The movement of one motor in one command. */
interface MotorMove {
  readonly direction: number
  /** Contents of the accumulator at the start, counted in `direction`. */
  readonly start: number
  /** Amount to add; WRAP is one step. */
  readonly distance: number
  /** Whether the command clears the accumulator first. */
  readonly clear: boolean
}

/**
 * Rate and acceleration that move a motor by `distance` in `ticks`, never backwards.
 *
 * After T ticks the accumulator has gained rate·T + accel·T²/2. (The board first subtracts half of accel from the rate;
 * accel is even here, so nothing is rounded.) All numbers stay below 2^53, so the sum is exact.
 *
 * @param distance  WRAP is one step
 * @param share     the entry speed's share of entry + exit speed: 0 starts from rest, 0.5 is constant, 1 ends at rest
 */
export function ramp(distance: number, ticks: number, share: number): Axis {
  if (distance === 0) return { rate: 0, accel: 0, sum: 0 }
  const accel = 2 * Math.trunc((distance * (1 - 2 * share)) / ticks / ticks)
  // Firmware before 2.9 reads a rate's sign as a direction.
  const least = Math.max(1, -accel / 2, accel / 2 - accel * ticks)
  const rate = Math.max(least, Math.round(distance / ticks - (accel * ticks) / 2))
  return { rate, accel, sum: rate * ticks + (accel * ticks * ticks) / 2 }
}

/**
 * The target for a motor that then reverses, steps. The candidates are half steps and places just short of a step. At a
 * half step, the remainder means the same in both directions. Just short of a step, the accumulator can be cleared. The
 * result is the candidate nearest to `phase` that is not before `from`. If all candidates are before `from`, the result
 * is the place just short of the step after `phase`.
 *
 * @param phase  the target of the planned motion
 * @param from   the contents of the accumulator before the motion
 */
export function reversalTarget(phase: number, from: number): number {
  const step = Math.floor(phase)
  let best = step + 1 - SHORT
  for (const aim of [step + 0.5, step - SHORT]) {
    if (aim >= from && Math.abs(aim - phase) < Math.abs(best - phase)) best = aim
  }
  return best
}
