import { ownSlice } from '../../slices.ts'
import type { Clock } from '../clock.ts'
import { backoff } from '../holder-events.ts'
import type { Job } from '../job.ts'
import { Heap } from './heap.ts'

/** Longest time between two checks of the schedule, ms. A user may set the clock forward. */
const CHECK_MS = 60_000
/** Maximum number of jobs that `onDue` receives in one call: about 1.5 ms of work. */
const DUE_AT_ONCE = 100

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
  #isClosed = false

  /**
   * @param isCurrent  whether this record of a job still waits; a replaced record never becomes due
   * @param onDue      receives jobs that became due, at most 100 in a call; they have left the schedule
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
    this.#isClosed = true
    this.#timer?.cancel()
    for (const cancel of this.#retries.values()) cancel()
  }

  /** Starts the timer of a retry. The wait is never longer than the backoff, even if a user sets the clock back. */
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
    for (const isOver = ownSlice(); !this.#isClosed; ) {
      const due = this.#takeDue()
      if (due.length === 0) break
      this.#onDue(due)
      // Thousands of jobs may be due at one moment. A job that changes before the next slice is not due any more.
      if (isOver()) return void setImmediate(() => this.#check())
    }
    if (!this.#isClosed) this.#arm()
  }

  /** Takes the first due jobs out of the schedule. */
  #takeDue(): readonly T[] {
    const now = this.#clock.now()
    const due = new Set<T>() // a record may have been added twice
    while (due.size < DUE_AT_ONCE) {
      const job = this.#jobs.peek()
      if (job?.runAt === undefined || job.runAt > now) break
      due.add(job)
      this.#jobs.pop()
    }
    return [...due]
  }
}
