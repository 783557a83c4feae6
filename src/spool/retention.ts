import type { Core } from './core.ts'

/** How much of the past is kept. */
export interface Retention {
  /** Ended jobs. */
  readonly jobs: number
  readonly days: number
}

export const DEFAULT_RETENTION: Retention = { jobs: 10_000, days: 90 }

const DAY_MS = 86_400_000
/** Between two looks at all that is kept, the count may grow by this much: forgetting in batches costs less. */
const SLACK = 100

/** After a job has ended: forgets the oldest when there are far too many. */
export function trimSome(core: Core, retention: Retention): void {
  if (core.archive.size + core.ledger.endedCount > retention.jobs + SLACK) trim(core, retention)
}

/** Forgets what is too old or too much, without anyone waiting for it. */
export function trim(core: Core, { jobs, days }: Retention): void {
  const old = purgeOlderThan(core, days * DAY_MS)
  const tooMany = core.archive.size + core.ledger.endedCount - jobs
  const count = old + (tooMany > 0 ? forgetOldest(core, tooMany) : 0)
  if (count === 0) return
  core.commitInBackground()
  collectParams(core).catch(() => {})
}

/** @returns how many jobs that ended longer ago than this were forgotten, not yet committed */
export function purgeOlderThan(core: Core, ms: number): number {
  const limit = core.clock.now() - ms
  const old: string[] = []
  for (const { id, endedAt } of core.archive.rows()) if (endedAt <= limit) old.push(id)
  for (const id of old) core.ledger.remove(id)
  let count = old.length
  for (let job = core.ledger.oldestEnded(); job !== undefined && (job.endedAt ?? 0) <= limit; count++) {
    core.ledger.remove(job.id)
    job = core.ledger.oldestEnded()
  }
  return count
}

/** The archive holds what ended before everything in memory. */
function forgetOldest(core: Core, count: number): number {
  const ids: string[] = []
  for (const { id } of core.archive.rows()) {
    if (ids.length === count) break
    ids.push(id)
  }
  for (const id of ids) core.ledger.remove(id)
  for (let left = count - ids.length; left > 0; left--) {
    const job = core.ledger.oldestEnded()
    if (job !== undefined) core.ledger.remove(job.id)
  }
  return count
}

/** Removes the files of large params that no job refers to any more. */
export async function collectParams({ params, ledger, archive }: Core): Promise<void> {
  if (params === undefined) return
  const referred = new Set(archive.paramsFiles())
  for (const { paramsFile } of ledger.jobs()) if (paramsFile !== undefined) referred.add(paramsFile)
  await params.keepOnly(referred)
}
