import type { Notification, NotificationName, Result, Snapshot } from '../../src/daemon/protocol/index.ts'
import { Turns } from '../../src/turns.ts'

type NotificationEvent = {
  readonly [N in NotificationName]: { readonly type: N } & Notification<N>
}[NotificationName]

/**
 * An event for a subscriber: a snapshot first, then each change. When the daemon cannot replay changes, it sends a new
 * snapshot.
 */
export type FeedEvent = NotificationEvent | ({ readonly type: 'snapshot'; readonly seq: number } & Snapshot)
export type FeedListener = (event: FeedEvent) => void

type Subscribe = (since?: { session: string; seq: number }) => Promise<Result<'events.subscribe'>>

/**
 * The daemon's events: one subscription on the wire, any number of listeners. The feed remembers the number of the last
 * event. After a reconnect the daemon therefore sends only the missed events, or a snapshot if it no longer has them.
 */
export class Feed {
  readonly #listeners = new Set<FeedListener>()
  readonly #subscribe: Subscribe
  /** Events that arrive before the answer to a `subscribe`. The listeners get these events after the answer. */
  #queued: FeedEvent[] | undefined
  readonly #turns = new Turns()
  /** Number of listeners that wait for their snapshot. */
  #joining = 0
  /** Whether the connection was lost since the last answer to a `subscribe`, so that events may have been missed. */
  #isBehind = false
  #session = ''
  #seq = 0

  constructor(subscribe: Subscribe) {
    this.#subscribe = subscribe
  }

  /** Whether there is no listener, and none is joining. */
  get isIdle(): boolean {
    return this.#listeners.size + this.#joining === 0
  }

  /** Resolves once the listener has the snapshot. */
  async add(listener: FeedListener): Promise<void> {
    this.#joining++
    try {
      await this.#inTurn(async () => {
        const { session, seq, snapshot } = await this.#subscribe()
        const event = snapshot && ({ type: 'snapshot', seq, ...snapshot } as const)
        // After a lost connection, the earlier listeners get the snapshot, too: it replaces the missed events.
        if (event && this.#isBehind) this.#emit(event)
        if (event) listener(event)
        for (const queued of this.#queued ?? []) {
          this.#emit(queued)
          if (queued.seq > seq) listener(queued)
        }
        this.#listeners.add(listener)
        this.#catchUp(session, seq)
      })
    } finally {
      this.#joining--
    }
  }

  remove(listener: FeedListener): void {
    this.#listeners.delete(listener)
  }

  notify(type: NotificationName, params: Notification<NotificationName>): void {
    const event = { type, ...params } as NotificationEvent
    if (this.#queued) this.#queued.push(event)
    else this.#receive(event)
  }

  /** Call this method when the connection is lost. Emits the queued events before any event of the next connection. */
  handleLoss(): void {
    this.#isBehind = true
    for (const event of this.#queued?.splice(0) ?? []) this.#receive(event)
  }

  /** Subscribes again after a reconnect: the daemon sends the missed events, or a snapshot. */
  resume(): Promise<void> {
    if (this.#listeners.size === 0) return Promise.resolve()
    return this.#inTurn(async () => {
      if (!this.#isBehind) return
      const { session, seq, snapshot } = await this.#subscribe({ session: this.#session, seq: this.#seq })
      if (snapshot) this.#emit({ type: 'snapshot', seq, ...snapshot })
      for (const event of this.#queued ?? []) this.#emit(event)
      this.#catchUp(session, seq)
    })
  }

  /** Notes the number of the last event that the listeners have. */
  #catchUp(session: string, seq: number): void {
    this.#session = session
    this.#seq = Math.max(seq, this.#queued?.at(-1)?.seq ?? 0)
    this.#isBehind = false
  }

  #inTurn(step: () => Promise<void>): Promise<void> {
    return this.#turns.run(async () => {
      this.#queued = []
      try {
        await step()
      } catch (error) {
        for (const event of this.#queued.splice(0)) this.#receive(event)
        throw error
      } finally {
        this.#queued = undefined
      }
    })
  }

  #receive(event: FeedEvent): void {
    this.#seq = event.seq
    this.#emit(event)
  }

  #emit(event: FeedEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}
