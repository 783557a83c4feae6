import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import { duration, number, short } from '../shared/format.ts'
import { PRIORITIES } from '../shared/priorities.ts'
import { inkWords } from '../state/ink.ts'

/** A job's status in a few words. */
export function statusWords(job: WireJob): string {
  switch (job.status) {
    case 'scheduled':
      if (job.reason?.code === 'dependency') return 'waiting for another job'
      return `starts ${new Date(job.runAt ?? 0).toLocaleString()}`
    case 'held':
      return 'on hold'
    case 'queued':
      return 'waiting'
    case 'started':
      return 'rendering'
    case 'rendered': {
      const estimate = job.result ? `${duration(job.result.estimateSeconds)}, ` : ''
      return `${estimate}waiting for ${job.plot && job.plot.plotter !== 'any' ? job.plot.plotter : 'a sheet'}`
    }
    case 'plotting':
      return job.progress?.secondsLeft === undefined ? 'plotting' : `${duration(job.progress.secondsLeft)} left`
    case 'paused':
      return job.reason?.message ?? 'paused, pen up'
    case 'interrupted':
      return 'interrupted: choose how to continue'
    case 'finished':
      return job.plot ? 'drawn' : 'rendered'
    case 'failed':
      return job.error?.message ?? 'failed'
    case 'canceled': {
      const ink = inkWords(job)
      if (ink !== undefined) return `canceled after ${ink}`
      return job.plot ? 'canceled, nothing drawn' : 'canceled'
    }
    case 'forgotten':
      return 'submitted earlier, and removed from the spool'
    default:
      return job.status satisfies never
  }
}

/** A job's priority: high, normal or low, as the form of a job calls it; any other priority as a number. */
export const priorityWords = (priority: number): string =>
  PRIORITIES.find(({ number }) => number === priority)?.words ?? String(priority)

/** The strokes of a cut that may be on the paper or not: 'the cut stroke', 'the 2 cut strokes'. */
export const cutWords = (count: number): string => (count === 1 ? 'the cut stroke' : `the ${number(count)} cut strokes`)

/**
 * The label of the button that continues an interrupted job.
 *
 * @param stroke  index of the stroke to continue with; `of` when no stroke is left
 * @param mm      the part of that stroke to leave out
 * @param of      number of strokes of the plan; 0 when the job has no plan yet
 */
export function continueWords({ stroke, mm }: { stroke: number; mm: number }, of: number): string {
  if (of > 0 && stroke >= of) return 'End the sheet: no stroke is left'
  return `${mm > 0 ? `Continue ${short(mm)} mm into stroke` : 'Continue with stroke'} ${number(stroke + 1)}`
}
