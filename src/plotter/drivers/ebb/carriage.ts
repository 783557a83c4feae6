import type { Profile } from '../../profile.ts'

/** Something of motor 1 and of motor 2. */
export type Motors = readonly [one: number, two: number]

const REST: Motors = [0, 0]

/**
 * Where the carriage is, in whole motor steps from home, and where it should be.
 *
 * Targets are rounded from the whole way, never from what was left of the last move, so nothing adds up: after any
 * number of moves each motor is within half a step of where it should be.
 */
export class Carriage {
  /** Steps of the last move. */
  motor1 = 0
  motor2 = 0
  readonly #machine: Pick<Profile, 'kinematics' | 'stepsPerMm'>
  #x = 0
  #y = 0
  readonly #steps: [number, number] = [0, 0]

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

  /**
   * The next move, mm. Afterwards `motor1` and `motor2` are its steps.
   *
   * @param lead  steps that each motor's end is moved on before it is rounded, below a half either way
   */
  move(dx: number, dy: number, lead: Motors = REST): void {
    this.#x += dx
    this.#y += dy
    const [one, two] = this.motors(this.#x, this.#y)
    this.motor1 = this.#step(0, one + lead[0])
    this.motor2 = this.#step(1, two + lead[1])
  }

  /** Millimetres as steps of the motors, not rounded. */
  motors(x: number, y: number): Motors {
    const { kinematics, stepsPerMm } = this.#machine
    if (kinematics === 'corexy') return [(x + y) * stepsPerMm, (x - y) * stepsPerMm]
    const [one, two] = kinematics === 'cartesian' ? [x, y] : [y, x]
    return [one * stepsPerMm, two * stepsPerMm]
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
    const across = { corexy: (one + two) / 2, cartesian: one, 'cartesian-yx': two }[kinematics]
    const along = { corexy: (one - two) / 2, cartesian: two, 'cartesian-yx': one }[kinematics]
    this.#x = across / stepsPerMm
    this.#y = along / stepsPerMm
  }

  #step(motor: 0 | 1, ideal: number): number {
    const at = this.#steps[motor]
    const target = Math.round(ideal)
    this.#steps[motor] = target
    return target - at
  }
}
