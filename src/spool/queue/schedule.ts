import type { Clock } from '../clock.ts'
import type { Job } from '../job.ts'
import { Heap } from './heap.ts'

/** Longest time between two checks of the schedule, ms. A user may set the clock forward. */
const CHECK_MS = 60_000
const LONGEST_BACKOFF_MS = 3_600_000

/** The fields of a job that decide when it is due. */
export type ScheduledJob = Pick<Job, 'id' | 'runAt' | 'attempts' | 'reason' | 'retries'>

/** Jobs that wait for a time, and jobs that wait before a retry. */
export class Schedule<T extends ScheduledJob> {
  readonly #clock: Clock
  readonly #isCurrent: (job: T) => boolean
  readonly #onDue: (jobs: readonly T[]) => void
  readonly #jobs: Heap<T>
  readonly #retries = new Map<string, () => void>()
  #timer: { readonly at: number; readonly cancel: () => void } | undefined

  /**
   * @param isCurrent  whether this record of a job still waits; a replaced record never becomes due
   * @param onDue      receives the jobs that became due; they have left the schedule
   */
  constructor(clock: Clock, isCurrent: (job: T) => boolean, onDue: (jobs: readonly T[]) => void) {
    this.#clock = clock
    this.#isCurrent = isCurrent
    this.#onDue = onDue
    this.#jobs = new Heap((a, b) => (a.runAt ?? 0) < (b.runAt ?? 0), isCurrent)
  }

  /** Adds a scheduled job. Leaves out a job without a time, and a job that waits for another job. */
  add(job: T): void {
    if (job.runAt === undefined || job.reason?.code === 'dependency') return
    if (job.reason?.code === 'retry') this.#addRetry(job, job.runAt)
    else {
      this.#jobs.push(job)
      if (this.#timer === undefined || job.runAt < this.#timer.at) this.#arm()
    }
  }

  /** Stops the timer of a retry. */
  forget(id: string): void {
    this.#retries.get(id)?.()
    this.#retries.delete(id)
  }

  close(): void {
    this.#timer?.cancel()
    for (const cancel of this.#retries.values()) cancel()
  }

  /** Starts the timer of a retry. A wall clock that a user sets back cannot make the wait longer than the backoff. */
  #addRetry(job: T, runAt: number): void {
    this.forget(job.id)
    const wait = Math.min(backoff(job, 1), Math.max(0, runAt - this.#clock.now()))
    const cancel = this.#clock.after(wait, () => {
      this.#retries.delete(job.id)
      if (this.#isCurrent(job)) this.#onDue([job])
    })
    this.#retries.set(job.id, cancel)
  }

  #arm(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    const runAt = this.#jobs.peek()?.runAt
    if (runAt === undefined) return
    const wait = Math.min(CHECK_MS, Math.max(0, runAt - this.#clock.now()))
    this.#timer = { at: runAt, cancel: this.#clock.after(wait, () => this.#check()) }
  }

  #check(): void {
    const now = this.#clock.now()
    const due = new Set<T>() // a record may have been added twice
    for (let job = this.#jobs.peek(); job?.runAt !== undefined && job.runAt <= now; job = this.#jobs.peek()) {
      due.add(job)
      this.#jobs.pop()
    }
    if (due.size > 0) this.#onDue([...due])
    this.#arm()
  }
}

/**
 * The wait after a failed attempt, ms. The wait doubles with each attempt, up to an hour. Random jitter in the upper
 * half of the wait keeps jobs that failed together from running together again.
 *
 * @param random  0 … 1
 */
export function backoff({ retries, attempts }: Pick<Job, 'retries' | 'attempts'>, random: number): number {
  const full = Math.min(LONGEST_BACKOFF_MS, retries.backoffMs * 2 ** Math.max(0, attempts - 1))
  return full * (0.5 + random / 2)
}
