import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { PlotterState } from '../../plotter/session/state.ts'
import type { LockUse } from '../../spool/farm.ts'
import { type Disk, nodeDisk } from '../../spool/index.ts'
import { type Job, type JobStatus, type Progress, STATUSES } from '../../spool/job.ts'
import type { Spool, SpoolEvent } from '../../spool/spool.ts'
import { exposition, Histogram, type Metric, Numbers } from './exposition.ts'

/* Upper bounds of the histograms' buckets, s. */
const RENDER_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300]
const PLOT_SECONDS = [10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 43_200]
const SYNC_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]
const SECONDS_PER_NS = 1e-9

/** A job that is being rendered or plotted, with its counts so far. */
interface RunningJob {
  readonly status: JobStatus
  /** The time at which the work began, by performance.now(), ms. */
  readonly beganAt: number
  readonly owner: string
  strokes: number
  inkMm: number
  seconds: number
}

/** The daemon's metrics for Prometheus. */
export class Metrics {
  readonly #jobs = new Numbers('gauge', 'plotd_jobs', 'Jobs in the spool, by status.')
  readonly #render = new Histogram('plotd_render_seconds', 'How long renders took.', RENDER_SECONDS)
  readonly #plot = new Histogram('plotd_plot_seconds', 'How long plots took, pauses included.', PLOT_SECONDS)
  readonly #strokes = new Numbers('counter', 'plotd_strokes_total', 'Strokes that plotters executed.')
  readonly #ink = new Numbers(
    'counter',
    'plotd_ink_mm_total',
    'Ink that plotters laid down, mm, by the owner of the job.',
  )
  readonly #drawnSeconds = new Numbers(
    'counter',
    'plotd_drawn_seconds_total',
    'Drawing time of plotters, by the owner of the job.',
  )
  readonly #linkErrors = new Numbers(
    'counter',
    'plotd_link_errors_total',
    'How often the link to a plotter was lost or a plotter had a fault.',
  )
  readonly #sync = new Histogram('plotd_fsync_seconds', 'How long the journal waited for the disk.', SYNC_SECONDS)
  readonly #delay = new Numbers(
    'gauge',
    'plotd_event_loop_delay_seconds',
    'Delay of the event loop since the last scrape, by quantile.',
  )
  readonly #memory = new Numbers('gauge', 'process_resident_memory_bytes', 'Resident memory.')
  readonly #commits = new Numbers(
    'counter',
    'plotd_queue_commits_total',
    'Commits of this host under the lock of the queue.',
  )
  readonly #verbs = new Numbers(
    'counter',
    'plotd_queue_verbs_total',
    'Verbs in the commits of this host under the lock of the queue.',
  )
  readonly #lockSeconds = new Numbers(
    'counter',
    'plotd_queue_lock_seconds_total',
    'Time for which this host held the lock of the queue.',
  )
  readonly #loop = monitorEventLoopDelay({ resolution: 10 })
  /** The running jobs, by id. */
  readonly #running = new Map<string, RunningJob>()
  /** The last state of each plotter, by name. */
  readonly #lastState = new Map<string, PlotterState['is']>()

  constructor() {
    this.#loop.enable()
    this.#strokes.add(0)
  }

  close(): void {
    this.#loop.disable()
  }

  /** A disk that measures the time of each write to the journal, until the bytes are on the disk. */
  watchedDisk(disk: Disk = nodeDisk): Disk {
    return {
      list: (folder) => disk.list(folder),
      makeFolder: (folder) => disk.makeFolder(folder),
      rename: (from, to) => disk.rename(from, to),
      remove: (path) => disk.remove(path),
      syncFolder: (folder) => disk.syncFolder(folder),
      open: async (path, how) => {
        const file = await disk.open(path, how)
        if (how !== 'journal') return file
        const write = file.write.bind(file)
        file.write = async (bytes, at) => {
          const start = performance.now()
          await write(bytes, at)
          this.#sync.observe((performance.now() - start) / 1000)
        }
        return file
      },
    }
  }

  spoolEvent(event: SpoolEvent): void {
    if (event.type === 'progress' && event.progress.phase === 'plot') this.#count(event.id, event.progress)
    if (event.type === 'changed') {
      // Each host counts only the jobs that it begins.
      if (!event.elsewhere || this.#running.has(event.job.id)) this.#changed(event.job, event.elsewhere)
    }
    if (event.type === 'removed') this.#running.delete(event.id)
    if (event.type === 'reset') this.#running.clear()
  }

  plotterState(plotter: string, { is }: PlotterState): void {
    const before = this.#lastState.get(plotter)
    this.#lastState.set(plotter, is)
    const isLost = is === 'offline' || is === 'fault'
    if (isLost && before !== undefined && before !== is && before !== 'offline') this.#linkErrors.add(1, { plotter })
  }

  /**
   * The metrics in the text format of Prometheus.
   *
   * @param farm  given when several hosts share the queue. Only the first host reports `plotd_jobs`, because
   *   this metric has the same values on every host.
   */
  async text(
    spool: Pick<Spool, 'counts'>,
    farm?: { readonly host: string; readonly isFirst: boolean; readonly lockUse: LockUse },
  ): Promise<string> {
    const counts = await spool.counts()
    for (const status of STATUSES) this.#jobs.set(counts[status], { status })
    this.#measureLoop()
    this.#memory.set(process.memoryUsage.rss())
    const hostMetrics: Metric[] = [
      this.#render,
      this.#plot,
      this.#strokes,
      this.#ink,
      this.#drawnSeconds,
      this.#linkErrors,
      this.#sync,
      this.#delay,
      this.#memory,
    ]
    if (farm) {
      this.#commits.set(farm.lockUse.commits)
      this.#verbs.set(farm.lockUse.verbs)
      this.#lockSeconds.set(farm.lockUse.lockMs / 1000)
      hostMetrics.push(this.#commits, this.#verbs, this.#lockSeconds)
    }
    const queue = farm?.isFirst === false ? '' : exposition([this.#jobs])
    return queue + exposition(hostMetrics, farm && { host: farm.host })
  }

  /** Sets the delays of the event loop since the last call. */
  #measureLoop(): void {
    const set = (quantile: string, ns: number): void =>
      this.#delay.set(Number.isFinite(ns) ? ns * SECONDS_PER_NS : 0, { quantile })
    set('0.5', this.#loop.percentile(50))
    set('0.99', this.#loop.percentile(99))
    set('1', this.#loop.max)
    this.#loop.reset()
  }

  #changed({ id, status, progress, owner = '' }: Job, elsewhere = false): void {
    const running = this.#running.get(id)
    if (running?.status === 'plotting' && status === 'paused') return
    if (running && running.status !== status) {
      if (running.status === 'plotting' && progress !== undefined) this.#count(id, progress)
      const durations = running.status === 'started' ? this.#render : this.#plot
      durations.observe((performance.now() - running.beganAt) / 1000)
      this.#running.delete(id)
    }
    if (!elsewhere && (status === 'started' || status === 'plotting') && !this.#running.has(id)) {
      const { done = 0, inkMm = 0, drawnSeconds = 0 } = (status === 'plotting' && progress) || {}
      this.#running.set(id, { status, beganAt: performance.now(), owner, strokes: done, inkMm, seconds: drawnSeconds })
    }
  }

  #count(id: string, { done, inkMm = 0, drawnSeconds = 0 }: Progress): void {
    const running = this.#running.get(id)
    if (running?.status !== 'plotting') return
    const { owner } = running
    this.#strokes.add(Math.max(0, done - running.strokes))
    this.#ink.add(Math.max(0, inkMm - running.inkMm), { owner })
    this.#drawnSeconds.add(Math.max(0, drawnSeconds - running.seconds), { owner })
    Object.assign(running, { strokes: done, inkMm, seconds: drawnSeconds })
  }
}
