import type { Duplex } from 'node:stream'
import { PlotdError } from '../../../errors.ts'
import { type Clock, realClock } from '../../link/clock.ts'
import type { Link } from '../../link/link.ts'
import type { Plan } from '../../plan/plan.ts'
import type { GrblOptions, Profile } from '../../profiles/profile.ts'
import type { Adjustments, DeviceInfo, Driver, PenUp, PlotOptions } from '../driver.ts'
import { PauseWish } from '../pause-wish.ts'
import { plotLoop, type StrokeWork } from '../plot-loop.ts'
import { remainder } from '../rest-of-stroke.ts'
import { GrblPen } from './pen.ts'
import { GrblFrame, moveWords, type Place } from './program.ts'
import { checkLaser, checkReach, type GrblSettings, profileBySettings, readSettings } from './settings.ts'
import { drawnTo, type Progress, streamStroke } from './stream.ts'
import { GrblTalk } from './talk.ts'

/** Kept between two connections: where home lies in the board's own coordinates, mm. */
export interface GrblMemory {
  home?: Place
}

/**
 * grbl 1.1. The board plans its own motion; we keep its buffers full by character counting and never send it anything
 * that it could not be stopped in. A stroke counts when the dwell after its pen lift is answered: grbl answers that only
 * when its planner has run empty.
 *
 * Source: grbl 1.1 wiki, Interface and Commands.
 */
export class GrblDriver implements Driver {
  readonly #talk: GrblTalk
  readonly #profile: Profile
  readonly #options: GrblOptions
  readonly #frame: GrblFrame
  readonly #pen: GrblPen
  #settings: GrblSettings = new Map()
  #place: Place | undefined
  #known = false
  #locked = false
  #stopping = new AbortController()
  readonly #memory: GrblMemory
  readonly #save: () => Promise<void>

  /** @throws PlotdError ERR_PROFILE_INVALID when the profile has no `grbl` */
  constructor(
    port: Duplex,
    profile: Profile,
    clock: Clock = realClock,
    memory: GrblMemory = {},
    save: () => Promise<void> = async () => {},
  ) {
    if (!profile.grbl) throw new PlotdError('ERR_PROFILE_INVALID', `${profile.name} has no grbl options`)
    this.#memory = memory
    this.#save = save
    this.#profile = profile
    this.#options = profile.grbl
    this.#frame = new GrblFrame(profile.grbl)
    this.#talk = new GrblTalk(port, clock)
    this.#pen = new GrblPen(this.#talk, profile, profile.grbl)
  }

  get link(): Link {
    return this.#talk.link
  }

  get position(): Place | undefined {
    return this.#known && this.#place ? this.#frame.toDrawing(this.#place) : undefined
  }

  async connect(): Promise<DeviceInfo> {
    const first = await this.#talk.probe()
    if (/^(Run|Hold|Jog|Home)/.test(first.state)) await this.#talk.halt()
    else await this.#talk.reset()
    const { state } = await this.#talk.status()
    this.#locked = state.startsWith('Alarm')
    if (this.#locked && !this.#options.homing) await this.#talk.ask('$X')
    this.#locked &&= this.#options.homing
    const version = await this.#talk.ask('$I')
    this.#settings = readSettings(await this.#talk.ask('$$'))
    checkLaser(this.#options, this.#settings)
    if (!this.#locked) await this.#prepare()
    await this.#locate()
    const whyLost = await (first.state.startsWith('Alarm') ? this.#forgetHome('grbl was in alarm') : this.#recall())
    const firmware = /\[VER:([^:\]]+)/.exec(version.join(''))?.[1] ?? 'unknown'
    const profile = profileBySettings(this.#profile, this.#settings)
    return { dialect: 'grbl', firmware, kept: this.#known, profile, ...(whyLost !== undefined && { whyLost }) }
  }

  plot(plan: Plan, options: PlotOptions): AsyncGenerator<PenUp, void, void> {
    return plotLoop(
      plan,
      { ...options, signal: this.#fresh(options.signal) },
      {
        clock: this.#talk.link.clock,
        begin: () => this.#begin(plan),
        draw: (work, asked) => this.#draw(work, asked),
        home: (signal) => this.#travel({ x: 0, y: 0 }, signal),
        end: (clean) => this.#end(clean),
      },
    )
  }

  async jog(dx: number, dy: number): Promise<void> {
    await this.#ready()
    const at = this.position ?? { x: 0, y: 0 }
    await this.#travel({ x: at.x + dx, y: at.y + dy }, this.#fresh())
  }

  async pen(to: 'up' | 'down'): Promise<void> {
    await this.#pen.move(to)
  }

  /** With switches: find them. Without: back to where home was said to be. */
  async home(): Promise<void> {
    if (this.#options.homing) await this.#findHome()
    else if (!this.#known) {
      throw new PlotdError('ERR_PLOTTER_STATE', 'nobody knows where home is: put the carriage there and say so')
    }
    await this.#ready()
    await this.#travel({ x: 0, y: 0 }, this.#fresh())
  }

  async setHome(): Promise<void> {
    this.#refuseLocked()
    await this.#locate()
    if (!this.#place) throw new PlotdError('ERR_DEVICE', 'grbl does not say where it stands')
    await this.#homeIs(this.#place)
  }

  /** grbl frees its motors by itself ($1) or not at all; freed by hand, the position is unknown. */
  async motors(on: boolean): Promise<void> {
    if (on) return
    await this.#forgetHome()
    await this.#talk.ask('$SLP').catch(() => [])
    await this.#talk.reset()
    this.#pen.forget()
    if (this.#options.homing) this.#locked = true
    else await this.#talk.ask('$X')
  }

  async adjust(changes: Adjustments): Promise<void> {
    this.#pen.adjusted = changes
  }

  async check(): Promise<undefined> {
    await this.#talk.status()
    return undefined
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new PlotdError('ERR_PLOTTER_STATE', 'stopped'))
    try {
      await this.#recover()
    } catch (error) {
      if (this.#talk.link.isOpen) throw error // else there is nobody left to lift the pen
    }
  }

  async close(): Promise<void> {
    this.#talk.close()
    await this.#talk.link.closed
  }

  async #begin(plan: Plan): Promise<void> {
    await this.#ready()
    checkReach(plan, this.#frame, this.#settings, this.#known && this.#options.homing)
    await this.#start()
  }

  /** What the profile wants said before a plot; a reset forgets it. */
  async #start(): Promise<void> {
    for (const line of this.#options.start ?? []) await this.#talk.ask(line)
  }

  /** Unlocked, pen up, and the place called home if nothing better is known. */
  async #ready(): Promise<void> {
    this.#refuseLocked()
    if (!this.#known) await this.setHome()
    await this.#pen.raise()
  }

  /** One stroke, from travel to lift. @returns how much of it is drawn when it was held */
  async #draw({ points, layer, drawnMm }: StrokeWork, options: PlotOptions): Promise<number | undefined> {
    const rest = drawnMm > 0 ? remainder(points, drawnMm) : points
    const progress: Progress = { sent: 0, answered: 0 }
    const wish = new PauseWish(this.#talk.link.clock, options)
    this.#talk.onHeld = options.onButton
    try {
      await this.#travel({ x: rest[0] ?? 0, y: rest[1] ?? 0 }, wish.signal)
      await this.#pen.move('down', layer, wish.signal, options.permission?.())
      const speed = this.#pen.speed(layer)
      this.#place = await streamStroke(this.#talk, this.#frame, rest, speed, progress, wish.signal)
      await this.#pen.move('up', layer, wish.signal)
      return undefined
    } catch (error) {
      if (!wish.explains(error)) throw error
      const held = await this.#heldIn(rest, progress)
      return held === undefined ? undefined : drawnMm + held
    } finally {
      wish.end()
      this.#talk.onHeld = undefined
    }
  }

  /** Brake, lift, and see how much of the stroke is drawn; undefined when all of it is. */
  async #heldIn(points: Float64Array, progress: Progress): Promise<number | undefined> {
    await this.#recover()
    const { position } = this
    if (!position) throw new PlotdError('ERR_DEVICE', 'grbl lost its position while it was held')
    await this.#start()
    return drawnTo(points, position, progress)
  }

  async #travel(to: Place, signal: AbortSignal): Promise<void> {
    const target = this.#frame.toBoard(to)
    const words = moveWords(this.#place, target, this.#frame.offset)
    if (words !== '') await this.#talk.send(`G0${words}`, signal)
    this.#place = target
    await this.#talk.ask('G4P0', signal)
  }

  async #end(clean: boolean): Promise<void> {
    if (!this.#talk.link.isOpen) return
    try {
      await (clean ? this.#pen.raise() : this.#recover())
      for (const line of this.#options.end ?? []) await this.#talk.ask(line)
    } catch (error) {
      if (this.#talk.link.isOpen && clean) throw error // a failing lift must not hide why the plot ended
    }
  }

  /** Halt, lift, and find out where that was. */
  async #recover(): Promise<void> {
    await this.#talk.halt()
    const { state } = await this.#talk.status()
    this.#locked = state.startsWith('Alarm')
    // a reset in motion or a limit switch: the pen is lifted all the same, but nobody knows where it stands
    if (this.#locked) await this.#forgetHome()
    if (this.#locked) await this.#talk.ask('$X')
    await this.#prepare()
    await this.#locate()
    this.#locked = this.#options.homing && !this.#known
  }

  async #prepare(): Promise<void> {
    await this.#talk.ask('G21G90G94G17')
    await this.#pen.move('up')
  }

  async #findHome(): Promise<void> {
    await this.#talk.ask('$H')
    this.#locked = false
    await this.#prepare()
    await this.#locate()
    await this.#homeIs(this.#options.homeAt ?? this.#place ?? this.#frame.home)
  }

  async #homeIs(place: Place): Promise<void> {
    this.#frame.home = place
    this.#known = true
    this.#memory.home = place
    await this.#save()
  }

  async #forgetHome(why = ''): Promise<string> {
    this.#known = false
    delete this.#memory.home
    await this.#save()
    return why
  }

  /** After a restart grbl calls zero wherever it stands: there it may have. @returns why what is remembered is not believed */
  async #recall(): Promise<string | undefined> {
    const { home } = this.#memory
    if (!home || this.#locked) return undefined
    const { x, y } = this.#place ?? { x: 0, y: 0 }
    if (x === 0 && y === 0) return this.#forgetHome('grbl says 0, 0, as it does after a restart wherever it stands')
    this.#frame.home = home
    this.#known = true
    return undefined
  }

  async #locate(): Promise<void> {
    const { machine, offset } = await this.#talk.status()
    this.#frame.offset = { x: offset[0], y: offset[1] }
    this.#place = machine && { x: machine[0], y: machine[1] }
  }

  #refuseLocked(): void {
    if (this.#locked) throw new PlotdError('ERR_PLOTTER_STATE', 'grbl is locked until it has been homed')
  }

  #fresh(signal?: AbortSignal): AbortSignal {
    this.#stopping = new AbortController()
    return signal ? AbortSignal.any([signal, this.#stopping.signal]) : this.#stopping.signal
  }
}
