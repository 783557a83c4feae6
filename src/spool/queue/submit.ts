import { decodeTime } from 'ulid'
import { PlotdError } from '../../errors.ts'
import { inSlices, isSliceOver, nextSlice } from '../../slices.ts'
import type { Job } from '../job.ts'
import { LARGE_PARAMS } from '../journal/params-files.ts'
import { toTurn } from '../next.ts'
import type { NewJob, SubmittedJob } from '../spool.ts'
import { type Core, unknownJob } from './core.ts'
import { digestOf } from './keys.ts'
import { checkRunAt, type Draft, draft } from './new-job.ts'

/**
 * All or nothing: every check is made before the first job is stored, and all are stored in one turn of the event loop.
 * The work before that turn and after it goes in slices.
 */
export async function submit(core: Core, requests: readonly NewJob[]): Promise<readonly SubmittedJob[]> {
  const drafts: Draft[] = []
  await inSlices(requests, (request) => {
    drafts.push(draft(request))
  })
  const files = drafts.some(isLarge) ? await writeFiles(core, drafts) : undefined
  try {
    const entries = await store(core, drafts, files)
    await inSlices(entries, ({ job, repeated }) => {
      if (repeated) giveUp(core, job)
      else core.enlist(job)
    })
    await core.commit()
    return await answers(core, entries)
  } finally {
    for (const file of files ?? []) if (file !== undefined) core.params?.settled(file)
  }
}

/** A job that is checked and has its id. */
interface Prepared {
  readonly job: Job
  /** The digest of its idempotency key. */
  readonly digest: string | undefined
  /** The id of another job that has the same key. */
  readonly known: string | undefined
}

interface Entry {
  readonly id: string
  /** Another job with the same key was there already. */
  readonly repeated: boolean
  readonly job: Job
}

/** So many jobs are stored in the slice that checked the last of them. More get a turn of their own. */
const AT_ONCE = 500

/** Checks all jobs in slices, then stores all of them in one turn. */
async function store(core: Core, drafts: readonly Draft[], files: Files | undefined): Promise<readonly Entry[]> {
  const prepared: Prepared[] = []
  try {
    await inSlices(drafts, (draft, i) => {
      prepared.push(prepare(core, draft, files?.[i]))
    })
  } catch (thrown) {
    for (const { job } of prepared) giveUp(core, job)
    throw thrown
  }
  if (prepared.length > AT_ONCE) await nextSlice()
  return prepared.map(({ job, digest, known: before }) => {
    // Another submit may have brought the key between two slices.
    const known = before ?? idByKey(core, job.idempotencyKey, digest)
    if (known !== undefined) return { id: known, repeated: true, job }
    core.ledger.store(job)
    return { id: job.id, repeated: false, job }
  })
}

/** The prepared job will not be stored. */
const giveUp = (core: Core, { id }: Job): void => core.feed.jobs.announce(id, undefined)

/** Checks a job and gives it its id. A repeated request is answered, whatever its time and its parents are by now. */
function prepare(core: Core, { job, hold }: Draft, paramsFile: string | undefined): Prepared {
  const key = job.idempotencyKey
  const digest = key === undefined ? undefined : digestOf(key)
  const known = idByKey(core, key, digest)
  const now = core.clock.now()
  if (known === undefined) {
    if (job.runAt !== undefined) checkRunAt(job.runAt, now)
    checkParents(core, job.dependsOn)
  }
  job.id = core.ledger.newId(now)
  job.status = hold ? 'held' : 'queued'
  job.order = core.ledger.takeOrder()
  job.createdAt = now
  if (paramsFile !== undefined) Object.assign(job, { params: null, paramsFile })
  const waits = !hold && (job.dependsOn.length > 0 || job.runAt !== undefined)
  core.feed.jobs.keep(job.id, undefined)
  return { job: waits ? toTurn(job, core.waiting.isWaiting(job.dependsOn), now) : job, digest, known }
}

const idByKey = (core: Core, key: string | undefined, digest: string | undefined): string | undefined =>
  key === undefined || digest === undefined ? undefined : core.ledger.idByKey(key, digest)

/** The jobs as announced by now. */
async function answers(core: Core, entries: readonly Entry[]): Promise<readonly SubmittedJob[]> {
  const all: SubmittedJob[] = []
  for (const entry of entries) {
    if (all.length > 0 && isSliceOver()) await nextSlice()
    const job = core.feed.jobs.get(entry.id)
    all.push(job === undefined ? await answerOfOld(core, entry) : marked(job, entry))
  }
  return all
}

const marked = (job: Job, { repeated }: Entry): SubmittedJob => (repeated ? { ...job, repeated } : job)

/** A job that is no longer in memory. For a forgotten one the fields of the request. */
async function answerOfOld(core: Core, entry: Entry): Promise<SubmittedJob> {
  const { id, repeated, job: request } = entry
  const job = (await core.archive.read(id))?.job
  if (job !== undefined) return marked(job, entry)
  return { ...request, id, status: 'forgotten', createdAt: decodeTime(id), ...(repeated && { repeated }) }
}

type Files = readonly (string | undefined)[]

const isLarge = ({ paramsJson }: Draft): boolean => paramsJson.length > LARGE_PARAMS

/** Writes the large params. When one write fails, the others are released for removal. */
async function writeFiles({ params }: Core, drafts: readonly Draft[]): Promise<Files> {
  const writes: Promise<string | undefined>[] = []
  await inSlices(drafts, (job) => {
    const write = Promise.resolve(isLarge(job) ? params?.write(job.paramsJson) : undefined)
    write.catch(() => {}) // A write may fail before the last one begins.
    writes.push(write)
  })
  const written = await Promise.allSettled(writes)
  const failed = written.find((result) => result.status === 'rejected')
  const files = written.map((result) => (result.status === 'fulfilled' ? result.value : undefined))
  if (failed === undefined) return files
  for (const file of files) if (file !== undefined) params?.settled(file)
  throw failed.reason
}

/** Parents must exist, which makes cycles impossible. */
function checkParents(core: Core, dependsOn: readonly string[]): void {
  if (dependsOn.length === 0) return
  for (const id of dependsOn) if (core.waiting.statusOf(id) === undefined) throw unknownJob(id)
  const failed = core.waiting.failedParent(dependsOn)
  if (failed === undefined) return
  const message = `job ${failed} ${core.waiting.statusOf(failed)}: a job that depends on it can never run`
  throw new PlotdError('ERR_DEPENDENCY_FAILED', message, { id: failed })
}
