import type { Duplex } from 'node:stream'
import { PlotdError } from '../../../errors.ts'
import { type Layer, stroke, strokeCount } from '../../../geometry/drawing.ts'
import { lengthTo } from '../../../geometry/measure.ts'
import { type Clock, realClock, sleep } from '../../clock.ts'
import type { Adjustments, DeviceInfo, Driver, PenUp, PlotOptions } from '../../driver.ts'
import type { Link } from '../../link.ts'
import type { Plan } from '../../plan.ts'
import type { GrblOptions, Profile } from '../../profile.ts'
import { GrblFrame, moveWords, type Place, penLines, short } from './program.ts'
import { checkLaser, checkReach, type GrblSettings, readSettings } from './settings.ts'
import { GrblTalk } from './talk.ts'

const LOOK_MS = 50

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
  #settings: GrblSettings = new Map()
  #adjusted: Adjustments = {}
  #place: Place | undefined
  #known = false
  #locked = false
  #stopping = new AbortController()

  /** @throws PlotdError ERR_PROFILE_INVALID when the profile has no `grbl` */
  constructor(port: Duplex, profile: Profile, clock: Clock = realClock) {
    if (!profile.grbl) throw new PlotdError('ERR_PROFILE_INVALID', `${profile.name} has no grbl options`)
    this.#profile = profile
    this.#options = profile.grbl
    this.#frame = new GrblFrame(profile.grbl)
    this.#talk = new GrblTalk(port, clock)
  }

  get link(): Link {
    return this.#talk.link
  }

  /** By number. */
  get settings(): GrblSettings {
    return this.#settings
  }

  get position(): Place | undefined {
    return this.#known && this.#place ? this.#frame.toDrawing(this.#place) : undefined
  }

  async connect(): Promise<DeviceInfo> {
    const first = await this.#talk.probe()
    if (/^(Run|Hold|Jog|Home)/.test(first.state)) await this.#halt()
    else await this.#talk.reset()
    const { state } = await this.#talk.status()
    this.#locked = state.startsWith('Alarm')
    if (this.#locked && !this.#options.homing) await this.#unlock()
    const version = await this.#talk.ask('$I')
    this.#settings = readSettings(await this.#talk.ask('$$'))
    checkLaser(this.#options, this.#settings)
    if (!this.#locked) await this.#prepare()
    await this.#locate()
    const firmware = /\[VER:([^:\]]+)/.exec(version.join(''))?.[1] ?? 'unknown'
    return { dialect: 'grbl', firmware }
  }

  async *plot(plan: Plan, options: PlotOptions): AsyncGenerator<PenUp, void, void> {
    const { from = 0, stay = false } = options
    const signal = this.#fresh(options.signal)
    const of = strokeCount(plan)
    let clean = false
    try {
      await this.#begin(plan)
      for (const layer of plan.layers) {
        for (let i = Math.max(layer.first, from); i < layer.first + layer.count; i++) {
          const first = i === Math.max(layer.first, from)
          const at = { stroke: i, of, executed: i }
          clean = true
          yield first ? { ...at, layer } : at
          clean = false
          signal.throwIfAborted()
          if (first) await sleep(this.#talk.link.clock, layer.options.delayMs ?? 0, signal)
          yield* this.#draw(stroke(plan, i), layer, at, options, signal)
        }
      }
      clean = true
      yield { stroke: of, of, executed: of }
      clean = false
      signal.throwIfAborted()
      if (!stay) await this.#travel({ x: 0, y: 0 }, signal)
      clean = true
    } finally {
      await this.#end(clean)
    }
  }

  async jog(dx: number, dy: number): Promise<void> {
    await this.#ready()
    const at = this.position ?? { x: 0, y: 0 }
    await this.#travel({ x: at.x + dx, y: at.y + dy }, this.#fresh())
  }

  async pen(to: 'up' | 'down'): Promise<void> {
    this.#refuseLocked()
    await this.#movePen(to)
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
    await this.#locate()
    if (!this.#place) throw new PlotdError('ERR_DEVICE', 'grbl does not say where it stands')
    this.#frame.home = this.#place
    this.#known = true
  }

  /** grbl frees its motors by itself ($1) or not at all; freed by hand, the position is unknown. */
  async motors(on: boolean): Promise<void> {
    if (on) return
    await this.#talk.ask('$SLP').catch(() => [])
    await this.#talk.reset()
    this.#known = false
    if (this.#options.homing) this.#locked = true
    else await this.#unlock()
  }

  async adjust(changes: Adjustments): Promise<void> {
    this.#adjusted = changes
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
    for (const line of this.#options.start ?? []) await this.#talk.ask(line)
  }

  /** Unlocked, pen up, and the place called home if nothing better is known. */
  async #ready(): Promise<void> {
    this.#refuseLocked()
    if (!this.#known) await this.setHome()
    await this.#movePen('up')
  }

  /** One stroke from travel to lift; yields in its middle when it is held. */
  async *#draw(
    points: Float64Array,
    layer: Layer,
    at: PenUp,
    options: PlotOptions,
    signal: AbortSignal,
  ): AsyncGenerator<PenUp, void, void> {
    const ofMm = lengthTo(points, points.length / 2 - 1)
    for (let next = 0; ; ) {
      await this.#travel({ x: points[2 * next] ?? 0, y: points[2 * next + 1] ?? 0 }, signal)
      await this.#movePen('down', layer, signal)
      next = await this.#follow(points, next, layer, options, signal)
      await this.#movePen('up', layer, signal)
      if (next >= points.length / 2 - 1) return
      yield { ...at, within: { drawnMm: lengthTo(points, next), ofMm } }
      signal.throwIfAborted()
    }
  }

  /** @returns the vertex at which the pen will stand: the last one, or where it was held */
  async #follow(
    points: Float64Array,
    from: number,
    layer: Layer,
    options: PlotOptions,
    signal: AbortSignal,
  ): Promise<number> {
    const { speedPercent = layer.options.speedPercent ?? 100 } = this.#adjusted
    let feed = `F${short((this.#profile.down.speed * 60 * speedPercent) / 100)}`
    for (let i = from + 1; i < points.length / 2; i++) {
      const to = this.#frame.toBoard({ x: points[2 * i] ?? 0, y: points[2 * i + 1] ?? 0 })
      const words = moveWords(this.#place, to)
      if (words === '') continue
      await this.#talk.send(`${feed === '' ? '' : 'G1'}${words}${feed}`, signal)
      feed = ''
      this.#place = to
      if (options.hold?.()) return i
    }
    return points.length / 2 - 1
  }

  async #travel(to: Place, signal: AbortSignal): Promise<void> {
    const target = this.#frame.toBoard(to)
    const words = moveWords(this.#place, target)
    if (words !== '') await this.#talk.send(`G0${words}`, signal)
    this.#place = target
    await this.#talk.ask('G4P0', signal)
  }

  async #movePen(to: 'up' | 'down', layer?: Layer, signal?: AbortSignal): Promise<void> {
    const { pen } = this.#profile
    const up = this.#adjusted.penUpPercent ?? pen.upPercent
    const down = this.#adjusted.penDownPercent ?? layer?.options.penDownPercent ?? pen.downPercent
    for (const line of penLines(this.#options, pen, to, to === 'up' ? up : down)) await this.#talk.ask(line, signal)
  }

  async #end(clean: boolean): Promise<void> {
    if (!this.#talk.link.isOpen) return
    try {
      await (clean ? this.#movePen('up') : this.#recover())
      for (const line of this.#options.end ?? []) await this.#talk.ask(line)
    } catch (error) {
      if (this.#talk.link.isOpen && clean) throw error // a failing lift must not hide why the plot ended
    }
  }

  /** Halt, lift, and find out where that was. */
  async #recover(): Promise<void> {
    await this.#halt()
    const { state } = await this.#talk.status()
    this.#locked = state.startsWith('Alarm')
    // a reset in motion or a limit switch: the pen is lifted all the same, but nobody knows where it stands
    this.#known &&= !this.#locked
    if (this.#locked) await this.#unlock()
    await this.#prepare()
    await this.#locate()
  }

  /** Feed hold until nothing moves, then a reset, which then keeps the position. */
  async #halt(): Promise<void> {
    this.#talk.realtime('!')
    for (let status = await this.#talk.status(); /^(Run|Hold:1|Jog)/.test(status.state); ) {
      await sleep(this.#talk.link.clock, LOOK_MS)
      status = await this.#talk.status()
    }
    await this.#talk.reset()
  }

  async #prepare(): Promise<void> {
    await this.#talk.ask('G21G90G94G17')
    await this.#movePen('up')
  }

  async #unlock(): Promise<void> {
    await this.#talk.ask('$X')
    this.#locked = false
  }

  async #findHome(): Promise<void> {
    await this.#talk.ask('$H')
    this.#locked = false
    await this.#prepare()
    await this.#locate()
    this.#frame.home = this.#options.homeAt ?? this.#place ?? this.#frame.home
    this.#known = true
  }

  async #locate(): Promise<void> {
    const { machine } = await this.#talk.status()
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
