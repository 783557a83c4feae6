import type { Clock } from '../clock.ts'
import type { Job } from '../job.ts'
import { Heap } from '../queue/heap.ts'
import { backoff } from '../queue/waiting.ts'
import type { Writer } from './writer.ts'

/** Longest time between checks of the schedule, ms, because the clock may be set forward. */
const CHECK_MS = 60_000
/** Jobs that become due in one commit. */
const MOST = 500

type Timed = Pick<Job, 'id' | 'runAt' | 'attempts' | 'reason'>

/** Jobs that wait for a time. Every host has these timers; the first one that fires changes the job. */
export class Timers {
  readonly #clock: Clock
  readonly #writer: () => Writer
  readonly #waiting = new Map<string, Timed>()
  readonly #schedule = new Heap<Timed>(
    (a, b) => (a.runAt ?? 0) < (b.runAt ?? 0),
    (job) => this.#waiting.get(job.id) === job,
  )
  readonly #retries = new Map<string, () => void>()
  #timer: { readonly at: number; readonly cancel: () => void } | undefined

  constructor(clock: Clock, writer: () => Writer) {
    this.#clock = clock
    this.#writer = writer
  }

  /** Call this for every announced record. */
  note({ id, status, runAt, attempts, reason, retries }: Job): void {
    this.forget(id)
    if (status !== 'scheduled' || runAt === undefined || reason?.code === 'dependency') return
    const job: Timed = { id, runAt, attempts, ...(reason && { reason }) }
    this.#waiting.set(id, job)
    if (reason?.code === 'retry') {
      // The wait is elapsed time, which must not depend on the wall clock.
      const wait = Math.min(backoff({ retries, attempts }, 1), Math.max(0, runAt - this.#clock.now()))
      this.#retries.set(
        id,
        this.#clock.after(wait, () => this.#due([job])),
      )
      return
    }
    this.#schedule.push(job)
    if (this.#timer === undefined || runAt < this.#timer.at) this.#arm()
  }

  forget(id: string): void {
    this.#waiting.delete(id)
    this.#retries.get(id)?.()
    this.#retries.delete(id)
  }

  close(): void {
    this.#timer?.cancel()
    for (const cancel of this.#retries.values()) cancel()
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
    const due: Timed[] = []
    for (let job = this.#schedule.peek(); job?.runAt !== undefined && job.runAt <= now; job = this.#schedule.peek()) {
      due.push(job)
      this.forget(job.id)
    }
    for (let i = 0; i < due.length; i += MOST) this.#due(due.slice(i, i + MOST))
    this.#arm()
  }

  /** Another host may have been first, or a user may have changed the job: its time and attempts tell. */
  #due(jobs: readonly Timed[]): void {
    const done = this.#writer().do({
      needs: jobs.map(({ id }) => id),
      run: async (tx) => {
        for (const { id, runAt, attempts, reason } of jobs) {
          const job = (await tx.find(id))?.job
          if (job?.status !== 'scheduled' || job.runAt !== runAt || job.attempts !== attempts) continue
          if (job.reason?.code === reason?.code) tx.apply(job, { type: 'due' })
        }
      },
    })
    // The store was away: they are due again as soon as it is back.
    done.catch(() => {
      for (const job of jobs) {
        this.#waiting.set(job.id, job)
        this.#schedule.push(job)
      }
      this.#timer?.cancel()
      this.#timer = { at: 0, cancel: this.#clock.after(CHECK_MS / 10, () => this.#checkSchedule()) }
    })
  }
}
