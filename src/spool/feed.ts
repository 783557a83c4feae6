import type { Job, Progress } from './job.ts'
import { Moves } from './moves.ts'
import type { SpoolEvent, Subscription } from './spool.ts'
import type { ToldJobs } from './told-jobs.ts'

export type Listener = (event: SpoolEvent) => void
/** An event before it has its number. */
export type Change =
  | { readonly type: 'changed'; readonly job: Job }
  | { readonly type: 'removed'; readonly id: string }
  | { readonly type: 'queue'; readonly paused: readonly string[] }

const EVENTS_KEPT = 4096
/** Ended jobs that a new subscriber is shown. */
const ENDED_SHOWN = 200

/**
 * What the world has been told: the jobs as of the last announced event, the events' numbers, and the last few
 * thousand events for those who come back. Readers see this and not the working state, which is ahead of the disk.
 */
export class Feed {
  readonly jobs: ToldJobs
  /** Changes of place, for those who read a list page by page. */
  readonly moves: Moves
  #paused: readonly string[] = []
  #seq: number
  readonly #ring: SpoolEvent[] = []
  readonly #listeners = new Set<Listener>()

  /** @param base  larger than any number of an earlier life, so that `since` is never mistaken for one of this life */
  constructor(base: number, jobs: ToldJobs) {
    this.#seq = base
    this.jobs = jobs
    this.moves = new Moves(base)
  }

  /** The number of the last event. */
  get seq(): number {
    return this.#seq
  }

  get paused(): readonly string[] {
    return this.#paused
  }

  /** What was there at the start is known, without events. */
  open(paused: readonly string[]): void {
    this.jobs.tellAll()
    this.#paused = paused
  }

  announce(change: Change): void {
    if (change.type === 'changed') {
      const { job } = change
      this.moves.note(this.#seq + 1, job.id, this.jobs.get(job.id), job)
      this.jobs.tell(job.id, job)
    } else if (change.type === 'removed') this.jobs.tell(change.id, undefined)
    else this.#paused = change.paused
    this.#tell(numbered(change, ++this.#seq))
  }

  progress(id: string, progress: Progress): void {
    const job = this.jobs.get(id)
    if (job === undefined) return
    this.jobs.tell(id, { ...job, progress })
    this.#tell({ type: 'progress', seq: ++this.#seq, id, progress })
  }

  subscribe(listener: Listener, since?: number): Subscription {
    const missed = since === undefined ? undefined : this.#after(since)
    for (const event of missed ?? []) deliver(listener, event)
    this.#listeners.add(listener)
    return {
      seq: this.#seq,
      jobs: missed === undefined ? this.#shown() : [],
      replayed: missed !== undefined,
      paused: this.#paused,
      close: () => void this.#listeners.delete(listener),
    }
  }

  /** Every event after `since`, or undefined when some are no longer known. */
  #after(since: number): readonly SpoolEvent[] | undefined {
    const first = this.#ring[0]?.seq ?? this.#seq + 1
    return since >= first - 1 && since <= this.#seq ? this.#ring.filter(({ seq }) => seq > since) : undefined
  }

  #shown(): readonly Job[] {
    const ended: Job[] = []
    const open: Job[] = []
    this.jobs.forEach((job) => {
      if (job.endedAt === undefined) open.push(job)
      else ended.push(job)
    })
    ended.sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))
    return [...open, ...ended.slice(0, ENDED_SHOWN)]
  }

  #tell(event: SpoolEvent): void {
    this.#ring.push(event)
    if (this.#ring.length > 1.25 * EVENTS_KEPT) this.#ring.splice(0, this.#ring.length - EVENTS_KEPT)
    for (const listener of this.#listeners) deliver(listener, event)
  }
}

/** Written out: a spread for each event would be felt. */
function numbered(change: Change, seq: number): SpoolEvent {
  if (change.type === 'changed') return { type: 'changed', seq, job: change.job }
  if (change.type === 'removed') return { type: 'removed', seq, id: change.id }
  return { type: 'queue', seq, paused: change.paused }
}

/** A listener that throws is its own misfortune, never the spool's. */
function deliver(listener: Listener, event: SpoolEvent): void {
  try {
    listener(event)
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error))
  }
}
