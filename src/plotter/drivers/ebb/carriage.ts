import type { Profile } from '../../profiles/profile.ts'

/** Something of motor 1 and of motor 2. */
export type Motors = readonly [one: number, two: number]

/**
 * Where the carriage is, in whole motor steps from home, and where it should be.
 *
 * Targets are taken from the whole way, never from what was left of the last move, so nothing adds up.
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

  /** Motor steps from home at which it should be, not rounded. */
  get ideal(): Motors {
    return this.motors(this.#x, this.#y)
  }

  /** Where it should be, mm. */
  get at(): { readonly x: number; readonly y: number } {
    return { x: this.#x, y: this.#y }
  }

  /** It should go on by so much, mm. */
  advance(dx: number, dy: number): void {
    this.#x += dx
    this.#y += dy
  }

  /** The motors have made these steps. */
  stepped([one, two]: Motors): void {
    this.#steps[0] += one
    this.#steps[1] += two
  }

  /**
   * @param ahead  steps that each motor's end is moved on before it is rounded, below a half either way
   * @returns the steps that bring both motors nearest to there, which count as made
   */
  catchUp(ahead: Motors = [0, 0]): Motors {
    const [one, two] = this.ideal
    const steps: Motors = [Math.round(one + ahead[0]) - this.#steps[0], Math.round(two + ahead[1]) - this.#steps[1]]
    this.stepped(steps)
    return steps
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
}
