import type { Job } from '../job.ts'

/** Maximum number of jobs that are remembered. Each further job replaces the oldest job. */
const MOST = 100_000

/**
 * Jobs that an import left out, each because another job has its idempotency key. The children of the job that was left
 * out wait for that other job.
 */
export class LeftOut {
  readonly #ownerOf = new Map<string, string>()

  /** @param owner  the id of the job that has the key */
  note(id: string, owner: string): void {
    this.#ownerOf.set(id, owner)
    const [first] = this.#ownerOf.keys()
    if (this.#ownerOf.size > MOST && first !== undefined) this.#ownerOf.delete(first)
  }

  /** The job with the owners of the keys in place of the parents that were left out. */
  withOwners<T extends Pick<Job, 'dependsOn'>>(job: T): T {
    if (!job.dependsOn.some((id) => this.#ownerOf.has(id))) return job
    return { ...job, dependsOn: [...new Set(job.dependsOn.map((id) => this.#ownerOf.get(id) ?? id))] }
  }
}
