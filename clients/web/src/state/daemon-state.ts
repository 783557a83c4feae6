import type { WireJob, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import type { FeedEvent } from '../../../node/feed.ts'
import { FINAL } from '../../../node/final.ts'
import { later } from '../../../node/progress.ts'

/** The page's picture of the daemon. */
export interface Picture {
  readonly jobs: ReadonlyMap<string, WireJob>
  readonly plotters: readonly WirePlotter[]
  readonly paused: readonly string[]
  readonly connected: boolean
}

export const NOTHING: Picture = { jobs: new Map(), plotters: [], paused: [], connected: false }

/** The picture after an event. Pure: maps are replaced, never changed. */
export function after(picture: Picture, event: FeedEvent): Picture {
  switch (event.type) {
    case 'snapshot': {
      const jobs = new Map(event.jobs.map((job) => [job.id, job]))
      return { jobs, plotters: event.plotters, paused: event.paused, connected: true }
    }
    case 'job.changed':
      return { ...picture, jobs: new Map(picture.jobs).set(event.job.id, event.job) }
    case 'job.progress': {
      const job = picture.jobs.get(event.id)
      if (!job) return picture
      return { ...picture, jobs: new Map(picture.jobs).set(event.id, { ...job, progress: event.progress }) }
    }
    case 'job.removed': {
      const jobs = new Map(picture.jobs)
      jobs.delete(event.id)
      return { ...picture, jobs }
    }
    case 'queue.changed':
      return { ...picture, paused: event.paused }
    case 'plotter.changed':
      return { ...picture, plotters: withPlotter(picture.plotters, event.plotter) }
    default:
      return event satisfies never
  }
}

/**
 * The picture some time later, when nothing was told: a long stroke is silent until it is drawn, and the time left goes
 * by the clock. The same picture when nothing is drawn.
 */
export function aged(picture: Picture, ms: number): Picture {
  const drawn = [...picture.jobs.values()].filter(
    ({ status, progress }) => status === 'plotting' && progress?.secondsLeft,
  )
  if (drawn.length === 0 || !picture.connected) return picture
  const jobs = new Map(picture.jobs)
  for (const job of drawn) if (job.progress) jobs.set(job.id, { ...job, progress: later(job.progress, ms) })
  return { ...picture, jobs }
}

function withPlotter(plotters: readonly WirePlotter[], changed: WirePlotter): readonly WirePlotter[] {
  const known = plotters.some(({ name }) => name === changed.name)
  return known ? plotters.map((each) => (each.name === changed.name ? changed : each)) : [...plotters, changed]
}

const ON_PAPER: ReadonlySet<string> = new Set(['plotting', 'paused', 'interrupted'])

export const isFinal = (job: WireJob): boolean => FINAL.has(job.status)

/** What waits or is drawn, as it will be drawn: what is on paper first, then priority, then order. */
export function queueOf({ jobs }: Picture): WireJob[] {
  return [...jobs.values()]
    .filter((job) => !isFinal(job))
    .sort(
      (a, b) =>
        Number(ON_PAPER.has(b.status)) - Number(ON_PAPER.has(a.status)) || b.priority - a.priority || a.order - b.order,
    )
}

/** What is over, newest first. */
export function historyOf({ jobs }: Picture): WireJob[] {
  return [...jobs.values()].filter(isFinal).sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))
}
