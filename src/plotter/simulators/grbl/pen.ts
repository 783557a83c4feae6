import { ServoArm } from '../servo-arm.ts'

/** The connection of the pen to a machine that reads G-code. */
export type PenWiring =
  /**
   * A servo on the spindle output, or on a servo output in degrees. The pen touches the paper while the servo's
   * position is greater than `downAbove`. Without `downAbove`, the pen touches while the position is less than
   * `downBelow` (default: 500). The pen is up when the output is off. `perMs` is the turn of the servo in a
   * millisecond, in the unit of the output.
   */
  | { readonly kind: 'spindle'; readonly downBelow?: number; readonly downAbove?: number; readonly perMs?: number }
  /**
   * A pen on the Z axis. It touches the paper at the height `touchesAt` or lower. Heights are mm from the Z switch,
   * negative below the switch.
   */
  | { readonly kind: 'z'; readonly touchesAt: number }

/** Turn of a hobby servo in a millisecond: 60° in 0.15 s, where 180° are 1000 units. */
const PER_MS = 1000 / 450
/** Added to the time at which the arm reaches or leaves the paper, ms, so that `touches` has changed its answer. */
const PASSED_MS = 1e-6

/** Computes whether the pen touches the paper, from the servo's arm or the Z axis. */
export class PenOnMachine {
  readonly #wiring: PenWiring
  #z = Infinity
  #arm: ServoArm | undefined

  constructor(wiring: PenWiring) {
    this.#wiring = wiring
  }

  touches(ms: number): boolean {
    if (this.#wiring.kind === 'z') return this.#z <= this.#wiring.touchesAt + 1e-6
    const { downAbove } = this.#wiring
    if (this.#arm === undefined) return false
    const position = this.#arm.at(ms)
    return downAbove === undefined ? position < this.#level : position > downAbove
  }

  /** When the arm next reaches the paper or leaves it, ms; Infinity when it does not. */
  nextChange(now: number): number {
    return (this.#arm?.passes(this.#level, now) ?? Infinity) + PASSED_MS
  }

  /** A servo reaches its first position at once, because its earlier position is unknown. */
  spindle(on: boolean, value: number, now: number): void {
    if (this.#wiring.kind === 'z') return
    if (!on) this.#arm = undefined
    else if (this.#arm) this.#arm.move(value, now)
    else this.#arm = new ServoArm(value, this.#wiring.perMs ?? PER_MS)
  }

  height(z: number): void {
    this.#z = z
  }

  get #level(): number {
    if (this.#wiring.kind === 'z') return 0
    return this.#wiring.downAbove ?? this.#wiring.downBelow ?? 500
  }
}
