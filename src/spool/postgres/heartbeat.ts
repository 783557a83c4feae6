import type { Context } from './context.ts'
import { type Beat, LostHosts } from './lost-hosts.ts'
import { literal } from './rows.ts'
import type { Tx } from './tx.ts'

export interface HeartbeatOptions {
  /** Time between two heartbeats, ms. */
  readonly beatMs: number
  /** A host is lost when its count of heartbeats stands still for this time, ms. */
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
const READ_BEATS = `SELECT id, life, beats, ${DATABASE_NOW} FROM host`

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
      .catch(() => this.#lostHosts.restart())
      .then(() => {
        if (this.#isClosed) return
        this.#timer = setTimeout(() => this.#beat(), Math.max(0, this.#parts.beatMs - (performance.now() - start)))
        this.#timer.unref()
      })
  }

  /** Makes only one attempt, because a repeated heartbeat would come too late. */
  async #once(): Promise<void> {
    const { pool, host, life } = this.#context
    const { rowCount } = await pool.query(BEAT, [host, life])
    if (rowCount === 0) {
      this.#parts.onFenced()
      return
    }
    const sentAt = performance.now()
    const wallMs = Date.now()
    const { rows } = await pool.query<Beat & { now: number }>(READ_BEATS)
    const answeredAt = performance.now()
    const [anyBeat] = rows
    if (anyBeat !== undefined) this.#parts.onClock({ databaseMs: anyBeat.now, sentAt, answeredAt, wallMs })
    const lostHosts = this.#lostHosts.update(
      rows.filter(({ id }) => id !== host),
      sentAt,
      answeredAt,
    )
    for (const beat of lostHosts) this.#takeAwayMeanwhile(beat)
  }

  /**
   * Takes jobs away while the heartbeats continue. The writer may wait long for the server. If the heartbeats waited
   * too, other hosts would count this host as lost.
   */
  #takeAwayMeanwhile(beat: Beat): void {
    const { id } = beat
    if (this.#taking.has(id)) return
    this.#taking.add(id)
    this.#takeAway(beat)
      .catch(() => this.#lostHosts.restart())
      .finally(() => this.#taking.delete(id))
  }

  async #takeAway({ id, life, beats }: Beat): Promise<void> {
    const { writer } = this.#context
    const sameBeat = `id = ${literal(id)} AND life = ${literal(life)} AND beats = ${Number(beats)}`
    const { interrupted, requeued } = await writer.do({
      run: async (tx) => {
        const silentRows = await tx.query(`SELECT 1 AS one FROM host WHERE ${sameBeat} FOR UPDATE`)
        if (silentRows.length === 0) return { interrupted: [], requeued: [] }
        return dropHeld(tx, id, `life = ${literal(life)}`, 'host-lost')
      },
    })
    if (interrupted.length + requeued.length > 0) this.#parts.onLost(id, interrupted, requeued)
  }
}

/**
 * Interrupts the plots that a host holds, and restarts its renders.
 *
 * @param where  a condition in SQL that chooses among the claims of the host
 */
export async function dropHeld(
  tx: Tx,
  host: string,
  where: string,
  why: 'restart' | 'host-lost',
): Promise<{ readonly interrupted: readonly string[]; readonly requeued: readonly string[] }> {
  const interrupted: string[] = []
  const requeued: string[] = []
  for (const { job } of await tx.select(`token IS NOT NULL AND host = ${literal(host)} AND ${where}`)) {
    const isRender = job.status === 'started'
    tx.apply(job, isRender ? { type: 'restart' } : { type: 'interrupt', why })
    ;(isRender ? requeued : interrupted).push(job.id)
  }
  return { interrupted, requeued }
}
