import { decodeTime } from 'ulid'
import { PlotdError } from '../../errors.ts'
import { inSlices, isSliceOver, mapInSlices, nextSlice } from '../../slices.ts'
import type { Job } from '../job.ts'
import { unknownJob } from '../job-errors.ts'
import { isFinal, toTurn } from '../next.ts'
import type { NewJob, SubmittedJob } from '../spool.ts'
import type { Core } from './core.ts'
import { checkRunAt, type Draft, draft } from './new-job.ts'
import { cancelNow, front } from './operator.ts'

/**
 * Up to this many jobs are stored in the slice that checked the last job. More jobs are stored in a turn of their own.
 */
const AT_ONCE = 500

/**
 * Submits all jobs or none. Makes every check before it stores the first job, stores all jobs in one turn of the event
 * loop, and gives them their places in the queue. The work before and after that turn runs in slices. Before the
 * commit, writes only the files of large params to the disk.
 *
 * A single job with small params has its place before this function first awaits. So of two such jobs with `isFirst` in
 * one turn, the later job comes first.
 */
export async function submit(core: Core, requests: readonly NewJob[]): Promise<readonly SubmittedJob[]> {
  const drafting = mapInSlices(requests, draft)
  const drafts = drafting instanceof Promise ? await drafting : drafting
  const files = drafts.some(isLarge) ? await writeFiles(core, drafts) : undefined
  const prepared: Prepared[] = []
  try {
    const preparing = inSlices(drafts, (draft, i) => {
      prepared.push(prepare(core, draft, files?.[i]))
    })
    if (preparing !== undefined) await preparing
    if (prepared.length > AT_ONCE) await nextSlice()
  } catch (thrown) {
    for (const { job } of prepared) giveUp(core, job)
    settle(core, files)
    throw thrown
  }
  const entries = prepared.map((job) => store(core, job))
  const enlisting = inSlices(entries, ({ job, isRepeated }) => {
    if (isRepeated) giveUp(core, job)
    else core.enlist(job)
  })
  if (enlisting !== undefined) await enlisting
  return commit(core, entries, files)
}

/**
 * Stores a job, unless its idempotency key is known. Looks up the key in this turn, because another submit, or an
 * earlier job of this submit, may have stored it since `prepare`.
 */
function store(core: Core, { job, digest, known: before }: Prepared): Entry {
  const known = before ?? idByKey(core, job.idempotencyKey, digest)
  if (known !== undefined) return { id: known, isRepeated: true, job }
  core.ledger.store(job)
  if (job.spoils !== undefined) replaceSpoiled(core, job.spoils.job, job.id)
  return { id: job.id, isRepeated: false, job }
}

/** Cancels a spoiled job, unless it has ended. Jobs that wait for it wait for its redraw instead. */
function replaceSpoiled(core: Core, id: string, redraw: string): void {
  core.waiting.moveChildren(id, redraw)
  const spoiled = core.ledger.job(id)
  if (spoiled !== undefined && !isFinal(spoiled)) cancelNow(core, spoiled)
}

/**
 * Waits until the jobs are on the disk. Keeps no reference to the requests meanwhile, because the garbage collector
 * would copy them.
 */
function commit(core: Core, entries: readonly Entry[], files: Files | undefined): Promise<readonly SubmittedJob[]> {
  const answering = core.commit().then(() => answers(core, entries))
  return files === undefined ? answering : answering.finally(() => settle(core, files))
}

function settle({ params }: Core, files: Files | undefined): void {
  for (const file of files ?? []) if (file !== undefined) params?.settled(file)
}

/** A job that is checked and has its id. */
interface Prepared {
  readonly job: Job
  /** The digest of the job's idempotency key, computed before the turn that stores all jobs, to shorten that turn. */
  readonly digest: string | undefined
  /**
   * The id of another job that has the same key, if `prepare` found one. `prepare` looks up the key only for a job that
   * waits for a time or for parents.
   */
  readonly known: string | undefined
}

interface Entry {
  readonly id: string
  /** Whether another job with the same key was there already. */
  readonly isRepeated: boolean
  readonly job: Job
}

/** Ends the preparation of a job that will not be stored. */
const giveUp = (core: Core, { id }: Job): void => core.feed.jobs.announce(id, undefined)

/** Checks a job and gives it its id. Does not check the time and the parents of a repeated request. */
function prepare(core: Core, { job, hold, isFirst }: Draft, paramsFile: string | undefined): Prepared {
  const key = job.idempotencyKey
  const digest = key === undefined ? undefined : core.ledger.keyDigest(key)
  const waits = job.dependsOn.length > 0 || job.runAt !== undefined
  const known = waits ? idByKey(core, key, digest) : undefined
  const now = core.clock.now()
  if (waits && known === undefined) {
    if (job.runAt !== undefined) checkRunAt(job.runAt, now)
    checkParents(core, job.dependsOn)
  }
  job.id = core.ledger.newId(now)
  job.status = hold ? 'held' : 'queued'
  Object.assign(job, isFirst ? front(core, job.priority) : { order: core.ledger.takeOrder() })
  job.createdAt = now
  if (paramsFile !== undefined) Object.assign(job, { params: null, paramsFile })
  core.feed.jobs.keep(job.id, undefined) // here and not in `store`, to shorten the turn that stores all jobs
  return { job: waits && !hold ? toTurn(job, core.waiting.isWaiting(job.dependsOn), now) : job, digest, known }
}

const idByKey = (core: Core, key: string | undefined, digest: string | undefined): string | undefined =>
  key === undefined ? undefined : core.ledger.idByKey(key, digest)

/** @returns the jobs as last announced. For a job that is no longer in memory, see `answerOfOld`. */
async function answers(core: Core, entries: readonly Entry[]): Promise<readonly SubmittedJob[]> {
  const all: SubmittedJob[] = []
  for (const entry of entries) {
    if (all.length > 0 && isSliceOver()) await nextSlice()
    const job = core.feed.jobs.get(entry.id)
    all.push(job === undefined ? await answerOfOld(core, entry) : marked(job, entry))
  }
  return all
}

const marked = (job: Job, { isRepeated }: Entry): SubmittedJob => (isRepeated ? { ...job, repeated: true } : job)

/** @returns a job that is no longer in memory; for a forgotten job, the fields of the request */
async function answerOfOld(core: Core, entry: Entry): Promise<SubmittedJob> {
  const { id, isRepeated, job: request } = entry
  const job = (await core.archive.read(id))?.job
  if (job !== undefined) return marked(job, entry)
  return { ...request, id, status: 'forgotten', createdAt: decodeTime(id), ...(isRepeated && { repeated: true }) }
}

type Files = readonly (string | undefined)[]

const isLarge = ({ largeParams }: Draft): boolean => largeParams !== undefined

/** Writes the large params. When one write fails, the spool may remove the other files again (`settled`). */
async function writeFiles(core: Core, drafts: readonly Draft[]): Promise<Files> {
  const writes: Promise<string | undefined>[] = []
  await inSlices(drafts, ({ largeParams }) => {
    const write = Promise.resolve(largeParams === undefined ? undefined : core.params?.write(largeParams))
    write.catch(() => {}) // A write may fail before the last write begins.
    writes.push(write)
  })
  const written = await Promise.allSettled(writes)
  const failed = written.find((result) => result.status === 'rejected')
  const files = written.map((result) => (result.status === 'fulfilled' ? result.value : undefined))
  if (failed === undefined) return files
  settle(core, files)
  throw failed.reason
}

/** Parents must exist, so cycles are impossible. */
function checkParents(core: Core, dependsOn: readonly string[]): void {
  if (dependsOn.length === 0) return
  for (const id of dependsOn) if (core.waiting.statusOf(id) === undefined) throw unknownJob(id)
  const failed = core.waiting.failedParent(dependsOn)
  if (failed === undefined) return
  const message = `job ${failed} is ${core.waiting.statusOf(failed)}: retry it before you submit a job that depends on it`
  throw new PlotdError('ERR_DEPENDENCY_FAILED', message, { id: failed })
}
