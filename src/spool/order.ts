import type { Job, JobStatus } from './job.ts'

/**
 * Whether job `a` comes before job `b` in the queue. Imported jobs may share an order number with other jobs. Among
 * jobs with one number, the smaller id comes first.
 */
export function isBefore(a: Job, b: Job): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority
  return a.order === b.order ? a.id < b.id : a.order < b.order
}

/** @returns a negative number when `a` has the smaller order, as `Array.sort` expects */
export const compareOrders = (a: Job, b: Job): number => a.order - b.order || compareIds(a.id, b.id)

/** Whether one of these plotters may draw a job. @param plotters  names; 'any' for jobs that any plotter may draw */
export const isFor = ({ plot, result }: Job, plotters: readonly string[]): boolean =>
  plot !== undefined && possiblePlotters(plot, result).some((name) => plotters.includes(name))

const ANY = ['any']

/** The plotters, by name or as 'any', that may draw a job. */
export function possiblePlotters(plot: Job['plot'], result: Job['result']): readonly string[] {
  if (plot === undefined) return []
  return plot.plotter === 'any' ? (result?.plotters ?? ANY) : [plot.plotter]
}

/** The fields of a job that decide its place in a list. */
export type OrderedJob = Pick<Job, 'id' | 'status'> & {
  readonly priority?: number
  readonly order?: number
  readonly endedAt?: number
  readonly runAt?: number
}

/** A job's place in a list. A comparison goes part by part, and the smaller place comes first. */
export type Place = readonly [rank: number, major: number, minor: number, id: string]

const RANK: Readonly<Record<JobStatus, number>> = {
  plotting: 0,
  paused: 0,
  interrupted: 0,
  started: 1,
  rendered: 1,
  queued: 1,
  scheduled: 2,
  held: 3,
  finished: 4,
  failed: 4,
  canceled: 4,
  forgotten: 4,
}

/**
 * The place of a job in a list. Plots under way and interrupted plots come first. Queued, started and rendered jobs
 * follow in queue order, then scheduled jobs, held jobs and ended jobs. Among ended jobs, the last to end comes first.
 */
export function placeInQueue(job: OrderedJob): Place {
  const rank = RANK[job.status]
  const { priority = 0, order = 0, id } = job
  if (rank === 4) return [rank, -(job.endedAt ?? 0), 0, id]
  if (rank === 2) return [rank, job.runAt ?? Number.MAX_SAFE_INTEGER, order, id]
  return [rank, -priority, order, id]
}

/** @returns a negative number when `a` comes before `b` in the list, as `Array.sort` expects */
export const comparePlaces = (a: Place, b: Place): number =>
  a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || compareIds(a[3], b[3])

/** Newest first. Ids sort by time. */
export const compareNewest = (a: Place, b: Place): number => compareIds(b[3], a[3])

function compareIds(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
