import { decodeTime } from 'ulid'
import { PlotdError } from '../../errors.ts'
import { LARGE_PARAMS } from '../journal/params-files.ts'
import { toTurn } from '../next.ts'
import type { NewJob, Submitted } from '../spool.ts'
import { type Core, unknownJob } from './core.ts'
import { checkRunAt, type Draft, draft } from './new-job.ts'
import { inSlices } from './slices.ts'

/** All or nothing: every check is made before the first job is stored. */
export async function submit(core: Core, requests: readonly NewJob[]): Promise<readonly Submitted[]> {
  const drafts: Draft[] = []
  await inSlices(requests, (request) => {
    drafts.push(draft(request))
  })
  const files = drafts.some(isLarge) ? await writeFiles(core, drafts) : undefined
  try {
    for (const { job } of drafts) {
      // A repeated request is answered, whatever its time and its parents are by now.
      if (isKnown(core, job)) continue
      if (job.runAt !== undefined) checkRunAt(job.runAt, core.clock.now())
      checkParents(core, job.dependsOn)
    }
    const entries = drafts.map((each, i) => enter(core, each, files?.[i]))
    await core.commit()
    return await Promise.all(entries.map((entry, i) => answer(core, entry, drafts[i])))
  } finally {
    for (const file of files ?? []) if (file !== undefined) core.params?.settled(file)
  }
}

interface Entry {
  readonly id: string
  /** A job with the same key was there already. */
  readonly repeated: boolean
}

/** The job as announced by now. For a forgotten job the fields of the request. */
async function answer(core: Core, { id, repeated }: Entry, request: Draft | undefined): Promise<Submitted> {
  const job = core.feed.jobs.get(id) ?? (await core.archive.read(id))?.job
  if (job !== undefined) return repeated ? { ...job, repeated } : job
  if (request === undefined) throw unknownJob(id)
  return { ...request.job, id, status: 'forgotten', createdAt: decodeTime(id), ...(repeated && { repeated }) }
}

const isLarge = ({ paramsJson }: Draft): boolean => paramsJson.length > LARGE_PARAMS

/** Writes the large params. When one write fails, the others are released for removal. */
async function writeFiles({ params }: Core, drafts: readonly Draft[]): Promise<(string | undefined)[]> {
  const write = async (job: Draft) => (isLarge(job) ? params?.write(job.paramsJson) : undefined)
  const written = await Promise.allSettled(drafts.map(write))
  const failed = written.find((each) => each.status === 'rejected')
  const files = written.map((each) => (each.status === 'fulfilled' ? each.value : undefined))
  if (failed === undefined) return files
  for (const file of files) if (file !== undefined) params?.settled(file)
  throw failed.reason
}

function isKnown(core: Core, { idempotencyKey }: Draft['job']): boolean {
  return idempotencyKey !== undefined && core.ledger.keyed(idempotencyKey) !== undefined
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

/** Stores the job, unless its key is known. */
function enter(core: Core, { job, hold }: Draft, paramsFile: string | undefined): Entry {
  const known = job.idempotencyKey === undefined ? undefined : core.ledger.keyed(job.idempotencyKey)
  if (known !== undefined) return { id: known, repeated: true }
  const now = core.clock.now()
  job.id = core.ledger.newId(now)
  job.status = hold ? 'held' : 'queued'
  job.order = core.ledger.lastOrder()
  job.createdAt = now
  if (paramsFile !== undefined) Object.assign(job, { params: null, paramsFile })
  const waits = !hold && (job.dependsOn.length > 0 || job.runAt !== undefined)
  core.add(waits ? toTurn(job, core.waiting.isWaiting(job.dependsOn), now) : job)
  return { id: job.id, repeated: false }
}
