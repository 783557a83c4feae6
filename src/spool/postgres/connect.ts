import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { PlotdError, toPlotdError } from '../../errors.ts'
import { SCHEMA } from './schema.ts'
import type { Servers } from './servers.ts'

/** The server ends a transaction whose host sends nothing for this time, and gives the lock to others, ms. */
const FROZEN_MS = 3_000
/** The server ends a statement that waits for a lock longer than this, ms. */
const LOCK_WAIT_MS = 10_000
const CONNECT_MS = 5_000
/** When a primary has answered on a reconnection, plotd waits at most this long to connect to a further server, ms. */
const COMPARE_MS = 1_000
const POOL_ANSWER_MS = 5_000
/** Maximum number of times that a start begins anew after it has lost its connection, and the pause before each, ms. */
const RESTARTS = 10
const RESTART_PAUSE_MS = 500
/** Time in which the server must close a connection that plotd ends, ms. */
const END_MS = 1_000
/**
 * The server ends an idle connection of the pool after this time, ms. A connection is idle, too, while the network
 * delays a message. After `POOL_ANSWER_MS` without an answer, plotd may send newer progress on another connection. By
 * then the server has ended the first connection, so the delayed message cannot overwrite the newer progress.
 */
const POOL_IDLE_MS = POOL_ANSWER_MS - 1_000
/** The pool itself ends an idle connection before the server does, ms. */
const POOL_KEEP_MS = POOL_IDLE_MS - 1_000
/** The operating system checks a connection that carries nothing for this time, ms; by default, 2 hours. */
const SILENT_MS = 10_000
const SESSION = {
  search_path: SCHEMA,
  standard_conforming_strings: 'on',
  // With a stricter isolation, a statement that waited for a row would fail.
  default_transaction_isolation: 'read\\ committed',
  // The server would spend more time on compiling a statement of plotd than on running it.
  jit: 'off',
  client_min_messages: 'warning',
  idle_in_transaction_session_timeout: FROZEN_MS,
  lock_timeout: LOCK_WAIT_MS,
  // The check of the server looks for this setting, which no database and no role has by itself.
  'plotd.session': 'on',
}

export interface Address {
  readonly servers: Servers
  readonly host: string
}

type Session = Readonly<Record<string, string | number>>

const settings = (url: string, host: string, answerMs: number, session: Session = SESSION): pg.ClientConfig => ({
  connectionString: withSession(url, session),
  application_name: `plotd ${host}`,
  connectionTimeoutMillis: CONNECT_MS,
  keepAlive: true,
  keepAliveInitialDelayMillis: SILENT_MS,
  query_timeout: answerMs,
})

/** @returns the address, with the settings of the session after the settings that it already has */
function withSession(url: string, session: Session): string {
  const address = new URL(url)
  const settings = Object.entries(session).map(([name, value]) => `-c ${name}=${value}`)
  address.searchParams.set('options', [address.searchParams.get('options') ?? '', ...settings].join(' ').trim())
  // `searchParams` writes a space as a plus sign, which is a space only in the data of forms.
  address.search = address.search.replaceAll('+', '%20')
  return address.href
}

/**
 * Connects to the server that accepts changes. An old primary that runs again after a failover accepts changes, too. So
 * plotd compares the timelines of all servers that answer, and never returns to an earlier timeline.
 *
 * @throws the error of a server or the network
 */
export async function connect({ servers, host }: Address, answerMs: number): Promise<pg.Client> {
  const isOnly = servers.all.length === 1
  let refusal: unknown
  let newest: { readonly url: string; readonly client: pg.Client; readonly timeline: string } | undefined
  for (const url of servers.inTurn) {
    try {
      const isCompared = newest !== undefined && servers.isConnected
      const limit = isCompared ? { connectionTimeoutMillis: COMPARE_MS } : {}
      const client = await connectTo({ ...settings(url, host, answerMs), ...limit })
      const isWritable = isOnly || (await isPrimary(client).catch(() => false))
      const timeline = isWritable ? await timelineOf(client).catch(() => '') : ''
      const isOld = !isOnly && timeline < (newest?.timeline ?? servers.timeline)
      if (!isWritable || isOld || timeline === newest?.timeline) {
        client.end().catch(() => {})
        refusal ??= Object.assign(new Error('each server that answers is a replica or an old primary'), {
          code: NOT_YET,
        })
        continue
      }
      newest?.client.end().catch(() => {})
      newest = { url, client, timeline }
    } catch (error) {
      refusal = isConnectionError(error) ? (refusal ?? error) : error
    }
  }
  if (newest === undefined) throw refusal
  servers.setPrimary(newest.url, newest.timeline)
  return newest.client
}

/**
 * Calls `use` with a connection, which `use` may keep. When the connection is lost meanwhile, calls `use` again with a
 * new one: the server ends the transaction of a host that stood still (`FROZEN_MS`), and a server may be restarted.
 *
 * @throws PlotdError of `storeError`
 */
export async function whileConnected<T>(
  address: Address,
  answerMs: number,
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  let client: pg.Client | undefined = await connect(address, answerMs).catch(raise)
  for (let restarts = 0; ; restarts++) {
    try {
      client ??= await connect(address, answerMs)
      return await use(client)
    } catch (error) {
      await client?.end().catch(() => {})
      if (restarts === RESTARTS || !isLost(error)) raise(error)
    }
    client = undefined
    await sleep(RESTART_PAUSE_MS)
  }
}

/**
 * A connection that ends even when the server is silent. Otherwise the connection would keep the process alive until
 * the system gives up the connection, many minutes later.
 */
class Client extends pg.Client {
  constructor(config: pg.ClientConfig) {
    super(config)
    this.on('error', () => {}) // the next query reports the error
  }

  override end(): Promise<void>
  override end(onEnd: (error: Error) => void): void
  override end(onEnd?: (error: Error) => void): Promise<void> | void {
    const { connection } = this
    setTimeout(() => connection.stream.destroy(), END_MS).unref()
    return onEnd ? super.end(onEnd) : super.end()
  }
}

async function connectTo(config: pg.ClientConfig): Promise<pg.Client> {
  const client = new Client(config)
  try {
    await client.connect()
    return client
  } catch (error) {
    client.end().catch(() => {})
    throw error
  }
}

async function isPrimary(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ replica: boolean }>('SELECT pg_is_in_recovery() AS replica')
  return rows[0]?.replica === false
}

/** The timeline of a primary. Some services do not tell their timeline. */
async function timelineOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ file: string }>('SELECT pg_walfile_name(pg_current_wal_lsn()) AS file')
  return rows[0]?.file.slice(0, 8) ?? ''
}

/**
 * Connections for statements that need no lock, to the server to which `connect` connected last.
 *
 * @param endsIdle  whether the server can end idle connections
 */
export function connections({ servers, host }: Address, endsIdle: boolean): pg.Pool {
  const session = endsIdle ? { ...SESSION, idle_session_timeout: POOL_IDLE_MS } : SESSION
  class PoolClient extends Client {
    constructor() {
      super(settings(servers.current, host, POOL_ANSWER_MS, session))
    }
  }
  const pool = new pg.Pool({ Client: PoolClient, max: 4, idleTimeoutMillis: POOL_KEEP_MS, allowExitOnIdle: true })
  pool.on('error', () => {})
  return pool
}

/** cannot_connect_now: the server may become the primary. */
const NOT_YET = '57P03'
/** SQLSTATEs of a server that starts, stops, has no free connection, drops one, has a system error, or is a replica. */
const AWAY = /^(08|53300|57P|58|25P03|25006)/
/** disk_full */
const FULL = '53100'
const REFUSED = /^(28|3D|42501)/
const BEHIND_POOLER = 'a pooler such as PgBouncer does not pass on the settings of plotd: connect without a pooler'
/** The words by which PgBouncer refuses the settings of a session. */
const SETTINGS_REFUSED = /unsupported startup parameter/
/** SQLSTATEs in AWAY of a server that answers: it has no free connection, or accepts no changes. */
const REFUSED_NOW = /^(53300|25006)$/
/** SQLSTATEs of a server that ends the connection or the transaction of a host, or does not accept it yet. */
const ENDED = /^(08|57P|25P03)/
/** Node's codes of a connection that could not be made or was lost. */
const NETWORK = /^E(CONN|PIPE|HOST|NET|TIMEDOUT|NOTFOUND|AI_)/

const codeOf = (error: unknown): string => (error as { readonly code?: string } | undefined)?.code ?? ''

/**
 * Whether an error says that no connection was made, or that a connection is lost or useless. The outcome of the last
 * statement on that connection is unknown.
 */
export function isConnectionError(error: unknown): boolean {
  if (error instanceof PlotdError) return false
  const code = codeOf(error)
  if (AWAY.test(code) || NETWORK.test(code)) return true
  return error instanceof Error && /connection (terminated|timeout)|not queryable|timeout|closed/i.test(error.message)
}

/** Whether an error says that no answer came in time. An error of the server is an answer. */
export const isSilence = (error: unknown): boolean =>
  error instanceof Error && codeOf(error) === '' && /timeout/i.test(error.message)

/** Whether an error says that the server ended the connection, or that the network did. A silent server is no loss. */
function isLost(error: unknown): boolean {
  const code = codeOf(error)
  return ENDED.test(code) || NETWORK.test(code) || (code === '' && isConnectionError(error) && !isSilence(error))
}

/** Whether a retry may succeed, as after a deadlock, a serialization failure or a lock timeout. */
export const isTransient = (error: unknown): boolean => /^(40001|40P01|55P03)$/.test(codeOf(error))

/**
 * @returns ERR_CONFIG when the database is missing or refuses the user, and behind PgBouncer; ERR_SPOOL_WRITE for other
 *   errors of the database or the connection; any other error as a PlotdError
 */
export function storeError(error: unknown): PlotdError {
  if (error instanceof PlotdError) return error
  if (codeOf(error) === '' && !isConnectionError(error)) return toPlotdError(error)
  const message = error instanceof Error ? error.message || codeOf(error) : String(error)
  if (SETTINGS_REFUSED.test(message)) return new PlotdError('ERR_CONFIG', `spool: ${BEHIND_POOLER}`, {}, error)
  if (REFUSED.test(codeOf(error))) {
    return new PlotdError('ERR_CONFIG', `spool: the database refuses: ${message}`, {}, error)
  }
  if (codeOf(error) === FULL) {
    const full = `the disk of the database is full, so nothing was changed: make room there, then try again (${message})`
    return new PlotdError('ERR_SPOOL_WRITE', full, { sqlState: FULL, system: 'ENOSPC' }, error)
  }
  const isSilent = isConnectionError(error) && !REFUSED_NOW.test(codeOf(error))
  const summary = isSilent ? 'the database does not answer' : 'the database refuses'
  return new PlotdError('ERR_SPOOL_WRITE', `${summary}: ${message}`, { sqlState: codeOf(error) }, error)
}

function raise(error: unknown): never {
  throw storeError(error)
}

interface ServerFacts {
  readonly fsync: string
  readonly commit: string
  readonly full_page_writes: string
  readonly replica: boolean
  readonly encoding: string
  readonly version: number
  /** Whether the connection has the settings of SESSION. */
  readonly session: boolean
}

const FACTS = `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
  current_setting('full_page_writes') AS full_page_writes, pg_is_in_recovery() AS replica,
  current_setting('server_encoding') AS encoding, current_setting('server_version_num')::int AS version,
  coalesce(current_setting('plotd.session', true), '') = 'on' AS session`

const OLDEST_VERSION = 130_000
/** The first version with the setting `idle_session_timeout`. */
const ENDS_IDLE_VERSION = 140_000

/**
 * Refuses a server that is old, a replica, not safe in a power cut, not in UTF-8, or behind a pooler that drops the
 * settings of a session.
 *
 * @returns whether the server can end idle connections
 * @throws PlotdError ERR_CONFIG
 */
export async function checkServer(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<ServerFacts>(FACTS)
  const [facts] = rows
  if (facts === undefined) return false
  const problem = problemOf(facts)
  if (problem !== undefined) throw new PlotdError('ERR_CONFIG', `spool: ${problem}`, { key: 'spool' })
  return facts.version >= ENDS_IDLE_VERSION
}

function problemOf({
  fsync,
  commit,
  full_page_writes,
  replica,
  encoding,
  version,
  session,
}: ServerFacts): string | undefined {
  if (version < OLDEST_VERSION) return `PostgreSQL 13 or newer is needed, and this is ${Math.trunc(version / 10_000)}`
  if (replica) return 'this server is a replica, which takes no jobs: give the address of the primary'
  if (fsync !== 'on') return 'fsync is off on this server: it acknowledges jobs that are not on its disk'
  if (commit === 'off') return 'synchronous_commit is off on this server: it acknowledges jobs that are not on its disk'
  if (full_page_writes !== 'on') return 'full_page_writes is off on this server: a power cut may damage its files'
  if (encoding !== 'UTF8') {
    return `the encoding of the database is ${encoding}, and must be UTF8: createdb --encoding UTF8 --template template0`
  }
  if (!session) return BEHIND_POOLER
  return undefined
}
