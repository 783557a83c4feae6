/**
 * The room `drivers/marlin`: `driver` uses `talk` (lines and answers), `stream` (a path), `firmware`, `program` (the
 * pen) and `klipper-clock`. `talk` uses `lines` (the form of lines and answers). Coordinates and words are those of
 * `drivers/gcode`. Import only `MarlinDriver`, `program` and `firmware`.
 */
import type { Duplex } from 'node:stream'
import { PlotdError } from '../../../errors.ts'
import { at } from '../../../geometry/drawing.ts'
import { type Clock, realClock } from '../../link/clock.ts'
import type { Link } from '../../link/link.ts'
import type { Permission } from '../../link/permission.ts'
import { liftAt } from '../../motion/index.ts'
import type { Plan } from '../../plan/plan.ts'
import type { MarlinOptions, MotionLimits, Profile } from '../../profiles/profile.ts'
import { orAbort } from '../await-or-abort.ts'
import type { Adjustments, DeviceInfo, Driver, PenUp, PlotOptions } from '../driver.ts'
import { Carriage, type HomeMemory } from '../gcode/carriage.ts'
import { GcodePen, type PenState } from '../gcode/pen.ts'
import type { Place } from '../gcode/program.ts'
import { cornersOf } from '../gcode/reach.ts'
import { PauseRequest } from '../pause-request.ts'
import { plotLoop, type StrokeWork } from '../plot-loop.ts'
import { unknownHeight, unknownPosition } from '../position-errors.ts'
import { placeIn, profileWith, readBoard, UNKNOWN } from './firmware.ts'
import { KlipperClock } from './klipper-clock.ts'
import { homeCorner, liftBy, marlinPenLines, startLines } from './program.ts'
import { LineCache, nothingSent, type PathLines, pathLines, sendPath } from './stream.ts'
import { MarlinTalk } from './talk.ts'

/**
 * Driver of Marlin 2, and of Klipper behind its virtual serial port. The board plans its own motion and has no feed
 * hold. So plotd divides motion into short moves. When plotd sends no more moves, Marlin stops soon, but Klipper first
 * completes up to two seconds of accepted motion. A stroke counts as drawn when the board has answered the lines of its
 * lift, which contain an M400. plotd never sends M112, which ends in a reset, nor M410, which loses steps.
 *
 * Source: Marlin's documentation of G-code; Klipper's G-Codes.
 */
export class MarlinDriver implements Driver {
  readonly #talk: MarlinTalk
  readonly #configured: Profile
  readonly #options: MarlinOptions
  readonly #carriage: Carriage
  readonly #pen: GcodePen
  /** The configured profile, with the board's own limits. */
  #profile: Profile
  #board = UNKNOWN
  #z = 0
  /** The height to which `#raiseOnce` has raised the pen, mm; Infinity when the pen may have moved since. */
  #raisedTo = Infinity
  readonly #lineCache = new LineCache()
  readonly #klipper: KlipperClock

  /** @throws PlotdError ERR_PROFILE_INVALID when the profile has no `marlin` */
  constructor(
    port: Duplex,
    profile: Profile,
    clock: Clock = realClock,
    memory: HomeMemory = {},
    save: () => Promise<void> = async () => {},
    pen?: PenState,
  ) {
    if (!profile.marlin) throw new PlotdError('ERR_PROFILE_INVALID', `${profile.name} has no marlin options`)
    this.#configured = this.#profile = profile
    this.#options = profile.marlin
    this.#carriage = new Carriage('the board', profile.marlin, memory, save)
    this.#carriage.hasSwitches = profile.marlin.homing
    this.#talk = new MarlinTalk(port, clock)
    this.#klipper = new KlipperClock(this.#talk)
    this.#pen = new GcodePen(
      { ask: (...line) => this.#ask(...line) },
      profile,
      profile.marlin,
      (options, pen, to, percent) =>
        marlinPenLines({ ...this.#options, firmware: this.#board.firmware }, options, pen, to, percent),
      pen,
    )
    this.#talk.onPositionLost = () => {
      this.#carriage.forgetHome().catch(() => {}) // the next save writes the same memory
    }
  }

  get link(): Link {
    return this.#talk.link
  }

  get position(): Place | undefined {
    return this.#carriage.position
  }

  async connect(): Promise<DeviceInfo> {
    const info = await this.#talk.probe()
    await this.#talk.ask('M400') // waits for lines that an earlier connection left
    this.#board = await readBoard(info, this.#talk)
    this.#carriage.boardId = info
    this.#talk.stopWith(() => this.#liftLines())
    // switches off the periodic reports, and keeps the motors on without a time limit
    for (const line of ['M155 S0', 'M154 S0', 'M84 S0']) if (!this.#isKlipper) await this.#talk.tryAsk(line)
    await this.#modes()
    await this.#locate()
    const whyLost = await this.#carriage.recallHome(this.#board.starts)
    await this.#pen.liftOnly(this.#carriage.isHomeKnown ? this.#z : undefined, 0)
    await this.#locate()
    const adjusted = (changes: Adjustments) => profileWith(changes, this.#configured, this.#board, this.#pen.movesAxis)
    this.#profile = adjusted({})
    this.#pen.maxSpeed = this.#profile.down.speed
    return {
      dialect: 'marlin',
      firmware: this.#board.version,
      profile: this.#profile,
      profileWith: adjusted,
      ...this.#carriage.connected(whyLost),
    }
  }

  plot(plan: Plan, options: PlotOptions): AsyncGenerator<PenUp, void, void> {
    return plotLoop(plan, options, {
      begin: () => this.#begin(plan, options.signal),
      draw: (work) => this.#draw(work, options),
      home: (signal) => this.#travel({ x: 0, y: 0 }, signal),
      end: (isAtRest) => this.#end(isAtRest),
    })
  }

  /** Moves no faster than the pen draws, so that the carriage stops soon when the link is lost. */
  async jog(dx: number, dy: number, signal?: AbortSignal): Promise<void> {
    await this.#orRecover(async () => {
      await this.#ready()
      const from = this.position ?? { x: 0, y: 0 }
      const to = { x: from.x + dx, y: from.y + dy }
      this.#carriage.requireInReach([this.#carriage.frame.toBoard(to)])
      await this.#moveUntil(to, signal, this.#profile.down)
    })
  }

  async pen(to: 'up' | 'down'): Promise<void> {
    if (this.#pen.movesAxis) this.#carriage.requireHomed()
    await this.#orRecover(async () => {
      await this.#pen.move(to)
      await this.#talk.ask('M400')
    })
  }

  /**
   * Finds home by the limit switches. No line can stop this search. Without switches, the carriage returns to the home
   * that is set.
   */
  async home(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    await this.#orRecover(async () => {
      if (this.#carriage.hasSwitches) await this.#findHome()
      else if (!this.#carriage.isHomeKnown) throw unknownPosition()
      await this.#ready()
      await this.#moveUntil({ x: 0, y: 0 }, signal)
    })
  }

  async setHome(): Promise<void> {
    this.#carriage.requireHomed()
    await this.#orRecover(() => this.#locate())
    if (this.#pen.isHeightLost(this.#z, 0)) throw unknownHeight(0)
    await this.#carriage.setHome(this.#carriage.requirePlace())
  }

  async motors(on: boolean): Promise<void> {
    if (!on) await this.#carriage.forgetHome()
    this.#raisedTo = Infinity
    await this.#talk.tryAsk(on ? 'M17' : 'M18')
  }

  async adjust(changes: Adjustments): Promise<void> {
    this.#pen.adjustments = changes
  }

  async feed(lines: readonly string[], signal: AbortSignal): Promise<void> {
    this.#carriage.requireHomed()
    await this.#patiently(() => this.#execute(lines, signal))
    await this.#pen.raise()
  }

  async check(): Promise<undefined> {
    if (this.#talk.outstanding === 0) await this.#talk.ask('M114')
    return undefined
  }

  async close(): Promise<void> {
    this.#talk.link.close()
    await this.#talk.link.closed
  }

  #ask(line: string, signal?: AbortSignal, permission?: Permission): Promise<void> {
    return this.#isKlipper
      ? this.#klipper.ask(line, liftAt(this.#profile, this.#pen.heights).raiseMs, signal, permission)
      : this.#talk.ask(line, signal, permission).then(() => {})
  }

  get #isKlipper(): boolean {
    return this.#board.firmware === 'klipper'
  }

  async #begin(plan: Plan, signal: AbortSignal): Promise<void> {
    await this.#ready()
    this.#carriage.requireInReach(cornersOf(plan, this.#carriage.frame))
    await this.#start(this.#options.start ?? [], signal)
  }

  /**
   * Sends the profile's `start` lines. Without `homing`, home is where the carriage stands after the last line that
   * sets the place. Before such lines the carriage goes home, unless one of them (G28) finds the place by switches.
   */
  async #start(lines: readonly string[], signal: AbortSignal): Promise<void> {
    if (lines.length === 0) return
    const { setHome, others, startAtHome } = startLines(lines, this.#carriage.hasSwitches)
    if (startAtHome) await this.#travel({ x: 0, y: 0 }, signal)
    await this.#patiently(async () => {
      for (const line of setHome) await this.#talk.ask(line, signal)
      if (setHome.length > 0) await this.setHome()
      await this.#execute(others, signal)
    })
    await this.#pen.raise(signal)
  }

  /** Runs `act`, in which the board may be silent for long. After an error or an abort, calls `#recover`. */
  async #patiently(act: () => Promise<void>): Promise<void> {
    await this.#talk.patiently(async () => {
      try {
        await act()
      } catch (error) {
        if (this.#talk.link.isOpen) await this.#recover()
        throw error
      }
    })
  }

  /** Executes a user's lines, which may move pen and carriage and change modes. Then finds the position. */
  async #execute(lines: readonly string[], signal?: AbortSignal): Promise<void> {
    for (const line of lines) await this.#talk.ask(line, signal)
    await this.#talk.ask('M400', signal)
    await this.#modes()
    this.#pen.forget()
    await this.#locate()
  }

  /** Raises the pen. When a plotter without switches has no known position, its present place becomes home. */
  async #ready(): Promise<void> {
    this.#carriage.requireHomed()
    if (!this.#carriage.isHomeKnown) await this.setHome()
    await this.#pen.raise()
  }

  /** Draws one stroke, from travel to lift. @returns the drawn length, mm, when a pause cut the stroke */
  async #draw({ points, layer, drawnMm }: StrokeWork, options: PlotOptions): Promise<number | undefined> {
    const { pace } = layer.options
    const limits = {
      ...this.#profile.down,
      speed: this.#pen.speed(layer),
      ...(pace !== undefined && { curvePace: pace }),
    }
    const sent = nothingSent()
    const { clock } = this.#talk.link
    const pauseRequest = new PauseRequest(clock, options)
    const { rest, computing } = this.#lineCache.linesFor(clock, points, drawnMm, limits, this.#profile, options.signal)
    try {
      await this.#travel({ x: at(rest, 0), y: at(rest, 1) }, pauseRequest.signal)
      const lines = await orAbort(computing, pauseRequest.signal)
      await pauseRequest.untilLowered(rest, this.#pen.move('down', layer, pauseRequest.signal, options.permission?.()))
      await this.#follow(lines, limits, 'G1', pauseRequest.signal, sent)
      await this.#pen.move('up', layer, options.signal)
      this.#lineCache.forget()
      return undefined
    } catch (error) {
      if (!pauseRequest.isCauseOf(error)) throw error
      await this.#liftAtRest()
      return sent.isWhole ? undefined : drawnMm + sent.mm
    } finally {
      pauseRequest.end()
    }
  }

  /** Waits until the board has completed its queued motion, then lifts at the end of the last line that plotd sent. */
  async #liftAtRest(): Promise<void> {
    await this.#talk.ask('M400')
    await this.#pen.raise()
    await this.#locate()
  }

  /** Travels. After an abort of `signal` the board still completes its queued motion. @throws the signal's reason */
  async #moveUntil(to: Place, signal?: AbortSignal, limits?: MotionLimits): Promise<void> {
    signal?.throwIfAborted()
    try {
      await this.#travel(to, signal, limits)
    } catch (error) {
      if (signal?.aborted) await this.#liftAtRest()
      throw error
    }
  }

  /** Raises the pen, which a user may have lowered in a pause, and travels. */
  async #travel(to: Place, signal?: AbortSignal, limits: MotionLimits = this.#profile.up): Promise<void> {
    this.#carriage.requireKnown()
    await this.#pen.raise(signal)
    const from = this.#carriage.place ? this.#carriage.frame.toDrawing(this.#carriage.place) : to
    const points = Float64Array.of(from.x, from.y, to.x, to.y)
    const lines = await pathLines(this.#talk.link.clock, points, limits, this.#profile, signal)
    await this.#follow(lines, limits, 'G0', signal)
    await this.#ask('M400', signal)
  }

  /** Sends the lines of a path that begins at the carriage. */
  async #follow(
    lines: PathLines,
    limits: MotionLimits,
    word: 'G0' | 'G1',
    signal: AbortSignal | undefined,
    sent = nothingSent(),
  ): Promise<void> {
    const path = { lines, limits, word, from: this.#carriage.place, queuedMs: this.#klipper.queuedMs }
    try {
      await sendPath(this.#talk, this.#carriage.frame, path, sent, signal)
    } finally {
      this.#carriage.place = sent.place ?? this.#carriage.place
      this.#klipper.recordMotion(sent.ms, sent.beganAt)
    }
  }

  async #end(isAtRest: boolean): Promise<void> {
    if (!this.#talk.link.isOpen) return
    try {
      await (isAtRest ? this.#pen.raise() : this.#recover())
      const { end = [] } = this.#options
      if (end.length > 0) await this.#talk.patiently(() => this.#execute(end))
    } catch (error) {
      if (this.#talk.link.isOpen && isAtRest) throw error // a plot cut in a stroke throws its own error
    }
  }

  /**
   * Waits for the end of queued motion, lifts the pen, and finds the position, also when the board refuses one line.
   * An earlier lift would leave the last lines without ink, although the position is at their end.
   */
  async #recover(): Promise<void> {
    this.#talk.clear()
    this.#pen.forget()
    for (const line of ['M400', ...this.#liftLines()]) await this.#talk.tryAsk(line)
    await this.#talk.twice(async () => {
      await this.#talk.ask('M400')
      await this.#modes()
      await this.#locate()
      await this.#pen.liftOnly(this.#carriage.isHomeKnown ? this.#z : undefined, 0)
      await this.#locate()
    })
  }

  /** Runs a user's command. After a refused line, lifts the pen, finds the position, and lets further lines be sent. */
  async #orRecover(act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (error) {
      if (this.#talk.hasFailed && this.#talk.link.isOpen) await this.#recover().catch(() => {}) // `error` is the cause
      throw error
    }
  }

  /** The lines that lift a servo, without M400; none for a pen on an axis. */
  #liftLines(): string[] {
    return this.#pen.movesAxis ? [] : this.#pen.upLines().filter((line) => line !== 'M400')
  }

  async #modes(): Promise<void> {
    await this.#talk.tryAsk('G21') // a firmware without inches does not know this line
    await this.#talk.ask('G90')
  }

  /** Finds home by the limit switches. Before homing, forgets the earlier home, also on the disk. */
  async #findHome(): Promise<void> {
    if (!this.#pen.movesAxis || this.#carriage.isHomeKnown) await this.#pen.raise()
    else if (!this.#isKlipper) await this.#raiseOnce()
    await this.#carriage.forgetHome()
    this.#pen.forget()
    await this.#talk.patiently(() => this.#talk.ask(this.#pen.movesAxis ? 'G28' : 'G28 X Y'))
    await this.#talk.ask('M400')
    await this.#modes()
    await this.#locate()
    await this.#carriage.setHomeWithin(homeCorner(this.#configured, this.#options), this.#board.reach)
  }

  /** Raises a pen of unknown height, but not again after a homing that failed and left the pen there. */
  async #raiseOnce(): Promise<void> {
    await this.#locate()
    if (this.#z < this.#raisedTo) for (const line of liftBy(this.#pen.liftMm)) await this.#talk.tryAsk(line)
    await this.#locate()
    this.#raisedTo = this.#z
  }

  /** Asks for the target of the last move, which is the carriage's place when nothing moves. */
  async #locate(): Promise<void> {
    const place = placeIn(await this.#talk.ask('M114'))
    this.#carriage.place = place && { x: place.x, y: place.y }
    this.#z = place?.z ?? 0
  }
}
