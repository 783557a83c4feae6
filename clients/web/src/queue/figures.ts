import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import { duration, plural } from '../shared/format.ts'

/** Seconds of drawing that a job still needs; undefined before it is rendered; 0 when it asks for no ink. */
function secondsOf({ plot, result, progress }: WireJob): number | undefined {
  if (!plot) return 0
  if (!result) return undefined
  const sheets = Math.max(0, plot.copies - (progress?.copiesDone ?? 0))
  const sheet = result.estimateSeconds
  const left = progress?.phase === 'plot' ? (progress.secondsLeft ?? sheet) : sheet
  return sheets === 0 ? 0 : left + (sheets - 1) * sheet
}

/** '12 jobs, 1 h 20 min'; 'more than' while some are not rendered. '' for none. */
export function queueWords(queue: readonly WireJob[]): string {
  if (queue.length === 0) return ''
  const seconds = queue.map(secondsOf)
  const sum = seconds.reduce<number>((total, each) => total + (each ?? 0), 0)
  const time = sum === 0 ? [] : [`${seconds.includes(undefined) ? 'more than ' : ''}${duration(sum)}`]
  return [plural(queue.length, 'job'), ...time].join(', ')
}

/** Whether each word that the user typed stands in the job's title, task, tags, plotter or id. Case does not count. */
export function isMatch(job: WireJob, typed: string): boolean {
  const text = [job.title, job.task, ...job.tags, job.plot?.plotter ?? '', job.id, job.status].join('\n').toLowerCase()
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
