import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { PlotterState } from '../../plotter/session/state.ts'
import type { LockUse } from '../../spool/farm.ts'
import { type Job, type JobStatus, type Progress, STATUSES } from '../../spool/job.ts'
import { type Disk, nodeDisk } from '../../spool/journal/disk.ts'
import type { Spool, SpoolEvent } from '../../spool/spool.ts'
import { exposition, Histogram, type Metric, Numbers } from './exposition.ts'

const WORK_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300]
const PLOT_SECONDS = [10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 43_200]
const SYNC_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]
const NS = 1e-9

interface Begun {
  readonly status: JobStatus
  readonly at: number
  readonly owner: string
  strokes: number
  inkMm: number
  seconds: number
}

/** The daemon's metrics for Prometheus. */
export class Metrics {
  readonly #jobs = new Numbers('gauge', 'plotd_jobs', 'Jobs in the spool, by status.')
  readonly #render = new Histogram('plotd_render_seconds', 'How long renders took.', WORK_SECONDS)
  readonly #plot = new Histogram('plotd_plot_seconds', 'How long plots took, pauses included.', PLOT_SECONDS)
  readonly #strokes = new Numbers('counter', 'plotd_strokes_total', 'Strokes that plotters executed.')
  readonly #ink = new Numbers('counter', 'plotd_ink_mm_total', 'Ink that plotters laid down, mm, by who asked for it.')
  readonly #drawn = new Numbers('counter', 'plotd_drawn_seconds_total', 'Time that plotters drew, by who asked for it.')
  readonly #links = new Numbers('counter', 'plotd_link_errors_total', 'Times that a plotter was lost or in a fault.')
  readonly #sync = new Histogram('plotd_fsync_seconds', 'How long the journal waited for the disk.', SYNC_SECONDS)
  readonly #delay = new Numbers('gauge', 'plotd_event_loop_delay_seconds', 'Since the last look, by quantile.')
  readonly #memory = new Numbers('gauge', 'process_resident_memory_bytes', 'Resident memory.')
  readonly #commits = new Numbers(
    'counter',
    'plotd_queue_commits_total',
    'Commits of this host under the lock of the queue.',
  )
  readonly #verbs = new Numbers('counter', 'plotd_queue_verbs_total', 'Verbs in these commits.')
  readonly #locked = new Numbers('counter', 'plotd_queue_lock_seconds_total', 'Time for which this host had the lock.')
  readonly #loop = monitorEventLoopDelay({ resolution: 10 })
  /** Jobs under way: when they began (ms), and their strokes that are counted already. */
  readonly #begun = new Map<string, Begun>()
  readonly #was = new Map<string, PlotterState['is']>()

  constructor() {
    this.#loop.enable()
    this.#strokes.add(0)
  }

  close(): void {
    this.#loop.disable()
  }

  /** The disk, with a watch on how long the journal's writes take, which are on it when they resolve. */
  watchedDisk(disk: Disk = nodeDisk): Disk {
    return {
      list: (folder) => disk.list(folder),
      makeFolder: (folder) => disk.makeFolder(folder),
      rename: (from, to) => disk.rename(from, to),
      remove: (path) => disk.remove(path),
      syncFolder: (folder) => disk.syncFolder(folder),
      open: async (path, how) => {
        const file = await disk.open(path, how)
        if (how !== 'log') return file
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
      // What another host begins, it counts itself.
      if (!event.elsewhere || this.#begun.has(event.job.id)) this.#changed(event.job, event.elsewhere)
    }
    if (event.type === 'removed') this.#begun.delete(event.id)
    if (event.type === 'reset') this.#begun.clear()
  }

  plotterState(plotter: string, { is }: PlotterState): void {
    const was = this.#was.get(plotter)
    this.#was.set(plotter, is)
    const isLost = is === 'offline' || is === 'fault'
    if (isLost && was !== undefined && was !== is && was !== 'offline') this.#links.add(1, { plotter })
  }

  /** @param among  where several hosts share the queue: the name of this one, and whether it tells of the queue */
  async text(
    spool: Pick<Spool, 'counts'>,
    among?: { readonly host: string; readonly isFirst: boolean; readonly lockUse: LockUse },
  ): Promise<string> {
    const counts = await spool.counts()
    for (const status of STATUSES) this.#jobs.set(counts[status], { status })
    for (const [quantile, ns] of [
      ['0.5', this.#loop.percentile(50)],
      ['0.99', this.#loop.percentile(99)],
      ['1', this.#loop.max],
    ] as const) {
      this.#delay.set(Number.isFinite(ns) ? ns * NS : 0, { quantile })
    }
    this.#loop.reset()
    this.#memory.set(process.memoryUsage.rss())
    const own: Metric[] = [
      this.#render,
      this.#plot,
      this.#strokes,
      this.#ink,
      this.#drawn,
      this.#links,
      this.#sync,
      this.#delay,
      this.#memory,
    ]
    if (among) {
      this.#commits.set(among.lockUse.commits)
      this.#verbs.set(among.lockUse.verbs)
      this.#locked.set(among.lockUse.lockMs / 1000)
      own.push(this.#commits, this.#verbs, this.#locked)
    }
    // The queue is the same on every host: one tells of it.
    const queue = among?.isFirst === false ? '' : exposition([this.#jobs])
    return queue + exposition(own, among && { host: among.host })
  }

  #changed({ id, status, progress, owner = '' }: Job, elsewhere = false): void {
    const begun = this.#begun.get(id)
    if (begun?.status === 'plotting' && status === 'paused') return
    if (begun && begun.status !== status) {
      if (begun.status === 'plotting' && progress !== undefined) this.#count(id, progress)
      const took = begun.status === 'started' ? this.#render : this.#plot
      took.observe((performance.now() - begun.at) / 1000)
      this.#begun.delete(id)
    }
    if (!elsewhere && (status === 'started' || status === 'plotting') && !this.#begun.has(id)) {
      const { done = 0, inkMm = 0, drawnSeconds = 0 } = (status === 'plotting' && progress) || {}
      this.#begun.set(id, { status, at: performance.now(), owner, strokes: done, inkMm, seconds: drawnSeconds })
    }
  }

  #count(id: string, { done, inkMm = 0, drawnSeconds = 0 }: Progress): void {
    const begun = this.#begun.get(id)
    if (begun?.status !== 'plotting') return
    const { owner } = begun
    this.#strokes.add(Math.max(0, done - begun.strokes))
    this.#ink.add(Math.max(0, inkMm - begun.inkMm), { owner })
    this.#drawn.add(Math.max(0, drawnSeconds - begun.seconds), { owner })
    Object.assign(begun, { strokes: done, inkMm, seconds: drawnSeconds })
  }
}
