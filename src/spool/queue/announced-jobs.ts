import type { Job } from '../job.ts'

export interface JobView {
  get(id: string): Job | undefined
  /** Visits every job. With 100,000 jobs, a callback is faster than an iterator. */
  forEach(visit: (job: Job) => void): void
}

/**
 * A view of the jobs as last announced. Stores only the announced records that differ from the working state, and reads
 * the other records from the working state.
 */
export class AnnouncedJobs implements JobView {
  readonly #working: ReadonlyMap<string, Job>
  /** The announced version by id; null for a job that is not announced. */
  readonly #differing = new Map<string, Job | null>()

  constructor(working: ReadonlyMap<string, Job>) {
    this.#working = working
  }

  get(id: string): Job | undefined {
    const announced = this.#differing.get(id)
    return announced === undefined ? this.#working.get(id) : (announced ?? undefined)
  }

  forEach(visit: (job: Job) => void): void {
    const differing = this.#differing
    for (const job of this.#working.values()) if (!differing.has(job.id)) visit(job)
    for (const announced of differing.values()) if (announced !== null) visit(announced)
  }

  /**
   * Keeps the announced version of a job. Call this before the working state replaces `old`, which is undefined for a
   * new job.
   */
  keep(id: string, old: Job | undefined): void {
    if (!this.#differing.has(id)) this.#differing.set(id, old ?? null)
  }

  /** Sets the announced version of a job; undefined when the job was removed. */
  announce(id: string, job: Job | undefined): void {
    if (this.#working.get(id) === job) this.#differing.delete(id)
    else this.#differing.set(id, job ?? null)
  }

  /** Makes the working state the announced state. */
  announceAll(): void {
    this.#differing.clear()
  }
}
