import type { Profile } from '../profile.ts'

/**
 * Turns relative moves in mm into whole motor steps and carries the fraction that rounding leaves into the next move,
 * so that the carriage is never more than half a step from where it should be, after any number of moves.
 *
 * Motor 1 and 2 are x and y on a Cartesian machine, x + y and x − y on a CoreXY one.
 */
export class StepCarry {
  /** Steps of the last move. */
  motor1 = 0
  motor2 = 0
  #x = 0
  #y = 0
  /** What adding up lost to the last bit (Neumaier): a million moves of 0.1 mm are 100 m, not 100 m and a nanometre. */
  #lostX = 0
  #lostY = 0
  #steps1 = 0
  #steps2 = 0
  readonly #stepsPerMm: number
  readonly #corexy: boolean

  constructor(machine: Pick<Profile, 'kinematics' | 'stepsPerMm'>) {
    this.#stepsPerMm = machine.stepsPerMm
    this.#corexy = machine.kinematics === 'corexy'
  }

  /** The next move, mm. Afterwards `motor1` and `motor2` are its steps. */
  move(dx: number, dy: number): void {
    const x = this.#x + dx
    const y = this.#y + dy
    this.#lostX += Math.abs(this.#x) >= Math.abs(dx) ? this.#x - x + dx : dx - x + this.#x
    this.#lostY += Math.abs(this.#y) >= Math.abs(dy) ? this.#y - y + dy : dy - y + this.#y
    this.#x = x
    this.#y = y
    const tx = x + this.#lostX
    const ty = y + this.#lostY
    const target1 = Math.round((this.#corexy ? tx + ty : tx) * this.#stepsPerMm)
    const target2 = Math.round((this.#corexy ? tx - ty : ty) * this.#stepsPerMm)
    this.motor1 = target1 - this.#steps1
    this.motor2 = target2 - this.#steps2
    this.#steps1 = target1
    this.#steps2 = target2
  }

  /** Where whole steps have led, in steps of each motor since the beginning. */
  get steps(): readonly [motor1: number, motor2: number] {
    return [this.#steps1, this.#steps2]
  }

  /** Where whole steps have led, mm. */
  get position(): { readonly x: number; readonly y: number } {
    const [one, two] = [this.#steps1 / this.#stepsPerMm, this.#steps2 / this.#stepsPerMm]
    return this.#corexy ? { x: (one + two) / 2, y: (one - two) / 2 } : { x: one, y: two }
  }
}
