import { PlotdError } from '../../../errors.ts'
import type { Layer } from '../../../geometry/drawing.ts'
import type { Permission } from '../../link/permission.ts'
import { clearMs, liftAt, liftOf, touchMs } from '../../motion/index.ts'
import type { EbbOptions, PenLift, Profile } from '../../profiles/profile.ts'
import type { Adjustments } from '../driver.ts'
import type { BoardStatus, EbbMover } from './mover.ts'
import type { EbbWire } from './wire.ts'

/** Number of servo channels, 3 ms each. */
const CHANNELS = 8
/** Interval in which a servo gets a pulse and moves one step of its sweep, s. */
const FRAME_SECONDS = 0.024

/** The EBB settings of a profile. @throws PlotdError ERR_PROFILE_INVALID when the profile has none */
export function ebbOptions({ ebb, name }: Profile): EbbOptions {
  if (ebb) return ebb
  throw new PlotdError('ERR_PROFILE_INVALID', `profile ${name}: an EBB needs the settings under "ebb"`, { name })
}

const servo = ({ servoMin, servoMax }: EbbOptions, percent: number): number =>
  Math.round(servoMin + ((servoMax - servoMin) * percent) / 100)

const rate = ({ servoMin, servoMax }: EbbOptions, percentPerSecond: number): number =>
  Math.max(1, Math.round((Math.abs(servoMax - servoMin) * percentPerSecond * FRAME_SECONDS) / 100))

/** The commands that set the pen's heights and rates. */
export function penSettings(options: EbbOptions, pen: PenLift): string[] {
  return [
    `SC,8,${CHANNELS}`,
    `SC,4,${servo(options, pen.upPercent)}`,
    `SC,5,${servo(options, pen.downPercent)}`,
    `SC,11,${rate(options, options.raiseRate)}`,
    `SC,12,${rate(options, options.lowerRate)}`,
  ]
}

/** SP: raises or lowers the pen. `ms` is the wait before the next queued command. */
export function penCommand(options: EbbOptions, isUp: boolean, ms: number): string {
  const pin = options.servoPin === undefined ? '' : `,${options.servoPin}`
  return `SP,${isUp ? 1 : 0},${Math.ceil(ms)}${pin}`
}

/** The pen of one board. Sends heights and rates when they change. */
export class EbbPen {
  /** The settings that the user has changed. */
  adjustments: Adjustments = {}
  /** Whether the pen is known to be clear of the paper. It may still be rising. */
  isUp = false
  /** The height to which the pen rose last, percent. */
  #roseTo: number | undefined
  readonly #wire: EbbWire
  readonly #mover: EbbMover
  readonly #profile: Profile
  /** Heights and times of the present layer's pen. */
  #lift: PenLift
  readonly #options: EbbOptions
  /** The settings that the board has; undefined when unknown. */
  #boardSettings: string | undefined

  constructor(wire: EbbWire, mover: EbbMover, profile: Profile) {
    this.#wire = wire
    this.#mover = mover
    this.#profile = profile
    this.#lift = profile.pen
    this.#options = ebbOptions(profile)
  }

  /** Sends changed settings. A setting comes from the user's adjustment, else from the layer, else from the profile. */
  async applySettings(layer?: Layer): Promise<void> {
    const { penUpPercent: upPercent, penDownPercent: downPercent = layer?.options.penDownPercent } = this.adjustments
    const pen = liftAt(this.#profile, { upPercent, downPercent })
    this.#lift = layer ? liftOf({ ...this.#profile, pen }, layer) : pen
    const lines = penSettings(this.#options, this.#lift)
    const settings = lines.join()
    if (settings === this.#boardSettings) return
    this.#boardSettings = undefined
    await Promise.all(lines.map((line) => this.#wire.ok(line)))
    this.#boardSettings = settings
  }

  get lift(): PenLift {
    return this.#lift
  }

  /** Queues the lowering. The next motion waits for the lowering. */
  async lower(signal?: AbortSignal, permission?: Permission): Promise<void> {
    this.isUp = false
    const ms = touchMs(this.#lift)
    await this.#mover.queue(penCommand(this.#options, false, ms), ms, signal, permission)
  }

  /** Returns the command that lowers the pen without a wait. From this call on, the pen counts as lowered. */
  fallCommand(): string {
    this.isUp = false
    return penCommand(this.#options, false, 0)
  }

  get upCommand(): string {
    return penCommand(this.#options, true, this.#lift.raiseMs)
  }

  /** Raises the pen fully. Resolves when the pen is up and the board has executed all earlier commands. */
  async raise(signal?: AbortSignal): Promise<void> {
    await this.#raise(this.#lift.raiseMs, signal)
  }

  /** Raises the pen if a user may have lowered it during a pause, or has changed its upper height. */
  async ensureUp(signal: AbortSignal): Promise<void> {
    if (!this.isUp || this.#roseTo !== this.#lift.upPercent) await this.raise(signal)
  }

  /**
   * Raises the pen. Resolves when the preceding motion is executed and the pen is clear of the paper. The pen may still
   * be rising.
   */
  async clear(signal?: AbortSignal, onStatus?: (status: BoardStatus) => void): Promise<void> {
    await this.#raise(clearMs(this.#lift), signal, onStatus)
  }

  async #raise(ms: number, signal?: AbortSignal, onStatus?: (status: BoardStatus) => void): Promise<void> {
    this.#roseTo = this.#lift.upPercent
    await this.#mover.queue(penCommand(this.#options, true, ms), ms, signal)
    await this.#mover.whenIdle(signal, onStatus)
    this.isUp = true
  }
}
