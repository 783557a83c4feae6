import { PlotdError } from '../errors.ts'
import { type Core, unknownJob } from './core.ts'
import type { Job } from './job.ts'
import { checkRunAt, type Draft, draft } from './new-job.ts'
import { toTurn } from './next.ts'
import { LARGE_PARAMS } from './params-files.ts'
import { inSlices } from './slices.ts'
import type { NewJob } from './spool.ts'

/** All or nothing: everything that can be refused is refused before the first job is made. */
export async function submit(core: Core, asked: readonly NewJob[]): Promise<readonly Job[]> {
  const drafts: Draft[] = []
  await inSlices(asked, (job) => {
    drafts.push(draft(job))
  })
  const [only] = drafts
  if (only !== undefined && drafts.length === 1 && !isLarge(only)) return single(core, only)
  const files = drafts.some(isLarge) ? await writeFiles(core, drafts) : undefined
  try {
    for (const { job } of drafts) {
      checkTime(core, job)
      checkParents(core, job.dependsOn)
    }
    const ids = drafts.map((job, i) => enter(core, job, files?.[i]))
    await core.commit()
    return announced(core, ids) ?? (await found(core, ids))
  } finally {
    for (const file of files ?? []) if (file !== undefined) core.params?.settled(file)
  }
}

/** The most usual case without the lists. */
async function single(core: Core, drafted: Draft): Promise<readonly Job[]> {
  checkTime(core, drafted.job)
  checkParents(core, drafted.job.dependsOn)
  const id = enter(core, drafted, undefined)
  await core.commit()
  const job = core.ledger.job(id)
  // Nothing has happened to it since: what is on the disk is what it is now.
  return job === drafted.job ? [job] : (announced(core, [id]) ?? found(core, [id]))
}

/** All of them, or undefined when the job of a known key is in the archive. */
function announced(core: Core, ids: readonly string[]): readonly Job[] | undefined {
  const jobs: Job[] = []
  for (const id of ids) {
    const job = core.feed.jobs.get(id)
    if (job === undefined) return undefined
    jobs.push(job)
  }
  return jobs
}

const found = (core: Core, ids: readonly string[]): Promise<readonly Job[]> =>
  Promise.all(ids.map(async (id) => core.feed.jobs.get(id) ?? core.find(id)))

const isLarge = ({ paramsLength }: Draft): boolean => paramsLength > LARGE_PARAMS

/** All are written, or what was written is let go of: nobody will refer to it. */
async function writeFiles({ params }: Core, drafts: readonly Draft[]): Promise<(string | undefined)[]> {
  const write = async (job: Draft) => (isLarge(job) ? params?.write(JSON.stringify(job.job.params)) : undefined)
  const written = await Promise.allSettled(drafts.map(write))
  const failed = written.find((each) => each.status === 'rejected')
  const files = written.map((each) => (each.status === 'fulfilled' ? each.value : undefined))
  if (failed === undefined) return files
  for (const file of files) if (file !== undefined) params?.settled(file)
  throw failed.reason
}

/** Parents must be there, which also makes circles impossible. */
/** A job whose key is known is answered with the job that has it, however late it comes. */
function checkTime(core: Core, { runAt, idempotencyKey }: Draft['job']): void {
  if (runAt === undefined) return
  if (idempotencyKey === undefined || core.ledger.keyed(idempotencyKey) === undefined)
    checkRunAt(runAt, core.clock.now())
}

function checkParents(core: Core, dependsOn: readonly string[]): void {
  if (dependsOn.length === 0) return
  for (const id of dependsOn) if (core.waiting.statusOf(id) === undefined) throw unknownJob(id)
  const dead = core.waiting.deadParent(dependsOn)
  if (dead === undefined) return
  const message = `job ${dead} ${core.waiting.statusOf(dead)}: what depends on it can never run`
  throw new PlotdError('ERR_DEPENDENCY_FAILED', message, { id: dead })
}

/** The id of the new job, or of the one that has its key already. */
function enter(core: Core, { job, hold }: Draft, paramsFile: string | undefined): string {
  const known = job.idempotencyKey === undefined ? undefined : core.ledger.keyed(job.idempotencyKey)
  if (known !== undefined) return known
  const now = core.clock.now()
  job.id = core.ledger.newId(now)
  job.status = hold ? 'held' : 'queued'
  job.order = core.ledger.lastOrder()
  job.createdAt = now
  if (paramsFile !== undefined) Object.assign(job, { params: null, paramsFile })
  const waits = !hold && (job.dependsOn.length > 0 || job.runAt !== undefined)
  core.add(waits ? toTurn(job, core.waiting.isWaiting(job.dependsOn), now) : job)
  return job.id
}
