/* The operator's verbs: cancel, retry, move and remove jobs, and ask for ink. */
import { decodeTime } from 'ulid'
import { PlotdError } from '../../errors.ts'
import type { ArchivedJob } from '../archive.ts'
import { FINAL, type Job, type JobStatus, SPOILED_KEY, UNSUCCESSFUL } from '../job.ts'
import { unknownJob } from '../job-errors.ts'
import { isFinal, next, WAITS } from '../next.ts'
import { compareOrders, isBefore } from '../order.ts'
import type { InkRequest } from '../spool.ts'
import type { Core } from './core.ts'

export async function cancel(core: Core, id: string): Promise<Job> {
  const job = await core.decide(id, (current) => cancelNow(core, current))
  await core.commit()
  return job
}

/**
 * Cancels a job without a commit. The claim ends before the commit. During the commit a user may retry the job, and
 * another holder may claim it. That new claim must not end.
 */
export function cancelNow(core: Core, job: Job): Job {
  const canceled = core.apply(job, { type: 'cancel' })
  core.claims.end(job.id, true)
  return canceled
}

/** A failed or canceled job goes behind all other jobs of its priority, as if it were submitted now. */
export async function retry(core: Core, id: string): Promise<Job> {
  const result = await core.decide(id, (job, log) => {
    answered(core, refuseSecondAttempt(job))
    const current = isFinal(job) ? withPresentParents(core, job) : job
    const isWaiting = core.waiting.isWaiting(current.dependsOn)
    const restarted = next(current, { type: 'retry', isWaiting }, core.clock.now())
    core.unarchive(job, log)
    core.claims.forgetLost(id)
    const ordered = isFinal(job) ? { ...restarted, order: core.ledger.takeOrder() } : restarted
    core.put(ordered)
    return ordered
  })
  await core.commit()
  return result
}

/** Asks for ink of all these jobs or of none: makes every check before it changes the first job. */
export async function askInk(core: Core, requests: readonly InkRequest[]): Promise<readonly Job[]> {
  // A job in memory may enter the archive while another job is read.
  const found = new Map<string, ArchivedJob>()
  for (const { id } of requests) await core.decide(id, (job, log) => found.set(id, { job, log }))
  // The rest runs in one turn of the event loop, so that no other verb comes between.
  const now = core.clock.now()
  const changes = requests.map(({ id, ...ink }) => {
    const job = core.ledger.job(id) ?? (core.archive.row(id) && found.get(id)?.job)
    if (job === undefined) throw unknownJob(id)
    return next(job, { type: 'ask-ink', ...ink }, now)
  })
  const jobs = changes.map((change) => {
    const archived = found.get(change.id)
    if (archived !== undefined) core.unarchive(archived.job, archived.log)
    const job = { ...change, order: core.ledger.takeOrder() }
    core.put(job)
    return job
  })
  await core.commit()
  return jobs
}

/** A question of a walk over the attempts at a card. It asks for a job by its idempotency key or by its id. */
export type JobQuestion = { readonly key: string } | { readonly id: string }
/** The job that was asked for; `status` is absent when the job is forgotten. Undefined when there is no such job. */
export type JobAnswer =
  | {
      readonly id: string
      readonly status?: JobStatus | undefined
      readonly idempotencyKey?: string | undefined
      readonly endedAt?: number | undefined
    }
  | undefined

/**
 * Refuses to try a job again while another job may draw the same card. Each redraw of the job, and each redraw of a
 * redraw, must have failed or been canceled. Each job whose card the job draws again must have ended. Each engine
 * answers the questions from its own store. A redraw has a greater id than the spoiled job, so a walk from job to job
 * has an end, also when imported jobs name each other.
 *
 * @throws PlotdError ERR_JOB_STATE
 */
export function* refuseSecondAttempt({ id, idempotencyKey }: Job): Generator<JobQuestion, void, JobAnswer> {
  let redraw = yield { key: SPOILED_KEY + id }
  for (let spoiled = id; redraw !== undefined && redraw.id > spoiled; redraw = yield { key: SPOILED_KEY + spoiled }) {
    refuseSpoiled(id, redraw.id, redraw.status)
    spoiled = redraw.id
  }
  let current: JobAnswer = { id, idempotencyKey }
  while (current?.idempotencyKey?.startsWith(SPOILED_KEY)) {
    const spoiled = current.idempotencyKey.slice(SPOILED_KEY.length)
    if (spoiled >= current.id) return
    current = yield { id: spoiled }
    refuseRedraw(id, spoiled, current?.status)
  }
}

/** @throws PlotdError ERR_JOB_STATE unless `redraw`, which draws the card of the job again, failed or was canceled */
function refuseSpoiled(id: string, redraw: string, status: JobStatus = 'forgotten'): void {
  if (UNSUCCESSFUL.has(status)) return
  const act = status === 'forgotten' ? 'may have drawn its card again: submit a new job' : 'draws its card again'
  const message = `job ${id} is spoiled: job ${redraw}, which is ${status}, ${act}`
  throw new PlotdError('ERR_JOB_STATE', message, { id, redraw })
}

/** @throws PlotdError ERR_JOB_STATE unless `spoiled`, a job whose card the job draws again, has ended */
function refuseRedraw(id: string, spoiled: string, status: JobStatus = 'forgotten'): void {
  if (FINAL.has(status)) return
  const message = `job ${id} draws the card of job ${spoiled}, which is ${status}: cancel job ${spoiled} first`
  throw new PlotdError('ERR_JOB_STATE', message, { id, spoiled })
}

/**
 * For a job that did not finish, the id of the present attempt at its card: a redraw, or an earlier job that was tried
 * again after its redraw did not finish. The job's own id when there is no such attempt.
 */
export function* presentAttempt(id: string): Generator<JobQuestion, string, JobAnswer> {
  let job = yield { id }
  let redraw = yield { key: SPOILED_KEY + id }
  for (; job !== undefined && redraw !== undefined && redraw.id > job.id; redraw = yield { key: SPOILED_KEY + job.id })
    job = redraw
  while (job?.status !== undefined && UNSUCCESSFUL.has(job.status)) {
    const { id: redrawn, idempotencyKey = '' }: NonNullable<JobAnswer> = job
    const spoiled = idempotencyKey.startsWith(SPOILED_KEY) ? idempotencyKey.slice(SPOILED_KEY.length) : redrawn
    if (spoiled >= redrawn) return id
    job = yield { id: spoiled }
    // A job that had finished before its redraw was submitted is still spoiled.
    if (job?.status === 'finished' && (job.endedAt ?? 0) <= decodeTime(redrawn)) return id
  }
  return job?.status === undefined ? id : job.id
}

function answered<T>(core: Core, questions: Generator<JobQuestion, T, JobAnswer>): T {
  let step = questions.next()
  while (!step.done) step = questions.next(answerOf(core, step.value))
  return step.value
}

function answerOf(core: Core, question: JobQuestion): JobAnswer {
  const id = 'id' in question ? question.id : core.ledger.idByKey(question.key)
  if (id === undefined) return undefined
  const { status, key, endedAt } = core.archive.row(id) ?? {}
  return core.ledger.job(id) ?? { id, status, endedAt, idempotencyKey: key }
}

/**
 * The job, which waits for the present attempts at the cards of its parents.
 *
 * @throws PlotdError ERR_DEPENDENCY_FAILED when such an attempt failed or was canceled
 */
function withPresentParents(core: Core, job: Job): Job {
  if (core.waiting.failedParent(job.dependsOn) === undefined) return job
  const dependsOn = job.dependsOn.map((id) =>
    core.waiting.failedParent([id]) === undefined ? id : answered(core, presentAttempt(id)),
  )
  const failed = core.waiting.failedParent(dependsOn)
  if (failed !== undefined) throw orphan(job.id, failed)
  return { ...job, dependsOn }
}

/** The error of a retry when a parent of the job did not finish. @param failed  the id of that parent */
export function orphan(id: string, failed: string): PlotdError {
  const message = `job ${id} depends on job ${failed}, which did not finish: retry job ${failed} first`
  return new PlotdError('ERR_DEPENDENCY_FAILED', message, { id: failed })
}

export async function top(core: Core, id: string): Promise<Job> {
  const job = waitingJob(core, id)
  return place(core, job, front(core, job.priority))
}

/** The place before all queued and rendered jobs. */
export const front = ({ ledger }: Core, priority: number): Place => ({
  priority: Math.max(priority, ledger.topPriority()),
  order: ledger.firstOrder(),
})

export async function move(core: Core, id: string, beforeId: string | undefined): Promise<Job> {
  const job = waitingJob(core, id)
  if (beforeId === undefined) return place(core, job, { priority: job.priority, order: core.ledger.takeOrder() })
  if (beforeId === id) return job
  const target = waitingJob(core, beforeId)
  const order = orderBefore(core, target, id)
  if (order !== undefined) return place(core, job, { priority: target.priority, order })
  renumber(core)
  return move(core, id, beforeId)
}

export async function remove(core: Core, id: string): Promise<void> {
  await core.decide(id, (job) => {
    requireFinal(job)
    core.ledger.remove(id)
  })
  await core.commit()
}

/** @throws PlotdError ERR_JOB_STATE when the job has not ended */
export function requireFinal(job: Job): void {
  const { id, status } = job
  if (!isFinal(job)) throw new PlotdError('ERR_JOB_STATE', `job ${id} is ${status}: cancel it first`, { id, status })
}

function waitingJob(core: Core, id: string): Job {
  const job = core.ledger.job(id)
  if (job !== undefined && WAITS.has(job.status)) return job
  const status = core.waiting.statusOf(id)
  if (status === undefined) throw unknownJob(id)
  throw notWaiting(id, status)
}

export const notWaiting = (id: string, status: JobStatus): PlotdError =>
  new PlotdError('ERR_JOB_STATE', `job ${id} is ${status}: only jobs that wait can be moved`, { id, status })

type Place = Pick<Job, 'priority' | 'order'>

async function place(core: Core, job: Job, place: Place): Promise<Job> {
  const placedJob = { ...job, ...place }
  core.put(placedJob)
  await core.commit()
  return placedJob
}

/** @returns an order just before the target; undefined when the gap to the job before the target has no number left */
function orderBefore(core: Core, target: Job, id: string): number | undefined {
  let previous = Number.NEGATIVE_INFINITY
  for (const job of core.ledger.jobs()) {
    if (job.priority !== target.priority || job.id === id || !WAITS.has(job.status)) continue
    // An imported job may have the order of the target. Then no number lies between the two orders.
    if (isBefore(job, target)) previous = Math.max(previous, job.order)
  }
  if (previous === Number.NEGATIVE_INFINITY) return core.ledger.firstOrder()
  const between = (previous + target.order) / 2
  return between > previous && between < target.order ? between : undefined
}

/** Gives new orders to all jobs that wait. About fifty moves into the same gap use up the numbers in the gap. */
function renumber(core: Core): void {
  const jobs = [...core.ledger.jobs()].filter(({ status }) => WAITS.has(status)).sort(compareOrders)
  for (const [order, job] of jobs.entries()) core.put({ ...job, order })
}
