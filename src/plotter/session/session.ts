/**
 * The room `session`: one plotter over all its connections. `connection` connects again and again, `next-state` and `grant` are
 * pure state machines, `run` is one plot under way, `memory` outlives the process. The daemon's stations import
 * `PlotterSession`, and the types and memory from their files.
 */
import { toPlotdError } from '../../errors.ts'
import type { Bounds } from '../../geometry/bounds.ts'
import type { Adjustments, DeviceInfo, Driver } from '../drivers/driver.ts'
import { type Clock, clockOf } from '../link/clock.ts'
import { Permission } from '../link/permission.ts'
import type { Plan } from '../plan/plan.ts'
import { openTransport } from '../transport/transport.ts'
import { Connection } from './connection.ts'
import { type Grant, type GrantEnd, type GrantEvent, nextGrant, permits } from './grant.ts'
import { noteBegin, noteMoving, noteStop, type PlotterMemory, shortMemory, stopOf } from './memory.ts'
import { described, nextPlotterState, type PlotterEvent, refused } from './next-state.ts'
import { lostOr, outcomeOf, requireReach } from './plot-run.ts'
import { type Ending, type PlotEvents, Run } from './run.ts'
import { type GrantOrder, ONE_SHEET, type PlotFrom, type SessionOptions } from './session-options.ts'
import type { PlotOutcome, PlotterState } from './state.ts'
import { walk, walkRound } from './walk.ts'

interface GrantTimer {
  readonly permission: Permission
  next?: NodeJS.Timeout
}

/** A grant is looked at this often: a suspended computer's timers come late. */
const LOOK_MS = 1000

/**
 * The session with one plotter, from the first attempt to connect until `close`. The plotter moves only for a plot or for a
 * user's command. After a lost connection, the session reconnects and the plotter stands still.
 */
export class PlotterSession {
  readonly #options: SessionOptions
  readonly #clock: Clock
  readonly #connection: Connection
  readonly #memory: PlotterMemory
  #state: PlotterState = { is: 'offline', why: 'not connected yet' }
  #device: DeviceInfo | undefined
  #run: Run | undefined
  #ended: Promise<unknown> = Promise.resolve()
  #lowered = false
  #grant: Grant | undefined
  #timer: GrantTimer | undefined
  /** The gate is off, and still the next sheet waits for `ready`. */
  #blocked = false
  /** Movements that people ask for, one at a time. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: SessionOptions) {
    this.#options = options
    this.#clock = options.clock ?? clockOf(options.url)
    this.#memory = options.memory ?? shortMemory()
    const { url, profile, owner = '' } = options
    const { open = (each) => openTransport(each, { clock: this.#clock, owner }) } = options
    this.#connection = new Connection({
      profile,
      clock: this.#clock,
      open: () => open(url),
      memory: this.#memory.driver,
      connected: async (_, device) => {
        this.#device = device
        this.#lowered = false
        await noteStop(this.#memory, device.stoodAt)
        this.#go({ type: 'connected', ready: this.#isOpen })
      },
      lost: (why) => this.#go({ type: 'lost', why }),
    })
  }

  get state(): PlotterState {
    return this.#state
  }
  /** The permission to begin the next sheet. */
  get grant(): Grant | undefined {
    return this.#grant
  }
  get device(): DeviceInfo | undefined {
    return this.#device
  }
  /** mm from home, as far as known. */
  get position(): Driver['position'] {
    return this.#connection.driver?.position
  }

  /** Where the carriage stood when a job's plot stopped, mm from home, if that is known and it was the last plot here. */
  stopOf(job: string, plan: string): Driver['position'] {
    return stopOf(this.#memory, job, plan)
  }

  /**
   * A user's grant: a fresh sheet is down and, when the position is unknown, the carriage stands at home.
   *
   * @throws PlotdError ERR_PLOTTER_STATE unless idle
   */
  async ready(order: GrantOrder = ONE_SHEET): Promise<void> {
    nextPlotterState(this.#state, { type: 'ready' })
    await this.#manual(async (driver) => {
      if (!driver.position) await driver.setHome()
    })
    const next = nextPlotterState(this.#state, { type: 'ready' })
    this.#blocked = false
    if (!this.#isOpen) this.#give(order)
    this.#become(next)
  }

  /** Takes the grant back. A sheet that is being drawn is not affected. */
  unready(why: GrantEnd = 'taken back'): void {
    this.#void(why)
  }

  /** The next sheet waits for `ready`, also where the gate is off. */
  block(): void {
    this.#blocked = true
    if (!this.#grant && this.#state.is === 'idle' && this.#state.ready) this.#go({ type: 'unready' })
  }

  /** Whether a plot of this job may begin now on a fresh sheet. */
  mayBegin(job: string): boolean {
    this.#expire()
    return this.#state.is === 'idle' && this.#state.ready && (this.#isOpen || permits(this.#grant, job))
  }

  /**
   * Draw a plan from a place in it on. Resolves however that ends, once the pen is up or the device is gone.
   *
   * @throws PlotdError ERR_PLOTTER_STATE unless idle, and ready or the sheet is one to go on with
   */
  async plot(
    job: string,
    plan: Plan,
    { from = 0, fromMm = 0, goesOn = false, paused = false }: PlotFrom = {},
    told: PlotEvents = {},
  ): Promise<PlotOutcome> {
    this.#expire()
    if (!goesOn && this.#state.is === 'idle' && !this.mayBegin(job)) {
      throw refused(this.#state, `the plotter has no grant for job ${job}`)
    }
    const next = nextPlotterState(this.#state, { type: 'begin', job, goesOn })
    this.#grants(goesOn ? { type: 'void', why: 'taken back' } : { type: 'begun' })
    this.#become(next)
    const run = new Run({
      plan,
      from,
      fromMm,
      told,
      profile: this.#options.profile,
      lost: () => this.#connection.lost(),
      paused: (why, prompt) => this.#go({ type: 'pause', why, ...(prompt === undefined ? {} : { prompt }) }),
      resumed: () => this.#go({ type: 'resume' }),
    })
    if (paused) run.pause(false)
    this.#run = run
    const outcome = this.#plot(job, plan, run)
    this.#ended = outcome
    return outcome
  }

  /** At the next pen-up moment, or at once: the driver brakes, lifts, and comes back to that point on resume. */
  async pause({ now = false }: { readonly now?: boolean } = {}): Promise<void> {
    if (this.#state.is === 'paused') return
    this.#running('pause').pause(now)
  }

  async resume(): Promise<void> {
    const run = this.#running('resume')
    await this.#turn // a jog ends first
    this.#lowered = false
    await noteMoving(this.#memory, 'by the plot')
    run.resume()
  }

  /** Stop in mid-stroke, lift, stay there. */
  async cancel(): Promise<void> {
    await this.#finish(this.#running('cancel'), 'canceled', true)
  }

  async pen(to: 'up' | 'down' | 'toggle'): Promise<void> {
    await this.#manual(async (driver) => {
      const next = to === 'toggle' ? (this.#lowered ? 'up' : 'down') : to
      await driver.pen(next)
      this.#lowered = next === 'down'
    })
  }

  async jog(dx: number, dy: number): Promise<void> {
    await this.#move((driver) => driver.jog(dx, dy))
  }

  async home(): Promise<void> {
    await this.#move((driver) => driver.home())
  }

  async setHome(): Promise<void> {
    this.#refuseWhilePaused('move home')
    await this.#manual((driver) => driver.setHome())
  }

  /** Free motors let the carriage be pushed by hand, so the position is lost. */
  async motors(on: boolean): Promise<void> {
    if (!on) this.#refuseWhilePaused('free the motors')
    await this.#manual((driver) => driver.motors(on))
    if (!on) this.#void('the motors were freed')
  }

  /** Pen up, motors free: to put pen and carriage in place by hand. */
  async align(): Promise<void> {
    await this.pen('up')
    await this.motors(false)
  }

  /** Pen height and drawing speed, for what is not drawn yet. */
  async adjust(changes: Adjustments): Promise<void> {
    await this.#manual((driver) => driver.adjust(changes))
  }

  /** Go to a place with the pen up, mm from home, and stay there. */
  async goTo(place: { readonly x: number; readonly y: number }): Promise<void> {
    await this.#move((driver) => walk(driver, [place]))
  }

  /** Walk round a box with the pen up, to see where the drawing will be, and come back. */
  async frame(box: Bounds): Promise<void> {
    await this.#move((driver) => walkRound(driver, box))
  }

  /** A user's command after the cause of a fault is removed. @throws PlotdError when the fault persists */
  async clear(): Promise<void> {
    const next = nextPlotterState(this.#state, { type: 'clear' })
    const { driver } = this.#connection
    if (driver) this.#device = await driver.connect()
    if (this.#state.is === 'fault') this.#become(next)
  }

  /** Try to connect now instead of waiting for the next attempt. */
  async connect(): Promise<void> {
    this.#connection.retry()
  }

  /** Finish the stroke (or, with `now`, do not), lift, leave the job to be resumed, and let go of the device. */
  async close(now = false): Promise<void> {
    if (this.#run) await this.#finish(this.#run, 'restart', now)
    await this.#turn
    await this.#connection.close()
    this.#grants({ type: 'void', why: 'plotd stopped' })
    this.#go({ type: 'lost', why: 'closed' })
  }

  /** Sheets may begin without a grant. */
  get #isOpen(): boolean {
    return this.#options.gate === false && !this.#blocked
  }

  get #isReady(): boolean {
    return this.#isOpen || this.#grant !== undefined
  }

  /** The time of a grant is over when either clock of the computer says so. */
  #expire(): void {
    if (this.#timer && !this.#timer.permission.isValid) this.#void('its time is over')
  }

  #give({ limitMs, ...order }: GrantOrder): void {
    const since = Date.now()
    this.#grants({ type: 'given', grant: { ...order, since, until: since + limitMs } })
    clearTimeout(this.#timer?.next)
    const timer: GrantTimer = { permission: new Permission(limitMs, this.#options.readClocks) }
    const look = (): void => {
      this.#expire()
      if (this.#timer === timer) timer.next = setTimeout(look, Math.min(LOOK_MS, limitMs)).unref()
    }
    this.#timer = timer
    if (Number.isFinite(limitMs)) look()
  }

  #void(why: GrantEnd): void {
    const had = this.#grant !== undefined
    this.#grants({ type: 'void', why })
    if (had && this.#state.is === 'idle' && this.#state.ready !== this.#isReady) this.#go({ type: 'unready' })
  }

  #grants(event: GrantEvent): void {
    const before = this.#grant
    const { grant, ended } = nextGrant(before, event)
    this.#grant = grant
    if (!grant) {
      clearTimeout(this.#timer?.next)
      this.#timer = undefined
    }
    if (before && ended) this.#options.onGrantEnd?.(before, ended)
  }

  async #plot(job: string, plan: Plan, run: Run): Promise<PlotOutcome> {
    const release = this.#options.wakeLock?.()
    const started = this.#clock.now()
    try {
      await requireReach(plan, this.#options.profile)
      this.#lowered = false
      await noteBegin(this.#memory, job, plan.hash)
      await run.draw(this.#driver())
      if (run.ending) return this.#cutShort(run)
      return this.#end({ is: 'finished', seconds: (this.#clock.now() - started) / 1000 })
    } catch (error) {
      if (run.ending) return this.#cutShort(run)
      const cause = lostOr(error, this.#state)
      return this.#fail(outcomeOf(cause, run), cause)
    } finally {
      this.#run = undefined
      release?.()
      if (this.#connection.driver && this.#state.is !== 'offline') await noteStop(this.#memory, this.position)
    }
  }

  async #finish(run: Run, ending: Ending, now: boolean): Promise<void> {
    run.end(ending, now)
    await this.#ended
  }

  #cutShort({ ending, executed, begun }: Run): PlotOutcome {
    if (ending === 'canceled') return this.#end({ is: 'canceled', executed, begun })
    return this.#end({ is: 'interrupted', why: 'restart', executed, begun, message: 'plotd was stopped' })
  }

  #end(outcome: PlotOutcome): PlotOutcome {
    this.#grants({ type: 'drawn', finished: outcome.is === 'finished' })
    if (this.#state.is !== 'offline') this.#go({ type: 'end', ready: this.#isReady })
    return outcome
  }

  /** A lost link is told by the connection; a plan out of reach is the job's trouble, not the plotter's. */
  #fail(outcome: PlotOutcome, thrown: unknown): PlotOutcome {
    const { code, message } = toPlotdError(thrown)
    this.#grants({ type: 'drawn', finished: false })
    const linkLost = outcome.is === 'interrupted' && outcome.why === 'connection-lost'
    if (linkLost) {
      if (this.#state.is !== 'offline') this.#go({ type: 'lost', why: message })
    } else if (code === 'ERR_PLAN_OUT_OF_BOUNDS') this.#go({ type: 'end', ready: this.#isReady })
    else if (this.#state.is !== 'offline') this.#go({ type: 'fault', code, message })
    return outcome
  }

  #running(wish: string): Run {
    const { is } = this.#state
    if (this.#run && (is === 'plotting' || is === 'paused')) return this.#run
    throw refused(this.#state, `the plotter is ${described(this.#state)}: nothing to ${wish}`)
  }

  #driver(): Driver {
    const { driver } = this.#connection
    if (driver && this.#state.is !== 'offline') return driver
    throw refused(this.#state, `the plotter is ${described(this.#state)}`)
  }

  /** Runs a user's command while nothing is being drawn. */
  #manual(act: (driver: Driver) => Promise<void>): Promise<void> {
    const turn = this.#turn.then(() => {
      if (this.#state.is !== 'idle' && this.#state.is !== 'paused') {
        throw refused(this.#state, `the plotter is ${described(this.#state)}: it cannot be moved now`)
      }
      return act(this.#driver())
    })
    this.#turn = turn.catch(() => {})
    return turn
  }

  /** As `#manual`; in a pause it takes the carriage away from where the plot stopped. */
  #move(act: (driver: Driver) => Promise<void>): Promise<void> {
    return this.#manual(async (driver) => {
      this.#lowered = false
      if (this.#state.is === 'paused') await noteMoving(this.#memory, 'by hand')
      await act(driver)
    })
  }

  #refuseWhilePaused(wish: string): void {
    if (this.#state.is !== 'paused') return
    throw refused(this.#state, `a plot is paused: it could not go on if you ${wish} now`)
  }

  #go(event: PlotterEvent): void {
    if (event.type === 'lost') this.#grants({ type: 'void', why: 'the link was lost' })
    if (event.type === 'fault') this.#grants({ type: 'void', why: 'the plotter is in fault' })
    this.#become(nextPlotterState(this.#state, event))
  }

  #become(state: PlotterState): void {
    this.#state = state
    this.#options.onChange?.(state)
  }
}
