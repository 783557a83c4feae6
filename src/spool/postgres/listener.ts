import type pg from 'pg'
import type { Progress } from '../job.ts'
import { type Announcer, missedSql, type RawChange } from './announcer.ts'
import { type Address, connect } from './connect.ts'
import { CHANNEL } from './schema.ts'

/** Time within which the database must answer a query, ms. */
const ANSWER_MS = 5_000
/** Time until the next poll when the writer is busy, ms. */
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
  /** Time between two polls without a notification, ms. */
  readonly pollMs: number
  /** Whether the writer is about to announce changes of its own. */
  readonly isBusy: () => boolean
  /** Reads and announces the whole state, because changes are missing. */
  readonly reset: () => Promise<void>
  /** Called after each poll with the version of the farm's tokens. */
  readonly onTokenVersion: (version: number) => void
  readonly onAway: (error: unknown) => void
  readonly onHere: () => void
}

/**
 * Reads the changes of other hosts after each notification. Also reads at intervals, in case a notification was lost.
 * When the connection breaks, the listener connects again.
 */
export class Listener {
  readonly #parts: ListenerParts
  #client: pg.Client | undefined
  /** `Servers.history` when `#client` connected. */
  #history = ''
  #timer: NodeJS.Timeout | undefined
  #polling: Promise<void> | undefined
  #mustRepeat = false
  #isClosed = false
  /** The number of the last progress that was read over this connection. */
  #tick = 0

  constructor(parts: ListenerParts) {
    this.#parts = parts
    this.poll()
  }

  /** Polls now, or again after the poll that is under way. */
  poll(): void {
    if (this.#isClosed) return
    if (this.#polling !== undefined) {
      this.#mustRepeat = true
      return
    }
    clearTimeout(this.#timer)
    this.#polling = this.#pollOnce().then((isSoon) => {
      this.#polling = undefined
      if (this.#isClosed) return
      const pauseMs = isSoon ? SOON_MS : this.#parts.pollMs
      this.#timer = setTimeout(() => this.poll(), this.#mustRepeat ? 0 : pauseMs)
      this.#mustRepeat = false
      this.#timer.unref()
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#end()
    await this.#polling
    // the poll may have connected meanwhile
    this.#end()
  }

  /** @returns whether the listener must poll again soon */
  async #pollOnce(): Promise<boolean> {
    const { announcer, isBusy, reset, onTokenVersion, onAway, onHere } = this.#parts
    try {
      const client = await this.#connection()
      const query = `SELECT id, tick, host, progress FROM job WHERE token IS NOT NULL AND tick > ${this.#tick}`
      const results = (await client.query(
        `${missedSql(announcer.applied)};${announcer.isFollowed ? query : 'SELECT WHERE false'};SELECT n FROM version WHERE name = 'token'`,
      )) as unknown as readonly pg.QueryResult[]
      onHere()
      onTokenVersion(Number((results[2]?.rows[0] as { n?: unknown } | undefined)?.n ?? 0))
      const missed = (results[0]?.rows ?? []) as readonly RawChange[]
      // The missed changes may be the writer's own. The writer announces them itself, in the order of its answers.
      if (isBusy() && missed.length > 0) return true
      if (!announcer.catchUp(missed)) await reset()
      if (announcer.isFollowed) this.#progress((results[1]?.rows ?? []) as readonly RawProgress[])
      return false
    } catch (error) {
      this.#end()
      if (!this.#isClosed) onAway(error)
      return false
    }
  }

  #progress(rows: readonly RawProgress[]): void {
    for (const { id, tick, host, progress } of rows) {
      this.#tick = Math.max(this.#tick, Number(tick))
      // The announcer has announced the progress of this host already.
      if (progress !== null && host !== this.#parts.address.host) this.#parts.announcer.progress(id, progress)
    }
  }

  async #connection(): Promise<pg.Client> {
    const { address } = this.#parts
    // The writer may have connected to a newer primary than the server of this connection.
    if (this.#history !== address.servers.history) this.#end()
    if (this.#client !== undefined) return this.#client
    const client = await connect(address, ANSWER_MS)
    this.#history = address.servers.history
    client.on('notification', () => this.poll())
    this.#client = client
    await client.query(`LISTEN ${CHANNEL}`)
    return client
  }

  /** Ends the connection, if there is one. */
  #end(): void {
    this.#client?.end().catch(() => {})
    this.#client = undefined
    this.#tick = 0 // another server may have smaller numbers
  }
}
