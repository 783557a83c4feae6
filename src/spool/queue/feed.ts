import { deliver } from '../deliver.ts'
import type { Job, Progress } from '../job.ts'
import type { Change, SpoolEvent, Subscription } from '../spool.ts'
import type { AnnouncedJobs } from './announced-jobs.ts'
import { Moves } from './moves.ts'

export type Listener = (event: SpoolEvent) => void

/** Maximum number of ended jobs in the answer to `subscribe`. */
export const ENDED_SHOWN = 200

/**
 * The announced state and its listeners. Readers see this state and not the working state, which may be ahead of the
 * disk.
 */
export class Feed {
  readonly jobs: AnnouncedJobs
  /** Changes of a job's place in a list, for clients that read the list page by page. */
  readonly moves: Moves
  #paused: readonly string[] = []
  #seq: number
  readonly #listeners = new Set<Listener>()

  /**
   * @param base  larger than the number of any event of an earlier start, because a list's cursor may hold such a
   *   number
   */
  constructor(base: number, jobs: AnnouncedJobs) {
    this.#seq = base
    this.jobs = jobs
    this.moves = new Moves(base)
  }

  /** The number of the last event. */
  get seq(): number {
    return this.#seq
  }

  /** Sets the state at the start, without events, because there is no listener yet. */
  open(paused: readonly string[]): void {
    this.jobs.announceAll()
    this.#paused = paused
  }

  announce(event: Change): void {
    this.#seq++
    switch (event.type) {
      case 'changed':
        this.moves.note(this.#seq, event.job.id, this.jobs.get(event.job.id), event.job)
        this.jobs.announce(event.job.id, event.job)
        break
      case 'progress':
        this.jobs.announce(event.id, withProgress(this.jobs.get(event.id), event.progress))
        break
      case 'removed':
        this.jobs.announce(event.id, undefined)
        break
      case 'queue':
        this.#paused = event.paused
        break
    }
    for (const listener of this.#listeners) deliver(listener, event)
  }

  subscribe(listener: Listener): Subscription {
    this.#listeners.add(listener)
    return { jobs: this.#initialJobs(), paused: this.#paused, close: () => void this.#listeners.delete(listener) }
  }

  #initialJobs(): readonly Job[] {
    const ended: Job[] = []
    const open: Job[] = []
    this.jobs.forEach((job) => {
      if (job.endedAt === undefined) open.push(job)
      else ended.push(job)
    })
    ended.sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))
    return [...open, ...ended.slice(0, ENDED_SHOWN)]
  }
}

const withProgress = (job: Job | undefined, progress: Progress): Job | undefined => job && { ...job, progress }
