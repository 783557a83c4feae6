import type pg from 'pg'
import type { Progress } from '../job.ts'
import { type Announcer, missedSql, type RawChange } from './announcer.ts'
import { type Address, connect } from './connect.ts'
import { CHANNEL } from './schema.ts'

const ANSWER_MS = 5_000
/** After a change that must wait, ms. */
const SOON_MS = 10

interface RawProgress {
  readonly id: string
  readonly tick: string
  readonly host: string
  readonly progress: Progress | null
}

export interface ListenerParts {
  readonly address: Address
  readonly announcer: Announcer
  /** Between two looks without a notification, ms. */
  readonly lookMs: number
  readonly isBusy: () => boolean
  readonly answered: (sentAt: number) => void
  readonly reset: () => Promise<void>
  /** The tokens of the farm have this version. */
  readonly tokens: (version: number) => void
  readonly away: (error: unknown) => void
  readonly here: () => void
}

/**
 * Hears what other hosts change: a notification says when to look, and a look now and then replaces one that was lost.
 * The connection is made anew when it breaks.
 */
export class Listener {
  readonly #parts: ListenerParts
  #client: pg.Client | undefined
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined
  #again = false
  #closed = false
  #tick = 0

  constructor(parts: ListenerParts) {
    this.#parts = parts
    this.look()
  }

  /** Looks now, or once more when a look is under way. */
  look(): void {
    if (this.#closed) return
    if (this.#looking !== undefined) {
      this.#again = true
      return
    }
    clearTimeout(this.#timer)
    this.#looking = this.#look().then((soon) => {
      this.#looking = undefined
      if (this.#closed) return
      const wait = this.#again ? 0 : soon ? SOON_MS : this.#parts.lookMs
      this.#again = false
      this.#timer = setTimeout(() => this.look(), wait)
      this.#timer.unref()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#client?.end().catch(() => {})
    await this.#looking
  }

  /** @returns whether it must look again soon */
  async #look(): Promise<boolean> {
    const { announcer, isBusy, answered, reset, tokens, away, here } = this.#parts
    try {
      const client = await this.#connected()
      const sentAt = performance.now()
      const others = `SELECT id, tick, host, progress FROM job WHERE token IS NOT NULL AND tick > ${this.#tick}`
      const results = (await client.query(
        `${missedSql(announcer.applied)};${announcer.isFollowed ? others : 'SELECT WHERE false'};SELECT n FROM version WHERE name = 'token'`,
      )) as unknown as readonly pg.QueryResult[]
      answered(sentAt)
      here()
      tokens(Number((results[2]?.rows[0] as { n?: unknown } | undefined)?.n ?? 0))
      const missed = (results[0]?.rows ?? []) as readonly RawChange[]
      // The writer announces its own changes first, in the order in which it answers its callers.
      if (isBusy() && missed.length > 0) return true
      if (!announcer.catchUp(missed)) await reset()
      if (announcer.isFollowed) this.#progress((results[1]?.rows ?? []) as readonly RawProgress[])
      return false
    } catch (error) {
      const client = this.#client
      this.#client = undefined
      client?.end().catch(() => {})
      if (!this.#closed) away(error)
      return false
    }
  }

  #progress(found: readonly RawProgress[]): void {
    for (const { id, tick, host, progress } of found) {
      this.#tick = Math.max(this.#tick, Number(tick))
      // Progress of this host was announced when it was made.
      if (progress !== null && host !== this.#parts.address.host) this.#parts.announcer.progress(id, progress)
    }
  }

  async #connected(): Promise<pg.Client> {
    if (this.#client !== undefined) return this.#client
    const client = await connect(this.#parts.address, ANSWER_MS)
    client.on('notification', () => this.look())
    await client.query(`LISTEN ${CHANNEL}`)
    this.#client = client
    return client
  }
}
