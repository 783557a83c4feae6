import type { Notification, NotificationName, Result, Snapshot } from '../../src/daemon/protocol/index.ts'

type Told = { readonly [N in NotificationName]: { readonly type: N } & Notification<N> }[NotificationName]

/** What a subscriber gets: first the whole picture, then each change; the picture again when changes were missed. */
export type FeedEvent = Told | ({ readonly type: 'snapshot'; readonly seq: number } & Snapshot)
export type FeedListener = (event: FeedEvent) => void

type Subscribe = (since?: { session: string; seq: number }) => Promise<Result<'events.subscribe'>>

/**
 * The daemon's events from this side: one subscription on the wire, any number of listeners. Knows the last number
 * it saw, so that after a reconnect it gets exactly what it missed.
 */
export class Feed {
  readonly #listeners = new Set<FeedListener>()
  readonly #subscribe: Subscribe
  /** Events that came while an answer to `subscribe` was under way: they belong after it. */
  #held: FeedEvent[] | undefined
  #turn: Promise<void> = Promise.resolve()
  #session = ''
  #seq = 0

  constructor(subscribe: Subscribe) {
    this.#subscribe = subscribe
  }

  get idle(): boolean {
    return this.#listeners.size === 0
  }

  /** Resolves once the listener has the snapshot. */
  add(listener: FeedListener): Promise<void> {
    return this.#inTurn(async () => {
      const { session, seq, snapshot } = await this.#subscribe()
      this.#session = session
      this.#seq = Math.max(seq, ...this.#heldSeqs())
      if (snapshot) listener({ type: 'snapshot', seq, ...snapshot })
      for (const event of this.#held ?? []) {
        this.#tell(event)
        if (event.seq > seq) listener(event)
      }
      this.#listeners.add(listener)
    })
  }

  remove(listener: FeedListener): void {
    this.#listeners.delete(listener)
  }

  told(type: NotificationName, params: Notification<NotificationName>): void {
    const event = { type, ...params } as Told
    if (this.#held) this.#held.push(event)
    else {
      this.#seq = event.seq
      this.#tell(event)
    }
  }

  /** After a reconnect: what was missed comes as events, or everything as a new snapshot. */
  resume(): Promise<void> {
    if (this.idle) return Promise.resolve()
    return this.#inTurn(async () => {
      const { session, seq, snapshot } = await this.#subscribe({ session: this.#session, seq: this.#seq })
      this.#session = session
      this.#seq = Math.max(seq, ...this.#heldSeqs())
      if (snapshot) this.#tell({ type: 'snapshot', seq, ...snapshot })
      for (const event of this.#held ?? []) this.#tell(event)
    })
  }

  #heldSeqs(): number[] {
    return (this.#held ?? []).map(({ seq }) => seq)
  }

  #inTurn(step: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(async () => {
      this.#held = []
      try {
        await step()
      } finally {
        this.#held = undefined
      }
    })
    this.#turn = turn.catch(() => {})
    return turn
  }

  #tell(event: FeedEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}
