import type { Archive } from '../archive.ts'
import type { Clock } from '../clock.ts'
import type { Job, JobStatus } from '../job.ts'
import { isFinal, type JobEvent, next } from '../next.ts'
import { Heap } from './heap.ts'
import type { Ledger } from './ledger.ts'

/** Longest time between checks of the schedule, ms, because the clock may be set forward. */
const CHECK_MS = 60_000

/** Jobs that wait for a time, a retry, or other jobs. A child changes in the same commit as its parent. */
export class Waiting {
  readonly #ledger: Ledger
  readonly #archive: Archive
  readonly #clock: Clock
  readonly #onDue: () => void
  /** Parent → its waiting children. */
  readonly #children = new Map<string, Set<string>>()
  readonly #schedule: Heap<Job>
  readonly #retries = new Map<string, () => void>()
  #timer: { readonly at: number; readonly cancel: () => void } | undefined
  readonly #ended: Job[] = []

  /** @param onDue  called to commit jobs that became due by time */
  constructor(ledger: Ledger, archive: Archive, clock: Clock, onDue: () => void) {
    this.#ledger = ledger
    this.#archive = archive
    this.#clock = clock
    this.#onDue = onDue
    this.#schedule = new Heap<Job>(
      (a, b) => (a.runAt ?? 0) < (b.runAt ?? 0),
      (job) => ledger.job(job.id) === job,
    )
  }

  /** Whether a parent has not finished. */
  isWaiting(dependsOn: readonly string[]): boolean {
    return dependsOn.some((id) => (this.statusOf(id) ?? 'finished') !== 'finished')
  }

  /** A parent that failed or was canceled. */
  failedParent(dependsOn: readonly string[]): string | undefined {
    return dependsOn.find((id) => ['failed', 'canceled'].includes(this.statusOf(id) ?? ''))
  }

  statusOf(id: string): JobStatus | undefined {
    return this.#ledger.job(id)?.status ?? this.#archive.row(id)?.status
  }

  /** Call this for every stored record. */
  note(job: Job): void {
    if (isFinal(job)) this.#ended.push(job)
    else if (job.status === 'scheduled' || job.status === 'held') this.#await(job)
  }

  /** Updates a job whose parents were stored after it, or had ended before it. */
  review(job: Job): void {
    if (job.status !== 'scheduled' && job.status !== 'held') return
    const failed = this.failedParent(job.dependsOn)
    if (failed !== undefined) {
      this.#apply(job, { type: 'parent-failed', parent: failed, how: this.statusOf(failed) ?? 'failed' })
    } else if (this.isWaiting(job.dependsOn)) this.note(job)
    else if (job.reason?.code === 'dependency') this.#apply(job, { type: 'parents-finished' })
  }

  /** Queues or fails the children of the jobs that have just ended, and their children. */
  settle(): void {
    for (let parent = this.#ended.pop(); parent !== undefined; parent = this.#ended.pop()) {
      const children = this.#children.get(parent.id)
      this.#children.delete(parent.id)
      for (const id of children ?? []) this.#parentEnded(id, parent)
    }
  }

  close(): void {
    this.#timer?.cancel()
    for (const cancel of this.#retries.values()) cancel()
  }

  #parentEnded(id: string, parent: Job): void {
    const child = this.#ledger.job(id)
    if (child === undefined || (child.status !== 'scheduled' && child.status !== 'held')) return
    if (parent.status !== 'finished')
      this.#apply(child, { type: 'parent-failed', parent: parent.id, how: parent.status })
    else if (!this.isWaiting(child.dependsOn)) this.#apply(child, { type: 'parents-finished' })
  }

  #apply(job: Job, event: JobEvent): void {
    const changed = next(job, event, this.#clock.now())
    if (changed === job) return
    this.#ledger.put(changed)
    this.note(changed)
  }

  #await(job: Job): void {
    for (const parent of job.dependsOn) if (this.isWaiting([parent])) this.#childrenOf(parent).add(job.id)
    if (job.status !== 'scheduled' || job.runAt === undefined || job.reason?.code === 'dependency') return
    if (job.reason?.code === 'retry') this.#awaitRetry(job, job.runAt)
    else {
      this.#schedule.push(job)
      if (this.#timer === undefined || job.runAt < this.#timer.at) this.#arm()
    }
  }

  /** Starts a timer for one job: the wait is elapsed time, which must not depend on the wall clock. */
  #awaitRetry(job: Job, runAt: number): void {
    const longest = backoff(job, 1)
    const wait = Math.min(longest, Math.max(0, runAt - this.#clock.now()))
    this.#retries.get(job.id)?.()
    const cancel = this.#clock.after(wait, () => {
      this.#retries.delete(job.id)
      if (this.#ledger.job(job.id) !== job) return
      this.#apply(job, { type: 'due' })
      this.#onDue()
    })
    this.#retries.set(job.id, cancel)
  }

  #arm(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    const at = this.#schedule.peek()?.runAt
    if (at === undefined) return
    const wait = Math.min(CHECK_MS, Math.max(0, at - this.#clock.now()))
    this.#timer = { at, cancel: this.#clock.after(wait, () => this.#checkSchedule()) }
  }

  #checkSchedule(): void {
    const now = this.#clock.now()
    let isChanged = false
    for (let job = this.#schedule.peek(); job?.runAt !== undefined && job.runAt <= now; job = this.#schedule.peek()) {
      this.#apply(job, { type: 'due' })
      isChanged = true
    }
    if (isChanged) this.#onDue()
    this.#arm()
  }

  #childrenOf(parent: string): Set<string> {
    const children = this.#children.get(parent) ?? new Set()
    this.#children.set(parent, children)
    return children
  }
}

const LONGEST_BACKOFF_MS = 3_600_000

/**
 * The wait after a failed attempt, ms. It doubles up to an hour. Random jitter over its upper half keeps jobs that failed
 * together from running together again.
 *
 * @param random  0 … 1
 */
export function backoff({ retries, attempts }: Pick<Job, 'retries' | 'attempts'>, random: number): number {
  const full = Math.min(LONGEST_BACKOFF_MS, retries.backoffMs * 2 ** Math.max(0, attempts - 1))
  return full * (0.5 + random / 2)
}
