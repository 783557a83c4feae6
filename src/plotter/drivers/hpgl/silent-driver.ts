import type { Duplex } from 'node:stream'
import { PlotdError } from '../../../errors.ts'
import { vertexAt } from '../../../geometry/rest-of-stroke.ts'
import { type Clock, realClock, sleep } from '../../link/clock.ts'
import { Link } from '../../link/link.ts'
import type { Permission } from '../../link/permission.ts'
import { vectorSeconds, velocityWord, wireSeconds } from '../../motion/hpgl-time.ts'
import { drawingLimits, SILENT_CAUTION, SILENT_PEN_SECONDS, travelSeconds } from '../../motion/index.ts'
import type { Plan } from '../../plan/plan.ts'
import type { HpglOptions, Profile } from '../../profiles/profile.ts'
import { orAbort } from '../await-or-abort.ts'
import type { Adjustments, DeviceInfo, Driver, PenUp, Place, PlotOptions } from '../driver.ts'
import { plotLoop, type StrokeWork } from '../plot-loop.ts'
import { alwaysHeld, unknownPosition } from '../position-errors.ts'
import { ABORT_AND_LIFT, Frame, moveInPieces, strokeProgram } from './program.ts'

/** Bytes of the device's buffer that plotd does not use. */
const RESERVE = 16
/** The carriage counts as at home within this distance, mm. */
const AT_HOME_MM = 0.05

/**
 * Driver of HP-GL devices that answer nothing: cutters, for example, or plotters on a cable with one wire. The driver
 * computes the progress. A stroke counts as drawn when 1.25 times its computed time has passed since it was sent.
 * Before that, the driver sends no further stroke. The driver sends only what fits into the computed room of the
 * buffer. If the device is slower than computed, the port's flow control (RTS/CTS or XON/XOFF) holds the driver back.
 */
export class SilentHpglDriver implements Driver {
  readonly link: Link
  readonly #options: HpglOptions
  readonly #profile: Profile
  readonly #frame: Frame
  /**
   * The carriage's place, mm from home; undefined after a halt, and before the first motion unless the user set home.
   */
  #place: Place | undefined
  /** The computed contents of the device's buffer: the size of each part, and when the device has drawn it, ms. */
  #buffer: { readonly bytes: number; readonly until: number }[] = []
  /** The computed time at which all sent bytes have arrived, ms. */
  #arrivesAt = 0
  /** The pen on the carriage; 0 when none or unknown. */
  #pen = 0
  #adjustments: Adjustments = {}

  /** @throws PlotdError ERR_PROFILE_INVALID when the profile has no `hpgl` */
  constructor(port: Duplex, profile: Profile, clock: Clock = realClock) {
    if (!profile.hpgl) throw new PlotdError('ERR_PROFILE_INVALID', `${profile.name} has no hpgl options`)
    this.#options = profile.hpgl
    this.#profile = profile
    this.#frame = new Frame(profile.hpgl)
    this.link = new Link(port, { clock, delimiter: '\r', onLine: () => true })
    this.link.stopCommands = () => [{ text: ABORT_AND_LIFT }]
  }

  /** The computed place of the carriage, mm from home. The device reports no place. */
  get position(): Place | undefined {
    return this.#place
  }

  async connect(): Promise<DeviceInfo> {
    this.link.send(`\x1b.(\x1b.K\x03;IN;${this.#options.initialize ?? ''}PU;`)
    await sleep(this.link.clock, this.#profile.pen.raiseMs)
    return { dialect: 'hpgl', firmware: 'silent' }
  }

  plot(plan: Plan, options: PlotOptions): AsyncGenerator<PenUp, void, void> {
    return plotLoop(plan, options, {
      begin: async () => this.link.send('PU;'),
      draw: (work) => this.#draw(work, options),
      home: (signal) => this.#putAway(signal),
      end: (isAtRest) => this.#end(isAtRest),
    })
  }

  async jog(dx: number, dy: number, signal?: AbortSignal): Promise<void> {
    if (!this.#place) throw unknownPosition()
    await this.#moveInPieces(this.#place, { x: this.#place.x + dx, y: this.#place.y + dy }, signal)
  }

  async pen(to: 'up' | 'down', slot?: number): Promise<void> {
    if (slot !== undefined) {
      await this.#fetchPen(slot)
      await this.#waitUntilDrawn()
    }
    this.link.send(to === 'up' ? 'PU;' : 'PD;')
    await sleep(this.link.clock, to === 'up' ? this.#profile.pen.raiseMs : this.#profile.pen.lowerMs)
  }

  async home(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    // From an unknown place, one vector leads home, and no device can stop in a vector.
    await this.#moveInPieces(this.#place ?? { x: 0, y: 0 }, { x: 0, y: 0 }, signal)
  }

  /** Confirms that the carriage stands at home. The device decides where home is, and plotd cannot change that. */
  async setHome(): Promise<void> {
    const { x, y } = this.#place ?? { x: 0, y: 0 }
    if (Math.hypot(x, y) > AT_HOME_MM) {
      throw new PlotdError(
        'ERR_PLOTTER_STATE',
        'the home of a plotter that answers nothing cannot be moved: the device decides where home is',
      )
    }
    this.#place = { x: 0, y: 0 }
  }

  async motors(on: boolean): Promise<void> {
    if (!on) throw alwaysHeld()
  }

  async adjust(changes: Adjustments): Promise<void> {
    this.#adjustments = changes
  }

  /** Does nothing, because the device answers no request. */
  async check(): Promise<undefined> {}

  async close(): Promise<void> {
    this.link.close()
    await this.link.closed
  }

  async #fetchPen(slot: number, signal?: AbortSignal): Promise<void> {
    const { pens } = this.#options
    const pen = Math.min(pens, Math.max(1, slot))
    if (pen !== this.#pen) await this.#send(`PU;SP${pen};`, pens > 1 ? SILENT_PEN_SECONDS : 0, signal)
    this.#pen = pen
  }

  /**
   * Draws one stroke, from travel to lift. No pause can cut the stroke, because the device does not report the pen's
   * place.
   */
  async #draw({ points, layer, drawnMm }: StrokeWork, options: PlotOptions): Promise<undefined> {
    const { signal } = options
    const { speedPercent = layer.options.speedPercent ?? 100 } = this.#adjustments
    const limits = drawingLimits(this.#profile, { speedPercent })
    await this.#fetchPen(layer.pen, signal)
    await this.#send(`PU;${velocityWord(this.#options, this.#profile.down.speed, speedPercent)}`, 0, signal)
    let from = vertexAt(points, drawnMm, this.#options.unitMm)
    await this.#travel({ x: points[2 * from] ?? 0, y: points[2 * from + 1] ?? 0 }, signal)
    let permission = options.permission?.()
    for (const { text, vertex } of strokeProgram(points, this.#frame, from)) {
      const part = points.subarray(2 * from, 2 * vertex + 2)
      const beginsStroke = text.startsWith('PD')
      await this.#send(text, vectorSeconds(part, limits, this.#options), signal, beginsStroke ? permission : undefined)
      if (beginsStroke) permission = undefined
      from = vertex
    }
    const { raiseMs, lowerMs } = this.#profile.pen
    await this.#send('PU;', (raiseMs + lowerMs) / 1000, signal)
    await this.#waitUntilDrawn(signal)
    this.#place = { x: points.at(-2) ?? 0, y: points.at(-1) ?? 0 }
  }

  async #putAway(signal: AbortSignal): Promise<void> {
    if (this.#options.pens > 1) await this.#send('SP0;', SILENT_PEN_SECONDS, signal)
    this.#pen = 0
    await this.#travel({ x: 0, y: 0 }, signal)
  }

  #moveInPieces(from: Place, to: Place, signal?: AbortSignal): Promise<void> {
    return moveInPieces(from, to, (place) => this.#travel(place), signal)
  }

  async #travel(to: Place, signal?: AbortSignal): Promise<void> {
    const { x, y } = this.#frame.toUnits(to.x, to.y)
    const { width, height } = this.#profile
    const dx = this.#place ? to.x - this.#place.x : width
    const dy = this.#place ? to.y - this.#place.y : height
    await this.#send(`PU;PU${x},${y};`, travelSeconds(this.#profile, dx, dy), signal)
    await this.#waitUntilDrawn(signal)
    this.#place = to
  }

  /** Sends HP-GL when the computed buffer has room. @param seconds  the time for `text` after it has arrived */
  async #send(text: string, seconds: number, signal?: AbortSignal, permission?: Permission): Promise<void> {
    const { clock } = this.link
    for (;;) {
      signal?.throwIfAborted()
      if (!this.link.isOpen) throw await this.link.closed
      this.#buffer = this.#buffer.filter(({ until }) => until > clock.now())
      const buffered = this.#buffer.reduce((sum, { bytes }) => sum + bytes, 0)
      const [oldest] = this.#buffer
      if (!oldest || buffered + text.length <= this.#options.bufferBytes - RESERVE) break
      await sleep(clock, Math.max(1, oldest.until - clock.now()), signal)
    }
    if (permission) await orAbort(this.link.drained(), signal)
    this.link.send(text, permission)
    const wireMs = 1000 * SILENT_CAUTION * wireSeconds(text.length, this.#options)
    this.#arrivesAt = Math.max(clock.now(), this.#arrivesAt) + wireMs
    const start = Math.max(this.#arrivesAt, this.#buffer.at(-1)?.until ?? 0)
    this.#buffer.push({ bytes: text.length, until: start + 1000 * SILENT_CAUTION * seconds })
  }

  /** Resolves at the computed time at which the device has drawn everything that was sent. */
  async #waitUntilDrawn(signal?: AbortSignal): Promise<void> {
    const { clock } = this.link
    await sleep(clock, Math.max(0, (this.#buffer.at(-1)?.until ?? 0) - clock.now()), signal)
    if (!this.link.isOpen) throw await this.link.closed
    this.#buffer = []
  }

  async #end(isAtRest: boolean): Promise<void> {
    if (!this.link.isOpen) return
    if (isAtRest) {
      this.link.send('PU;')
      return
    }
    this.#buffer = []
    this.#place = undefined
    this.#pen = 0 // the buffer may have contained an SP
    this.link.send(ABORT_AND_LIFT)
  }
}
