import type { Profile } from '../../profiles/profile.ts'

/** One number for each motor. */
export type Motors = readonly [one: number, two: number]

/**
 * The place of the carriage in whole motor steps from home, and its ideal place, mm.
 *
 * `catchUp` rounds the distance from home, not each move, so the errors of rounding to whole steps do not add up.
 */
export class Carriage {
  readonly #machine: Pick<Profile, 'kinematics' | 'stepsPerMm'>
  #x = 0
  #y = 0
  readonly #steps: [number, number] = [0, 0]

  constructor(machine: Pick<Profile, 'kinematics' | 'stepsPerMm'>) {
    this.#machine = machine
  }

  /** Motor steps from home. */
  get steps(): Motors {
    return [...this.#steps]
  }

  /** The ideal place, motor steps from home, not rounded. */
  get ideal(): Motors {
    return this.motors(this.#x, this.#y)
  }

  /** The ideal place, mm. */
  get position(): { readonly x: number; readonly y: number } {
    return { x: this.#x, y: this.#y }
  }

  /** Moves the ideal place, mm. */
  advance(dx: number, dy: number): void {
    this.#x += dx
    this.#y += dy
  }

  /** Counts steps that the motors have made. */
  countSteps([one, two]: Motors): void {
    this.#steps[0] += one
    this.#steps[1] += two
  }

  /**
   * Counts the steps that bring both motors to the ideal place.
   *
   * @param ahead  steps added to each motor's target before rounding, -0.5 to 0.5
   * @returns these steps: each motor then stands nearest to its target
   */
  catchUp(ahead: Motors = [0, 0]): Motors {
    const [one, two] = this.ideal
    const steps: Motors = [Math.round(one + ahead[0]) - this.#steps[0], Math.round(two + ahead[1]) - this.#steps[1]]
    this.countSteps(steps)
    return steps
  }

  /** Converts mm to motor steps, not rounded. */
  motors(x: number, y: number): Motors {
    const { kinematics, stepsPerMm } = this.#machine
    if (kinematics === 'corexy') return [(x + y) * stepsPerMm, (x - y) * stepsPerMm]
    const [one, two] = kinematics === 'cartesian' ? [x, y] : [y, x]
    return [one * stepsPerMm, two * stepsPerMm]
  }

  /** Sets the ideal place at the end of a path, mm, because the sum of the moves has small floating-point errors. */
  arriveAt(x: number, y: number): void {
    this.#x = x
    this.#y = y
  }

  /** Sets both places to these motor steps from home. */
  place([one, two]: readonly [number, number]): void {
    this.#steps[0] = one
    this.#steps[1] = two
    const { stepsPerMm, kinematics } = this.#machine
    const across = { corexy: (one + two) / 2, cartesian: one, 'cartesian-yx': two }[kinematics]
    const along = { corexy: (one - two) / 2, cartesian: two, 'cartesian-yx': one }[kinematics]
    this.#x = across / stepsPerMm
    this.#y = along / stepsPerMm
  }
}
