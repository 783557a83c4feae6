import type { Job } from './job.ts'

/** Jobs to look at. */
export interface JobView {
  get(id: string): Job | undefined
  /** Not by an iterator: a hundred thousand of its steps would be felt. */
  forEach(visit: (job: Job) => void): void
}

/**
 * The jobs as the world has been told of them: the working state, which runs ahead, but for those that differ. Only these
 * are kept here, so that most jobs are in one map and not in two.
 */
export class ToldJobs implements JobView {
  readonly #working: ReadonlyMap<string, Job>
  /** What was told last of those that are otherwise in the working state; undefined of those that nobody knows of. */
  readonly #differing = new Map<string, Job | undefined>()

  constructor(working: ReadonlyMap<string, Job>) {
    this.#working = working
  }

  get(id: string): Job | undefined {
    const told = this.#differing.get(id)
    return told !== undefined || this.#differing.has(id) ? told : this.#working.get(id)
  }

  forEach(visit: (job: Job) => void): void {
    const differing = this.#differing
    for (const job of this.#working.values()) if (!differing.has(job.id)) visit(job)
    for (const told of differing.values()) if (told !== undefined) visit(told)
  }

  /** To be called before the working state gets another record, or none, in place of `old`. */
  keep(id: string, old: Job | undefined): void {
    if (!this.#differing.has(id)) this.#differing.set(id, old)
  }

  /** The same for a record that was not there before: nobody need look. */
  hide(id: string): void {
    this.#differing.set(id, undefined)
  }

  /** The world knows this of the job now. */
  tell(id: string, told: Job | undefined): void {
    if (this.#working.get(id) === told) this.#differing.delete(id)
    else this.#differing.set(id, told)
  }

  /** Everything has been told. */
  tellAll(): void {
    this.#differing.clear()
  }
}
