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
  /** Listeners that wait for their snapshot. */
  #coming = 0
  /** The connection was lost since the last answer: there may be more than was told. */
  #isBehind = false
  #session = ''
  #seq = 0

  constructor(subscribe: Subscribe) {
    this.#subscribe = subscribe
  }

  /** Nobody listens, or is about to. */
  get idle(): boolean {
    return this.#listeners.size + this.#coming === 0
  }

  /** Resolves once the listener has the snapshot. */
  async add(listener: FeedListener): Promise<void> {
    this.#coming++
    try {
      await this.#inTurn(async () => {
        const { session, seq, snapshot } = await this.#subscribe()
        const whole = snapshot && ({ type: 'snapshot', seq, ...snapshot } as const)
        // On a new connection this answer is the first: what the others missed, nobody will be asked for.
        if (whole && this.#isBehind) this.#tell(whole)
        if (whole) listener(whole)
        for (const event of this.#held ?? []) {
          this.#tell(event)
          if (event.seq > seq) listener(event)
        }
        this.#listeners.add(listener)
        this.#standAt(session, seq)
      })
    } finally {
      this.#coming--
    }
  }

  remove(listener: FeedListener): void {
    this.#listeners.delete(listener)
  }

  told(type: NotificationName, params: Notification<NotificationName>): void {
    const event = { type, ...params } as Told
    if (this.#held) this.#held.push(event)
    else this.#hear(event)
  }

  /** The connection was lost: events may be missed from now on. What came over it comes before anything of the next one. */
  lost(): void {
    this.#isBehind = true
    for (const event of this.#held?.splice(0) ?? []) this.#hear(event)
  }

  /** After a reconnect: what was missed comes as events, or everything as a new snapshot. */
  resume(): Promise<void> {
    if (this.#listeners.size === 0) return Promise.resolve()
    return this.#inTurn(async () => {
      if (!this.#isBehind) return
      const { session, seq, snapshot } = await this.#subscribe({ session: this.#session, seq: this.#seq })
      if (snapshot) this.#tell({ type: 'snapshot', seq, ...snapshot })
      for (const event of this.#held ?? []) this.#tell(event)
      this.#standAt(session, seq)
    })
  }

  #standAt(session: string, seq: number): void {
    this.#session = session
    this.#seq = Math.max(seq, this.#held?.at(-1)?.seq ?? 0)
    this.#isBehind = false
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

  #hear(event: FeedEvent): void {
    this.#seq = event.seq
    this.#tell(event)
  }

  #tell(event: FeedEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}
