import { deliver } from '../deliver.ts'
import type { Job, Progress } from '../job.ts'
import type { Change, SpoolEvent, Subscription } from '../spool.ts'
import { jobOf } from './rows.ts'

type Listener = (event: SpoolEvent) => void

/** The queue at one moment. */
export interface QueueState {
  /** The number of the last event before that moment. */
  readonly seq: number
  readonly jobs: readonly Job[]
  readonly paused: readonly string[]
}

/** A change as the database keeps it. */
export interface RawChange {
  readonly seq: string
  readonly host: string
  readonly type: Change['type']
  readonly id: string | null
  readonly progress: Progress | null
  readonly body: unknown
}

/** A host that has missed more changes than this reads the whole state. */
export const MAX_MISSED = 20_000

export const missedSql = (applied: number): string =>
  `SELECT seq, host, type, id, progress, body FROM change WHERE seq > ${applied} ORDER BY seq LIMIT ${MAX_MISSED + 1}`

interface Follower {
  readonly listener: Listener
  /**
   * The follower gets only changes with greater numbers than this number. At first, this is the number of the last
   * change in the state that the follower got. A reset may lower this number. Undefined while that state is being read.
   */
  from: number | undefined
  readonly waiting: (readonly [seq: number, event: SpoolEvent])[]
}

/** Announces the changes of all hosts, in the order of their commits, each once. */
export class Announcer {
  readonly #host: string
  readonly #onChange: (change: Change) => void
  readonly #followers = new Set<Follower>()
  #applied: number
  /** The server of the last commit, with its timeline. */
  #server: string | undefined
  /** Whether the server has changed since the last reset. The new server may lack changes that this host announced. */
  #isElsewhere = false

  /**
   * @param host      this host
   * @param applied   the number of the last event before the start
   * @param onChange  called before the listeners, for each change and for each job of a reset
   */
  constructor(host: string, applied: number, onChange: (change: Change) => void) {
    this.#host = host
    this.#applied = applied
    this.#onChange = onChange
  }

  /** The number of the last announced change. */
  get applied(): number {
    return this.#applied
  }

  get isFollowed(): boolean {
    return this.#followers.size > 0
  }

  /** Announces a change that was not announced yet. */
  announce(seq: number, change: Change): void {
    if (seq <= this.#applied) return
    this.#applied = seq
    this.#onChange(change)
    this.#deliver(seq, change)
  }

  /** Announces progress, which has no number of its own. */
  progress(id: string, progress: Progress): void {
    this.#deliver(this.#applied, { type: 'progress', id, progress })
  }

  /**
   * Announces changes that this host missed.
   *
   * @returns false when the database no longer has all these changes, or has more than MAX_MISSED. Then the caller must
   *   `reset`
   */
  catchUp(missed: readonly RawChange[]): boolean {
    const newChanges = missed.filter(({ seq }) => Number(seq) > this.#applied)
    const [first] = newChanges
    if (first === undefined) return true
    if (Number(first.seq) !== this.#applied + 1 || newChanges.length > MAX_MISSED) return false
    for (const raw of newChanges) this.announce(Number(raw.seq), changeOf(raw, this.#host))
    return true
  }

  /**
   * Announces changes that this host missed, at the start of a commit.
   *
   * @param seq     the number of the last change in the database
   * @param server  the address and the timeline of the server
   * @returns whether the caller must `reset`. After a failover to an asynchronous standby, which may lack the last
   *   changes, a number may belong to another change than before
   */
  mustReset(missed: readonly RawChange[], seq: number, server: string): boolean {
    this.#isElsewhere ||= this.#server !== undefined && this.#server !== server
    this.#server = server
    return !this.catchUp(missed) || this.#isElsewhere || this.#applied !== seq
  }

  /** Announces the whole state, because changes are missing, or because the database has other changes. */
  reset({ seq, jobs, paused }: QueueState): void {
    this.#isElsewhere = false
    this.#applied = seq
    for (const follower of this.#followers) {
      if (follower.from !== undefined) follower.from = Math.min(follower.from, seq - 1)
    }
    for (const job of jobs) this.#onChange({ type: 'changed', job })
    this.#deliver(seq, { type: 'reset', jobs, paused })
  }

  /**
   * @param read  reads the state. Changes that are announced meanwhile, and are newer than the state, go to the
   *   listener before the promise resolves
   */
  async subscribe(listener: Listener, read: () => Promise<QueueState>): Promise<Subscription> {
    const follower: Follower = { listener, from: undefined, waiting: [] }
    this.#followers.add(follower)
    try {
      const { seq, jobs, paused } = await read()
      follower.from = seq
      for (const [changeSeq, event] of follower.waiting.splice(0)) send(follower, changeSeq, event)
      return { jobs, paused, close: () => void this.#followers.delete(follower) }
    } catch (error) {
      this.#followers.delete(follower)
      throw error
    }
  }

  #deliver(seq: number, event: SpoolEvent): void {
    for (const follower of this.#followers) {
      if (follower.from === undefined) follower.waiting.push([seq, event])
      else send(follower, seq, event)
    }
  }
}

function send({ listener, from = 0 }: Follower, seq: number, event: SpoolEvent): void {
  if (event.type === 'progress' ? seq >= from : seq > from) deliver(listener, event)
}

function changeOf({ host, type, id, progress, body }: RawChange, here: string): Change {
  if (type === 'queue') return { type, paused: body as readonly string[] }
  if (type === 'removed') return { type, id: id ?? '' }
  const job = jobOf({ record: body as Job, progress })
  return host === here ? { type: 'changed', job } : { type: 'changed', job, elsewhere: true }
}
