/**
 * The room `postgres`: the spool on a PostgreSQL server, for hosts that share one queue. `schema` has the tables,
 * `writer` the one connection that changes the queue, `tx` one commit. `listener` polls for the changes of other hosts.
 * `heartbeat` shows that this host runs; `heartbeat` also takes jobs away from hosts that `lost-hosts` finds lost.
 * `engine` joins the verbs of the other files. `schema` explains the words of all files.
 */
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { PlotdError } from '../../errors.ts'
import type { Clock } from '../clock.ts'
import type { Job } from '../job.ts'
import { LeftOut } from '../queue/left-out.ts'
import { DEFAULT_RETENTION, type Retention } from '../queue/retention.ts'
import type { Change, OpenedSpool, Recovery, StoreState } from '../spool.ts'
import { StoreWatch } from '../store-watch.ts'
import { Announcer } from './announcer.ts'
import { type Address, checkServer, connections, isSilence, storeError, whileConnected } from './connect.ts'
import { type Context, OpenClaims } from './context.ts'
import { DatabaseClock } from './database-clock.ts'
import { PostgresEngine } from './engine.ts'
import { FarmTables } from './farm-tables.ts'
import { Trimmer } from './forget.ts'
import { DATABASE_NOW, drop, Heartbeat, type HeartbeatOptions, heldBy } from './heartbeat.ts'
import { Listener } from './listener.ts'
import { type HostSign, SIGN_COLUMNS } from './lost-hosts.ts'
import { prepareTables } from './migrate.ts'
import { type MoveMark, moveMark, refuseOthers, refuseWhileMoved, type Signs, setAside } from './moving.ts'
import { type RawRow, READ_COLUMNS } from './rows.ts'
import { Servers } from './servers.ts'
import { firstSign } from './silence.ts'
import { readState } from './state.ts'
import { Timers } from './timers.ts'
import { Writer } from './writer.ts'

export type { HeartbeatOptions } from './heartbeat.ts'

export interface PostgresOptions extends Partial<HeartbeatOptions> {
  /** postgres://user@server/database. Several servers, separated by commas, are a primary and its standbys */
  readonly url: string
  /** The id of this host among those that share the database. */
  readonly host: string
  /** The identity of the machine, the same after each restart, to distinguish two machines with the same host id. */
  readonly machineId: string
  readonly clock?: Clock
  readonly random?: () => number
  readonly retention?: Retention
  /** Time between two polls for the changes of other hosts, ms. A notification starts a poll at once. */
  readonly pollMs?: number
  /** Longest wait for a server that is away, ms; 10,000 for a commit and 8000 for other statements when absent. */
  readonly patienceMs?: number
  /** Opens the spool only when no other host runs. Closing the spool removes the row of this host. */
  readonly isAlone?: boolean
  /** Receives warnings for the log. */
  readonly warn?: (message: string) => void
}

const BEAT_MS = 5_000
const LOSS_MS = 20_000
const POLL_MS = 500
const OPEN_ANSWER_MS = 20_000
/** Statuses of a job that a host holds. */
const HELD: ReadonlySet<string> = new Set(['started', 'plotting', 'paused'])

export interface PostgresSpool extends OpenedSpool, MoveMark {
  readonly farm: FarmTables
  /** Counts of the writer, for benches. */
  readonly stats: Writer['stats']
  /** Renames the schema of the tables, so that no host reads them any more. @returns the new name */
  setAside(): Promise<string>
}

/**
 * Opens the spool on a server. Interrupts the plots that an earlier life of this host held, and queues the renders of
 * that life again.
 *
 * @throws PlotdError ERR_CONFIG when the server or the database is not fit for a spool
 * @throws PlotdError ERR_SPOOL_NEWER when a newer program created the tables
 * @throws PlotdError ERR_STATE_LOCKED when another machine has the id of this host and is not silent
 * @throws PlotdError ERR_STATE_LOCKED with `isAlone` when another host runs; without `isAlone` during a move of a queue
 * @throws PlotdError ERR_SPOOL_WRITE when the server does not answer
 */
export async function openPostgres(options: PostgresOptions): Promise<PostgresSpool> {
  const { url, host, machineId, beatMs = BEAT_MS, lossMs = LOSS_MS, warn = () => {} } = options
  const address: Address = { servers: new Servers(url), host }
  let from: number | undefined
  return whileConnected(address, OPEN_ANSWER_MS, async (client) => {
    const endsIdle = await checkServer(client)
    from = (await prepareTables(client)) ?? from // a start that begins anew finds tables that are upgraded already
    const life = randomUUID()
    const silent = options.isAlone ? await refuseOthers(client, host, { beatMs, lossMs, warn }) : new Map()
    if (!options.isAlone) await refuseWhileMoved(client)
    await registerHost(client, { host, life, machineId }, { beatMs, lossMs, warn })
    // A move may have begun meanwhile. A move that begins later sees the new row of this host.
    if (!options.isAlone) await refuseWhileMoved(client)
    return start(address, client, { life, from, beatMs, lossMs, warn, endsIdle, silent, options })
  })
}

/**
 * Registers this life under the id of its host. Another machine with the same id must first be silent for `lossMs`.
 * By then the pens of that machine are up, so it is safe to interrupt its jobs.
 *
 * @throws PlotdError ERR_STATE_LOCKED when the other machine is not silent
 */
async function registerHost(
  client: pg.Client,
  { host, life, machineId }: { readonly host: string; readonly life: string; readonly machineId: string },
  { warn, ...times }: Required<Pick<PostgresOptions, 'beatMs' | 'lossMs' | 'warn'>>,
): Promise<void> {
  const sql = `SELECT place, ${SIGN_COLUMNS} FROM host h WHERE id = $1`
  const readHost = async () => (await client.query<HostSign & { place: string }>(sql, [host])).rows[0]
  const before = await readHost()
  if (before !== undefined && before.place !== machineId) {
    warn(`another machine was host ${host}: plotd waits ${times.lossMs / 1000} s to see whether that machine is silent`)
    const signOf = (row = before) => new Map([[host, row]])
    if ((await firstSign(async () => signOf(await readHost()), signOf(), times)) !== undefined) throw nameTaken(host)
  }
  // Another machine may have taken the id meanwhile.
  const { rowCount } = await client.query(
    `INSERT INTO host (id, life, place) VALUES ($1, $2, $3)
     ON CONFLICT (id) DO UPDATE SET life = EXCLUDED.life, place = EXCLUDED.place, beats = host.beats + 1, commits = 0
     WHERE host.place = EXCLUDED.place OR host.life = $4`,
    [host, life, machineId, before?.life ?? ''],
  )
  if (rowCount === 0) throw nameTaken(host)
}

const nameTaken = (host: string): PlotdError => {
  const message = `another machine is host ${host} of this database: give each host a name of its own`
  return new PlotdError('ERR_STATE_LOCKED', message, { host })
}

interface StartOptions extends HeartbeatOptions {
  readonly life: string
  /** The older format of the tables, if they were upgraded. */
  readonly from: number | undefined
  readonly warn: (message: string) => void
  /** Whether the server can end idle connections. */
  readonly endsIdle: boolean
  /** The last sign of life of each other host; empty without `isAlone`. */
  readonly silent: Signs
  readonly options: Omit<PostgresOptions, 'beatMs' | 'lossMs' | 'warn'>
}

async function start(address: Address, client: pg.Client, starting: StartOptions): Promise<PostgresSpool> {
  const { life, from, warn, options } = starting
  const { host } = address
  const databaseClock = new DatabaseClock(warn)
  const watch = new StoreWatch()
  const { context, feed, timers, end } = await openContext(address, client, starting, databaseClock, watch)
  const { writer, claims, pool } = context
  const recovery = await recover(context, from).catch(async (error: unknown) => {
    timers.close()
    await writer.close()
    await pool.end().catch(() => {})
    throw error
  })
  const trimmer = new Trimmer(context)
  writer.onCommit = (ended) => trimmer.onCommit(ended)
  const heartbeat = startHeartbeat(context, starting, databaseClock, end)
  const farm = new FarmTables(context, heartbeat, feed)
  const listener = startListener(context, { address, pollMs: options.pollMs ?? POLL_MS, watch, farm })
  const close = async (): Promise<void> => {
    trimmer.close()
    timers.close()
    claims.loseAll()
    await Promise.all([listener.close(), heartbeat.close()])
    if (options.isAlone) await pool.query('DELETE FROM host WHERE id = $1 AND life = $2', [host, life]).catch(() => {})
    await writer.close()
    await pool.end().catch(() => {})
  }
  return Object.assign(new PostgresEngine(context, close), {
    recovery,
    farm,
    stats: writer.stats,
    setAside: () => setAside(context),
    ...moveMark(context, starting.silent),
    store: () => watch.state,
    onStore: (onState: (state: StoreState) => void) => watch.listen(onState),
  })
}

/** The parts of a new spool that its verbs and its background work share. */
interface Opening {
  readonly context: Context
  readonly feed: Awaited<ReturnType<typeof readFeed>>
  readonly timers: Timers
  /**
   * Ends the work of this life, when another life has begun, the host was forgotten, or a newer program changed the
   * tables.
   */
  readonly end: (why: PlotdError) => void
}

async function openContext(
  address: Address,
  client: pg.Client,
  { life, warn, endsIdle, options }: StartOptions,
  databaseClock: DatabaseClock,
  watch: StoreWatch,
): Promise<Opening> {
  const { host } = address
  const { clock = databaseClock, random = Math.random, retention = DEFAULT_RETENTION, patienceMs } = options
  const claims = new OpenClaims(life)
  const pool = connections(address, endsIdle)
  const feed = await readFeed(client, databaseClock)
  const scheduled = await scheduledJobs(client)
  const timers = new Timers(clock, () => writer)
  for (const job of scheduled) timers.note(job) // before later changes, which reach the timers by `follow`
  const announcer = new Announcer(host, feed.last, (change) => follow(change, announcer.applied, { timers, claims }))
  const end = (why: PlotdError): void => {
    claims.loseAll()
    if (watch.isEnded) return
    watch.end(why)
    warn(why.message)
  }
  const writer = new Writer(
    {
      address,
      life,
      announcer,
      patienceMs,
      now: () => clock.now(),
      onEnd: end,
      reset: async (tx) => announcer.reset(await readState(tx.query, claims)),
      // After an error, the next reconnection compares the claims again.
      onBack: () => void compareClaims(context).catch(() => {}),
    },
    client,
  )
  const base = { host, life, clock, random, retention, patienceMs }
  const context: Context = { ...base, writer, announcer, pool, claims, leftOut: new LeftOut() }
  return { context, feed, timers, end }
}

interface Followed {
  readonly timers: Timers
  readonly claims: OpenClaims
}

/** Updates the timers and the open claims after an announced change, which another host may have made. */
function follow(change: Change, seq: number, { timers, claims }: Followed): void {
  if (change.type === 'removed') timers.forget(change.id)
  if (change.type !== 'changed') return
  const { job } = change
  timers.note(job)
  const open = claims.get(job.id)
  if (open === undefined || seq < open.since) return
  if (HELD.has(job.status)) open.job = { ...job, params: open.job.params }
  else claims.end(job.id, true)
}

function startHeartbeat(
  context: Context,
  { beatMs, lossMs, warn }: StartOptions,
  databaseClock: DatabaseClock,
  end: (why: PlotdError) => void,
): Heartbeat {
  const { host } = context
  return new Heartbeat(context, {
    beatMs,
    lossMs,
    onFenced: () => {
      const message = `another plotd has started as host ${host}, or ${host} was forgotten: this plotd gives up its jobs`
      end(new PlotdError('ERR_SPOOL_WRITE', message, { host }))
    },
    onLost: (lostHost, interrupted, requeued) => {
      const effect = `plots interrupted: ${interrupted.length}, renders queued again: ${requeued.length}`
      warn(`host ${lostHost} is lost; ${effect}`)
    },
    onClock: (reading) => databaseClock.set(reading),
  })
}

interface ListenerSetup {
  readonly address: Address
  readonly pollMs: number
  readonly watch: StoreWatch
  readonly farm: FarmTables
}

function startListener(context: Context, { address, pollMs, watch, farm }: ListenerSetup): Listener {
  const { announcer, writer } = context
  let isAway = false
  return new Listener({
    address,
    announcer,
    pollMs,
    isBusy: () => writer.isCommitting,
    reset: () => writer.do({ isAlone: true, run: async () => {} }),
    onTokenVersion: (version) => farm.noteTokenVersion(version),
    onAway: (error) => {
      // The connection of the writer may be silent too. Without `reconnect`, verbs would wait longer than `patienceMs`.
      // After a cut connection the writer reconnects by itself.
      if (!isAway && isSilence(error)) writer.reconnect()
      isAway = true
      watch.set({ is: 'away', why: storeError(error) })
    },
    onHere: () => {
      watch.set({ is: 'here' })
      if (isAway) void compareClaims(context).catch(() => {})
      isAway = false
    },
  })
}

/**
 * Reads the number of the last change, the secret of the farm and the version of the tokens. Sets the clock, because
 * the timers of jobs start before the first heartbeat.
 */
async function readFeed(client: pg.Client, clock: DatabaseClock) {
  const wallMs = Date.now()
  const sentAt = performance.now()
  const { rows } = await client.query<{ seq: string; secret: string; tokens: string; now: number }>(
    `SELECT seq, secret, (SELECT n FROM version WHERE name = 'token') AS tokens, ${DATABASE_NOW} FROM feed`,
  )
  const { seq = '0', secret = '', tokens = '0', now: databaseMs = wallMs } = rows[0] ?? {}
  clock.set({ databaseMs, sentAt, answeredAt: performance.now(), wallMs })
  return { last: Number(seq), secret, tokens: Number(tokens) }
}

async function scheduledJobs(client: pg.Client): Promise<readonly Job[]> {
  const { rows } = await client.query<RawRow>(
    `SELECT ${READ_COLUMNS} FROM job j WHERE status = 'scheduled' AND run_at IS NOT NULL`,
  )
  return rows.map(({ record }) => record)
}

/** Interrupts the plots that an earlier life of this host held, and queues the renders of that life again. */
function recover({ writer, host, life }: Context, from: number | undefined): Promise<Recovery> {
  return writer.do({
    run: async (tx) => ({
      ...drop(tx, await heldBy(tx, host, `life <> '${life}'`), 'restart'),
      upgraded: from === undefined ? undefined : { from },
    }),
  })
}

/**
 * Compares the rows with the open claims after the server was away. If a row has a claim of this life that is not open
 * here, the plot of the row's job is interrupted, or the render is queued again. An open claim that no row has is lost.
 */
async function compareClaims({ writer, claims, host, life }: Context): Promise<void> {
  const validTokens = await writer.do({
    isAlone: true,
    run: async (tx) => {
      const held = await heldBy(tx, host, `life = '${life}'`)
      const tokens = new Set<string | null>()
      for (const { job, token } of held) {
        if (claims.get(job.id)?.token === token) tokens.add(token)
        else if (job.status === 'started') tx.apply(job, { type: 'restart' })
        else tx.apply(job, { type: 'interrupt', why: 'restart' })
      }
      return tokens
    },
  })
  claims.keepOnly(validTokens)
}
