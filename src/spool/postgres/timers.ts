import type { Clock } from '../clock.ts'
import type { Job } from '../job.ts'
import { Schedule, type ScheduledJob } from '../queue/schedule.ts'
import type { Writer } from './writer.ts'

/** Time until the next attempt to queue the due jobs, when the store was away, ms. */
const AWAY_MS = 6_000

/**
 * The timers of jobs that wait for a time. Every host has a timer for each such job, and the first timer that fires
 * changes the job.
 */
export class Timers {
  readonly #clock: Clock
  readonly #writer: () => Writer
  readonly #waiting = new Map<string, ScheduledJob>()
  readonly #schedule: Schedule<ScheduledJob>
  /** Functions that cancel the attempts that wait for the store. */
  readonly #away = new Set<() => void>()
  #isClosed = false

  constructor(clock: Clock, writer: () => Writer) {
    this.#clock = clock
    this.#writer = writer
    this.#schedule = new Schedule(
      clock,
      (job) => this.#waiting.get(job.id) === job,
      (jobs) => this.#queueDue(jobs),
    )
  }

  /** Sets or cancels the timer of a job. Call this for every announced change of a job. */
  note({ id, status, runAt, attempts, reason, retries }: Job): void {
    this.forget(id)
    if (status !== 'scheduled' || runAt === undefined || reason?.code === 'dependency') return
    const job: ScheduledJob = { id, runAt, attempts, retries, ...(reason && { reason }) }
    this.#waiting.set(id, job)
    this.#schedule.add(job)
  }

  forget(id: string): void {
    this.#waiting.delete(id)
    this.#schedule.forget(id)
  }

  close(): void {
    this.#isClosed = true
    this.#schedule.close()
    for (const cancel of this.#away) cancel()
  }

  #queueDue(jobs: readonly ScheduledJob[]): void {
    for (const { id } of jobs) this.#waiting.delete(id)
    this.#queue(jobs)
  }

  /**
   * Queues jobs that are due. The time, the attempts and the reason of a job show whether another host or a user has
   * changed the job since its timer was set.
   */
  #queue(jobs: readonly ScheduledJob[]): void {
    const queueing = this.#writer().do({
      needs: jobs.map(({ id }) => id),
      run: async (tx) => {
        for (const { id, runAt, attempts, reason } of jobs) {
          const job = (await tx.find(id))?.job
          if (job?.status !== 'scheduled' || job.runAt !== runAt || job.attempts !== attempts) continue
          if (job.reason?.code === reason?.code) tx.apply(job, { type: 'due' })
        }
      },
    })
    queueing.catch(() => this.#queueLater(jobs))
  }

  #queueLater(jobs: readonly ScheduledJob[]): void {
    if (this.#isClosed) return
    const cancel = this.#clock.after(AWAY_MS, () => {
      this.#away.delete(cancel)
      this.#queue(jobs)
    })
    this.#away.add(cancel)
  }
}
