import type { Carriage, Motors } from './carriage.ts'
import type { MotionCommand, Slice } from './slices.ts'
import { direction } from './turns.ts'

/** The accumulator's width: running over it makes one step. */
export const WRAP = 2 ** 31
const TICKS_PER_SECOND = 25_000

/** How far short of a step an aim may be, steps: more than the rounding of a rate adds up to. */
const SHORT = 2 ** -16

/** Rate and acceleration of one motor during a command, and what they add to the accumulator in all. */
interface Axis {
  readonly rate: number
  readonly accel: number
  readonly sum: number
}

/** Less motion than this waits for the next command, unless there is time to spare; steps and ticks. */
const TINY = { steps: 0.1, ticks: 100 }

/** Accumulators nearer than this to what they should be are left alone, steps. */
const CLOSE = 1e-3

type Pair<T> = readonly [T, T]
const both = <T>(of: (motor: 0 | 1) => T): [T, T] => [of(0), of(1)]

/**
 * Turns slices into LT commands (firmware 2.7 and later): so many ticks, during which each motor's accumulator gathers
 * rate; a step is made each time that it runs over, and what is left stays there for the next command.
 *
 * The accumulators are kept half a step ahead of where the motors should be, so each step is made when its middle is
 * passed, and at every tick each motor is within half a step of the line. What the board's integers make of a command
 * is reckoned to the last bit, and the next command aims from there at where it should lead: nothing adds up.
 *
 * Firmware 3 adds signed rates: its accumulators mean the same in both directions. Firmware 2 adds what it is given
 * and turns the motor by the sign: what is left counts towards the next step in whichever direction that is. So before
 * a motor turns round its aim is moved, by a quarter of a step at most, to where that makes no difference.
 */
export class TimedMoves {
  readonly #carriage: Carriage
  readonly #signed: boolean
  /** What the accumulators hold, of WRAP; undefined when nobody knows. */
  #held: [number, number] | undefined
  /** Firmware 2: the direction that it is held for. */
  readonly #towards: [number, number] = [1, 1]
  #owedTicks = 0

  constructor(carriage: Carriage, signed: boolean) {
    this.#carriage = carriage
    this.#signed = signed
  }

  /** The accumulators were cleared, or motion was cut off. */
  forget(): void {
    this.#held = undefined
  }

  /**
   * Sets the accumulators for motion that begins here, if they are not as they should be: a single tick at such a rate
   * that it makes no step.
   *
   * @param towards  directions in which the motors will turn first
   */
  *prime(towards: Motors): Generator<MotionCommand, void, void> {
    const ideal = this.#carriage.ideal
    const wanted = both((i) => {
      const ahead = this.#signed ? 1 : towards[i] || 1
      const phase = ahead * (ideal[i] - this.#carriage.steps[i]) + 0.5
      return Math.round(Math.min(1 - CLOSE, Math.max(CLOSE, phase)) * WRAP)
    })
    const off = both((i) => {
      if (!this.#held || (!this.#signed && this.#towards[i] !== towards[i])) return WRAP
      return Math.abs(this.#held[i] - wanted[i])
    })
    if (both((i) => towards[i] === 0 || off[i] < CLOSE * WRAP).every(Boolean)) return
    this.#held = wanted
    for (const i of [0, 1] as const) this.#towards[i] = towards[i] || 1
    yield { line: `LT,1,${wanted[0]},0,${wanted[1]},0,3`, ms: 1000 / TICKS_PER_SECOND }
  }

  /** @param next  the direction in which each motor turns after this: 1, −1, or 0 when it does not */
  *of(slice: Slice, next: Motors): Generator<MotionCommand, void, void> {
    const from = this.#carriage.ideal
    this.#carriage.advance(slice.dx, slice.dy)
    const to = this.#carriage.ideal
    const ways = both((i) => (this.#signed ? this.#signedWay(i, to[i]) : this.#way(i, from[i], to[i], next[i])))
    const most = Math.max(ways[0].distance, ways[1].distance)
    const exact = slice.seconds * TICKS_PER_SECOND + this.#owedTicks
    if (most < 1 || (most < TINY.steps * WRAP && exact < TINY.ticks)) {
      this.#owedTicks = exact
      return
    }
    const sum = slice.entry + slice.exit
    const share = sum === 0 ? 0.5 : slice.entry / sum // merged blocks can begin and end at rest
    const fewest = Math.ceil((2 * Math.max(share, 1 - share) * most) / WRAP) + 1
    const ticks = Math.max(fewest, Math.round(exact))
    this.#owedTicks = Math.max(-0.5, exact - ticks)
    const axes = both((i) => ramp(ways[i].distance, ticks, share))
    this.#make(ways, axes)
    const clear = (ways[0].clear ? 1 : 0) + (ways[1].clear ? 2 : 0)
    const [one, two] = both((i) => this.#parameters(axes[i], ways[i].direction))
    yield { line: `LT,${ticks},${one},${two}${clear ? `,${clear}` : ''}`, ms: (ticks * 1000) / TICKS_PER_SECOND }
  }

  #signedWay(i: 0 | 1, to: number): Way {
    const target = (to - this.#carriage.steps[i] + 0.5) * WRAP
    // cleared, an accumulator that will run down begins at the top
    const start = this.#held?.[i] ?? (target < WRAP / 2 ? WRAP - 1 : 0)
    const distance = Math.round(target - start)
    const clear = !this.#held
    return distance < 0
      ? { direction: -1, start: WRAP - 1 - start, distance: -distance, clear }
      : { direction: 1, start, distance, clear }
  }

  #way(i: 0 | 1, from: number, to: number, next: number): Way {
    const way = direction(to - from)
    if (way === 0) {
      return { direction: this.#towards[i], start: this.#held?.[i] ?? 0, distance: 0, clear: !this.#held }
    }
    const steps = this.#carriage.steps[i]
    const clear = this.#shouldClear(i, way, way * (from - steps) + 0.5)
    const start = clear ? 0 : (this.#held?.[i] ?? 0)
    const phase = way * (to - steps) + 0.5
    const target = next === -way ? turned(phase, start / WRAP) : phase
    return { direction: way, start, distance: Math.max(0, Math.round(target * WRAP) - start), clear }
  }

  /** Is nothing nearer to what should be in the accumulator than what is there? */
  #shouldClear(i: 0 | 1, direction: number, wanted: number): boolean {
    if (!this.#held) return true
    if (this.#towards[i] === direction) return false
    return Math.abs(wanted) < Math.abs(wanted - this.#held[i] / WRAP)
  }

  /** What the board will make of it. */
  #make(ways: Pair<Way>, axes: Pair<Axis>): void {
    const made = both((i) => Math.floor((ways[i].start + axes[i].sum) / WRAP))
    this.#held = both((i) => {
      const left = ways[i].start + axes[i].sum - made[i] * WRAP
      return this.#signed && ways[i].direction < 0 ? WRAP - 1 - left : left
    })
    for (const i of [0, 1] as const) this.#towards[i] = ways[i].direction
    this.#carriage.stepped(both((i) => ways[i].direction * made[i]))
  }

  #parameters({ rate, accel }: Axis, direction: number): string {
    return direction < 0 ? `${-rate},${this.#signed ? -accel : accel}` : `${rate},${accel}`
  }
}

/** What one motor has to do in one command. */
interface Way {
  readonly direction: number
  /** In the accumulator when it begins, seen in that direction. */
  readonly start: number
  /** What is to be added, WRAP a step. */
  readonly distance: number
  /** Is the accumulator cleared before? */
  readonly clear: boolean
}

/**
 * A motor that goes `distance` (WRAP a step) in `ticks`, never backwards.
 *
 * After T ticks the accumulator has gathered rate·T + accel·T²/2 (the board takes half of accel off the rate first;
 * accel is even here, so that there is nothing to round). Numbers stay below 2^53, so the sum is exact.
 *
 * @param share  of the sum of entry and exit speed: 0 starts from rest, 0.5 is constant speed, 1 ends at rest
 */
export function ramp(distance: number, ticks: number, share: number): Axis {
  if (distance === 0) return { rate: 0, accel: 0, sum: 0 }
  const accel = 2 * Math.trunc((distance * (1 - 2 * share)) / ticks / ticks)
  const least = Math.max(1, -accel / 2, accel / 2 - accel * ticks) // a rate's sign is a direction to firmware 2
  const rate = Math.max(least, Math.round(distance / ticks - (accel * ticks) / 2))
  return { rate, accel, sum: rate * ticks + (accel * ticks * ticks) / 2 }
}

/**
 * Where a motor had better end that turns round there, when what is left in its accumulator will count the other way:
 * at half a step, where that is the same, or just short of a step, where the accumulator may as well be cleared.
 * Whichever is nearest to `phase` and not behind `from`, all in steps.
 */
export function turned(phase: number, from: number): number {
  const step = Math.floor(phase)
  let best = step + 1 - SHORT
  for (const aim of [step + 0.5, step - SHORT]) {
    if (aim >= from && Math.abs(aim - phase) < Math.abs(best - phase)) best = aim
  }
  return best
}
