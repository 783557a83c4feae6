import { inSlices, isSliceOver, nextSlice } from '../../slices.ts'
import type { Core } from './core.ts'
import { trimKeys } from './keys.ts'

/** The limits on ended jobs that the spool keeps. */
export interface Retention {
  /** Maximum number of ended jobs that are kept. */
  readonly jobs: number
  /** Days for which an ended job is kept. */
  readonly days: number
  /** Maximum number of kept idempotency keys of jobs that are no longer kept. */
  readonly keys?: number
  /** Days for which an idempotency key is kept, from the submit of its job. */
  readonly keyDays?: number
}

export const DEFAULT_RETENTION = { jobs: 10_000, days: 90, keys: 1_000_000, keyDays: 365 } as const

const DAY_MS = 86_400_000
/** The count of ended jobs may exceed its limit by this much, because it costs less to forget many jobs at once. */
export const SLACK = 100
/**
 * Maximum difference between the advance of the wall clock and the elapsed time, ms; beyond it, the clock has jumped.
 * No timer fires that late.
 */
const DRIFT_MS = 600_000

/** Forgets jobs, and keys, when too many ended jobs are kept. Call this after a job has ended. */
export function trimSome(core: Core, { jobs, keys = DEFAULT_RETENTION.keys }: Retention): void {
  if (core.archive.size + core.ledger.endedCount <= jobs + SLACK) return
  commitForgotten(core, forgetBeyond(core, jobs, 2 * SLACK) + trimKeys(core.db.data.keys, keys, 0))
}

/**
 * Forgets jobs and keys that are too old or too many. Commits in the background.
 *
 * @param isClockSteady  from `ClockWatch`; false after a jump of the clock, when nothing counts as old
 */
export async function trim(core: Core, retention: Retention, isClockSteady: boolean): Promise<void> {
  const { jobs, days, keys, keyDays } = { ...DEFAULT_RETENTION, ...retention }
  const old = isClockSteady ? await purgeOlderThan(core, days * DAY_MS) : 0
  let beyond = 0
  for (let some = forgetBeyond(core, jobs, SLACK); some > 0; some = forgetBeyond(core, jobs, SLACK)) {
    beyond += some
    if (isSliceOver()) await nextSlice()
  }
  const oldest = isClockSteady ? core.clock.now() - keyDays * DAY_MS : 0
  commitForgotten(core, old + beyond + trimKeys(core.db.data.keys, keys, oldest))
}

function commitForgotten(core: Core, forgotten: number): void {
  if (forgotten === 0) return
  core.commitInBackground()
  collectParams(core).catch(() => {})
}

/** Notices jumps of the wall clock, which must not make the whole history old at once. */
export class ClockWatch {
  #before: number | undefined

  /** @param start  the wall clock, ms. With it, the first call of `isSteady` compares, too. */
  constructor(start?: number) {
    this.#before = start
  }

  /**
   * @param now     the wall clock, ms
   * @param passed  ms since the last call, by a clock that never jumps; or the period of the caller's timer, ms
   * @returns whether the wall clock advanced by about `passed` since the last call; false at the first call without
   *   `start`
   */
  isSteady(now: number, passed: number): boolean {
    const before = this.#before
    this.#before = now
    return before !== undefined && Math.abs(now - before - passed) <= DRIFT_MS
  }
}

/** Forgets jobs that ended at least `ms` ago, in slices. The caller commits. @returns how many it forgot */
export async function purgeOlderThan(core: Core, ms: number): Promise<number> {
  const limit = core.clock.now() - ms
  const isOld = (job: { readonly endedAt?: number } | undefined): boolean => (job?.endedAt ?? Infinity) <= limit
  const old: string[] = []
  for (const row of core.archive.rows()) if (isOld(row)) old.push(row.id)
  for (const job of core.ledger.jobs()) if (isOld(job)) old.push(job.id)
  let count = 0
  await inSlices(old, (id) => {
    // Another verb may have retried or removed the job between two slices.
    if (!isOld(core.ledger.job(id) ?? core.archive.row(id))) return
    core.ledger.remove(id)
    count++
  })
  return count
}

/**
 * Forgets ended jobs. Archived jobs go first, because they ended or were imported before the jobs in memory.
 *
 * @param jobs  number of ended jobs to keep
 * @param most  maximum number of jobs to forget in one call
 * @returns how many it forgot
 */
function forgetBeyond(core: Core, jobs: number, most: number): number {
  const count = Math.min(most, core.archive.size + core.ledger.endedCount - jobs)
  if (count <= 0) return 0
  const ids: string[] = []
  for (const { id } of core.archive.rows()) {
    if (ids.length === count) break
    ids.push(id)
  }
  for (const id of ids) core.ledger.remove(id)
  let forgotten = ids.length
  for (let job = core.ledger.oldestEnded(); job !== undefined && forgotten < count; forgotten++) {
    core.ledger.remove(job.id)
    job = core.ledger.oldestEnded()
  }
  return forgotten
}

/** Removes the files of params that no job refers to. */
export async function collectParams({ params, ledger, archive }: Core): Promise<void> {
  if (params === undefined) return
  const referred = new Set(archive.paramsFiles())
  for (const { paramsFile } of ledger.jobs()) if (paramsFile !== undefined) referred.add(paramsFile)
  await params.keepOnly(referred)
}
