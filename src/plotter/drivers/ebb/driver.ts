/**
 * The room `drivers/ebb`: `driver` uses `wire` (requests and answers), `mover` (motion, with `slices`, `timed`,
 * `constant`, `turns`, `pacer` and `carriage`), `pen` (lifts) and `memory` (the position). `mover` explains the words
 * and the board's commands. Import only `EbbDriver` and `EbbMemory`.
 */
import type { PlotdError } from '../../../errors.ts'
import type { Layer } from '../../../geometry/drawing.ts'
import { remainder } from '../../../geometry/rest-of-stroke.ts'
import type { Link } from '../../link/link.ts'
import { PermissionVoid } from '../../link/permission.ts'
import { drawingLimits, leadMs, liftAt, touchMs, travelSeconds } from '../../motion/index.ts'
import type { Plan } from '../../plan/plan.ts'
import { MIN_VOLTS } from '../../profiles/ebb-supply.ts'
import type { MotionLimits, PenLift, Profile } from '../../profiles/profile.ts'
import type { Adjustments, DeviceInfo, Driver, PenUp, Place, PlotOptions } from '../driver.ts'
import { plotLoop, type StrokeWork } from '../plot-loop.ts'
import { unknownPosition } from '../position-errors.ts'
import { type EbbMemory, recall, resetCounters, type Save, stepsFromHome, wasReset } from './memory.ts'
import { type BoardStatus, EbbMover } from './mover.ts'
import { EbbPen, ebbOptions } from './pen.ts'
import { EbbWire, noSupply, supplyWasLost } from './wire.ts'

/** Interval of the checks during a stroke, ms. */
const POLL_EVERY_MS = 250
/** Longest wait for the answer to a command of `feed`, ms. An earlier command in the board's queue may be slow. */
const FEED_MS = 60_000
/** Commands that the queue must hold to lower the pen in a travel: SP between two parts of the last slice. */
const EARLY_DEPTH = 3
/** The firmware that introduced each feature (20505 is 2.5.5). */
const SINCE = { nickname: 20505, servoPower: 20600, deepFifo: 30000 }

/**
 * Driver of the EiBotBoard, the board of AxiDraw, NextDraw and EggBot. The board only makes steps. plotd plans the
 * motion and paces the commands.
 */
export class EbbDriver implements Driver {
  readonly #link: Link
  readonly #wire: EbbWire
  readonly #mover: EbbMover
  readonly #pen: EbbPen
  readonly #microstep: number
  readonly #memory: EbbMemory
  readonly #save: Save
  readonly #profile: Profile
  #isPositionKnown = false
  /** Whether the motors have lost their supply since the position was last known. */
  #wasSupplyLost = false
  #isPlotting = false
  /** Called when the button was pressed during a plot, also while the pen moves to the place of a `PenService`. */
  #onButton = () => {}
  #lastPollAt = 0
  /** Time of the last status, ms. */
  #statusAt = 0

  constructor(link: Link, profile: Profile, memory: EbbMemory = {}, save: Save = async () => {}) {
    this.#link = link
    this.#profile = profile
    this.#microstep = ebbOptions(profile).microstep
    this.#wire = new EbbWire(link)
    this.#mover = new EbbMover(this.#wire, link.clock, profile, {
      countSteps: () => this.#countSteps(),
      onMiscount: () => this.#requireNoReset(),
      onStatus: ({ isButtonPressed, isPowerLost }) => {
        this.#statusAt = link.clock.now()
        if (isPowerLost) this.#forget()
        if (isButtonPressed) this.#onButton()
      },
    })
    this.#pen = new EbbPen(this.#wire, this.#mover, profile)
    this.#memory = memory
    this.#save = save
    link.stopCommands = () => [{ text: `ES\r${this.#pen.upCommand}\r` }]
  }

  get position(): Place | undefined {
    return this.#isPositionKnown ? this.#mover.carriage.position : undefined
  }

  async connect(): Promise<DeviceInfo> {
    const hadPosition = this.#memory.base !== undefined
    const firmware = await this.#wire.identify()
    const [major = 0, minor = 0, patch = 0] = firmware.split('.').map(Number)
    this.#mover.version = major * 10_000 + minor * 100 + patch
    await this.#pen.applySettings()
    await this.#pen.raise()
    if (this.#mover.version >= SINCE.deepFifo) await this.#useWholeFifo()
    const volts = await this.#wire.volts()
    if (volts < MIN_VOLTS) throw this.#noSupply(volts)
    const whyLost = await this.#recall(hadPosition)
    const nickname = this.#mover.version >= SINCE.nickname ? await this.#wire.ask('QT') : ''
    const stoodAt = this.position
    return {
      dialect: 'ebb',
      firmware,
      volts,
      profile: this.#profileWith({}),
      profileWith: (changes) => this.#profileWith(changes),
      ...(stoodAt && { stoodAt }),
      ...(nickname !== '' && { nickname }),
      ...(whyLost !== undefined && { whyLost }),
    }
  }

  plot(plan: Plan, options: PlotOptions): AsyncGenerator<PenUp, void, void> {
    return plotLoop(plan, options, {
      begin: () => this.#begin(options),
      draw: (work) => this.#draw(work, options),
      home: async (ended) => {
        await this.#requireSupplyKept()
        await this.#pen.ensureUp(ended)
        await this.#travel(0, 0, ended)
      },
      end: (isAtRest) => this.#end(isAtRest),
    })
  }

  async jog(dx: number, dy: number, signal?: AbortSignal): Promise<void> {
    if (this.#isPlotting) await this.#requireSupplyKept()
    await this.#ready()
    const { x, y } = this.#mover.carriage.position
    await this.#moveUntil(x + dx, y + dy, signal)
  }

  async pen(to: 'up' | 'down'): Promise<void> {
    await this.#pen.applySettings()
    if (to === 'up') return this.#pen.raise()
    await this.#requireNoReset() // a reset board has lost the heights
    await this.#pen.lower()
    await this.#mover.whenIdle()
  }

  async home(signal?: AbortSignal): Promise<void> {
    if (!this.#isPositionKnown) throw unknownPosition()
    await this.#ready()
    await this.#moveUntil(0, 0, signal)
  }

  async setHome(): Promise<void> {
    await this.#requireNoReset()
    await this.#mover.whenIdle()
    this.#mover.carriage.place([0, 0])
    this.#mover.forgetAccumulators()
    this.#isPositionKnown = true
    this.#wasSupplyLost = false
    if (!this.#mover.hasCounters) return
    await resetCounters(this.#wire, this.#memory, [0, 0], this.#save, () => this.#wire.ok('CS'))
  }

  async motors(on: boolean): Promise<void> {
    await this.#requireNoReset()
    const mode = on ? this.#microstep : 0
    const enable = () => this.#mover.queue(`EM,${mode},${mode}`, 0) // zeroes the board's counters
    this.#isPositionKnown &&= on
    this.#mover.forgetAccumulators()
    if (!this.#mover.hasCounters) return enable()
    const base = this.#isPositionKnown ? this.#mover.carriage.steps : undefined
    await resetCounters(this.#wire, this.#memory, base, this.#save, enable)
  }

  async adjust(changes: Adjustments): Promise<void> {
    this.#pen.adjustments = changes
    await this.#pen.applySettings()
  }

  /** The board keeps a press of PRG until QB or QG reads the press. A foot switch or sensor on pin RB0 acts as PRG. */
  async takeButton(forget: boolean): Promise<boolean> {
    return (await this.#wire.ask('QB')) === '1' && !forget
  }

  async feed(lines: readonly string[], signal: AbortSignal): Promise<void> {
    try {
      for (const line of lines) {
        signal.throwIfAborted()
        await this.#wire.ask(line, FEED_MS)
      }
      await this.#mover.whenIdle(signal)
    } finally {
      this.#pen.isUp = false
      if (this.#link.isOpen) await (this.#mover.hasCounters ? this.#recover() : this.#pen.raise())
    }
  }

  /** Also forgets the position after a loss of the motor supply, because a hand may have pushed the carriage. */
  async check(): Promise<number> {
    await this.#requireNoReset() // first, while no command is about to store a new byte
    const volts = await this.#wire.volts()
    if (volts < MIN_VOLTS) this.#forget()
    else if (this.#mover.reportsPowerLoss) await this.#mover.status()
    return volts
  }

  async close(): Promise<void> {
    this.#link.close()
    await this.#link.closed
  }

  /** Draws one stroke, from travel to lift. @returns the drawn length, mm, when a pause cut the stroke */
  async #draw({ points, layer, drawnMm }: StrokeWork, options: PlotOptions): Promise<number | undefined> {
    const { signal } = options
    await this.#requireSupplyKept()
    const rest = drawnMm > 0 ? remainder(points, drawnMm) : points
    await this.#pen.applySettings(layer)
    await this.#pen.ensureUp(signal)
    await this.#lowerAt(rest, options).catch(async (error: unknown) => {
      if (error instanceof PermissionVoid) await this.#pen.raise(signal) // waits for the travel, which is queued
      throw error
    })
    const heldMm = await this.#mover.follow(rest, this.#limits(layer), { signal, hold: () => this.#poll(options) })
    await this.#pen.clear(signal, (status) => this.#requireSupplyIn(status))
    if (heldMm !== undefined) this.#mover.carriage.place(this.#mover.carriage.steps)
    return heldMm === undefined ? undefined : drawnMm + heldMm
  }

  /**
   * Travels to the beginning of a path and lowers the pen. When `leadMs` gives a time, the pen begins to fall on the
   * way.
   */
  async #lowerAt(path: Float64Array<ArrayBuffer>, { signal, permission }: PlotOptions): Promise<void> {
    const [x = 0, y = 0] = path
    const { x: fromX, y: fromY } = this.#mover.carriage.position
    const lead = leadMs(
      { ...this.#profile, pen: this.#feasibleLift(this.#pen.lift) },
      travelSeconds(this.#profile, x - fromX, y - fromY),
    )
    if (lead === 0) {
      await this.#travel(x, y, signal, false)
      await this.#mover.prime(path, signal)
      return this.#pen.lower(signal, permission?.())
    }
    const early = await this.#mover.arrive(Float64Array.of(fromX, fromY, x, y), this.#profile.up, {
      signal,
      leadMs: lead,
      command: () => this.#pen.fallCommand(),
      permission: () => permission?.(),
    })
    await this.#mover.prime(path, signal)
    const rest = Math.round(touchMs(this.#pen.lift) - early)
    if (rest > 0) await this.#mover.queue(`SM,${rest},0,0`, rest, signal)
  }

  /** The profile with the lifts that this board can make, after a user's changes. */
  #profileWith({ penUpPercent: upPercent, penDownPercent: downPercent }: Adjustments): Profile {
    return { ...this.#profile, pen: this.#feasibleLift(liftAt(this.#profile, { upPercent, downPercent })) }
  }

  /** A lift as this board can make it. If the queue is too short to lower the pen in a travel, the lift has no lead. */
  #feasibleLift(pen: PenLift): PenLift {
    return this.#mover.pacer.depth >= EARLY_DEPTH ? pen : { ...pen, leadMs: 0 }
  }

  async #begin({ onButton = () => {} }: PlotOptions): Promise<void> {
    await this.#requirePower()
    await this.#requireSupplyKept()
    await this.#ready()
    this.#isPlotting = true
    this.#onButton = onButton
    // otherwise the servo would lose power in a long stroke
    if (this.#mover.version >= SINCE.servoPower) await this.#wire.ok('SR,0,1')
  }

  /** Raises the pen and switches the motors on. If the position is unknown, the present place becomes home. */
  async #ready(): Promise<void> {
    if (!this.#isPositionKnown) await this.setHome()
    await this.#pen.applySettings()
    await this.#pen.raise()
    await this.motors(true)
  }

  async #end(isAtRest: boolean): Promise<void> {
    this.#isPlotting = false
    this.#onButton = () => {}
    if (!this.#link.isOpen) return
    try {
      if (isAtRest) await this.#pen.raise()
      else await this.#recover()
      if (this.#mover.version >= SINCE.servoPower) await this.#wire.ok('SR,60000,1')
    } catch (error) {
      if (this.#link.isOpen && isAtRest) throw error // a plot cut in a stroke throws its own error
    }
  }

  /** Halts, lifts the pen and finds the position. */
  async #recover(): Promise<void> {
    await this.#mover.halt(this.#pen.upCommand)
    this.#pen.isUp = true
    await this.#locate()
  }

  async #travel(x: number, y: number, signal?: AbortSignal, waits = true): Promise<void> {
    const from = this.#mover.carriage.position
    const path = Float64Array.of(from.x, from.y, x, y)
    await this.#mover.follow(path, this.#profile.up, { signal, hold: () => Promise.resolve(false) })
    if (waits) await this.#mover.whenIdle(signal)
  }

  /** Travels. An abort of `signal` makes the carriage brake, so that it loses no steps. @throws the signal's reason */
  async #moveUntil(x: number, y: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    const from = this.#mover.carriage.position
    const path = Float64Array.of(from.x, from.y, x, y)
    const restsAt = await this.#mover.follow(path, this.#profile.up, { hold: async () => signal?.aborted === true })
    await this.#mover.whenIdle()
    if (restsAt === undefined) return
    this.#mover.carriage.place(this.#mover.carriage.steps)
    throw signal?.reason
  }

  /** Checks the button, the supply and the pen between the slices of a stroke. @returns whether to hold */
  async #poll(options: PlotOptions): Promise<boolean> {
    const now = this.#link.clock.now()
    if (now - this.#lastPollAt >= POLL_EVERY_MS) {
      this.#lastPollAt = now
      const status = await this.#mover.status()
      if (status.isPenUp) await this.#requireNoReset()
      this.#requireSupplyIn(status)
      await this.#requirePower()
    }
    return options.hold?.() ?? false
  }

  #requireSupplyIn({ isPowerLost }: BoardStatus): void {
    if (isPowerLost) throw this.#noSupply(0)
  }

  async #requirePower(): Promise<void> {
    const volts = await this.#wire.volts()
    if (volts < MIN_VOLTS) throw this.#noSupply(volts)
  }

  /** @throws PlotdError ERR_DEVICE_POWER when the motors have lost their supply since the position was last known */
  async #requireSupplyKept(): Promise<void> {
    const isOld = this.#link.clock.now() - this.#statusAt >= POLL_EVERY_MS
    if (isOld && this.#mover.reportsPowerLoss) await this.#mover.status()
    if (this.#wasSupplyLost) throw supplyWasLost()
  }

  /**
   * Closes the link when the board was reset while its port stayed open. The next connection sends the settings that
   * the board has lost.
   *
   * @throws PlotdError ERR_LINK_TIMEOUT
   */
  async #requireNoReset(): Promise<void> {
    if (!this.#mover.hasCounters || !(await wasReset(this.#wire, this.#memory))) return
    this.#link.giveUp('the board was restarted meanwhile')
    throw await this.#link.closed
  }

  #noSupply(volts: number): PlotdError {
    this.#forget()
    return noSupply(volts)
  }

  /** Forgets the position, because without supply the board counts steps that the motors do not make. */
  #forget(): void {
    this.#wasSupplyLost ||= this.#isPositionKnown
    this.#isPositionKnown = false
    delete this.#memory.base
    this.#save().catch(() => {}) // the next save writes the same memory
  }

  #limits({ options }: Layer): MotionLimits {
    const limits = drawingLimits(this.#profile, options)
    return { ...limits, speed: (limits.speed * (this.#pen.adjustments.speedPercent ?? 100)) / 100 }
  }

  async #useWholeFifo(): Promise<void> {
    const most = Number((await this.#wire.ask('QU,2')).split(',').at(-1))
    if (!(most > 1)) return
    await this.#wire.ok(`CU,4,${most}`)
    this.#mover.pacer.depth = most
  }

  /**
   * @param hadPosition  whether a position was remembered before this connection
   * @returns why the remembered position is not valid; undefined when it is valid, when no position was remembered
   *   before this connection, or when the firmware has no counters
   */
  async #recall(hadPosition: boolean): Promise<string | undefined> {
    if (!this.#mover.hasCounters) return undefined
    const wasSupplyLost = this.#memory.base === undefined
    const steps = await recall(this.#wire, this.#memory, this.#save)
    this.#isPositionKnown = steps !== undefined
    if (steps) this.#mover.carriage.place(steps)
    if (!hadPosition || steps) return undefined
    return wasSupplyLost ? 'the motors lost their supply' : 'the board has been restarted, or used by another program'
  }

  async #countSteps(): Promise<readonly [number, number] | undefined> {
    if (!this.#isPositionKnown || !this.#mover.hasCounters) return undefined
    return stepsFromHome(this.#wire, this.#memory)
  }

  async #locate(): Promise<void> {
    const steps = this.#mover.hasCounters ? await stepsFromHome(this.#wire, this.#memory) : undefined
    if (steps) this.#mover.carriage.place(steps)
    else this.#isPositionKnown = false
  }
}
