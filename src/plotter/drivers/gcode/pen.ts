/**
 * The room `drivers/gcode`: the common code of the boards that read G-code. `pen` lifts and lowers, `carriage` knows
 * place and home, `program` writes coordinates and words, and `reach` checks that the machine reaches a place. `limits`
 * reads the limits that a board reports, and `board-errors` tells kinds of errors apart. `drivers/index`,
 * `drivers/grbl`, `drivers/marlin`, `session`, `export` and `propose` import from this room.
 */
import type { Layer } from '../../../geometry/drawing.ts'
import type { Permission } from '../../link/permission.ts'
import { drawingLimits, liftAt, liftOf } from '../../motion/index.ts'
import type { GcodeOptions, PenLift, Profile } from '../../profiles/profile.ts'
import type { Adjustments } from '../driver.ts'
import { MIN_SPEED, short } from './program.ts'

/** A smaller difference of heights is rounding, mm. */
const SAME_MM = 1e-3

type Heights = Pick<PenLift, 'upPercent' | 'downPercent'>

/** Sends a line and waits for its answer. */
interface Talk {
  ask(text: string, signal?: AbortSignal, permission?: Permission): Promise<unknown>
}

/** The profile with the pen heights that a user set. */
export function withHeights(profile: Profile, { penUpPercent, penDownPercent }: Adjustments): Profile {
  return { ...profile, pen: liftAt(profile, { upPercent: penUpPercent, downPercent: penDownPercent }) }
}

/** Fills in a pen template. When the board has answered the last line of a lift, the pen is up. */
type Fill = (options: GcodeOptions, pen: PenLift, to: 'up' | 'down', percent: number) => string[]

const isMotion = (line: string): boolean => /[XYZ]/i.test(line)

/** The work height of a plain absolute Z move, mm; undefined for any other line. */
function heightOf(line = ''): number | undefined {
  const height = /^(?:G90 ?)?G0?[01] ?Z(-?[\d.]+)(?: ?F[\d.]+)?$/i.exec(line.trim())?.[1]
  return height === undefined ? undefined : Number(height)
}

/** The work height of a template whose only motion is a plain absolute Z move, mm; undefined for other templates. */
function soleHeight(lines: readonly string[]): number | undefined {
  const motions = lines.filter(isMotion)
  return motions.length === 1 ? heightOf(motions[0]) : undefined
}

/** What this process knows about a pen from one connection to the next. */
export interface PenState {
  /** Whether plotd has left the pen up. */
  isUp: boolean
}

/** Moves the pen with the profile's templates and the user's adjustments. */
export class GcodePen {
  /**
   * The user's changes. Pen heights replace the heights of layer and profile. `speedPercent` scales the layer's speed.
   */
  adjustments: Adjustments = {}
  /** The speed that the board does not exceed, mm/s. */
  maxSpeed = Infinity
  /** The heights between which the pen last moved, percent. */
  heights: Heights
  readonly #state: PenState
  /** The lines that raised the pen; '' when the pen is not known to be up. */
  #upBy = ''
  /**
   * Upper limit of the lowered pen's Z, work coordinates, mm; undefined when unknown or when the pen is not lowered.
   */
  #below: number | undefined
  readonly #talk: Talk
  readonly #profile: Profile
  readonly #options: GcodeOptions
  readonly #fill: Fill

  constructor(talk: Talk, profile: Profile, options: GcodeOptions, fill: Fill, state: PenState = { isUp: false }) {
    this.#state = state
    this.#talk = talk
    this.#fill = fill
    this.#profile = profile
    this.heights = profile.pen
    this.#options = options
  }

  /** Whether an earlier connection ended with the pen up, and plotd has not moved the pen since. */
  get isLeftUp(): boolean {
    return this.#state.isUp && this.#upBy === ''
  }

  /** Drawing speed, mm/s. At least 1 mm/min, because F words are whole numbers. */
  speed({ options }: Layer): number {
    const { down } = this.#profile
    const limits = drawingLimits({ down: { ...down, speed: Math.min(down.speed, this.maxSpeed) } }, options)
    return Math.max(MIN_SPEED, (limits.speed * (this.adjustments.speedPercent ?? 100)) / 100)
  }

  /** Whether an axis carries the pen, so that a lift is motion. */
  get movesAxis(): boolean {
    return [...this.#options.penUp, ...this.#options.penDown].some(isMotion)
  }

  /** Distance by which a Z axis raises the pen, mm; 0 if a template has other motion than one absolute move of Z. */
  get liftMm(): number {
    const [up, down] = [soleHeight(this.#lines('up')), soleHeight(this.#lines('down'))]
    return up === undefined || down === undefined ? 0 : up - down
  }

  /**
   * Lifts the pen without a user's request. An axis moves only upward from its reported position.
   *
   * @param z       reported machine position, mm; undefined when it is not trusted, and then no axis moves
   * @param offset  origin of Z's work coordinates, machine mm
   */
  async liftOnly(z: number | undefined, offset: number, signal?: AbortSignal): Promise<void> {
    const target = soleHeight(this.#lines('up'))
    const isUpward = z !== undefined && target !== undefined && target + offset > z + SAME_MM
    if (!this.#lines('up').some(isMotion) || isUpward) await this.move('up', undefined, signal)
  }

  /**
   * Whether the board reports the pen's axis at 0, as after a restart, although plotd has left the pen at another
   * height. A board without a restart may report the height rounded to a whole step. Parameters as for `liftOnly`.
   */
  isHeightLost(z: number, offset: number): boolean {
    const target = soleHeight(this.#lines('up'))
    return this.isLeftUp && target !== undefined && Math.abs(z) < SAME_MM && Math.abs(target + offset) > SAME_MM
  }

  /** The lines that raise the pen to the wanted height. */
  upLines(): string[] {
    return this.#lines('up')
  }

  /** Call after a reset, because the pen is no longer known to be up. */
  forget(): void {
    this.#forgetUp()
    this.#below = undefined
  }

  /**
   * The lines that lift the pen after the reset of a board that no longer answers. A Z axis rises to the height from
   * which plotd lowered it, in machine coordinates, because a reset clears offsets (G92). If that height is unknown, Z
   * gets no line.
   *
   * @param offset  origin of Z's work coordinates before the reset, machine mm
   */
  liftAfterReset(offset: number): string[] {
    const lines = this.#upBy === '' ? this.#lines('up') : this.#upBy.split('\n')
    if (!lines.some(isMotion)) return lines
    return this.#below === undefined ? [] : [`G53G0Z${short(this.#below + offset)}`]
  }

  #forgetUp(): void {
    this.#state.isUp = false
    this.#upBy = ''
  }

  /** Raises the pen to the wanted height, if it is not there already. No layer has an upper height of its own. */
  async raise(signal?: AbortSignal): Promise<void> {
    const isUp = this.#upBy !== '' && this.heights.upPercent === this.#heightsOf('up').upPercent
    if (!isUp) await this.move('up', undefined, signal)
  }

  /**
   * Moves the pen. Resolves when the board has answered the last line. Then all earlier motion has ended. The pen has
   * stopped too, except that Marlin and Klipper may still be lowering it.
   *
   * @throws PermissionVoid before the first line
   */
  async move(to: 'up' | 'down', layer?: Layer, signal?: AbortSignal, permission?: Permission): Promise<void> {
    const lines = this.#lines(to, layer)
    this.heights = this.#heightsOf(to, layer)
    this.#below = this.#highest(to, soleHeight(lines))
    this.#forgetUp()
    for (const [i, line] of lines.entries()) await this.#talk.ask(line, signal, i === 0 ? permission : undefined)
    if (to === 'down') return
    this.#upBy = lines.join('\n')
    this.#state.isUp = true
    this.#below = undefined
  }

  /**
   * Upper limit of a lowered pen's Z on its way to `target`, mm; undefined when unknown or when the pen is not lowered.
   */
  #highest(to: 'up' | 'down', target: number | undefined): number | undefined {
    if (target === undefined) return undefined
    if (to === 'up') return this.#below === undefined ? undefined : Math.max(this.#below, target)
    const from = soleHeight(this.#upBy.split('\n'))
    return from !== undefined && target < from ? from : undefined
  }

  #lines(to: 'up' | 'down', layer?: Layer): string[] {
    const pen = liftAt(this.#profile, this.#heightsOf(to, layer))
    const lift = layer ? liftOf({ ...this.#profile, pen }, layer) : pen
    return this.#fill(this.#options, lift, to, to === 'up' ? pen.upPercent : pen.downPercent)
  }

  #heightsOf(to: 'up' | 'down', layer?: Layer): Heights {
    const { upPercent, downPercent } = this.#profile.pen
    const { penUpPercent, penDownPercent } = this.adjustments
    const lowest = penDownPercent ?? layer?.options.penDownPercent ?? downPercent
    return {
      upPercent: penUpPercent ?? upPercent,
      // a pen may rise from a lower height than that to which it next falls
      downPercent: to === 'up' ? Math.min(lowest, this.heights.downPercent) : lowest,
    }
  }
}
