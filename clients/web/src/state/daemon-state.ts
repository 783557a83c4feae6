import { BEGUN } from '../../../../src/daemon/protocol/constants.ts'
import type { WireJob, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { mayDraw } from '../../../node/attention.ts'
import type { FeedEvent } from '../../../node/feed.ts'
import { FINAL, later } from '../../../node/job.ts'

/** The page's copy of the daemon's state. */
export interface DaemonState {
  readonly jobs: ReadonlyMap<string, WireJob>
  /** Whether more jobs may wait than `jobs` has. */
  readonly isCutOff: boolean
  readonly plotters: readonly WirePlotter[]
  /** Names of the plotters whose queue is paused; '' is the whole queue. */
  readonly paused: readonly string[]
  /**
   * Grows when the fonts of the daemon have changed, and with each snapshot. After a restart, the daemon may have other
   * fonts and other tasks.
   */
  readonly fontsVersion: number
  readonly isConnected: boolean
  /** Whether the page has no page session that the daemon accepts. With a new page session, the page connects. */
  readonly isLoggedOut: boolean
}

/** The state before the first connection. */
export const DISCONNECTED: DaemonState = {
  jobs: new Map(),
  isCutOff: false,
  plotters: [],
  paused: [],
  fontsVersion: 0,
  isConnected: false,
  isLoggedOut: false,
}

/**
 * The state after some events. Leaves `daemon` as it is, and copies the jobs once for all events. Many plotters that
 * draw send more than a thousand events a second, and a page may know 10,000 jobs.
 */
export function applyEvents(daemon: DaemonState, events: readonly FeedEvent[]): DaemonState {
  const copy = { ...daemon, jobs: new Map(daemon.jobs) }
  return events.reduce(changeCopy, copy)
}

type Copy = DaemonState & { readonly jobs: Map<string, WireJob> }

/** The state after an event. Changes the jobs of the copy in place. */
function changeCopy(daemon: Copy, event: FeedEvent): Copy {
  switch (event.type) {
    case 'snapshot': {
      const jobs = new Map(event.jobs.map((job) => [job.id, job]))
      const { plotters, paused } = event
      const known = { jobs, isCutOff: isCutOff(event.jobs, event.total), plotters, paused }
      return { ...known, fontsVersion: daemon.fontsVersion + 1, isConnected: true, isLoggedOut: false }
    }
    case 'job.changed':
      daemon.jobs.set(event.job.id, event.job)
      return daemon
    case 'job.progress': {
      const job = daemon.jobs.get(event.id)
      if (job) daemon.jobs.set(event.id, { ...job, progress: event.progress })
      return daemon
    }
    case 'job.removed':
      daemon.jobs.delete(event.id)
      return daemon
    case 'queue.changed':
      return { ...daemon, paused: event.paused }
    case 'plotter.changed':
      return { ...daemon, plotters: withPlotter(daemon.plotters, event.plotter) }
    case 'plotter.removed':
      return { ...daemon, plotters: daemon.plotters.filter(({ name }) => name !== event.name) }
    case 'fonts.changed':
      return { ...daemon, fontsVersion: daemon.fontsVersion + 1 }
    default:
      return event satisfies never
  }
}

/**
 * Whether waiting jobs may be missing in `jobs`, the first of `total` jobs in the order of the queue. In this order,
 * ended jobs come last.
 */
export const isCutOff = (jobs: readonly WireJob[], total: number): boolean => jobs.length < total && !jobs.some(isFinal)

/**
 * Adds jobs to the state. Skips jobs in `removed`, and jobs that the page has already, because its copies are newer.
 */
export function withMoreJobs(daemon: DaemonState, more: readonly WireJob[], removed: ReadonlySet<string>): DaemonState {
  const kept = more.filter(({ id }) => !removed.has(id))
  return { ...daemon, jobs: new Map([...kept.map((job) => [job.id, job] as const), ...daemon.jobs]) }
}

function withPlotter(plotters: readonly WirePlotter[], changed: WirePlotter): readonly WirePlotter[] {
  const known = plotters.some(({ name }) => name === changed.name)
  return known ? plotters.map((plotter) => (plotter.name === changed.name ? changed : plotter)) : [...plotters, changed]
}

/**
 * The state `ms` milliseconds later, if no event comes meanwhile. The daemon sends no progress during a long stroke, so
 * the page reduces the time left by its own clock. Returns the same object when the page is not connected, or when no
 * plotting job has a time left.
 */
export function countDown(daemon: DaemonState, ms: number): DaemonState {
  const plotting = [...daemon.jobs.values()].filter(
    ({ status, progress }) => status === 'plotting' && progress?.secondsLeft,
  )
  if (plotting.length === 0 || !daemon.isConnected) return daemon
  const jobs = new Map(daemon.jobs)
  for (const job of plotting) if (job.progress) jobs.set(job.id, { ...job, progress: later(job.progress, ms) })
  return { ...daemon, jobs }
}

export const isFinal = (job: WireJob): boolean => FINAL.has(job.status)

/** The jobs that have not ended, in drawing order: jobs on paper first, then by priority, then by their place. */
export function queueOf({ jobs }: DaemonState): WireJob[] {
  const rank = ({ status }: WireJob): number => (BEGUN.has(status) ? 0 : 1)
  return [...jobs.values()]
    .filter((job) => !isFinal(job))
    .sort((a, b) => rank(a) - rank(b) || b.priority - a.priority || a.order - b.order)
}

/** The jobs that have ended, newest first. */
export function historyOf({ jobs }: DaemonState): WireJob[] {
  return [...jobs.values()].filter(isFinal).sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))
}

const WAITING: ReadonlySet<string> = new Set(['queued', 'started', 'rendered'])

/**
 * The job for the next sheet on an idle plotter. This is the job that waits on the plotter for the sheet of its next
 * copy, else the first queued, started or rendered job that the plotter may draw. The daemon decides in the same way.
 */
export function nextJob(queue: readonly WireJob[], plotter: WirePlotter): WireJob | undefined {
  const betweenCopies = queue.find(({ status, progress }) => status === 'paused' && progress?.plotter === plotter.name)
  return betweenCopies ?? queue.find((job) => WAITING.has(job.status) && mayDraw(plotter, job))
}

/** Whether a plotter takes no new job because a user paused the whole queue, or the plotter's part of it. */
export const isQueuePaused = ({ paused }: DaemonState, { name, queuePaused }: WirePlotter): boolean =>
  queuePaused || paused.includes('') || paused.includes(name)
