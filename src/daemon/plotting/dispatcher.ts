import type { Logger } from 'pino'
import { PlotdError } from '../../errors.ts'
import type { Job } from '../../spool/job.ts'
import { isFor } from '../../spool/order.ts'
import type { Spool, Subscription } from '../../spool/spool.ts'
import type { Config } from '../config/schema.ts'
import type { Parsed, Result } from '../protocol/index.ts'
import { hasTags, lacking, type Machine, prepareOptions, RenderLoop, type ThreadPools } from '../render/index.ts'
import { placeOf, trace } from './resuming.ts'
import type { Station } from './station.ts'
import { machinesBehind } from './stations.ts'

/** Requests about plots. A command resolves when the plotter has accepted it. */
export interface PlotControl {
  pauseJob(id: string, now: boolean): Promise<void>
  resumeJob(job: Job, by: string, how: Omit<Parsed<'job.resume'>, 'id'>): Promise<void>
  /** The place at which an interrupted job stopped, and the place at which it would continue. */
  placeOf(job: Job, how: Omit<Parsed<'job.place'>, 'id'>): Promise<Result<'job.place'>>
  /** Moves to the place at which a job would continue, with the pen up. */
  traceJob(job: Job, how: Omit<Parsed<'job.trace'>, 'id'>): Promise<void>
  /** Checks options, pen, plotter and tags of a plot request. @throws PlotdError ERR_PARAMS, ERR_PLOTTER_UNKNOWN */
  checkPlot(plot: NonNullable<Parsed<'job.submit'>['plot']>): void
}

export interface DispatcherParts {
  readonly spool: Spool
  readonly threads: ThreadPools
  readonly stations: readonly Station[]
  readonly workers: number
  readonly pens: Config['pens']
  /** The name of this host, which is a part of the name of each holder. */
  readonly host: string
  /** The tasks that this host renders; undefined means all. */
  readonly tasks?: () => readonly string[] | undefined
  /** The plotters of other hosts that may draw a job for `plotter`, which is the name of a plotter or 'any'. */
  readonly elsewhere?: (plotter: string) => readonly Machine[]
  readonly log: Logger
}

/** After a change on another host, the dispatcher wakes a station or the render loop at most this much later, ms. */
const MAX_WAIT_MS = 50

/** Wakes the render loop and the stations when there is work, and passes commands about a plot to its station. */
export class Dispatcher implements PlotControl {
  readonly #parts: DispatcherParts
  readonly #renders: RenderLoop
  #subscription: Subscription | undefined
  /** The timers of delayed wakes, by the name of the station; '' for the render loop. */
  readonly #waits = new Map<string, NodeJS.Timeout>()

  constructor(parts: DispatcherParts) {
    const { spool, threads, workers, log, host, tasks } = parts
    this.#parts = parts
    this.#renders = new RenderLoop(
      spool,
      () => {
        const names = tasks?.()
        return { stage: 'render', holder: `${host}/render`, ...(names !== undefined && { tasks: names }) }
      },
      (claim) => threads.render(spool, claim),
      workers,
      (error) => log.error({ error }, 'an error in the render loop'),
    )
  }

  async start(): Promise<void> {
    const { spool, stations } = this.#parts
    const changedIds = new Set<string>()
    let isStarting = true
    this.#subscription = await spool.subscribe((event) => {
      for (const station of stations) {
        if (event.type === 'changed') station.jobChanged(event.job)
        if (event.type === 'removed') station.jobRemoved(event.id)
        if (event.type === 'reset') for (const job of event.jobs) station.jobChanged(job)
      }
      if (isStarting && event.type === 'changed') changedIds.add(event.job.id)
      if (isStarting && event.type === 'removed') changedIds.add(event.id)
      if (event.type === 'changed') this.#wakeFor(event.job, event.elsewhere === true)
      if (event.type === 'queue' || event.type === 'reset') this.wake()
    })
    isStarting = false
    // Another host may have canceled a job since the stations were opened. An event that came meanwhile is newer than
    // this list.
    for (const job of this.#subscription.jobs) {
      if (!changedIds.has(job.id)) for (const station of stations) station.jobChanged(job)
    }
    this.wake()
  }

  /** Wakes the render loop and all stations, so that they claim work. */
  wake(): void {
    this.#renders.wake()
    for (const station of this.#parts.stations) station.wake()
  }

  /**
   * Stops all work. Plotters finish their stroke and lift the pen, and renders return to the queue. With `now`,
   * plotters do not finish their stroke.
   */
  async stop(now: boolean): Promise<void> {
    this.#subscription?.close()
    for (const timer of this.#waits.values()) clearTimeout(timer)
    const rendersEnd = this.#renders.stop()
    const results = await Promise.allSettled(this.#parts.stations.map((station) => station.stop(now)))
    await this.#parts.threads.close()
    await rendersEnd
    // When a plotter fails to close, the other plotters and the threads still close.
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }

  /** The station of a plotter of this host. @throws PlotdError ERR_PLOTTER_UNKNOWN */
  station(name: string): Station {
    const { stations } = this.#parts
    const match = stations.find((station) => station.name === name)
    if (match) return match
    const names = [...stations, ...this.#machinesElsewhere('any')].map((plotter) => plotter.name)
    const alternatives = names.length === 0 ? 'none is configured' : `there are ${names.join(', ')}`
    const message = `there is no plotter ${JSON.stringify(name)}; ${alternatives}`
    throw new PlotdError('ERR_PLOTTER_UNKNOWN', message, { name, names })
  }

  checkPlot(plot: NonNullable<Parsed<'job.submit'>['plot']>): void {
    prepareOptions(plot)
    const { needs = [], plotter, pen } = plot
    // Each host has its own list of pens.
    if (pen !== undefined && this.#machinesElsewhere(plotter).length === 0) this.requirePen(pen)
    const machines = [...machinesBehind(this.#parts.stations, plotter), ...this.#machinesElsewhere(plotter)]
    if (machines.length === 0 && plotter !== 'any') this.station(plotter)
    if (machines.length === 0) throw new PlotdError('ERR_PLOTTER_UNKNOWN', 'no plotter is configured')
    if (!machines.some((machine) => hasTags(machine, needs))) throw lacking(needs)
  }

  /** @throws PlotdError ERR_PLOTTER_UNKNOWN */
  checkName(plotter: string): void {
    if (this.#machinesElsewhere(plotter).length === 0) this.station(plotter)
  }

  /**
   * @param pen  name or colour
   *
   * @throws PlotdError ERR_PARAMS when no pen of the configuration has that name or colour
   */
  requirePen(pen: string): void {
    const { pens } = this.#parts
    if (pens.some(({ name, color }) => name === pen || color === pen)) return
    const alternatives =
      pens.length === 0 ? 'the configuration has none' : `there are ${pens.map(({ name }) => name).join(', ')}`
    throw new PlotdError('ERR_PARAMS', `pen: no pen is called ${JSON.stringify(pen)}; ${alternatives}`, {
      field: 'pen',
    })
  }

  async pauseJob(id: string, now: boolean): Promise<void> {
    await this.#stationHolding(id).pause(now)
  }

  async resumeJob(job: Job, by: string, { plotter, ...how }: Parameters<PlotControl['resumeJob']>[2]): Promise<void> {
    if (job.status === 'paused') return this.#stationHolding(job.id).resumePlot(by)
    const elsewhere = plotter !== undefined || how.sheetBack === true
    await this.#stationToResume(job, plotter, 'a paused or interrupted job').resume(job, { ...how, elsewhere })
  }

  async placeOf(job: Job, { plotter, ...how }: Parameters<PlotControl['placeOf']>[1]) {
    return placeOf(this.#stationToResume(job, plotter).site, job, how)
  }

  async traceJob(job: Job, { plotter, ...how }: Parameters<PlotControl['traceJob']>[1]): Promise<void> {
    await trace(this.#stationToResume(job, plotter).site, job, how)
  }

  /**
   * The station on which an interrupted job continues.
   *
   * @param plotter   the name from the user; when absent, the job's plotter, or else the only plotter of this host
   * @param expected  the jobs that the caller accepts, for the error message; `resumeJob` also accepts paused jobs
   * @throws PlotdError ERR_JOB_STATE, ERR_PARAMS, ERR_PLOTTER_UNKNOWN
   */
  #stationToResume(
    { id, status, plot, progress }: Job,
    plotter: string | undefined,
    expected = 'an interrupted job',
  ): Station {
    if (status !== 'interrupted') {
      const message = `job ${id} is ${status}; expected ${expected}`
      throw new PlotdError('ERR_JOB_STATE', message, { id, status })
    }
    const name = plotter ?? progress?.plotter ?? plot?.plotter
    if (name !== undefined && name !== 'any') return this.station(name)
    const [only, ...further] = this.#parts.stations
    if (only && further.length === 0) return only
    const message = 'plotter: expected the name of the plotter that continues the job'
    throw new PlotdError('ERR_PARAMS', message, { id, field: 'plotter' })
  }

  #stationHolding(id: string): Station {
    const station = this.#parts.stations.find(({ job }) => job === id)
    if (station) return station
    throw new PlotdError('ERR_JOB_STATE', `job ${id} is on no plotter now`, { id, held: false })
  }

  #machinesElsewhere(plotter: string): readonly Machine[] {
    return this.#parts.elsewhere?.(plotter) ?? []
  }

  /** Wakes the render loop or a station when the changed job may be work for it. */
  #wakeFor(job: Job, elsewhere: boolean): void {
    if (job.status === 'queued' && this.#parts.tasks?.()?.includes(job.task) !== false) {
      this.#wakeSoon('', elsewhere, () => this.#renders.wake())
    }
    if (job.status !== 'rendered') return
    for (const station of this.#parts.stations) {
      if (isFor(job, [station.name, 'any'])) this.#wakeSoon(station.name, elsewhere, () => station.wake())
    }
  }

  /**
   * Calls `act` at once after a change on this host, and after a random time when another host made the change. So the
   * hosts do not all claim the job in the same moment.
   */
  #wakeSoon(key: string, elsewhere: boolean, act: () => void): void {
    if (!elsewhere) {
      act()
      return
    }
    if (this.#waits.has(key)) return
    const timer = setTimeout(() => {
      this.#waits.delete(key)
      act()
    }, Math.random() * MAX_WAIT_MS)
    this.#waits.set(key, timer)
  }
}
