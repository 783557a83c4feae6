import type { Context } from './context.ts'
import { type HostSign, LostHosts, livesSince, SIGN_COLUMNS } from './lost-hosts.ts'
import { literal, type Row } from './rows.ts'
import type { Tx } from './tx.ts'

export interface HeartbeatOptions {
  /** Time between two heartbeats, ms. */
  readonly beatMs: number
  /** A host is lost when it shows no sign of life for this time, ms. */
  readonly lossMs: number
}

export interface HeartbeatParts extends HeartbeatOptions {
  /** Called with the jobs that a lost host held. */
  readonly onLost: (host: string, interrupted: readonly string[], requeued: readonly string[]) => void
  /** Called when another process has started as this host, or when another host has forgotten this host. */
  readonly onFenced: () => void
  readonly onClock: (reading: ClockReading) => void
}

/** A reading of the database's clock. */
export interface ClockReading {
  /** The time of the database, ms since 1970. */
  readonly databaseMs: number
  /** The times at which the query was sent and answered, by performance.now(). */
  readonly sentAt: number
  readonly answeredAt: number
  /** The time of this computer when the query was sent, ms since 1970. */
  readonly wallMs: number
}

const BEAT = 'UPDATE host SET beats = beats + 1 WHERE id = $1 AND life = $2'
/** The column `now`: the time of the database, ms since 1970. */
export const DATABASE_NOW = 'extract(epoch FROM clock_timestamp())::float8 * 1000 AS now'
const READ_SIGNS = `SELECT ${SIGN_COLUMNS}, ${DATABASE_NOW} FROM host h`
/**
 * Shortest time between the start of a heartbeat that failed and the start of the next heartbeat, ms; `beatMs` if that
 * is shorter.
 */
const RETRY_MS = 500

/** Raises this host's count of heartbeats, so that other hosts see that it runs. Takes jobs away from lost hosts. */
export class Heartbeat {
  readonly #context: Context
  readonly #parts: HeartbeatParts
  readonly #lostHosts: LostHosts
  /** Lost hosts whose jobs are being taken away. */
  readonly #taking = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #beating: Promise<void> | undefined
  #isClosed = false

  constructor(context: Context, parts: HeartbeatParts) {
    this.#context = context
    this.#parts = parts
    this.#lostHosts = new LostHosts(parts.beatMs, parts.lossMs)
    this.#beat()
  }

  /** Whether a host has been silent for so long that it counts as lost. */
  isLost(host: string): boolean {
    return this.silentMs(host) >= this.#parts.lossMs
  }

  /** The last sign of life of a lost host. */
  signOfLost(host: string): HostSign | undefined {
    return this.isLost(host) ? this.#lostHosts.signOf(host) : undefined
  }

  silentMs(host: string): number {
    return host === this.#context.host ? 0 : this.#lostHosts.silentMs(host)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#beating
  }

  #beat(): void {
    const start = performance.now()
    this.#beating = this.#once()
      .then(
        () => this.#parts.beatMs,
        () => {
          this.#lostHosts.restart()
          return Math.min(RETRY_MS, this.#parts.beatMs)
        },
      )
      .then((ms) => {
        if (this.#isClosed) return
        this.#timer = setTimeout(() => this.#beat(), Math.max(0, ms - (performance.now() - start)))
        this.#timer.unref()
      })
  }

  async #once(): Promise<void> {
    const { pool, host, life } = this.#context
    const { rowCount } = await pool.query(BEAT, [host, life])
    if (rowCount === 0) {
      this.#parts.onFenced()
      return
    }
    const sentAt = performance.now()
    const wallMs = Date.now()
    const { rows } = await pool.query<HostSign & { now: number }>(READ_SIGNS)
    const answeredAt = performance.now()
    const [anySign] = rows
    if (anySign !== undefined) this.#parts.onClock({ databaseMs: anySign.now, sentAt, answeredAt, wallMs })
    const lostHosts = this.#lostHosts.update(
      rows.filter(({ id }) => id !== host),
      sentAt,
      answeredAt,
    )
    for (const lost of lostHosts) this.#takeAwayMeanwhile(lost)
  }

  /**
   * Takes jobs away while the heartbeats continue. The writer may wait long for the server. If the heartbeats waited
   * too, other hosts would count this host as lost.
   */
  #takeAwayMeanwhile(lost: HostSign): void {
    const { id } = lost
    if (this.#taking.has(id)) return
    this.#taking.add(id)
    this.#takeAway(lost)
      .catch(() => this.#lostHosts.restart())
      .finally(() => this.#taking.delete(id))
  }

  async #takeAway(lost: HostSign): Promise<void> {
    const { id, life } = lost
    const { writer } = this.#context
    const { interrupted, requeued } = await writer.do({
      run: async (tx) => {
        const held = await heldBy(tx, id, `life = ${literal(life)}`)
        return (await isSilentSince(tx, lost)) ? drop(tx, held, 'host-lost') : NOTHING
      },
    })
    if (interrupted.length + requeued.length > 0) this.#parts.onLost(id, interrupted, requeued)
  }
}

interface Dropped {
  readonly interrupted: readonly string[]
  readonly requeued: readonly string[]
}

const NOTHING: Dropped = { interrupted: [], requeued: [] }

/**
 * Reads and locks the jobs that a host holds.
 *
 * @param where  a condition in SQL that chooses among the claims of the host
 */
export const heldBy = (tx: Tx, host: string, where: string): Promise<readonly Row[]> =>
  tx.select(`token IS NOT NULL AND host = ${literal(host)} AND ${where}`)

/**
 * Whether the host has shown no sign of life since `sign` was read. Call `heldBy` first: its lock keeps the host from
 * another write of progress.
 */
export async function isSilentSince(tx: Tx, sign: HostSign): Promise<boolean> {
  const [row] = await tx.query<HostSign>(
    `SELECT ${SIGN_COLUMNS} FROM host h WHERE id = ${literal(sign.id)} FOR UPDATE OF h`,
  )
  return row !== undefined && !livesSince(sign, row)
}

/** Interrupts held plots, and queues held renders again. */
export function drop(tx: Tx, held: readonly Row[], why: 'restart' | 'host-lost'): Dropped {
  const interrupted: string[] = []
  const requeued: string[] = []
  for (const { job } of held) {
    const isRender = job.status === 'started'
    tx.apply(job, isRender ? { type: 'restart' } : { type: 'interrupt', why })
    ;(isRender ? requeued : interrupted).push(job.id)
  }
  return { interrupted, requeued }
}
