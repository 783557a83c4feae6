import type { Archive } from '../archive.ts'
import type { Clock } from '../clock.ts'
import { type Job, type JobStatus, UNSUCCESSFUL } from '../job.ts'
import { isFinal, type JobEvent, next } from '../next.ts'
import type { Ledger } from './ledger.ts'
import { Schedule } from './schedule.ts'

/**
 * Jobs that wait for a time, a retry, or other jobs. A child is a job that depends on other jobs, the parents. The end
 * of a parent and the change of its children are one commit.
 */
export class Waiting {
  readonly #ledger: Ledger
  readonly #archive: Archive
  readonly #clock: Clock
  /**
   * Parent → its waiting children. A finished parent keeps its children here, because a user may later ask for ink of
   * this parent, and an import may bring this parent back with another status.
   */
  readonly #children = new Map<string, Set<string>>()
  readonly #schedule: Schedule<Job>
  readonly #ended: Job[] = []

  /** @param onDue  called to commit jobs that became due by time */
  constructor(ledger: Ledger, archive: Archive, clock: Clock, onDue: () => void) {
    this.#ledger = ledger
    this.#archive = archive
    this.#clock = clock
    this.#schedule = new Schedule<Job>(
      clock,
      (job) => ledger.job(job.id) === job,
      (jobs) => {
        for (const job of jobs) this.#apply(job, { type: 'due' })
        onDue()
      },
    )
  }

  /** Whether at least one parent has not finished. A parent that is no longer kept counts as finished. */
  isWaiting(dependsOn: readonly string[]): boolean {
    return dependsOn.some((id) => (this.statusOf(id) ?? 'finished') !== 'finished')
  }

  /** A parent that failed or was canceled; undefined when there is none. */
  failedParent(dependsOn: readonly string[]): string | undefined {
    return dependsOn.find((id) => UNSUCCESSFUL.has(this.statusOf(id) ?? 'finished'))
  }

  statusOf(id: string): JobStatus | undefined {
    return this.#ledger.job(id)?.status ?? this.#archive.row(id)?.status
  }

  /**
   * Records a job that has ended or that waits. Call this for every stored record, except a record in which only the
   * progress is new.
   */
  note(job: Job): void {
    if (job.status === 'scheduled' || job.status === 'held') this.#addWaiting(job)
    else this.forget(job)
    if (isFinal(job)) this.#ended.push(job)
  }

  /** Updates a job whose parents were stored after the job, or had ended before the job was stored. */
  review(job: Job): void {
    if (job.status !== 'scheduled' && job.status !== 'held') return
    const failed = this.failedParent(job.dependsOn)
    if (failed !== undefined) {
      this.#apply(job, { type: 'parent-failed', parent: failed, how: this.statusOf(failed) ?? 'failed' })
    } else if (this.isWaiting(job.dependsOn)) this.note(job)
    else if (job.reason?.code === 'dependency') this.#apply(job, { type: 'parents-finished' })
  }

  /** Updates the children of the jobs that have just ended. When a child fails, its own children fail too. */
  settle(): void {
    for (let parent = this.#ended.pop(); parent !== undefined; parent = this.#ended.pop()) {
      for (const id of this.#children.get(parent.id) ?? []) this.#parentEnded(id, parent)
    }
  }

  /** Lets the jobs that wait for one parent wait for another. Leaves out a job that waits only for its time. */
  moveChildren(from: string, to: string): void {
    for (const id of [...(this.#children.get(from) ?? [])]) {
      const child = this.#ledger.job(id)
      if (child === undefined || !isWaitingForOthers(child)) continue
      this.forget(child)
      const moved = { ...child, dependsOn: child.dependsOn.map((parent) => (parent === from ? to : parent)) }
      this.#ledger.put(moved)
      this.note(moved)
    }
  }

  /** Forgets that a job waits for its parents. */
  forget({ id, dependsOn }: Job): void {
    for (const parent of dependsOn) {
      const children = this.#children.get(parent)
      if (children?.delete(id) && children.size === 0) this.#children.delete(parent)
    }
  }

  close(): void {
    this.#schedule.close()
  }

  #parentEnded(id: string, parent: Job): void {
    const child = this.#ledger.job(id)
    if (child === undefined || (child.status !== 'scheduled' && child.status !== 'held')) return
    if (parent.status !== 'finished')
      this.#apply(child, { type: 'parent-failed', parent: parent.id, how: parent.status })
    else if (child.reason?.code === 'dependency' && !this.isWaiting(child.dependsOn))
      this.#apply(child, { type: 'parents-finished' })
  }

  #apply(job: Job, event: JobEvent): void {
    const changed = next(job, event, this.#clock.now())
    if (changed === job) return
    this.#ledger.put(changed)
    this.note(changed)
  }

  #addWaiting(job: Job): void {
    for (const parent of job.dependsOn) this.#childrenOf(parent).add(job.id)
    if (job.status === 'scheduled') this.#schedule.add(job)
  }

  #childrenOf(parent: string): Set<string> {
    const children = this.#children.get(parent) ?? new Set()
    this.#children.set(parent, children)
    return children
  }
}

/** Whether the job begins only after its parents have finished. */
export const isWaitingForOthers = ({ status, reason }: Job): boolean =>
  status === 'held' || (status === 'scheduled' && reason?.code === 'dependency')
