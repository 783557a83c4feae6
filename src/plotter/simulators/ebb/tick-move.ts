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

/** Maximum duration of a command that ends after its steps, ticks: 22 minutes. A longer command counts as endless. */
const LONGEST = 2 ** 25

interface TimeLimit {
  /** Ticks in which the motors may step. */
  readonly ticks: number
  /** Ticks after `ticks`, in which the board does nothing. */
  readonly idle: number
}

/**
 * A move that is computed tick by tick, as in the firmware: a command with jerk, or with a rate that passes through
 * zero or leaves 31 bits.
 */
export class TickMove implements Move {
  readonly ticks: number
  readonly ends: Pair
  readonly turns: readonly [boolean, boolean]
  readonly #begin: () => readonly [Motor, Motor]
  #motors: readonly [Motor, Motor]
  #now = 0
  readonly #last: number

  constructor(axes: Axes, starts: Pair, arithmetic: Arithmetic, limit?: TimeLimit) {
    this.#begin = () => [new Motor(axes[0], starts[0], arithmetic), new Motor(axes[1], starts[1], arithmetic)]
    this.#motors = this.#begin()
    this.turns = [!isStill(axes[0]), !isStill(axes[1])]
    this.#last = limit?.ticks ?? Infinity
    this.ends = limit ? [limit.ticks, limit.ticks] : [this.#endOf(0, axes[0]), this.#endOf(1, axes[1])]
    this.ticks = limit ? limit.ticks + limit.idle : Math.max(...this.ends)
  }

  placeAt(t: number): Pair {
    this.#advance(t)
    const [one, two] = this.#motors
    return [one.place, two.place]
  }

  registersAt(t: number): [number, number] {
    this.#advance(t)
    const [one, two] = this.#motors
    return [one.register, two.register]
  }

  *stepping(from: number, to: number): Generator<readonly [tick: number, one: number, two: number]> {
    this.#advance(from)
    const [one, two] = this.#motors
    while (this.#now < Math.min(to, this.#last)) {
      if (one.isDone && two.isDone) return
      this.#now++
      const hasStep = [one.tick(), two.tick()]
      if (hasStep.includes(true)) yield [this.#now, one.place, two.place]
    }
  }

  #endOf(i: 0 | 1, axis: AxisMove): number {
    if (axis.steps > 0 && isStill(axis)) return Infinity
    const motor = this.#begin()[i]
    for (let t = 0; t <= LONGEST; t++) {
      if (motor.isDone) return t
      motor.tick()
    }
    return Infinity
  }

  #advance(t: number): void {
    if (t < this.#now) {
      this.#motors = this.#begin()
      this.#now = 0
    }
    const [one, two] = this.#motors
    for (const end = Math.min(t, this.#last); this.#now < end && !(one.isDone && two.isDone); this.#now++) {
      one.tick()
      two.tick()
    }
  }
}

/** One motor's registers, as the interrupt holds them: 32 bits each. */
class Motor {
  /** Steps since the start of the command, with their sign. */
  place = 0
  register: number
  readonly #isSigned: boolean
  readonly #direction: 1 | -1
  #rate: number
  #accel: number
  readonly #jerk: number
  #left: number

  constructor(axis: AxisMove, start: number, arithmetic: Arithmetic) {
    this.#isSigned = arithmetic === 'signed'
    const sign = this.#isSigned ? axis.direction : 1
    this.register = mirrored(start, axis, arithmetic)
    this.#direction = axis.direction
    this.#rate = firstRate(sign * axis.rate, sign * axis.accel, sign * axis.jerk)
    this.#accel = sign * axis.accel
    this.#jerk = sign * axis.jerk
    this.#left = axis.steps
  }

  get isDone(): boolean {
    return this.#left === 0
  }

  /** Advances by one tick. @returns whether the motor made a step */
  tick(): boolean {
    if (this.#left === 0) return false
    this.#rate = (this.#rate + this.#accel) | 0
    this.#accel = (this.#accel + this.#jerk) | 0
    if (!this.#isSigned && this.#rate < 0) this.#rate += WRAP // firmware 2 clears the top bit
    const sum = (this.register + this.#rate) | 0
    this.register = sum & (WRAP - 1)
    if (sum >= 0) return false
    const signOfRate = this.#rate < 0 ? -1 : 1
    this.place += this.#isSigned ? signOfRate : this.#direction
    this.#left--
    return true
  }
}
