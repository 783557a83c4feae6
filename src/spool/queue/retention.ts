import type { Core } from './core.ts'
import { trimKeys } from './keys.ts'

/** How much of the past is kept. */
export interface Retention {
  /** Ended jobs. */
  readonly jobs: number
  readonly days: number
  /** Idempotency keys of jobs that are no longer kept. */
  readonly keys?: number
  /** And for how long after the job was submitted. */
  readonly keyDays?: number
}

export const DEFAULT_RETENTION = { jobs: 10_000, days: 90, keys: 1_000_000, keyDays: 365 } as const

const DAY_MS = 86_400_000
/** Between two looks at all that is kept, the count may grow by this much: forgetting in batches costs less. */
const SLACK = 100
/** Timers are late on a busy machine, and clocks are corrected; neither is a jump. */
const DRIFT_MS = 600_000

/** After a job has ended: forgets the oldest when there are far too many. */
export function trimSome(core: Core, { jobs, keys = DEFAULT_RETENTION.keys }: Retention): void {
  if (core.archive.size + core.ledger.endedCount <= jobs + SLACK) return
  committed(core, forgetBeyond(core, jobs) + trimKeys(core.db.data.keys, keys, 0))
}

/**
 * Forgets what is too old or too much, without anyone waiting for it.
 *
 * @param clockHeld  what `ClockWatch` says; what is old by a clock that has just jumped is kept
 */
export function trim(core: Core, retention: Retention, clockHeld: boolean): void {
  const { jobs, days, keys, keyDays } = { ...DEFAULT_RETENTION, ...retention }
  const old = clockHeld ? purgeOlderThan(core, days * DAY_MS) : 0
  const beyond = forgetBeyond(core, jobs)
  const oldest = clockHeld ? core.clock.now() - keyDays * DAY_MS : 0
  committed(core, old + beyond + trimKeys(core.db.data.keys, keys, oldest))
}

function committed(core: Core, forgotten: number): void {
  if (forgotten === 0) return
  core.commitInBackground()
  collectParams(core).catch(() => {})
}

/** Whether the wall clock can be believed: a jump of it must not make the whole history old at once. */
export class ClockWatch {
  #before: number | undefined

  /**
   * @param now  the wall clock, in ms
   * @param passed  real time since the last look, in ms
   * @returns whether the wall clock went on since then as time did; not at the first look
   */
  look(now: number, passed: number): boolean {
    const before = this.#before
    this.#before = now
    return before !== undefined && Math.abs(now - before - passed) <= DRIFT_MS
  }
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
function forgetBeyond(core: Core, jobs: number): number {
  const count = core.archive.size + core.ledger.endedCount - jobs
  if (count <= 0) return 0
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
