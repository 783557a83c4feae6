import { PlotdError, toPlotdError } from '../../errors.ts'
import { inSlices, isSliceOver, nextSlice } from '../../slices.ts'
import { freeze } from '../freeze.ts'
import { type Job, type JobError, STATUSES } from '../job.ts'
import { JOB_ID, JOB_LIMITS } from '../job-fields.ts'
import { isFinal, next } from '../next.ts'
import type { ForgottenKey, ImportOptions } from '../spool.ts'
import type { Core } from './core.ts'
import { DIGEST } from './keys.ts'
import { draft } from './new-job.ts'

/** Maximum number of imported jobs in one commit. */
const BATCH = 500
/** The greatest absolute value of an imported job's order. From 2 ** 53 on, an order + 1 may equal the order. */
const MAX_ORDER = 2 ** 50
const { min, max } = JOB_LIMITS.runAt
const KNOWN: ReadonlySet<string> = new Set(STATUSES)

/**
 * Adds exported jobs under their own ids. Known jobs stay out: see `Spool.import`. Jobs that were being worked on are
 * treated as after a restart.
 *
 * @returns how many jobs were added
 * @throws PlotdError ERR_PARAMS that names the invalid field of a job. The jobs before that job stay
 */
export async function importJobs(
  core: Core,
  jobs: AsyncIterable<Job> | Iterable<Job>,
  { isMove = false }: ImportOptions,
): Promise<number> {
  const ids: string[] = []
  try {
    for await (const job of jobs) {
      if (ids.length > 0 && isSliceOver()) await nextSlice()
      const record = checkRecord(job)
      if (isKnown(core, record) || !(await enter(core, record, isMove))) continue
      ids.push(record.id)
      if (ids.length % BATCH === 0) await core.commit()
    }
  } finally {
    // A parent may follow its children in the export, or may have ended here already.
    await inSlices(ids, (id) => {
      useOwners(core, id)
      core.review(id)
    })
    await core.commit()
  }
  return ids.length
}

/** @returns how many keys were new. @throws PlotdError ERR_PARAMS when a key is invalid, before any key is added */
export async function importKeys(core: Core, keys: readonly ForgottenKey[]): Promise<number> {
  checkKeys(keys)
  const known = core.db.data.keys
  const newKeys = keys.filter(({ digest }) => !known.has(digest))
  for (const { digest, id } of newKeys) known.set(digest, id)
  await core.commit()
  return newKeys.length
}

/** @throws PlotdError ERR_PARAMS when an imported key is invalid */
export function checkKeys(keys: readonly ForgottenKey[]): void {
  for (const { digest, id } of keys) {
    if (DIGEST.test(digest) && JOB_ID.test(id)) continue
    throw new PlotdError('ERR_PARAMS', `imported key: digest ${digest} or id ${id} is not valid`, { digest, id })
  }
}

/**
 * A job that an earlier plotd stored, with an order and times that are possible now. A move and a repair replace
 * impossible values, because they must not lose the job.
 */
export function possible(job: Job): Job {
  const { order, createdAt, startedAt, endedAt, ...rest } = job
  return {
    ...rest,
    order: clamp(order, -MAX_ORDER, MAX_ORDER),
    createdAt: clamp(createdAt, min, max),
    ...(isNumber(startedAt) && { startedAt: clamp(startedAt, min, max) }),
    ...(isNumber(endedAt) && { endedAt: clamp(endedAt, min, max) }),
  }
}

const isNumber = (time: number | undefined): time is number => Number.isFinite(time)
const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))

/** @throws PlotdError ERR_PARAMS when a field of an imported job is missing or invalid */
export function checkRecord(job: Job): Job {
  if (typeof job?.id !== 'string' || !JOB_ID.test(job.id)) throw invalid(job, 'id')
  if (job.paramsError !== undefined) throw withoutParams(job, job.paramsError)
  if (!KNOWN.has(job.status)) throw invalid(job, 'status')
  if (!(Math.abs(job.order) <= MAX_ORDER)) throw invalid(job, 'order')
  if (!isTime(job.createdAt)) throw invalid(job, 'createdAt')
  if (job.startedAt !== undefined && !isTime(job.startedAt)) throw invalid(job, 'startedAt')
  if (isFinal(job) ? !isTime(job.endedAt) : job.endedAt !== undefined) throw invalid(job, 'endedAt')
  if (job.plot === undefined && ['rendered', 'plotting', 'paused', 'interrupted'].includes(job.status)) {
    throw invalid(job, 'plot')
  }
  return job
}

/** Runs a check of an imported job. An error of the check gets the id of that job in its message and its detail. */
export function ofImported<T>({ id }: Pick<Job, 'id'>, check: () => T): T {
  try {
    return check()
  } catch (thrown) {
    const { code, message, detail } = toPlotdError(thrown)
    throw new PlotdError(code, `imported job ${id}: ${message}`, { ...detail, id }, thrown)
  }
}

const isTime = (time: number | undefined): boolean => time !== undefined && time >= min && time <= max

const isKnown = (core: Core, { id }: Job): boolean => core.waiting.statusOf(id) !== undefined

/** Whether the key belongs to another job. If so, notes that the children of this job wait for that other job. */
function isKeyTaken(core: Core, id: string, key: string | undefined): boolean {
  const owner = key === undefined ? undefined : core.ledger.idByKey(key)
  if (owner === undefined || owner === id) return false
  core.leftOut.note(id, owner)
  return true
}

/** @returns false when the key is taken, or when another import added the job while the params were being written */
async function enter(core: Core, job: Job, isMove: boolean): Promise<boolean> {
  const { largeParams, job: checked } = ofImported(job, () => draft(job))
  const isOut = (): boolean => isKnown(core, job) || (!isMove && isKeyTaken(core, job.id, checked.idempotencyKey))
  if (isOut()) return false
  const { id, order, status, createdAt, attempts } = job
  const { paramsFile: _old, ...rest } = { ...job, ...checked, id, order, status, createdAt, attempts }
  const file = largeParams === undefined ? undefined : await core.params?.write(largeParams)
  const placed = core.leftOut.withOwners(rest)
  const record: Job = file === undefined ? placed : { ...placed, params: null, paramsFile: file }
  const isNew = !isOut()
  if (isNew) core.put(next(freeze(record), { type: 'restart' }, core.clock.now()))
  if (file !== undefined) core.params?.settled(file)
  return isNew
}

/**
 * If the import has left out a parent of a job, the job waits for the job that has the parent's idempotency key. The
 * import may have added the child before it left out the parent.
 */
function useOwners(core: Core, id: string): void {
  const job = core.ledger.job(id)
  if (job === undefined) return
  const placed = core.leftOut.withOwners(job)
  if (placed === job) return
  core.waiting.forget(job)
  core.put(placed)
}

const withoutParams = ({ id, title }: Job, { message }: JobError): PlotdError =>
  new PlotdError('ERR_PARAMS', `imported job ${id} (${title}) has no parameters: ${message}`, {
    id,
    field: 'params',
  })

const invalid = (job: Job, field: keyof Job): PlotdError =>
  new PlotdError('ERR_PARAMS', `imported job ${job?.id}: ${field} is not valid, got ${JSON.stringify(job?.[field])}`, {
    id: job?.id,
    field,
  })
