/**
 * The room `session`: one plotter over all its connections. `connection` keeps it connected, `next-state` and `grant`
 * are pure state machines, `run` is one plot under way, and `outcome` its end. `memory` outlives the process. Stations
 * import `PlotterSession` from here.
 */
import { PlotdError } from '../../errors.ts'
import type { Bounds } from '../../geometry/bounds.ts'
import type { Adjustments, DeviceInfo, Driver } from '../drivers/driver.ts'
import { isSkipped } from '../drivers/gcode/board-errors.ts'
import { type Clock, clockOf } from '../link/clock.ts'
import type { PlanPlace } from '../plan/cut.ts'
import type { Plan } from '../plan/plan.ts'
import { openTransport } from '../transport/transport.ts'
import { Commands, type PlaceFinder } from './commands.ts'
import { Connection } from './connection.ts'
import { Gate } from './gate.ts'
import { type Grant, type GrantEnd, permits, wantsFeeding } from './grant.ts'
import { HeldGrant } from './held-grant.ts'
import { noteBegin, noteMoving, noteStop, type PlotterMemory, type Stop, shortMemory, stopOf } from './memory.ts'
import { nextPlotterState, type PlotterEvent, refusal, refuseWhilePaused, stateError } from './next-state.ts'
import { endingOf, eventOfFailure, orLinkLoss, outcomeOf } from './outcome.ts'
import { requireReach } from './reach.ts'
import { type BeforeLayer, type Ending, type PlotEvents, type Prompt, Run } from './run.ts'
import { type GrantOrder, ONE_SHEET, type PlotFrom, type SessionOptions } from './session-options.ts'
import { hasPlot, type PlotOutcome, type PlotterState } from './state.ts'
import { stopInTime } from './stop-in-time.ts'
import { watchButton } from './watch-button.ts'

/**
 * The session with one plotter, from the first attempt to connect until `close`. The carriage moves only for a plot, a
 * user's command or a feeder. After a lost connection the session reconnects. Connecting only lifts the pen.
 */
export class PlotterSession {
  readonly #options: SessionOptions
  readonly #clock: Clock
  readonly #connection: Connection
  readonly #memory: PlotterMemory
  #state: PlotterState = { is: 'offline', why: 'not connected yet' }
  #device: DeviceInfo | undefined
  #run: Run | undefined
  /** Settles when the last plot has ended. */
  #plotEnd: Promise<unknown> = Promise.resolve()
  readonly #grant: HeldGrant
  readonly #gate: Gate
  #feedAbort: AbortController | undefined
  readonly #commands: Commands

  constructor(options: SessionOptions) {
    this.#options = options
    this.#clock = options.clock ?? clockOf(options.url)
    this.#memory = options.memory ?? shortMemory()
    this.#gate = new Gate(options.gate === false, () => this.#device?.mustHome === true && !this.position)
    this.#grant = new HeldGrant({
      readClocks: options.readClocks,
      isDrawing: () => this.#run !== undefined,
      onExpired: () => this.unready('its time is over'),
      onEnd: (grant, why) => this.#afterGrant(grant, why),
    })
    this.#commands = new Commands({
      memory: this.#memory,
      profile: options.profile,
      state: () => this.#state,
      driver: () => this.#driver(),
      onEnd: () => this.#followPosition(),
      onMoved: options.onMoved,
    })
    const { url, profile, owner = '', open = (url) => openTransport(url, { clock: this.#clock, owner }) } = options
    this.#connection = new Connection({
      profile,
      clock: this.#clock,
      open: () => open(url),
      memory: this.#memory.driver,
      onConnected: async (device) => {
        this.#device = device
        this.#commands.notePenUp()
        await noteStop(this.#memory, device.stoodAt)
        this.#apply({ type: 'connected', ready: this.#gate.isOpen })
      },
      onLost: (why) => {
        this.#commands.lose(why)
        this.#apply({ type: 'lost', why })
      },
      onHalted: ({ code, message }) => {
        if (this.#state.is === 'idle') this.#apply({ type: 'fault', code, message }) // a plot gets the error itself
      },
    })
  }

  get state(): PlotterState {
    return this.#state
  }
  get grant(): Grant | undefined {
    return this.#grant.current
  }
  /** The time on the plotter's clock, ms. */
  now = (): number => this.#clock.now()
  get device(): DeviceInfo | undefined {
    return this.#device
  }
  /** Carriage position, mm from home; undefined when unknown. */
  get position(): Driver['position'] {
    return this.#connection.driver?.position
  }

  /** The stop of a job's plot; undefined if its place is unknown or a later plot has begun. */
  stopOf = (job: string, plan: string): Stop | undefined => stopOf(this.#memory, job, plan)

  /**
   * Gives a grant, or with the gate off, makes the plotter ready and ends the effect of `block`. A fresh sheet must be
   * down or come from a feeder. If the position is unknown, the carriage must stand at home.
   *
   * @throws PlotdError ERR_PLOTTER_STATE when the plotter is not idle; the errors of `Driver.requireFree` and `setHome`
   */
  async ready(order: GrantOrder = ONE_SHEET): Promise<void> {
    nextPlotterState(this.#state, { type: 'ready' })
    await this.#commands.prepareSheet(order.sheet?.is === 'used')
    const next = nextPlotterState(this.#state, { type: 'ready' })
    this.#gate.unblock()
    if (!this.#gate.isOff) this.#grant.give(order)
    this.#setState(next)
  }

  /** Revokes the grant. A sheet that is being drawn is not affected. */
  unready(why: GrantEnd = 'taken back'): void {
    const hadGrant = this.grant !== undefined
    this.#grant.apply({ type: 'void', why })
    if (hadGrant && this.#state.is === 'idle' && this.#state.ready !== this.#isReady) this.#apply({ type: 'unready' })
  }

  /** With the gate off, makes the next sheet wait for `ready`. With the gate on, `block` has no effect. */
  block(): void {
    this.#gate.block()
    if (!this.grant && this.#state.is === 'idle' && this.#state.ready) this.#apply({ type: 'unready' })
  }

  /**
   * Whether a plot of this job may begin now on a fresh sheet. In maintenance no plot may, also with the gate off.
   * First ends a grant whose time is over, which may change the state.
   */
  mayBegin(job: string): boolean {
    this.#grant.expire()
    this.#followPosition()
    const isFree = this.#state.is === 'idle' && this.#state.ready && !this.#memory.maintenance
    return isFree && this.#gate.lets(permits(this.grant, job))
  }

  /** Whether the feeder must bring the next sheet of the grant. First ends a grant, as `mayBegin` does. */
  wantsFeeding(): boolean {
    this.#grant.expire()
    return this.#state.is === 'idle' && wantsFeeding(this.grant)
  }

  /**
   * Makes the feeder bring a fresh sheet for a job by calling `act`. Nothing else moves meanwhile. If `act` throws, the
   * grant ends. If the grant ends during `act`, the signal of `act` aborts and nothing may be drawn on the sheet.
   *
   * @throws the error of `act`; PlotdError ERR_PLOTTER_STATE when no sheet needs the feeder, or the grant ends
   */
  async feed(job: string, act: (driver: Driver, signal: AbortSignal) => Promise<void>): Promise<void> {
    const abort = new AbortController()
    this.#feedAbort = abort
    try {
      await this.#commands.run(async (driver) => {
        if (!this.wantsFeeding()) throw stateError(this.#state, 'the plotter has no grant for a sheet that must be fed')
        await act(driver, abort.signal)
        abort.signal.throwIfAborted()
      })
      this.#grant.apply({ type: 'fed', job })
    } catch (error) {
      if (!abort.signal.aborted) this.unready('the feeder failed')
      throw error
    } finally {
      this.#feedAbort = undefined
    }
  }

  /** Calls `onPress` at each press of the board's button, until the returned function is called. */
  watchButton(onPress: () => void): () => void {
    return watchButton(this.#clock, (forget) => this.#commands.takeButton(forget), onPress)
  }

  /**
   * Draws a plan, from its beginning or from a place in it. Resolves with the outcome when the pen is up or capped, or
   * the device is gone.
   *
   * @throws PlotdError ERR_PLOTTER_STATE when the plotter is not idle, or `mayBegin` refuses a plot on a fresh sheet
   */
  async plot(
    job: string,
    plan: Plan,
    { from = 0, fromMm = 0, hasBegun, continuesSheet = false, isRegistered = false, startsPaused }: PlotFrom = {},
    events: PlotEvents = {},
  ): Promise<PlotOutcome> {
    this.#grant.expire()
    if (!continuesSheet && this.#state.is === 'idle' && !this.mayBegin(job)) {
      throw stateError(this.#state, `the plotter has no grant for job ${job}`)
    }
    const next = nextPlotterState(this.#state, { type: 'begin', job, continuesSheet })
    if (!isRegistered) this.#grant.apply(continuesSheet ? { type: 'void', why: 'taken back' } : { type: 'begun' })
    this.#setState(next)
    const run = new Run({
      ...{ plan, from, fromMm, hasBegun, events, isPromptAnswered: isRegistered },
      profile: this.#options.profile,
      clock: this.#clock,
      memory: this.#memory,
      whenLost: () => this.#connection.whenLost(),
      onPause: (why, prompt) => this.#apply({ type: 'pause', why, since: Date.now(), ...prompt }),
      onResume: () => this.#apply({ type: 'resume' }),
    })
    if (startsPaused) run.pause(false)
    if (this.#commands.turns.isClosed) run.end('restart', true)
    this.#run = run
    const outcome = this.#plot(job, plan, run, { stroke: from, mm: fromMm })
    this.#plotEnd = outcome
    return outcome
  }

  /** Pauses at the next pen-up moment, or with `now` also within a stroke. Also stops the commands of users. */
  async pause({ now = false, cause }: { readonly now?: boolean; readonly cause?: Prompt } = {}): Promise<void> {
    const stopping = this.stopCommands()
    const hasRun = hasPlot(this.#state)
    if (this.#state.is === 'plotting') this.#runFor('pause').pause(now, cause)
    if (!(await stopping) && !hasRun) throw refusal(this.#state, 'nothing to pause')
  }

  /** Stops the commands of users, such as `jog`. @returns whether there was a command */
  stopCommands = (): Promise<boolean> => this.#commands.stop()

  async resume(): Promise<void> {
    const run = this.#runFor('resume')
    const before = this.#state
    await this.#commands.turns.command(async (signal) => {
      if (before.is === 'paused' && this.#state !== before) return // another call has ended the pause
      const wasAway = this.#memory.stop === null
      await noteMoving(this.#memory, 'back', this.position)
      if (signal.aborted && wasAway) await noteMoving(this.#memory, 'away')
      signal.throwIfAborted()
      this.#commands.notePenUp()
      run.resume()
    })
  }

  /** The next stroke of a plot that is paused before a layer. Only in such a pause may the user move the sheet. */
  get beforeLayer(): BeforeLayer | undefined {
    return this.#state.is === 'paused' ? this.#run?.beforeLayer : undefined
  }

  /** Waits for the end of a jog, then ends a plot that is paused before a layer. Another plan draws the rest. */
  async register(): Promise<void> {
    await this.#commands.turns.command(() => this.#endRun(this.#runFor('register'), 'registered', false))
  }

  /** Cancels the plot: stops in mid-stroke, lifts the pen and stays there. */
  async cancel(): Promise<void> {
    const run = this.#runFor('cancel')
    const stopping = this.stopCommands()
    if (this.#state.is === 'paused') await stopping
    await this.#endRun(run, 'canceled', true)
  }

  pen = (to: 'up' | 'down' | 'toggle'): Promise<void> => this.#commands.pen(to)
  jog = (dx: number, dy: number): Promise<void> => this.#commands.jog(dx, dy)
  home = (): Promise<void> => this.#commands.home()
  setHome = (): Promise<void> => this.#commands.setHome()

  /** Holds or frees the motors. A hand can move a free carriage, so the next sheet then waits for `ready` or `home`. */
  async motors(on: boolean): Promise<void> {
    if (!on) refuseWhilePaused(this.#state, 'free the motors')
    await this.#commands.command((driver) => {
      if (on || this.#options.profile.hpgl) return driver.motors(on) // HP-GL plotters refuse to free their motors
      this.unready('the motors were freed') // first, so that no sheet begins meanwhile
      if (!this.#device?.mustHome) this.block()
      return driver.motors(false)
    })
  }

  /** Sets pen height and drawing speed for the strokes that are not drawn yet. */
  adjust = (changes: Adjustments): Promise<void> => this.#commands.adjust(changes)

  /** Goes to a place with the pen up, and stays there. A stop also ends the search for the place. */
  goTo = (find: PlaceFinder): Promise<void> => this.#commands.goTo(find)

  /** Moves round a box with the pen up, to show where the drawing will be, then back. A stop also ends `box`. */
  frame = (box: (signal: AbortSignal) => Promise<Bounds>): Promise<void> => this.#commands.frame(box)

  /** Clears a fault whose cause the user has removed. @throws PlotdError ERR_PLOTTER_STATE, or a fault that persists */
  async clear(): Promise<void> {
    const next = nextPlotterState(this.#state, { type: 'clear' })
    await this.#commands.turns.run(async () => {
      if (this.#state.is !== 'fault') return
      this.#device = await this.#driver().connect()
      this.#commands.notePenUp()
      if (this.#state.is === 'fault') this.#setState(next)
    })
  }

  /** Tries to connect now instead of waiting for the next attempt. */
  connect = async (): Promise<void> => this.#connection.retry()

  /**
   * Lifts the pen after the stroke, or with `now` in mid-stroke, and closes the device. Stops all other motion at once.
   * The job can be resumed. Without `now`, the wait for the stroke has no limit. Other waits for motion have a limit.
   */
  async close(now = false): Promise<void> {
    const commandsEnd = this.#commands.close()
    this.#feedAbort?.abort(new PlotdError('ERR_PLOTTER_STATE', 'plotd stopped'))
    await stopInTime(commandsEnd, this.#clock)
    const runEnd = this.#run && this.#endRun(this.#run, 'restart', now)
    await (now ? stopInTime(runEnd, this.#clock) : runEnd)
    await stopInTime(this.#commands.liftLast(), this.#clock)
    await this.#connection.close()
    this.#grant.apply({ type: 'void', why: 'plotd stopped' })
    this.#apply({ type: 'lost', why: 'plotd closed the connection' })
  }

  get #isReady(): boolean {
    return this.#gate.isOpen || this.grant !== undefined
  }

  #afterGrant(grant: Grant, why: GrantEnd): void {
    if (!this.grant) this.#feedAbort?.abort(new PlotdError('ERR_PLOTTER_STATE', `the grant ended: ${why}`))
    this.#options.onGrantEnd?.(grant, why)
  }

  async #plot(job: string, plan: Plan, run: Run, from: PlanPlace): Promise<PlotOutcome> {
    const release = this.#options.wakeLock?.()
    const endGuard = this.#connection.guard(() => run.mayMove)
    try {
      const driver = this.#driver() // before the first `await`, so that no plot continues over a new link
      await requireReach(plan, this.#options.profile)
      await this.#commands.turns.end() // a jog ends first
      const started = this.#clock.now()
      this.#commands.notePenUp()
      await noteBegin(this.#memory, job, plan.hash, from, this.position)
      await run.draw(driver).finally(this.#commands.notePenUp) // a user may have lowered the pen in a pause
      if (run.ending) return this.#recordEnd(endingOf(run))
      const seconds = (this.#clock.now() - started) / 1000
      this.#commands.isPenCapped = await run.park()
      return this.#recordEnd({ is: 'finished', seconds })
    } catch (error) {
      if (isSkipped(error)) await noteStop(this.#memory, undefined)
      if (run.ending) return this.#recordEnd(endingOf(run))
      const cause = orLinkLoss(error, this.#state)
      return this.#recordFailure(outcomeOf(cause, run), cause)
    } finally {
      endGuard()
      this.#run = undefined
      release?.()
      if (this.#connection.driver && this.#state.is !== 'offline') await noteStop(this.#memory, this.position)
    }
  }

  async #endRun(run: Run, ending: Ending, now: boolean): Promise<void> {
    run.end(ending, now)
    await this.#plotEnd
  }

  #recordEnd(outcome: PlotOutcome): PlotOutcome {
    if (outcome.is !== 'registered') this.#grant.recordPlotEnd(outcome.is === 'finished')
    if (hasPlot(this.#state)) this.#apply({ type: 'end', ready: this.#isReady })
    return outcome
  }

  #recordFailure(outcome: PlotOutcome, thrown: unknown): PlotOutcome {
    this.#grant.recordPlotEnd(false)
    // when the state has no plot, the link was lost, and the plotter is offline or connected again
    if (hasPlot(this.#state)) this.#apply(eventOfFailure(outcome, thrown, this.#isReady))
    return outcome
  }

  /** The plot under way. @throws PlotdError ERR_PLOTTER_STATE when no plot is under way */
  #runFor(action: string): Run {
    if (this.#run && hasPlot(this.#state)) return this.#run
    throw refusal(this.#state, `nothing to ${action}`)
  }

  #driver(): Driver {
    const { driver } = this.#connection
    if (driver && this.#state.is !== 'offline') return driver
    throw refusal(this.#state)
  }

  /** With the gate off, homing makes a plotter with limit switches ready, and a lost position ends this state. */
  #followPosition(): void {
    if (this.#state.is !== 'idle' || !this.#gate.mustChange(this.#state.ready)) return
    this.#apply({ type: this.#state.ready ? 'unready' : 'ready' })
  }

  #apply(event: PlotterEvent): void {
    if (event.type === 'lost') this.#grant.apply({ type: 'void', why: 'the link was lost' })
    if (event.type === 'fault') this.#grant.apply({ type: 'void', why: 'the plotter is in fault' })
    this.#gate.note(event)
    this.#setState(nextPlotterState(this.#state, event))
  }

  #setState(state: PlotterState): void {
    this.#state = state
    this.#options.onChange?.(state)
  }
}
