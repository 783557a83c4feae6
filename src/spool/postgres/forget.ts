import { ulid } from 'ulid'
import { ClockWatch, DEFAULT_RETENTION, SLACK } from '../queue/retention.ts'
import { type Context, run } from './context.ts'
import type { Tx } from './tx.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** Maximum number of jobs that one call of `forget` removes, so that the commit soon frees the lock. */
const BATCH = 1000
/** The database keeps at least this many changes, for hosts that were away and for lists that are read page by page. */
const MIN_CHANGES = 65_536

/** Forgets jobs that ended at least `ms` ago. @returns how many */
export function purge({ writer, clock }: Context, ms: number): Promise<number> {
  const limit = clock.now() - ms
  return inBatches(() => writer.do({ run: (tx) => forget(tx, `ended_at <= ${limit}`, BATCH) }))
}

/**
 * Forgets jobs and keys beyond the retention: at the start, each hour, and after a commit that leaves too many ended
 * jobs.
 */
export class Trimmer {
  readonly #context: Context
  readonly #clockWatch = new ClockWatch()
  #stop: () => void = () => {}
  /** The limits of a trim that has not begun, ms since 1970. */
  #nextTrim: { jobsBefore: number; keysBefore: number } | undefined

  constructor(context: Context) {
    this.#context = context
    this.#hourly()
  }

  close(): void {
    this.#stop()
  }

  /**
   * Begins a trim when too many ended jobs are kept. Call this after a commit.
   *
   * @param ended the number of ended jobs
   */
  onCommit(ended: number): void {
    if (ended > this.#context.retention.jobs + SLACK) this.#trim(0, 0)
  }

  #hourly(): void {
    const { clock, retention } = this.#context
    const now = clock.now()
    const { days, keyDays } = { ...DEFAULT_RETENTION, ...retention }
    // After a jump of the clock nothing counts as old.
    const isClockSteady = this.#clockWatch.isSteady(now, HOUR_MS)
    this.#trim(isClockSteady ? now - days * DAY_MS : 0, isClockSteady ? now - keyDays * DAY_MS : 0)
    this.#stop = clock.after(HOUR_MS, () => this.#hourly())
  }

  #trim(jobsBefore: number, keysBefore: number): void {
    if (this.#nextTrim !== undefined) {
      this.#nextTrim.jobsBefore = Math.max(this.#nextTrim.jobsBefore, jobsBefore)
      this.#nextTrim.keysBefore = Math.max(this.#nextTrim.keysBefore, keysBefore)
      return
    }
    const limits = { jobsBefore, keysBefore }
    this.#nextTrim = limits
    const forgetBatch = (): Promise<number> =>
      this.#context.writer.do({
        run: async (tx) => {
          this.#nextTrim = undefined
          return this.#forget(tx, limits)
        },
      })
    const { pool } = this.#context
    inBatches(forgetBatch)
      .then(() => run({ pool }, OLD_CHANGES))
      .catch(() => {
        this.#nextTrim = undefined // the next commit or hour tries again
      })
  }

  async #forget(tx: Tx, limits: { readonly jobsBefore: number; readonly keysBefore: number }): Promise<number> {
    const { jobs, keys } = { ...DEFAULT_RETENTION, ...this.#context.retention }
    const oldJobs = limits.jobsBefore > 0 ? await forget(tx, `ended_at <= ${limits.jobsBefore}`, BATCH) : 0
    const surplus = Math.min(BATCH, Math.max(0, tx.queue.ended - jobs))
    const surplusJobs = surplus > 0 ? await forget(tx, 'true', surplus) : 0
    // The id of a job begins with the time of its submit.
    if (limits.keysBefore > 0) await tx.query(`DELETE FROM forgotten WHERE id < '${ulid(limits.keysBefore, () => 0)}'`)
    const most = `SELECT n FROM forgotten ORDER BY n DESC OFFSET ${keys} LIMIT 1`
    await tx.query(`DELETE FROM forgotten WHERE n <= (${most})`)
    return Math.max(oldJobs, surplusJobs)
  }
}

const OLD_CHANGES = `DELETE FROM change WHERE at < now() - interval '1 hour' AND seq < (SELECT seq - ${MIN_CHANGES} FROM feed)`

/** Forgets the jobs that ended first. @param where  a condition in SQL @returns how many */
async function forget(tx: Tx, where: string, most: number): Promise<number> {
  const ended = await tx.select(`ended_at IS NOT NULL AND ${where} ORDER BY ended_at, id LIMIT ${most}`)
  for (const row of ended) tx.remove(row)
  return ended.length
}

async function inBatches(once: () => Promise<number>): Promise<number> {
  for (let count = 0; ; ) {
    const forgotten = await once()
    count += forgotten
    if (forgotten < BATCH) return count
  }
}
