import type { Layer } from '../../../geometry/drawing.ts'
import type { Adjustments } from '../../driver.ts'
import { drawingLimits } from '../../motion/index.ts'
import type { GrblOptions, Profile } from '../../profile.ts'
import { penLines } from './program.ts'
import type { GrblTalk } from './talk.ts'

/** The pen by the profile's templates, and what a person has changed of it. */
export class GrblPen {
  adjusted: Adjustments = {}
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

  /** Resolves when everything before is drawn and the pen has moved: the last line of each template waits for that. */
  async move(to: 'up' | 'down', layer?: Layer, signal?: AbortSignal): Promise<void> {
    const { pen } = this.#profile
    const up = this.adjusted.penUpPercent ?? pen.upPercent
    const down = this.adjusted.penDownPercent ?? layer?.options.penDownPercent ?? pen.downPercent
    for (const line of penLines(this.#options, pen, to, to === 'up' ? up : down)) await this.#talk.ask(line, signal)
  }
}
