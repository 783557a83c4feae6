/**
 * The room `postgres`: the spool on a PostgreSQL server, for hosts that share one queue. `schema` holds the tables,
 * `writer` the one connection that changes the queue, `tx` one commit of it. `listener` polls for the changes of other hosts, and
 * `heartbeat` shows that this host lives. `submit`, `work`, `operator` and `import` are the verbs, `engine` joins them.
 */
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { PlotdError } from '../../errors.ts'
import { type Clock, systemClock } from '../clock.ts'
import { DEFAULT_RETENTION, type Retention } from '../queue/retention.ts'
import type { Change, OpenedSpool, Recovery, StoreState } from '../spool.ts'
import { StoreWatch } from '../store-watch.ts'
import { Announcer } from './announcer.ts'
import { type Address, checkServer, connect, connections, storeError } from './connect.ts'
import { type Context, OpenClaims } from './context.ts'
import { PostgresEngine } from './engine.ts'
import { FarmTables } from './farm-tables.ts'
import { Trimmer } from './forget.ts'
import { dropHeld, Heartbeat, type HeartbeatOptions } from './heartbeat.ts'
import { Listener } from './listener.ts'
import { prepareTables } from './migrate.ts'
import { moveMark, refuseOthers, refuseWhileMoved, setAside } from './moving.ts'
import { type RawRow, SHOWN } from './rows.ts'
import { Servers } from './servers.ts'
import { firstSign } from './silence.ts'
import { readState } from './state.ts'
import { Timers } from './timers.ts'
import { Writer } from './writer.ts'

export interface PostgresOptions extends Partial<HeartbeatOptions> {
  /** postgres://user@server/database; several servers, separated by commas, are a primary and its standbys */
  readonly url: string
  /** The id of this host among those that share the database. */
  readonly host: string
  /** Distinguishes two machines with the same id. It outlives restarts of this host. */
  readonly place: string
  readonly clock?: Clock
  readonly random?: () => number
  readonly retention?: Retention
  /** Time between two polls for the changes of other hosts, ms. A notification comes sooner. */
  readonly pollMs?: number
  /** Longest wait for a server that is away, ms; 10,000 for a change and 8000 for a reading when absent. */
  readonly patienceMs?: number
  /** No other host may use the database meanwhile, and this one leaves no trace. */
  readonly alone?: boolean
  /** Receives warnings for the log. */
  readonly warn?: (message: string) => void
}

const BEAT_MS = 5_000
const LOSS_MS = 20_000
const POLL_MS = 500
const OPEN_ANSWER_MS = 20_000
/** plotd warns of a clock that is off by more, ms. */
const CLOCK_MS = 2_000
const CLOCK_DRIFT_MS = 250
/** Statuses of a job that a host holds. */
const HELD: ReadonlySet<string> = new Set(['started', 'plotting', 'paused'])

export interface PostgresSpool extends OpenedSpool {
  readonly farm: FarmTables
  /** For benches. */
  readonly stats: Writer['stats']
  /** Whether a move of the queue has begun and not ended. */
  isMoving(): Promise<boolean>
  /** Marks that a move has begun, or has ended. Between the two no host starts. */
  mark(moving: boolean): Promise<void>
  /** Renames the tables, so that no host reads them any more. @returns the name of their schema */
  setAside(): Promise<string>
}

/**
 * Opens the spool on a server. Jobs that an earlier start of this host held are treated as after a restart.
 *
 * @throws PlotdError ERR_CONFIG when the server or the database is not fit, ERR_SPOOL_NEWER when a newer program made the
 *   tables, ERR_STATE_LOCKED when another machine is this host, ERR_SPOOL_WRITE when the server does not answer
 */
export async function openPostgres(options: PostgresOptions): Promise<PostgresSpool> {
  const { url, host, place, beatMs = BEAT_MS, lossMs = LOSS_MS, warn = () => {} } = options
  const address: Address = { servers: new Servers(url), host }
  const client = await connect(address, OPEN_ANSWER_MS).catch((error: unknown) => {
    throw storeError(error)
  })
  try {
    await checkServer(client)
    const from = await prepareTables(client)
    const life = randomUUID()
    if (options.alone) await refuseOthers(client, host, { beatMs, lossMs, warn })
    else await refuseWhileMoved(client)
    await takePlace(client, { host, life, place }, { beatMs, lossMs, warn })
    return await start(address, client, { life, from, beatMs, lossMs, warn, options })
  } catch (error) {
    await client.end().catch(() => {})
    throw storeError(error)
  }
}

/**
 * Makes this start the host's. Another machine with the same id must be silent for as long as a lost host: by then its pens are
 * up, and its jobs may be interrupted.
 *
 * @throws PlotdError ERR_STATE_LOCKED when it is not silent
 */
async function takePlace(
  client: pg.Client,
  { host, life, place }: { readonly host: string; readonly life: string; readonly place: string },
  { warn, ...times }: Required<Pick<PostgresOptions, 'beatMs' | 'lossMs' | 'warn'>>,
): Promise<void> {
  const readHost = async () =>
    (await client.query<{ place: string; life: string; beats: string }>('SELECT * FROM host WHERE id = $1', [host]))
      .rows[0]
  const before = await readHost()
  if (before !== undefined && before.place !== place) {
    warn(`another machine was host ${host}: plotd waits ${times.lossMs / 1000} s to see that it is silent`)
    const signOf = (row = before) => new Map([[host, `${row.life} ${row.beats}`]])
    if ((await firstSign(async () => signOf(await readHost()), signOf(), times)) !== undefined) {
      const message = `another machine is host ${host} of this database: give each host a name of its own`
      throw new PlotdError('ERR_STATE_LOCKED', message, { host })
    }
  }
  await client.query(
    `INSERT INTO host (id, life, place) VALUES ($1, $2, $3)
     ON CONFLICT (id) DO UPDATE SET life = EXCLUDED.life, place = EXCLUDED.place, beats = host.beats + 1, commits = 0`,
    [host, life, place],
  )
}

interface StartOptions extends HeartbeatOptions {
  readonly life: string
  readonly from: number | undefined
  readonly warn: (message: string) => void
  readonly options: PostgresOptions
}

async function start(address: Address, client: pg.Client, starting: StartOptions): Promise<PostgresSpool> {
  const { life, from, warn, options } = starting
  const database = new DatabaseClock()
  const clock = options.clock ?? database
  const { random = Math.random, retention = DEFAULT_RETENTION, pollMs = POLL_MS, patienceMs } = options
  const { host } = address
  const watch = new StoreWatch()
  const claims = new OpenClaims(life)
  const pool = connections(address)
  let contactAt = performance.now()
  const answered = (sentAt: number): void => {
    contactAt = Math.max(contactAt, sentAt)
  }
  const timers = new Timers(clock, () => writer)
  const onChange = (change: Change): void => {
    if (change.type === 'removed') timers.forget(change.id)
    if (change.type !== 'changed') return
    const { job } = change
    timers.note(job)
    const open = claims.get(job.id)
    if (open === undefined) return
    if (HELD.has(job.status)) open.job = { ...job, params: open.job.params }
    else claims.end(job.id, true)
  }
  const feed = await readFeed(client)
  const announcer = new Announcer(host, feed.last, onChange)
  /** Ends this start of the host, because another start runs: this one must not continue its jobs. */
  const end = (why: PlotdError): void => {
    for (const { job } of claims.all()) claims.end(job.id, true)
    watch.set({ is: 'away', why })
    warn(why.message)
  }
  const writer = new Writer(
    {
      ...{ address, life, announcer, answered, patienceMs, now: () => clock.now(), onEnd: end },
      reset: async (tx) => announcer.reset(await readState(tx.query, { claims })),
      onBack: () => void compareClaims(context).catch(() => {}), // again after the next loss
    },
    client,
  )
  const parts = { host, life, clock, random, retention, writer, announcer, pool, claims, answered, patienceMs }
  const context: Context = parts
  const recovery = await recover(context, from)
  for (const job of await scheduled(client)) timers.note(job)
  const trimmer = new Trimmer(context)
  writer.onCommit = (ended) => trimmer.look(ended)
  let warnedMs = 0
  const heartbeat = new Heartbeat(context, {
    ...starting,
    onFenced: () => {
      const message = `another plotd has started as host ${host}: this one gives up its jobs`
      end(new PlotdError('ERR_SPOOL_WRITE', message, { host }))
    },
    onLost: (lostHost, interrupted, requeued) => {
      const effect = `${interrupted.length} plots are interrupted, ${requeued.length} renders run again`
      warn(`host ${lostHost} is lost: ${effect}`)
    },
    onClock: (aheadMs) => {
      database.setAhead(aheadMs)
      if (Math.abs(aheadMs) > CLOCK_MS && Math.abs(aheadMs - warnedMs) > CLOCK_MS) {
        warnedMs = aheadMs
        const way = aheadMs > 0 ? 'behind' : 'ahead of'
        warn(
          `the clock of this host is ${Math.round(Math.abs(aheadMs) / 1000)} s ${way} the database's: scheduled jobs follow it`,
        )
      }
    },
  })
  const farm = new FarmTables(context, heartbeat, feed, () => contactAt)
  let isAway = false
  const listener = new Listener({
    ...{ address, announcer, pollMs, answered },
    isBusy: () => writer.isCommitting,
    reset: () => writer.do({ alone: true, run: async () => {} }),
    tokens: (version) => farm.noteTokenVersion(version),
    away: (error) => {
      isAway = true
      watch.set({ is: 'away', why: storeError(error) })
    },
    here: () => {
      watch.set({ is: 'here' })
      if (isAway) void compareClaims(context).catch(() => {})
      isAway = false
    },
  })
  const close = async (): Promise<void> => {
    trimmer.close()
    timers.close()
    for (const { job } of claims.all()) claims.end(job.id, true)
    await Promise.all([listener.close(), heartbeat.close()])
    if (options.alone) await pool.query('DELETE FROM host WHERE id = $1 AND life = $2', [host, life]).catch(() => {})
    await writer.close()
    await pool.end().catch(() => {})
  }
  const engine = new PostgresEngine(context, close)
  return Object.assign(engine, {
    ...{ recovery, farm, stats: writer.stats },
    ...{ setAside: () => setAside(context), ...moveMark(context) },
    store: () => watch.state,
    onStore: (listener: (state: StoreState) => void) => watch.listen(listener),
  })
}

/** The clock of the database. All times that hosts compare are by it. */
class DatabaseClock implements Clock {
  #aheadMs = 0

  now(): number {
    return Date.now() + this.#aheadMs
  }

  after(ms: number, act: () => void): () => void {
    return systemClock.after(ms, act)
  }

  /**
   * Ignores small differences, because a measurement has an error of the time that a message takes.
   *
   * @param ms  time by which the server is ahead
   */
  setAhead(ms: number): void {
    if (Math.abs(ms - this.#aheadMs) > CLOCK_DRIFT_MS) this.#aheadMs = Math.round(ms)
  }
}

async function readFeed(client: pg.Client) {
  const { rows } = await client.query<{ seq: string; secret: string; tokens: string }>(
    "SELECT seq, secret, (SELECT n FROM version WHERE name = 'token') AS tokens FROM feed",
  )
  const { seq = '0', secret = '', tokens = '0' } = rows[0] ?? {}
  return { last: Number(seq), secret, tokens: Number(tokens) }
}

async function scheduled(client: pg.Client) {
  const { rows } = await client.query<RawRow>(
    `SELECT ${SHOWN} FROM job j WHERE status = 'scheduled' AND run_at IS NOT NULL`,
  )
  return rows.map(({ record }) => record)
}

/** Interrupts the plots, and queues the renders again, that an earlier start of this host held. */
function recover({ writer, host, life }: Context, from: number | undefined): Promise<Recovery> {
  return writer.do({
    run: async (tx) => ({
      ...(await dropHeld(tx, host, `life <> '${life}'`, 'restart')),
      upgraded: from === undefined ? undefined : { from },
    }),
  })
}

/**
 * Compares the rows with the open claims after the server was away. A job that the rows claim for this start, without an
 * open claim here, is treated as after a restart. An open claim that is in no row is lost.
 */
async function compareClaims({ writer, claims, host, life }: Context): Promise<void> {
  const confirmed = await writer.do({
    alone: true,
    run: async (tx) => {
      const rows = await tx.select(`token IS NOT NULL AND host = '${host}' AND life = '${life}'`)
      const tokens = new Set<string | null>()
      for (const { job, token } of rows) {
        if (claims.get(job.id)?.token === token) tokens.add(token)
        else if (job.status === 'started') tx.apply(job, { type: 'restart' })
        else tx.apply(job, { type: 'interrupt', why: 'restart' })
      }
      return tokens
    },
  })
  for (const { job, token } of claims.all()) if (!confirmed.has(token)) claims.end(job.id, true)
}
