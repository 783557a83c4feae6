import { PlotdError, toPlotdError } from '../../errors.ts'
import { isSliceOver, nextSlice, sortInSlices } from '../../slices.ts'
import { BEGUN, FINAL, HOLDABLE } from '../../spool/job.ts'
import { WAITS } from '../../spool/next.ts'
import type { Spool } from '../../spool/spool.ts'
import {
  type Batches,
  type BatchJob,
  batchView,
  type Card,
  cardsOf,
  inkOf,
  inOrderOfIds,
  secondsOf,
} from '../events/index.ts'
import type { Result } from '../protocol/index.ts'
import type { Handlers } from './handlers.ts'
import { requireOwn } from './ownership.ts'

type BatchHandlers = Pick<Handlers, Extract<keyof Handlers, `batch.${string}`>>
type BatchAct = Extract<keyof BatchHandlers, 'batch.hold' | 'batch.release' | 'batch.cancel'>

/** Maximum number of jobs that change together. The changes of these jobs can share a write. */
const AT_ONCE = 100

/** @param stop  stops a plot at once. Rejects if the plot has ended, or is on another host */
export function batchHandlers(spool: Spool, batches: Batches, stop: (job: string) => Promise<void>): BatchHandlers {
  const onMatching =
    (matches: (job: BatchJob) => boolean, act: (id: string) => Promise<unknown>): Handlers[BatchAct] =>
    async ({ name }, { identity }) => {
      const jobs = await jobsOf(batches, name)
      requireOwn(identity, jobs)
      const matching = await inOrderOfIds(jobs.filter(matches))
      // A plotter whose plot is canceled begins the next job. So the jobs that wait are canceled before the plots.
      const waiting = matching.filter(({ status }) => !BEGUN.has(status))
      const plots = matching.filter(({ status }) => BEGUN.has(status))
      // To cancel thousands of jobs takes seconds. The plots would draw meanwhile, so they are stopped first.
      const drawn = waiting.length === 0 ? [] : plots.filter(({ status }) => status === 'plotting')
      await Promise.allSettled(drawn.map(({ id }) => stop(id)))
      return changeJobs(batches, name, [...waiting, ...plots], act)
    }
  return {
    'batch.list': async () => {
      const views: Awaited<ReturnType<typeof batchView>>[] = []
      for (const name of await batches.names()) {
        if (isSliceOver()) await nextSlice()
        const jobs = await batches.jobs(name)
        if (jobs.length > 0) views.push(await batchView(name, jobs))
      }
      return { batches: await sortInSlices(views, (a, b) => b.createdAt - a.createdAt) }
    },
    'batch.get': async ({ name }) => batchView(name, await jobsOf(batches, name)),
    'batch.cards': async ({ name, from, limit }) => {
      const cards = await cardsOf(await jobsOf(batches, name))
      const next = from + limit < cards.length ? { next: from + limit } : {}
      return { cards: cards.slice(from, from + limit).map(cardView), total: cards.length, ...next }
    },
    'batch.hold': onMatching(
      ({ status }) => HOLDABLE.has(status),
      (id) => spool.hold(id),
    ),
    'batch.release': onMatching(
      ({ status }) => status === 'held',
      (id) => spool.unhold(id),
    ),
    'batch.cancel': onMatching(
      ({ status }) => !FINAL.has(status),
      (id) => spool.cancel(id),
    ),
    'batch.move': async ({ name, to }) => {
      const waiting = await inQueueOrder(await jobsOf(batches, name))
      if (to === 'end') return changeJobs(batches, name, waiting, (id) => spool.move(id))
      return changeJobs(batches, name, waiting.toReversed(), (id) => spool.top(id))
    },
    'batch.order': async ({ name, by }) => {
      const inOrder = await inQueueOrder(await jobsOf(batches, name))
      const waiting = await sortInSlices(inOrder, COMPARE[by])
      return changeJobs(batches, name, waiting, (id) => spool.move(id))
    },
  }
}

async function jobsOf(batches: Batches, name: string): Promise<readonly BatchJob[]> {
  const jobs = await batches.jobs(name)
  if (jobs.length > 0) return jobs
  throw new PlotdError('ERR_BATCH_UNKNOWN', `there is no batch ${JSON.stringify(name)}`, { name })
}

/**
 * Applies a verb to `jobs`, in the order of the list. Leaves out a job that is gone, or whose status no longer permits
 * the verb.
 */
async function changeJobs(
  batches: Batches,
  name: string,
  jobs: readonly BatchJob[],
  act: (id: string) => Promise<unknown>,
): Promise<Result<BatchAct>> {
  let changed = 0
  for (let i = 0; i < jobs.length; i += AT_ONCE) {
    const outcomes = await Promise.all(
      jobs.slice(i, i + AT_ONCE).map(({ id }) => act(id).then(() => true, falseIfGone)),
    )
    changed += outcomes.filter(Boolean).length
  }
  return { changed, batch: await batchView(name, await jobsOf(batches, name)) }
}

const inQueueOrder = (jobs: readonly BatchJob[]): Promise<readonly BatchJob[]> =>
  sortInSlices(
    jobs.filter(({ status }) => WAITS.has(status)),
    (a, b) => b.priority - a.priority || a.order - b.order || (a.id < b.id ? -1 : 1),
  )

const COMPARE = {
  row: (a: BatchJob, b: BatchJob) => a.row - b.row,
  title: (a: BatchJob, b: BatchJob) => a.title.localeCompare(b.title) || a.row - b.row,
  pen: (a: BatchJob, b: BatchJob) => (a.pen ?? '').localeCompare(b.pen ?? '') || a.row - b.row,
} as const

function falseIfGone(thrown: unknown): false {
  const { code } = toPlotdError(thrown)
  if (code === 'ERR_JOB_STATE' || code === 'ERR_JOB_UNKNOWN') return false
  throw thrown
}

function cardView({ job, status, attempt, spoiled }: Card): Result<'batch.cards'>['cards'][number] {
  const { id, row, title, owner, pen, copies, progress, spent, endedAt, error, output } = job
  return {
    row,
    job: id,
    title,
    status,
    attempt,
    copies: copies + (spent?.copies ?? 0),
    inkMm: inkOf(job),
    drawnSeconds: secondsOf(job),
    ...(spoiled && { spoiled: { by: spoiled.by, ...(spoiled.why !== undefined && { why: spoiled.why }) } }),
    ...(owner !== undefined && { owner }),
    ...((pen !== undefined || progress?.pens) && { pen: progress?.pens?.join(', ') ?? pen ?? '' }),
    ...(progress?.plotter !== undefined && { plotter: progress.plotter }),
    ...(progress?.since !== undefined && { startedAt: progress.since }),
    ...(endedAt !== undefined && { endedAt }),
    ...(error !== undefined && { error }),
    ...(output !== undefined && { output }),
  }
}
