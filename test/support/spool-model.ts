import type { JobStatus } from '../../src/spool/job.ts'

export interface ModelJob {
  readonly id: string
  priority: number
  order: number
  status: JobStatus
  readonly inks: boolean
}

/** The simplest model of a spool: a list, searched from end to end. */
export class SpoolModel {
  readonly jobs: ModelJob[] = []
  #last = 0
  #first = 0

  add(id: string, priority: number, held: boolean, inks: boolean): void {
    this.jobs.push({ id, priority, order: ++this.#last, status: held ? 'held' : 'queued', inks })
  }

  /** The first job of this status: highest priority first, and among equal priorities the least `order` first. */
  next(status: JobStatus): ModelJob | undefined {
    const waiting = this.jobs.filter((job) => job.status === status)
    return waiting.sort((a, b) => b.priority - a.priority || a.order - b.order)[0]
  }

  in(...statuses: readonly JobStatus[]): ModelJob[] {
    return this.jobs.filter(({ status }) => statuses.includes(status))
  }

  toTop(job: ModelJob): void {
    const inLine = this.in('queued', 'rendered').map(({ priority }) => priority)
    job.priority = Math.max(job.priority, ...inLine, 1)
    job.order = --this.#first
  }

  requeue(job: ModelJob): void {
    job.status = 'queued'
    job.order = ++this.#last
  }

  /** plotd restarts: a started job is queued again, and a plotting or paused job is interrupted. */
  restart(): void {
    for (const job of this.in('started')) job.status = 'queued'
    for (const job of this.in('plotting', 'paused')) job.status = 'interrupted'
  }
}
