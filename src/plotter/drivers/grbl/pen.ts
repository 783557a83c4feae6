import type { Layer } from '../../../geometry/drawing.ts'
import type { Permission } from '../../link/permission.ts'
import { drawingLimits } from '../../motion/index.ts'
import type { GrblOptions, Profile } from '../../profiles/profile.ts'
import type { Adjustments } from '../driver.ts'
import { penLines } from './program.ts'
import type { GrblTalk } from './talk.ts'

const SAME_MM = 1e-3

const isMotion = (line: string): boolean => /[XYZ]/i.test(line)

/** The work height to which a line leads that moves Z alone; undefined when it says so in another way. */
function heightOf(line = ''): number | undefined {
  const height = /^(?:G90 ?)?G0?[01] ?Z(-?[\d.]+)(?: ?F[\d.]+)?$/i.exec(line.trim())?.[1]
  return height === undefined ? undefined : Number(height)
}

/** The pen by the profile's templates, and what a person has changed of it. */
export class GrblPen {
  adjusted: Adjustments = {}
  /** The lines that raised it, as long as it is up by them. */
  #upBy = ''
  readonly #talk: GrblTalk
  readonly #profile: Profile
  readonly #options: GrblOptions

  constructor(talk: GrblTalk, profile: Profile, options: GrblOptions) {
    this.#talk = talk
    this.#profile = profile
    this.#options = options
  }

  /** How fast it draws, mm/s. */
  speed({ options }: Layer): number {
    return (drawingLimits(this.#profile, options).speed * (this.adjusted.speedPercent ?? 100)) / 100
  }

  /** Whether it hangs on an axis, so that lifting it takes motion. */
  get movesAxis(): boolean {
    return [...this.#options.penUp, ...this.#options.penDown].some(isMotion)
  }

  /**
   * Lift without a wish of anybody's: an axis is moved only where that leads up from where the board says it stands.
   *
   * @param z       machine mm; undefined when the position is not to be trusted, and then no axis moves
   * @param offset  where the work coordinates of Z begin, machine mm
   */
  async liftOnly(z: number | undefined, offset: number): Promise<void> {
    const motions = this.#lines('up').filter(isMotion)
    const target = motions.length === 1 ? heightOf(motions[0]) : undefined
    const isUpward = z !== undefined && target !== undefined && target + offset > z + SAME_MM
    if (motions.length === 0 || isUpward) await this.move('up')
  }

  /** A reset has let go of it. */
  forget(): void {
    this.#upBy = ''
  }

  /** Up, unless it is, at the height that is wanted. */
  async raise(): Promise<void> {
    if (this.#upBy !== this.#lines('up').join('\n')) await this.move('up')
  }

  /** Resolves when everything before is drawn and the pen has moved: the last line of each template waits for that. @throws PermissionVoid before the first */
  async move(to: 'up' | 'down', layer?: Layer, signal?: AbortSignal, permission?: Permission): Promise<void> {
    this.#upBy = ''
    const lines = this.#lines(to, layer)
    for (const [i, line] of lines.entries()) await this.#talk.ask(line, signal, i === 0 ? permission : undefined)
    if (to === 'up') this.#upBy = lines.join('\n')
  }

  #lines(to: 'up' | 'down', layer?: Layer): string[] {
    const { pen } = this.#profile
    const up = this.adjusted.penUpPercent ?? pen.upPercent
    const down = this.adjusted.penDownPercent ?? layer?.options.penDownPercent ?? pen.downPercent
    return penLines(this.#options, pen, to, to === 'up' ? up : down)
  }
}
