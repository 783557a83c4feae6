/* The operator's verbs: cancel, retry, move and remove jobs, and ask for ink. */
import { PlotdError } from '../../errors.ts'
import type { ArchivedJob } from '../archive.ts'
import { FINAL, type Job, type JobStatus, SPOILED_KEY, UNSUCCESSFUL } from '../job.ts'
import { isFinal, next, WAITS } from '../next.ts'
import { compareOrders, isBefore } from '../order.ts'
import type { InkRequest } from '../spool.ts'
import { type Core, unknownJob } from './core.ts'

export async function cancel(core: Core, id: string): Promise<Job> {
  const job = await core.decide(id, (current) => {
    const canceled = core.apply(current, { type: 'cancel' })
    // The claim ends before the commit. During the commit a user may retry the job, and another holder may claim it.
    // That new claim must not end.
    core.claims.end(id, true)
    return canceled
  })
  await core.commit()
  return job
}

/** A failed or canceled job goes behind all other jobs of its priority, as if it were submitted now. */
export async function retry(core: Core, id: string): Promise<Job> {
  const result = await core.decide(id, (job, log) => {
    refuseSecondAttempt(core, job)
    if (isFinal(job)) refuseOrphan(core, job)
    const restarted = next(job, { type: 'retry', isWaiting: core.waiting.isWaiting(job.dependsOn) }, core.clock.now())
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

/** Refuses to try a job again while another job draws the same card, before or after a spoiled attempt. */
function refuseSecondAttempt(core: Core, { id, idempotencyKey }: Job): void {
  let redraw = redrawOf(id, core.ledger.idByKey(SPOILED_KEY + id))
  while (redraw !== undefined) {
    refuseSpoiled(id, redraw, core.waiting.statusOf(redraw))
    redraw = redrawOf(redraw, core.ledger.idByKey(SPOILED_KEY + redraw))
  }
  let spoiled = spoiledBy(id, idempotencyKey)
  while (spoiled !== undefined) {
    refuseRedraw(id, spoiled, core.waiting.statusOf(spoiled))
    spoiled = spoiledBy(spoiled, core.ledger.job(spoiled)?.idempotencyKey ?? core.archive.row(spoiled)?.key)
  }
}

/**
 * The job that draws the card of a spoiled job again. Such a job is newer, so a walk from job to job has an end, also
 * when imported jobs name each other.
 *
 * @param byKey  the job that has the key for this card
 */
export const redrawOf = (spoiled: string, byKey: string | undefined): string | undefined =>
  byKey !== undefined && byKey > spoiled ? byKey : undefined

/** The spoiled job whose card a job with this idempotency key draws again; undefined when there is none. */
export function spoiledBy(redraw: string, idempotencyKey: string | undefined): string | undefined {
  if (!idempotencyKey?.startsWith(SPOILED_KEY)) return undefined
  const spoiled = idempotencyKey.slice(SPOILED_KEY.length)
  return spoiled < redraw ? spoiled : undefined
}

/**
 * @param redraw  a job that draws the card of the spoiled job `id` again
 * @throws PlotdError ERR_JOB_STATE unless that job failed or was canceled
 */
export function refuseSpoiled(id: string, redraw: string, status: JobStatus = 'forgotten'): void {
  if (UNSUCCESSFUL.has(status)) return
  const act = status === 'forgotten' ? 'may have drawn its card again: submit a new job' : 'draws its card again'
  const message = `job ${id} is spoiled: job ${redraw}, which is ${status}, ${act}`
  throw new PlotdError('ERR_JOB_STATE', message, { id, redraw })
}

/**
 * @param spoiled  a job whose spoiled card the job `id` draws again
 * @throws PlotdError ERR_JOB_STATE unless that job has ended
 */
export function refuseRedraw(id: string, spoiled: string, status: JobStatus = 'forgotten'): void {
  if (FINAL.has(status) || status === 'forgotten') return
  const message = `job ${id} draws the card of job ${spoiled}, which is ${status}: cancel job ${spoiled} first`
  throw new PlotdError('ERR_JOB_STATE', message, { id, spoiled })
}

/** @throws PlotdError ERR_DEPENDENCY_FAILED when a parent of the job failed or was canceled */
function refuseOrphan(core: Core, { id, dependsOn }: Job): void {
  const failed = core.waiting.failedParent(dependsOn)
  if (failed !== undefined) throw orphan(id, failed)
}

/** The error of a retry when a parent of the job did not finish. @param failed  the id of that parent */
export function orphan(id: string, failed: string): PlotdError {
  const message = `job ${id} depends on job ${failed}, which did not finish: retry job ${failed} first`
  return new PlotdError('ERR_DEPENDENCY_FAILED', message, { id: failed })
}

export async function top(core: Core, id: string): Promise<Job> {
  const job = waitingJob(core, id)
  const priority = Math.max(job.priority, core.ledger.topPriority())
  return place(core, job, priority, core.ledger.firstOrder())
}

export async function move(core: Core, id: string, beforeId: string | undefined): Promise<Job> {
  const job = waitingJob(core, id)
  if (beforeId === undefined) return place(core, job, job.priority, core.ledger.takeOrder())
  if (beforeId === id) return job
  const target = waitingJob(core, beforeId)
  const order = orderBefore(core, target, id)
  if (order !== undefined) return place(core, job, target.priority, order)
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

async function place(core: Core, job: Job, priority: number, order: number): Promise<Job> {
  const placedJob = { ...job, priority, order }
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
