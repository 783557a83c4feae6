import { PlotdError } from '../../errors.ts'
import type { Farm, FarmToken, HostOffer, HostView, LockUse } from '../farm.ts'
import { type Context, rows, run } from './context.ts'
import { drop, type Heartbeat, heldBy, isSilentSince } from './heartbeat.ts'
import { literal } from './rows.ts'

interface RawHost {
  readonly id: string
  readonly life: string
  /** The offer, with the life of the host that has published it; older programs wrote no `life`. */
  readonly offer: (HostOffer & { readonly life?: string }) | null
}

/** Whether the host has started again since it published its offer. */
const isStarting = ({ life, offer }: RawHost): boolean => (offer?.life ?? life) !== life

/** The hosts of the farm and the tokens that each host accepts, in the tables `host` and `token`. */
export class FarmTables implements Farm {
  readonly #context: Context
  readonly #heartbeat: Heartbeat
  readonly secret: string
  readonly #listeners = new Set<() => Promise<void>>()
  /** Undefined when a listener must be called again. */
  #tokenVersion: number | undefined

  constructor(context: Context, heartbeat: Heartbeat, feed: { readonly secret: string; readonly tokens: number }) {
    this.#context = context
    this.secret = feed.secret
    this.#tokenVersion = feed.tokens
    this.#heartbeat = heartbeat
  }

  get host(): string {
    return this.#context.host
  }

  /** The name of this life of the host, for benches. */
  get life(): string {
    return this.#context.life
  }

  get lockUse(): LockUse {
    return this.#context.writer.stats
  }

  async hosts(): Promise<readonly HostView[]> {
    const hosts = await rows<RawHost>(this.#context, 'SELECT id, life, offer FROM host ORDER BY id')
    return hosts.map((raw) => ({
      id: raw.id,
      offer: raw.offer ?? undefined,
      isStarting: isStarting(raw),
      silentMs: this.#heartbeat.silentMs(raw.id),
    }))
  }

  async publish(offer: HostOffer): Promise<void> {
    const { host, life, writer } = this.#context
    await writer.do({
      run: async (tx) => {
        // This runs under the lock, so when two hosts take a name at once, the second host is refused.
        for (const otherHost of await tx.query<RawHost>('SELECT id, life, offer FROM host')) {
          const sameName = otherHost.offer?.plotters.find((name) => offer.plotters.includes(name))
          if (sameName === undefined || otherHost.id === host || isStarting(otherHost)) continue
          if (!this.#heartbeat.isLost(otherHost.id)) throw nameTaken(sameName, otherHost.id)
        }
        const text = literal(JSON.stringify({ ...offer, life }))
        await tx.query(`UPDATE host SET offer = ${text} WHERE id = ${literal(host)} AND life = ${literal(life)}`)
      },
    })
  }

  async forgetHost(id: string): Promise<boolean> {
    const sign = this.#heartbeat.signOfLost(id)
    if (sign === undefined) return false
    return this.#context.writer.do({
      run: async (tx) => {
        const held = await heldBy(tx, id, 'true')
        if (!(await isSilentSince(tx, sign))) return false
        await tx.write(`DELETE FROM host WHERE id = ${literal(id)}`)
        // This call takes the jobs away, because no later heartbeat finds a host without a row.
        drop(tx, held, 'host-lost')
        return true
      },
    })
  }

  async tokens(): Promise<readonly FarmToken[]> {
    const sql = 'SELECT name, role, sha256, created_at AS "createdAt" FROM token ORDER BY name'
    return rows<FarmToken>(this.#context, sql)
  }

  async saveToken({ name, role, sha256, createdAt }: FarmToken): Promise<void> {
    const sql = `WITH saved AS (INSERT INTO token VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO UPDATE SET
      role = EXCLUDED.role, sha256 = EXCLUDED.sha256, created_at = EXCLUDED.created_at RETURNING name)
      ${NOTIFY} FROM saved`
    await run(this.#context, sql, [name, role, sha256, createdAt])
  }

  async removeToken(name: string): Promise<boolean> {
    const sql = `WITH gone AS (DELETE FROM token WHERE name = $1 RETURNING name) ${NOTIFY} FROM gone`
    return (await run(this.#context, sql, [name])).rowCount !== 0
  }

  onTokens(listener: () => Promise<void>): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Calls the listeners when the tokens have changed, or when a listener has failed.
   *
   * @param version  the present version of the tokens
   */
  noteTokenVersion(version: number): void {
    if (version === this.#tokenVersion) return
    this.#tokenVersion = version
    for (const listener of this.#listeners) {
      listener().catch(() => {
        this.#tokenVersion = undefined
      })
    }
  }
}

function nameTaken(plotter: string, host: string): PlotdError {
  const message = `plotters: host ${host} has a plotter ${plotter} already: give your own plotter another name`
  return new PlotdError('ERR_CONFIG', message, { key: 'plotters', plotter, host })
}

/** Raises the version of the tokens and notifies every host, in the transaction that changes the tokens. */
const NOTIFY = ", up AS (UPDATE version SET n = n + 1 WHERE name = 'token') SELECT pg_notify('plotd', '')"
