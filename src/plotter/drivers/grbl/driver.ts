/**
 * The room `drivers/grbl`: `driver` uses `talk` (lines and answers), `stream` (a stroke), `firmware`, `settings`,
 * `board-profile`, `hold` (a held board) and `errors` (refusals and alarms). `talk` reads reports by `status`.
 * Coordinates, words and pen are those of `drivers/gcode`. Import only `GrblDriver`.
 */
import type { Duplex } from 'node:stream'
import { PlotdError } from '../../../errors.ts'
import { remainder } from '../../../geometry/rest-of-stroke.ts'
import { type Clock, realClock } from '../../link/clock.ts'
import type { Link } from '../../link/link.ts'
import type { Plan } from '../../plan/plan.ts'
import type { GrblOptions, Profile } from '../../profiles/profile.ts'
import type { Adjustments, DeviceInfo, Driver, PenUp, PlotOptions } from '../driver.ts'
import { Carriage, type HomeMemory } from '../gcode/carriage.ts'
import { GcodePen, type PenState, withHeights } from '../gcode/pen.ts'
import { moveWords, type Place, penLines } from '../gcode/program.ts'
import { cornersOf } from '../gcode/reach.ts'
import { PauseRequest } from '../pause-request.ts'
import { plotLoop, type StrokeWork } from '../plot-loop.ts'
import { positionLost, unknownHeight, unknownPosition } from '../position-errors.ts'
import { profileBySettings } from './board-profile.ts'
import { inCheckMode } from './errors.ts'
import { readBoard, UNKNOWN_BOARD } from './firmware.ts'
import { isHold, untilHeld } from './hold.ts'
import { checkSettings, findsHome, homingLimitMs, limitOf, reachAround } from './settings.ts'
import { drawnTo, noProgress, type Progress, streamStroke, strokeLines } from './stream.ts'
import { GrblTalk } from './talk.ts'

/**
 * Driver of grbl 1.1, FluidNC and grblHAL. The board plans its own motion, and plotd keeps the board's buffers full by
 * character counting. A stroke counts as drawn when grbl answers the dwell after the pen lift, because grbl answers a
 * dwell only when its planner is empty.
 *
 * Source: grbl 1.1 wiki, Interface and Commands.
 */
export class GrblDriver implements Driver {
  readonly #talk: GrblTalk
  readonly #profile: Profile
  readonly #options: GrblOptions
  readonly #carriage: Carriage
  readonly #pen: GcodePen
  #board = UNKNOWN_BOARD
  /** Machine position of Z and origin of its work coordinates, mm. */
  #z = { at: 0, offset: 0 }
  /** Whether the board is in alarm and refuses G-code. */
  #isLocked = false
  /** Whether a plot is under way. */
  #isPlotting = false
  /** Whether the last reading found the cycle-start button pressed. */
  #wasButtonDown = false

  /** @throws PlotdError ERR_PROFILE_INVALID when the profile has no `grbl` */
  constructor(
    port: Duplex,
    profile: Profile,
    clock: Clock = realClock,
    memory: HomeMemory = {},
    save: () => Promise<void> = async () => {},
    pen?: PenState,
  ) {
    if (!profile.grbl) throw new PlotdError('ERR_PROFILE_INVALID', `${profile.name} has no grbl options`)
    this.#profile = profile
    this.#options = profile.grbl
    this.#carriage = new Carriage('grbl', profile.grbl, memory, save)
    this.#talk = new GrblTalk(port, clock)
    this.#pen = new GcodePen(this.#talk, profile, profile.grbl, penLines, pen)
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
    const first = await this.#talk.probe()
    this.#isLocked = first.state.startsWith('Alarm')
    this.#talk.stopWith(() => (this.#isLocked ? [] : this.#pen.liftAfterReset(this.#talk.offset[2])))
    if (/^(Run|Hold|Door|Jog|Home)/.test(first.state)) await this.#talk.halt()
    else await this.#talk.reset()
    await untilHeld(this.#talk, async (held) => {
      this.#board = await readBoard({ ask: (line) => this.#talk.ask(line, held), reset: () => this.#talk.reset() })
    })
    this.#carriage.boardId = this.#board.firmware.id
    checkSettings(this.#options, this.#profile.pen, this.#board.settings)
    this.#carriage.hasSwitches = findsHome(this.#board.settings, this.#options)
    this.#isLocked = (await this.#locate()).startsWith('Alarm')
    if (this.#isLocked && !this.#carriage.hasSwitches) await this.#unlock()
    const whyLost = await this.#recallHome(/^Alarm|^Home/.test(first.state))
    // without switches, Z would rise at each connection that restarts the board, up to the end of its axis
    const mayRise = this.#carriage.isHomeKnown || !(this.#carriage.hasSwitches || this.#pen.isLeftUp)
    if (!this.#isLocked) await this.#lift(mayRise)
    const profileWith = (changes: Adjustments) =>
      profileBySettings(withHeights(this.#profile, changes), this.#board.settings, this.#board.timing)
    const profile = profileWith({})
    this.#pen.maxSpeed = profile.down.speed
    return {
      dialect: 'grbl',
      firmware: this.#board.firmware.version,
      profile,
      profileWith,
      ...this.#carriage.connected(whyLost),
    }
  }

  plot(plan: Plan, options: PlotOptions): AsyncGenerator<PenUp, void, void> {
    return plotLoop(plan, options, {
      begin: () => this.#begin(plan, options.signal),
      draw: (work) => this.#draw(work, options),
      home: (signal) => this.#untilHeld((held) => this.#goTo({ x: 0, y: 0 }, AbortSignal.any([signal, held]))),
      end: (isAtRest) => this.#end(isAtRest),
    })
  }

  async jog(dx: number, dy: number, signal?: AbortSignal): Promise<void> {
    this.#carriage.requireHomed()
    if (!this.#carriage.isHomeKnown && !this.#isPlotting) await this.setHome()
    const place = this.position ?? { x: 0, y: 0 }
    const to = { x: place.x + dx, y: place.y + dy }
    this.#carriage.requireInReach([this.#carriage.frame.toBoard(to)])
    await this.#untilHeld((held) => this.#goTo(to, held), signal)
  }

  async pen(to: 'up' | 'down'): Promise<void> {
    if (this.#isLocked || this.#pen.movesAxis) this.#carriage.requireHomed()
    await this.#untilHeld((held) => this.#pen.move(to, undefined, held))
  }

  /**
   * Finds home by the limit switches. Without switches, the carriage returns to the home that is set.
   *
   * @throws PlotdError ERR_PLOTTER_STATE when the machine has no switches and its home is unknown
   */
  async home(signal?: AbortSignal): Promise<void> {
    await this.#untilHeld(async (held) => {
      if (this.#carriage.hasSwitches) await this.#findHome(held)
      else if (!this.#carriage.isHomeKnown) throw unknownPosition()
      await this.#ready(held)
      await this.#goTo({ x: 0, y: 0 }, held)
    }, signal)
  }

  async setHome(): Promise<void> {
    this.#carriage.requireHomed()
    await this.#locate()
    if (this.#pen.isHeightLost(this.#z.at, this.#z.offset)) throw unknownHeight(this.#z.offset)
    await this.#carriage.setHome(this.#carriage.requirePlace())
  }

  /**
   * Frees the motors by grbl's sleep state. Does nothing when `on` is true, because grbl has no command that holds the
   * motors. The setting $1 decides whether the motors hold.
   */
  async motors(on: boolean): Promise<void> {
    if (on) return
    await this.#carriage.forgetHome()
    await this.#untilHeld((held) => this.#talk.sleep(held))
    await this.#talk.reset()
    this.#pen.forget()
    this.#isLocked = true
    if (!this.#carriage.hasSwitches) await this.#unlock()
  }

  async adjust(changes: Adjustments): Promise<void> {
    this.#pen.adjustments = changes
  }

  /**
   * grbl reports the cycle-start button only while it is pressed. While idle, grbl does nothing else with the button.
   */
  async takeButton(forget: boolean): Promise<boolean> {
    const isDown = (await this.#talk.status()).pins.includes('S')
    const isPressed = isDown && !this.#wasButtonDown && !forget
    this.#wasButtonDown = isDown
    return isPressed
  }

  async feed(lines: readonly string[], signal: AbortSignal): Promise<void> {
    this.#carriage.requireHomed()
    const act = (held: AbortSignal) => this.#execute(lines, held).then(() => this.#pen.raise(held))
    await this.#untilHeld(act, signal, true)
  }

  async check(): Promise<undefined> {
    const { alarm } = this.#talk
    if (alarm && !this.#isLocked) throw alarm // after a limit alarm grbl answers no request
    if (!this.#talk.isHoming) await this.#talk.status()
  }

  async close(): Promise<void> {
    this.#talk.link.close()
    await this.#talk.link.closed
  }

  async #begin(plan: Plan, stop: AbortSignal): Promise<void> {
    if (!this.#talk.hasFailed && (await this.#locate()) === 'Check') throw inCheckMode()
    await this.#untilHeld((held) => this.#ready(held), stop)
    this.#carriage.requireInReach(cornersOf(plan, this.#carriage.frame))
    await this.#untilHeld((held) => this.#start(held), stop)
    this.#isPlotting = true
  }

  /** Sends the profile's `start` lines. A reset undoes them. */
  async #start(signal?: AbortSignal): Promise<void> {
    if (!this.#options.start?.length) return
    await this.#execute(this.#options.start, signal)
    await this.#pen.raise(signal)
  }

  /** Executes a user's lines, which may move pen and carriage and change modes. Then finds the position. */
  async #execute(lines: readonly string[], signal?: AbortSignal): Promise<void> {
    for (const line of lines) await this.#talk.ask(line, signal)
    await this.#talk.ask('G4P0', signal)
    await this.#talk.ask('G21G90G94G17', signal)
    this.#pen.forget()
    await this.#locate()
  }

  /** Raises the pen. When a machine without switches has no known position, its present place becomes home. */
  async #ready(signal: AbortSignal): Promise<void> {
    this.#carriage.requireHomed()
    if (!this.#carriage.isHomeKnown) await this.setHome()
    await this.#pen.raise(signal)
  }

  /**
   * Runs `act`, work outside the strokes. When a button or a door holds the board, or `stop` is aborted, this method
   * aborts the signal of `act`, halts the board and lifts the pen. A hold or an abort alone does not make it halt a
   * locked board, which is at rest already and refuses to lift the pen. After a refused line or an alarm, `GrblTalk`
   * sends no line before a reset. So this method then also halts the board, except a locked board with limit switches.
   *
   * @param isFeeding  whether any other error also halts the board, because the lines may have lowered the pen
   * @throws the errors of `act`; PlotdError ERR_DEVICE when the board holds; the reason of `stop`
   */
  async #untilHeld(act: (held: AbortSignal) => Promise<void>, stop?: AbortSignal, isFeeding = false): Promise<void> {
    stop?.throwIfAborted()
    try {
      await untilHeld(this.#talk, act, stop)
    } catch (error) {
      const mayHalt = this.#talk.link.isOpen && !(this.#isLocked && this.#carriage.hasSwitches)
      if ((isHold(error) || stop?.aborted) && !this.#isLocked) {
        await this.#recover()
        if (this.#isPlotting) await this.#untilHeld((again) => this.#start(again))
      } else if (mayHalt && (this.#talk.hasFailed || isFeeding)) {
        await this.#recover().catch(() => {}) // the first error is the cause
      }
      throw error
    }
  }

  /** Draws one stroke, from travel to lift. @returns the drawn length, mm, when a pause cut the stroke */
  async #draw({ points, layer, drawnMm }: StrokeWork, options: PlotOptions): Promise<number | undefined> {
    const rest = drawnMm > 0 ? remainder(points, drawnMm) : points
    const progress = noProgress(this.#board.timing.blocks)
    const pauseRequest = new PauseRequest(this.#talk.link.clock, options)
    const speed = this.#pen.speed(layer)
    this.#talk.onHeld = () => {
      pauseRequest.isHeld = true
      options.onButton?.()
    }
    // computed while the pen travels and goes down
    const lines = strokeLines(rest, limitOf(this.#board.settings, 100) ?? this.#profile.stepsPerMm)
    try {
      await this.#goTo({ x: rest[0] ?? 0, y: rest[1] ?? 0 }, pauseRequest.signal)
      await pauseRequest.untilLowered(rest, this.#pen.move('down', layer, pauseRequest.signal, options.permission?.()))
      this.#carriage.place = await streamStroke(
        this.#talk,
        this.#carriage.frame,
        { lines: await lines, speed, curvePace: layer.options.pace },
        progress,
        pauseRequest.signal,
      )
      await this.#pen.move('up', layer, pauseRequest.signal)
      return undefined
    } catch (error) {
      if (!pauseRequest.isCauseOf(error)) throw error
      const { beganAt = Infinity } = progress
      // after a button or a door has held the board, plotd does not know how long the pen moved
      const ms = pauseRequest.isHeld ? 0 : Math.max(0, this.#talk.link.clock.now() - beganAt)
      const heldMm = await this.#liftInStroke(rest, progress, (speed * ms) / 1000)
      await untilHeld(this.#talk, (held) => this.#start(held), options.signal)
      return heldMm === undefined ? undefined : drawnMm + heldMm
    } finally {
      pauseRequest.end()
      this.#talk.onHeld = undefined
    }
  }

  /** Brakes and lifts. @returns the length of `points` that is drawn, mm; undefined when all of it is drawn */
  async #liftInStroke(points: Float64Array, progress: Progress, possibleMm: number): Promise<number | undefined> {
    await this.#recover()
    if (!this.position) throw positionLost()
    return drawnTo(points, this.position, progress, possibleMm)
  }

  /** Raises the pen, which a user may have lowered in a pause, and travels. */
  async #goTo(to: Place, signal: AbortSignal): Promise<void> {
    this.#carriage.requireKnown()
    await this.#pen.raise(signal)
    const target = this.#carriage.frame.toBoard(to)
    const words = moveWords(this.#carriage.place, target, this.#carriage.frame.offset)
    if (words !== '') await this.#talk.send(`G0${words}`, signal)
    this.#carriage.place = target
    await this.#talk.ask('G4P0', signal)
  }

  async #end(isAtRest: boolean): Promise<void> {
    this.#isPlotting = false
    if (!this.#talk.link.isOpen) return
    try {
      await (isAtRest ? this.#untilHeld((held) => this.#pen.raise(held)) : this.#recover())
      const { end = [] } = this.#options
      if (end.length > 0) await this.#untilHeld((held) => this.#execute(end, held))
    } catch (error) {
      if (this.#talk.link.isOpen && isAtRest) throw error // a plot cut in a stroke throws its own error
      if (this.#talk.link.isOpen) await this.#locate() // an open door ends `#recover` before it finds the position
    }
  }

  /** Halts, lifts the pen and finds the position. @param tries  how often `#recover` may begin again after a hold */
  async #recover(tries = 3): Promise<void> {
    await this.#talk.halt()
    this.#isLocked = (await this.#locate()).startsWith('Alarm')
    if (this.#isLocked) {
      await this.#carriage.forgetHome() // the cause of the alarm may have lost the position
      await this.#unlock() // in alarm grbl refuses to lift the pen
    }
    await this.#lift(true).catch((error: unknown) => {
      if (!isHold(error) || tries === 0) throw error
      return this.#recover(tries - 1)
    })
    await this.#locate()
  }

  async #unlock(): Promise<void> {
    await this.#talk.ask('$X')
    this.#isLocked = false
  }

  /** Sets units and modes after a reset, and lifts the pen. @param isTrusted  whether a Z axis may rise */
  async #lift(isTrusted: boolean): Promise<void> {
    await untilHeld(this.#talk, async (held) => {
      await this.#talk.ask('G21G90G94G17', held)
      await this.#pen.liftOnly(isTrusted ? this.#z.at : undefined, this.#z.offset, held)
    })
  }

  /** Homes. Until the homing cycle has ended, the position is unknown, also on the disk. */
  async #findHome(signal: AbortSignal): Promise<void> {
    // a held board does not home
    if (!this.#talk.hasFailed && /^(Hold|Door)/.test(await this.#locate())) this.#talk.onHeld?.()
    const canLift = this.#carriage.isHomeKnown || !(this.#isLocked || this.#pen.movesAxis)
    if (canLift) await this.#pen.raise(signal) // otherwise Z rises first in the cycle, or the locked board lifts no pen
    await this.#carriage.forgetHome()
    this.#pen.forget()
    try {
      await this.#talk.home(homingLimitMs(this.#board.settings), signal)
    } catch (error) {
      if (this.#talk.link.isOpen) await this.#talk.reset()
      this.#isLocked = true
      throw error
    }
    this.#isLocked = false
    await this.#talk.ask('G21G90G94G17', signal)
    await this.#locate()
    const corner = this.#carriage.requirePlace()
    await this.#carriage.setHomeWithin(this.#options.homeAt ?? corner, reachAround(corner, this.#board.settings))
  }

  /** @returns why home was forgotten; undefined when it was not forgotten */
  async #recallHome(wasInAlarm: boolean): Promise<string | undefined> {
    if (wasInAlarm) {
      await this.#carriage.forgetHome()
      return 'grbl was in alarm'
    }
    if (!this.#isLocked) return this.#carriage.recallHome()
    this.#carriage.distrustHome()
    return undefined
  }

  /** Records place, height and offset by a status report. @returns grbl's state */
  async #locate(): Promise<string> {
    const { state, machine, offset } = await this.#talk.status()
    this.#carriage.frame.offset = { x: offset[0], y: offset[1] }
    this.#carriage.place = machine && { x: machine[0], y: machine[1] }
    this.#z = { at: machine?.[2] ?? 0, offset: offset[2] }
    return state
  }
}
