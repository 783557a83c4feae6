import type { Result, WireJob } from '../../../../src/daemon/protocol/index.ts'
import { duration, plural } from '../shared/format.ts'

/** Seconds of drawing that a job still needs: undefined before it is rendered, 0 when it has no plot. */
function secondsOf({ plot, result, progress }: WireJob): number | undefined {
  if (!plot) return 0
  if (!result) return undefined
  const sheets = Math.max(0, plot.copies - (progress?.copiesDone ?? 0))
  if (sheets === 0) return 0
  const perSheet = result.estimateSeconds
  const present = progress?.phase === 'plot' ? (progress.secondsLeft ?? perSheet) : perSheet
  return present + (sheets - 1) * perSheet
}

/**
 * '12 jobs, 2 h 20 min', or '12 jobs, more than 2 h 20 min' while some are not rendered. '12 jobs' when no time is
 * known or needed; '' for an empty queue. With `isCutOff`, 'More than 12 jobs'.
 */
export function queueWords(queue: readonly WireJob[], isCutOff = false): string {
  if (queue.length === 0) return ''
  const seconds = queue.map(secondsOf)
  const sum = seconds.reduce<number>((total, value) => total + (value ?? 0), 0)
  const time = sum === 0 ? [] : [`${isCutOff || seconds.includes(undefined) ? 'more than ' : ''}${duration(sum)}`]
  return [`${isCutOff ? 'More than ' : ''}${plural(queue.length, 'job')}`, ...time].join(', ')
}

/** Whether each word of a search stands in the job's title, task, tags, plotter, id or status. Case does not count. */
export function isMatch(job: WireJob, search: string): boolean {
  if (search === '') return true
  const text = [job.title, job.task, ...job.tags, job.plot?.plotter ?? '', job.id, job.status].join('\n').toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/**
 * The new place of a job that moves past one shown job. `before` is the id of the job that then follows the moved job;
 * `{}` is the end of the queue. Undefined when the job cannot move: it is not shown, or no job is shown on that side.
 *
 * @param waiting  the jobs in drawing order
 * @param shown    the jobs of `waiting` that match the search
 * @param by       -1 towards the start of the queue
 */
export function placeAfterShift(
  waiting: readonly WireJob[],
  shown: readonly WireJob[],
  job: WireJob,
  by: -1 | 1,
): { before?: string } | undefined {
  const place = shown.indexOf(job)
  const passed = place < 0 ? undefined : shown[place + by]
  if (!passed) return undefined
  const before = by < 0 ? passed : waiting[waiting.indexOf(passed) + 1]
  return before ? { before: before.id } : {}
}

type Batch = Pick<
  Result<'batch.list'>['batches'][number],
  'cards' | 'done' | 'left' | 'held' | 'failed' | 'interrupted' | 'spoiled' | 'secondsLeft'
>

/** The progress of a batch: '12 of 50 drawn, 3 spoiled, 2 h 20 min to draw'. */
export function batchWords({ cards, done, left, held, failed, interrupted, spoiled, secondsLeft }: Batch): string {
  const some = (count: number, what: string): string[] => (count > 0 ? [`${count} ${what}`] : [])
  return [
    `${done} of ${cards} drawn`,
    ...some(held, 'held'),
    ...some(interrupted, 'interrupted'),
    ...some(failed, 'failed'),
    ...some(spoiled, 'spoiled'),
    ...(left > 0 && secondsLeft > 0 ? [`${duration(secondsLeft)} to draw`] : []),
  ].join(', ')
}

/** The state of a card: 'row 17: finished', 'row 17: spoiled: smudged', 'row 17: finished, 2nd time'. */
export function cardWords({
  row,
  status,
  attempt,
  spoiled,
}: Pick<Result<'batch.cards'>['cards'][number], 'row' | 'status' | 'attempt' | 'spoiled'>): string {
  const why = spoiled?.why === undefined ? '' : `: ${spoiled.why}`
  const times = attempt === 1 ? '' : `, ${ordinal(attempt)} time`
  return `row ${row}: ${status}${why}${times}`
}

const ORDINALS = new Intl.PluralRules('en', { type: 'ordinal' })
const ENDINGS: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' }
const ordinal = (count: number): string => `${count}${ENDINGS[ORDINALS.select(count)] ?? 'th'}`

/**
 * The number of jobs in each status, for every batch, as one text to compare with an earlier one; '' when no job has a
 * batch.
 */
export function batchSignature(jobs: Iterable<WireJob>): string {
  const counts = new Map<string, number>()
  for (const { batch, status } of jobs) {
    if (!batch) continue
    const key = `${batch.name}\n${status}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts].map(([key, count]) => `${key}\n${count}`).join('\n')
}
