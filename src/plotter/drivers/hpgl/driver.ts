/**
 * The room `drivers/hpgl`: `driver` with `talk` (buffer and answers), and `silent-driver` for devices that answer
 * nothing. Both drivers use `program` (strokes as HP-GL). Import only the drivers, `HpglMemory` and `program`.
 */
import type { Duplex } from 'node:stream'
import { PlotdError, toPlotdError } from '../../../errors.ts'
import { type Layer, strokeCount } from '../../../geometry/drawing.ts'
import { lengthTo } from '../../../geometry/measure.ts'
import { vertexAt } from '../../../geometry/rest-of-stroke.ts'
import { type Clock, realClock, sleep } from '../../link/clock.ts'
import type { Link } from '../../link/link.ts'
import { PermissionVoid } from '../../link/permission.ts'
import { velocityWord } from '../../motion/hpgl-time.ts'
import type { Plan } from '../../plan/plan.ts'
import type { HpglOptions, Profile } from '../../profiles/profile.ts'
import { orAbort } from '../await-or-abort.ts'
import type { Adjustments, DeviceInfo, Driver, PenUp, Place, PlotOptions } from '../driver.ts'
import { PauseRequest } from '../pause-request.ts'
import { plotLoop, type StrokeWork } from '../plot-loop.ts'
import { alwaysHeld } from '../position-errors.ts'
import { extent, Frame, moveInPieces, stoppedVertex, strokeProgram, type Units } from './program.ts'
import { HpglTalk, type PenPlace } from './talk.ts'

/** Bit 4 of the extended status, set while VIEW holds the plotter. */
const VIEWING = 16
/** Bit 5 of the extended status, set while the plotter does not hold the paper. As under VIEW, it executes no HP-GL. */
const LEVER_UP = 32
/** Interval of the checks of VIEW and the paper lever during a plot, ms. */
const POLL_EVERY_MS = 500
/** Longest wait for the answer to OI, OS or OE, ms. After a stop the plotter first finishes the vector under way. */
const STOP_MS = 30_000
/** Lifts the pen after a stroke. */
const LIFT = 'PU;'
/**
 * Length of `LIFT` and the semicolon of a dot's PD, bytes. When the buffer holds no more bytes than this, the plotter
 * has read the PD.
 */
const LEFT_AFTER_DOT = LIFT.length + 1
/** Bit 3 of the status byte, set when the plotter was initialized after the last OS, also by a power-up. */
const INITIALIZED = 8

const viewHolds = (): PlotdError =>
  new PlotdError('ERR_PLOTTER_STATE', 'VIEW holds the plotter: press VIEW on the plotter again')
const noPaper = (): PlotdError =>
  new PlotdError('ERR_PLOTTER_STATE', 'the plotter holds no paper: lay a sheet in and lower the paper lever')

/** The memory of a plotter between connections. */
export interface HpglMemory {
  /** The home that the user set, relative to the profile's `origin`, plotter units. */
  home?: Units
  /**
   * Whether plotd has initialized this plotter. If so, a new initialization comes from another program or a power-up.
   */
  met?: boolean
}

const noSave = async (): Promise<void> => {}

/**
 * Driver of HP-GL plotters on RS-232. The plotter plans its own motion. plotd sends only bytes that fit into the
 * buffer. OA asks for the pen's place, and waits in the buffer like any instruction. So a stroke counts as drawn when
 * the plotter answers the OA that plotd sent after the stroke.
 *
 * Source: Interfacing and Programming Manuals of the HP 7475A and 7550A, chapters on RS-232-C and output.
 */
export class HpglDriver implements Driver {
  readonly #talk: HpglTalk
  readonly #options: HpglOptions
  readonly #profile: Profile
  readonly #frame: Frame
  #limits: readonly number[] = []
  #position: Place | undefined
  #units: Units = { x: 0, y: 0 }
  /** The pen on the carriage; 0 when none or unknown. */
  #pen = 0
  #adjustments: Adjustments = {}
  #lastPollAt = 0
  /** Whether a plot is under way. */
  #isPlotting = false
  /**
   * The state of VIEW when plotd last read it. 'held' means that VIEW was pressed before plotd waited for a press.
   * 'hidden' means that VIEW was pressed, and then the paper lever was raised.
   */
  #view: 'off' | 'pressed' | 'held' | 'hidden' = 'held'
  readonly #memory: HpglMemory
  readonly #save: typeof noSave

  /** @throws PlotdError ERR_PROFILE_INVALID when the profile has no `hpgl` */
  constructor(port: Duplex, profile: Profile, clock: Clock = realClock, memory: HpglMemory = {}, save = noSave) {
    if (!profile.hpgl) throw new PlotdError('ERR_PROFILE_INVALID', `${profile.name} has no hpgl options`)
    this.#options = profile.hpgl
    this.#profile = profile
    this.#frame = new Frame(profile.hpgl)
    this.#memory = memory
    this.#save = save
    if (memory.home) this.#frame.home = memory.home
    this.#talk = new HpglTalk(port, profile.hpgl, clock)
  }

  get position(): Place | undefined {
    return this.#position
  }

  get link(): Link {
    return this.#talk.link
  }

  async connect(): Promise<DeviceInfo> {
    const { flow } = this.#options
    // discard the HP-GL that another program may have left in the buffer, so that it is not drawn
    this.#talk.control('(')
    this.#talk.control('K')
    this.#talk.control('R') // an earlier program may have chosen another handshake, or another terminator of answers
    if (flow === 'xon-xoff') this.#talk.link.send('\x1b.I81;;17:\x1b.N;19:')
    await this.#talk.ask('E')
    this.#talk.link.send('\x03;PU;')
    const status = await this.#talk.ask('O')
    if (status & VIEWING) throw viewHolds()
    return this.#identify().catch((error: unknown) => {
      // Perhaps some plotters identify themselves without paper. The others answer when the paper lever is lowered.
      throw status & LEVER_UP && toPlotdError(error).code === 'ERR_LINK_TIMEOUT' ? noPaper() : error
    })
  }

  async #identify(): Promise<DeviceInfo> {
    const { initialize = '' } = this.#options
    const isKnown = this.#memory.met === true && !(await this.#wasInitialized())
    this.#talk.link.send(`IN;${initialize}PU;`)
    const model = await this.#talk.output('OI', STOP_MS)
    if (!/^[\w .-]{2,}$/.test(model)) {
      const message = `OI was answered ${JSON.stringify(model)}; a model's name was expected`
      throw new PlotdError('ERR_DEVICE_UNKNOWN', message)
    }
    await this.#requireNoError()
    await this.#wasInitialized()
    this.#memory.met = true
    await this.#save()
    this.#limits = (await this.#talk.output('OH')).split(',').map(Number)
    this.#pen = 0
    this.#recordPlace(await this.#talk.whenDrawn())
    return { dialect: 'hpgl', firmware: model, ...(isKnown && this.#position && { stoodAt: this.#position }) }
  }

  plot(plan: Plan, options: PlotOptions): AsyncGenerator<PenUp, void, void> {
    return plotLoop(plan, options, {
      begin: async () => {
        this.#isPlotting = true
        this.#checkReach(plan)
        const { isDown } = await this.#waitUntilDrawn(options, options.signal)
        if (!isDown) return
        await this.#talk.send('PU;', options.signal)
        await this.#waitUntilDrawn(options, options.signal)
      },
      draw: (work) => this.#draw(work, options),
      checkErrors: () => this.#requireNoError(),
      home: (signal) => this.#putAway(signal),
      end: (isAtRest) => this.#end(isAtRest),
    })
  }

  async jog(dx: number, dy: number, signal?: AbortSignal): Promise<void> {
    const place = this.#position ?? { x: 0, y: 0 }
    await this.#moveInPieces({ x: place.x + dx, y: place.y + dy }, signal)
  }

  async pen(to: 'up' | 'down', slot?: number): Promise<void> {
    if (to === 'down' || slot !== undefined) await this.requireFree()
    if (slot !== undefined) await this.#fetchPen(slot)
    await this.#talk.send(to === 'up' ? 'PU;' : 'PD;')
    if (to === 'up') await this.requireFree() // a PU that was sent lifts the pen when VIEW is pressed again
    this.#recordPlace(await this.#talk.whenDrawn())
  }

  home(signal?: AbortSignal): Promise<void> {
    return this.#moveInPieces({ x: 0, y: 0 }, signal)
  }

  async setHome(): Promise<void> {
    await this.requireFree()
    this.#frame.setHome(await this.#talk.whenDrawn())
    this.#memory.home = this.#frame.home
    await this.#save()
    this.#position = { x: 0, y: 0 }
  }

  async motors(on: boolean): Promise<void> {
    if (!on) throw alwaysHeld()
  }

  async adjust(changes: Adjustments): Promise<void> {
    this.#adjustments = changes
  }

  /** One press of VIEW holds the plotter, and the next press ends the hold. Both together count as one button press. */
  async takeButton(forget: boolean): Promise<boolean> {
    const status = await this.#talk.ask('O')
    if (status & LEVER_UP) {
      // A raised lever hides the bit of VIEW. A hold that ends meanwhile is no press.
      if (forget) this.#view = 'held'
      else if (this.#view === 'pressed') this.#view = 'hidden'
      return false
    }
    const isViewing = (status & VIEWING) !== 0
    const isPressed = this.#view === 'pressed' && !isViewing && !forget
    if (!isViewing) this.#view = 'off'
    else if (forget) this.#view = 'held'
    else if (this.#view !== 'held') this.#view = 'pressed'
    return isPressed
  }

  async feed(lines: readonly string[], signal: AbortSignal): Promise<void> {
    await this.requireFree(true)
    try {
      for (const line of lines) await this.#talk.send(line, signal)
      await this.#talk.send('PU;', signal)
      this.#recordPlace(await orAbort(this.#talk.whenDrawn(signal), signal))
    } catch (error) {
      await this.#halt().catch(() => {}) // the error that ended the feeding is thrown below
      throw error
    }
    await this.#requireNoError()
  }

  async check(): Promise<undefined> {
    await this.#talk.ask('O')
    return undefined
  }

  /**
   * Discards the buffer, lifts the pen and finds the position. Asks a second time if the first request for the position
   * fails, because noise may have destroyed the answer.
   *
   * @throws PlotdError ERR_DEVICE, ERR_LINK_* when the position stays unknown
   */
  async #halt(): Promise<void> {
    if (!this.#talk.link.isOpen) throw await this.#talk.link.closed
    this.#talk.abort(new PlotdError('ERR_DEVICE', 'the motion was stopped'))
    this.#position = undefined
    this.#pen = 0 // the buffer may have contained an SP
    this.#recordPlace(await this.#talk.whenDrawn().catch(() => this.#talk.whenDrawn()))
  }

  async close(): Promise<void> {
    this.#talk.link.close()
    await this.#talk.link.closed
  }

  async #end(isAtRest: boolean): Promise<void> {
    this.#isPlotting = false
    if (!isAtRest)
      await this.#halt().catch(() => {}) // the error that ended the plot is thrown
    else if (this.#talk.link.isOpen) await this.#talk.send('PU;')
  }

  /**
   * Draws one stroke, from travel to lift. A plotter stops only at vertices. A dot has only one vertex, so the place
   * of the pen does not show whether the dot is drawn. If the buffer may still have held the dot's PD, the dot is drawn
   * again.
   *
   * @returns the drawn length, mm, when a pause cut the stroke
   */
  async #draw({ points, layer, drawnMm }: StrokeWork, options: PlotOptions): Promise<number | undefined> {
    const from = vertexAt(points, drawnMm, this.#options.unitMm)
    const pauseRequest = new PauseRequest(this.#talk.link.clock, options)
    const last = points.length / 2 - 1
    let sent = from
    let isSent = false
    try {
      await this.#selectPen(layer, pauseRequest.signal)
      let permission = options.permission?.()
      for (const part of strokeProgram(points, this.#frame, from)) {
        const beginsStroke = part.text.startsWith('PD')
        await this.#talk.send(part.text, pauseRequest.signal, beginsStroke ? permission : undefined)
        if (beginsStroke) permission = undefined
        sent = part.vertex
        await this.#pollButton(options)
      }
      await this.#talk.send(LIFT, pauseRequest.signal)
      isSent = true
      await this.#waitUntilDrawn(options, pauseRequest.signal)
      return undefined
    } catch (error) {
      if (error instanceof PermissionVoid) await this.#waitUntilDrawn(options, options.signal)
      if (!pauseRequest.isCauseOf(error)) throw error
      const waiting = this.#options.bufferBytes - (await this.#talk.ask('B'))
      await this.#halt()
      if (last === 0) return isSent && waiting <= LEFT_AFTER_DOT ? undefined : 0
      const vertex = stoppedVertex(points, this.#frame, this.#units, { from, sent, waiting }) ?? from
      return vertex === last ? undefined : lengthTo(points, vertex)
    } finally {
      pauseRequest.end()
    }
  }

  async #waitUntilDrawn(options: PlotOptions, signal: AbortSignal): Promise<PenPlace> {
    const { whenDrawn } = await this.#talk.marker(signal)
    let isDrawn = false
    const done = whenDrawn.finally(() => {
      isDrawn = true
    })
    while (!isDrawn) {
      await orAbort(Promise.race([done, sleep(this.#talk.link.clock, POLL_EVERY_MS)]), signal)
      if (!isDrawn) await this.#pollButton(options)
    }
    const place = await done
    this.#recordPlace(place)
    return place
  }

  /** Reports a pressed VIEW button or a raised paper lever. Both stop the plotter without a command of plotd. */
  async #pollButton({ onButton }: PlotOptions): Promise<void> {
    if (!onButton || this.#talk.link.clock.now() - this.#lastPollAt < POLL_EVERY_MS) return
    this.#lastPollAt = this.#talk.link.clock.now()
    if ((await this.#talk.ask('O')) & (VIEWING | LEVER_UP)) onButton()
  }

  /** Puts the pen of a carousel back into its slot, where it does not dry, and moves home. */
  async #putAway(signal: AbortSignal): Promise<void> {
    if (this.#options.pens > 1) await this.#talk.send('SP0;', signal)
    this.#pen = 0
    await this.#travel(this.#frame.toUnits(0, 0), signal)
  }

  async #travel(to: Units, signal?: AbortSignal): Promise<void> {
    await this.#talk.send(`PU;PU${to.x},${to.y};`, signal)
    const { whenDrawn } = await this.#talk.marker(signal)
    this.#recordPlace(await orAbort(whenDrawn, signal))
  }

  async #moveInPieces(to: Place, signal?: AbortSignal): Promise<void> {
    await this.requireFree()
    const travel = ({ x, y }: Place): Promise<void> => this.#travel(this.#frame.toUnits(x, y))
    await moveInPieces(this.#position ?? { x: 0, y: 0 }, to, travel, signal)
  }

  async #fetchPen(pen: number, signal?: AbortSignal): Promise<void> {
    const slot = Math.min(this.#options.pens, Math.max(1, pen))
    if (slot !== this.#pen) await this.#talk.send(`PU;SP${slot};`, signal)
    this.#pen = slot
  }

  /** Selects the pen and speed of a layer. */
  async #selectPen({ pen, options }: Layer, signal: AbortSignal): Promise<void> {
    await this.#fetchPen(pen, signal)
    const { speedPercent = options.speedPercent ?? 100 } = this.#adjustments
    await this.#talk.send(velocityWord(this.#options, this.#profile.down.speed, speedPercent), signal)
  }

  #recordPlace(place: Units): void {
    this.#units = place
    this.#position = this.#frame.toMm(place)
  }

  /**
   * Refuses a plan that the plotter would clip without an error.
   *
   * @throws PlotdError ERR_PLAN_OUT_OF_BOUNDS before anything is sent
   */
  #checkReach(plan: Plan): void {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = this.#limits
    if (strokeCount(plan) === 0 || x2 <= x1) return
    const { min, max } = extent(plan, this.#frame)
    if (min.x >= x1 && min.y >= y1 && max.x <= x2 && max.y <= y2) return
    throw new PlotdError(
      'ERR_PLAN_OUT_OF_BOUNDS',
      `the plan spans ${min.x},${min.y} to ${max.x},${max.y} plotter units; the plotter reaches ${x1},${y1} to ${x2},${y2}`,
      { min, max, limits: this.#limits },
    )
  }

  /** Whether the plotter was initialized since the previous call of this method. OS clears the bit. */
  async #wasInitialized(): Promise<boolean> {
    return (Number(await this.#talk.output('OS', STOP_MS)) & INITIALIZED) !== 0
  }

  /**
   * Throws when VIEW or a raised paper lever holds the plotter. Does nothing during a plot: the service of a pen then
   * waits until the hold ends, as a stroke does.
   *
   * @param isFed  whether a feeder's commands bring the paper next, so that the plotter may hold none
   * @throws PlotdError ERR_PLOTTER_STATE during a hold: the plotter executes no move before the hold ends
   */
  async requireFree(isFed = false): Promise<void> {
    if (this.#isPlotting) return
    const status = await this.#talk.ask('O')
    if (status & VIEWING) throw viewHolds()
    if (status & LEVER_UP && !isFed) throw noPaper()
  }

  async #requireNoError(): Promise<void> {
    const error = Number(await this.#talk.output('OE', STOP_MS))
    const wire = await this.#talk.ask('E')
    if (error === 0 && wire === 0) return
    const message = `the plotter reports HP-GL error ${error} and RS-232 error ${wire}`
    throw new PlotdError('ERR_DEVICE', message, { error, wire })
  }
}
