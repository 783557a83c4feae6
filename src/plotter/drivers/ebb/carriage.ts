import type { Profile } from '../../profile.ts'

/** Rounding noise, in steps, that must not make a motor step. */
const NOISE = 1e-4

/**
 * Where the carriage is, in whole motor steps from home, and where it should be.
 *
 * A motor's step comes at the end of the time that it stands for, so on its way the carriage lags behind by up to a
 * step. Targets are therefore rounded ahead, in the direction of motion: the lag and what is ahead cancel out, and the
 * carriage is never a whole step from the line. Turning back takes a whole step, so that noise cannot make it tremble.
 */
export class Carriage {
  /** Steps of the last move. */
  motor1 = 0
  motor2 = 0
  readonly #machine: Pick<Profile, 'kinematics' | 'stepsPerMm'>
  #x = 0
  #y = 0
  readonly #steps: [number, number] = [0, 0]
  readonly #direction: [1 | -1, 1 | -1] = [1, 1]

  constructor(machine: Pick<Profile, 'kinematics' | 'stepsPerMm'>) {
    this.#machine = machine
  }

  /** Motor steps from home. */
  get steps(): readonly [number, number] {
    return [...this.#steps]
  }

  /** Where it should be, mm. */
  get at(): { readonly x: number; readonly y: number } {
    return { x: this.#x, y: this.#y }
  }

  /** The next move, mm. Afterwards `motor1` and `motor2` are its steps. */
  move(dx: number, dy: number): void {
    this.#x += dx
    this.#y += dy
    const corexy = this.#machine.kinematics === 'corexy'
    this.motor1 = this.#step(0, (corexy ? this.#x + this.#y : this.#x) * this.#machine.stepsPerMm)
    this.motor2 = this.#step(1, (corexy ? this.#x - this.#y : this.#y) * this.#machine.stepsPerMm)
  }

  /** A path has been followed to its end, which is exactly here: adding up its moves has lost the last bits. */
  arrived(x: number, y: number): void {
    this.#x = x
    this.#y = y
  }

  /** It stands at these motor steps, whatever was planned. */
  place([one, two]: readonly [number, number]): void {
    this.#steps[0] = one
    this.#steps[1] = two
    const { stepsPerMm, kinematics } = this.#machine
    const corexy = kinematics === 'corexy'
    this.#x = (corexy ? (one + two) / 2 : one) / stepsPerMm
    this.#y = (corexy ? (one - two) / 2 : two) / stepsPerMm
  }

  #step(motor: 0 | 1, ideal: number): number {
    const at = this.#steps[motor]
    const ahead = this.#direction[motor] > 0 ? Math.ceil(ideal - NOISE) : Math.floor(ideal + NOISE)
    const forward = (ahead - at) * this.#direction[motor] >= 0
    if (!forward && Math.abs(ideal - at) < 1 - NOISE) return 0
    if (!forward) this.#direction[motor] = this.#direction[motor] > 0 ? -1 : 1
    const target = this.#direction[motor] > 0 ? Math.ceil(ideal - NOISE) : Math.floor(ideal + NOISE)
    this.#steps[motor] = target
    return target - at
  }
}
