import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { PlotdError } from '../../errors.ts'
import { type Announcer, missedSql, type RawChange } from './announcer.ts'
import { type Address, connect, isConnectionError, isTransient, storeError } from './connect.ts'
import { newer } from './migrate.ts'
import { queueRow, type RawQueueRow, READ_QUEUE, type Reading, readsOf } from './reads.ts'
import { FENCED, NEWER } from './schema.ts'
import { Tx } from './tx.ts'

/** Maximum number of verbs in one commit. */
const BATCH = 500
/** Longest wait of a verb for a server that is away, ms. */
const PATIENCE_MS = 10_000
const ANSWER_MS = 20_000
const FIRST_RETRY_MS = 50
const LAST_RETRY_MS = 1_000

/** A verb that changes or reads the queue under the lock. */
export interface Verb<T> extends Reading {
  /** Whether the verb needs a commit of its own. */
  readonly isAlone?: boolean
  /** Makes the changes of the verb. Runs again when the commit of the verb has failed. */
  run(tx: Tx): Promise<T>
  /** Called when the commit is on the disk, before its changes are announced. */
  onCommitted?(value: T): void
}

interface Waiting extends Verb<unknown> {
  /** The time of the call, ms since 1970. */
  readonly now: number
  /** The time of the call by performance.now(). */
  readonly at: number
  resolve(value: unknown): void
  reject(error: unknown): void
}

type Outcome = { readonly verb: Waiting } & ({ readonly value: unknown } | { readonly error: unknown })

/** A commit whose last message was sent. */
interface SentCommit {
  readonly tx: Tx
  readonly number: number
  readonly outcomes: readonly Outcome[]
  /** The number of the commit's first change. */
  readonly first: number
}

/** The attempts of one batch. */
interface Attempt {
  readonly batch: readonly Waiting[]
  /** The commit whose answer is missing. */
  sent: SentCommit | undefined
  /** Whether the last try got the lock. */
  hasLock: boolean
}

export interface WriterParts {
  readonly address: Address
  readonly life: string
  readonly now: () => number
  readonly announcer: Announcer
  /** Reads the state under the lock and announces a reset. */
  readonly reset: (tx: Tx) => Promise<void>
  /**
   * Called when a connection works again after a loss. The open claims of this host may then differ from those in the
   * database.
   */
  readonly onBack: () => void
  /** Longest wait of a verb for a server that is away, ms; 10,000 when absent. */
  readonly patienceMs?: number | undefined
  /** Called after the errors FENCED and NEWER: this life of the host can no longer write. */
  readonly onEnd: (error: PlotdError) => void
}

/**
 * The one connection that changes the queue. The verbs that arrive in one turn of the event loop, or during a commit,
 * share the next commit. A commit has two messages or more: the first takes the lock and reads, the last writes and
 * releases the lock.
 */
export class Writer {
  readonly #parts: WriterParts
  /** Names of lines that the database has. */
  readonly #lines = new Set<string>()
  #client: pg.Client | undefined
  /** `Servers.history` when `#client` connected. */
  #history: string
  #queue: Waiting[] = []
  /** The loop that commits the queued verbs; undefined when it does not run. */
  #pump: Promise<void> | undefined
  #commits = 0
  #wasLost = false
  #endError: PlotdError | undefined
  #isClosed = false
  /** Called after each commit with the number of ended jobs that are kept. */
  onCommit: (ended: number) => void = () => {}
  /** Whether a commit was sent and is not announced yet. */
  isCommitting = false
  /** Counts, and the time for which this host held the lock, ms. */
  readonly stats = { commits: 0, verbs: 0, statements: 0, lockMs: 0 }

  constructor(parts: WriterParts, client: pg.Client) {
    this.#parts = parts
    this.#client = client
    this.#history = parts.address.servers.history
  }

  /** Runs a verb in the next commit. Resolves when that commit is on the disk and announced. */
  do<T>(verb: Verb<T>): Promise<T> {
    if (this.#endError !== undefined) return Promise.reject(this.#endError)
    return new Promise<T>((resolve, reject) => {
      const { now } = this.#parts
      this.#queue.push({
        ...(verb as Verb<unknown>),
        now: now(),
        at: performance.now(),
        resolve: resolve as (value: unknown) => void,
        reject,
      })
      this.#pump ??= this.#run()
    })
  }

  /** Gives up the connection, because the server was silent. A message under way fails, and the verbs try again. */
  reconnect(): void {
    if (this.#client !== undefined) this.#drop()
  }

  /** Resolves when all earlier verbs have ended. These verbs no longer wait for a server that is away. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#pump
    await this.#client?.end().catch(() => {})
  }

  async #run(): Promise<void> {
    await new Promise((turn) => setImmediate(turn))
    while (this.#queue.length > 0) {
      await this.#commitAll(this.#take())
    }
    // No await lies between the check of the queue and this line, so no verb is lost: the next verb starts the loop.
    this.#pump = undefined
  }

  /**
   * Commits. When the server refuses what one of the verbs writes, commits each half of the batch, and each half of a
   * refused half. So only this verb fails.
   */
  async #commitAll(batch: readonly Waiting[]): Promise<void> {
    const attempt: Attempt = { batch, sent: undefined, hasLock: false }
    try {
      if (this.#endError !== undefined) throw this.#endError
      await this.#commitWithRetries(attempt)
    } catch (error) {
      const isRefused = attempt.hasLock && attempt.sent === undefined && !isConnectionError(error)
      if (isRefused && !isTransient(error) && this.#endError === undefined && batch.length > 1) {
        const middle = Math.ceil(batch.length / 2)
        await this.#commitAll(batch.slice(0, middle))
        await this.#commitAll(batch.slice(middle))
        return
      }
      const refusal = storeError(error)
      for (const verb of batch) verb.reject(refusal)
    }
  }

  #take(): readonly Waiting[] {
    const alone = this.#queue.findIndex((verb) => verb.isAlone)
    if (alone === 0) return this.#queue.splice(0, 1)
    return this.#queue.splice(0, alone < 0 ? BATCH : Math.min(alone, BATCH))
  }

  /** Commits, and tries again after a lost connection or a transient error. */
  async #commitWithRetries(attempt: Attempt): Promise<void> {
    for (let wait = FIRST_RETRY_MS; ; wait = Math.min(LAST_RETRY_MS, 2 * wait)) {
      try {
        await this.#tryCommit(attempt)
        return
      } catch (error) {
        const refusal = await this.#dropOrRollBack(error)
        // True while the outcome of a sent commit is unknown. `Listener` then announces no changes.
        this.isCommitting = attempt.sent !== undefined
        if (refusal !== undefined || this.#isOutOfPatience(attempt.batch)) {
          this.isCommitting = false
          throw attempt.sent === undefined ? (refusal ?? error) : unknownOutcome(refusal ?? error)
        }
        await sleep(wait)
      }
    }
  }

  /** Makes one attempt to commit. After a lost answer, first reads whether the database has the commit. */
  async #tryCommit(attempt: Attempt): Promise<void> {
    attempt.hasLock = false
    const client = await this.#connection()
    if (attempt.sent !== undefined && (await this.#isStored(client, attempt.sent))) this.#finish(attempt.sent)
    else {
      attempt.sent = undefined
      await this.#commit(client, attempt)
    }
    if (!this.#wasLost) return
    this.#wasLost = false
    this.#parts.onBack()
  }

  /** Prepares the next attempt. @returns the error when another attempt would fail too */
  async #dropOrRollBack(error: unknown): Promise<unknown> {
    if (isConnectionError(error)) {
      this.#drop()
      return undefined
    }
    await this.#client?.query('ROLLBACK').catch(() => this.#drop())
    this.#endIfReplaced(error)
    return isTransient(error) ? undefined : (this.#endError ?? error)
  }

  #isOutOfPatience(batch: readonly Waiting[]): boolean {
    const waitMs = performance.now() - (batch[0]?.at ?? 0)
    return this.#isClosed || waitMs > (this.#parts.patienceMs ?? PATIENCE_MS)
  }

  #drop(): void {
    this.#wasLost = true
    this.#lines.clear() // another server may lack the last lines
    this.#client?.end().catch(() => {})
    this.#client = undefined
  }

  async #connection(): Promise<pg.Client> {
    const { address } = this.#parts
    // The listener has connected to a newer primary than the server of this connection.
    if (this.#client !== undefined && this.#history !== address.servers.history) this.#drop()
    this.#client ??= await connect(address, ANSWER_MS)
    this.#history = address.servers.history
    return this.#client
  }

  /** Whether the database has a commit. Waits for the lock, which is free only after that commit has ended. */
  async #isStored(client: pg.Client, { number }: SentCommit): Promise<boolean> {
    const { address, life } = this.#parts
    await client.query('BEGIN; SELECT FROM feed FOR UPDATE')
    const { rows } = await client.query<{ commits: string; life: string }>(
      'SELECT commits, life FROM host WHERE id = $1',
      [address.host],
    )
    await client.query('COMMIT')
    const [row] = rows
    if (row?.life !== life)
      throw Object.assign(new Error('another life of this host has replaced this life'), { code: FENCED })
    return Number(row.commits) >= number
  }

  async #commit(client: pg.Client, attempt: Attempt): Promise<void> {
    const { stats } = this
    const { batch } = attempt
    const tx = await this.#begin(client, batch)
    attempt.hasLock = true
    const lockedAt = performance.now()
    const outcomes: Outcome[] = []
    for (const verb of batch) {
      tx.now = verb.now
      try {
        outcomes.push({ verb, value: await verb.run(tx) })
      } catch (error) {
        if (!(error instanceof PlotdError)) throw error
        outcomes.push({ verb, error })
      }
      await tx.settle()
    }
    let last: string | undefined
    for (const sql of tx.takeSql()) {
      if (last !== undefined) await this.#send(client, last)
      last = sql
    }
    const sent = { tx, number: this.#commits, outcomes, first: tx.queue.seq - tx.changes.length + 1 }
    attempt.sent = sent
    this.isCommitting = true
    await this.#send(client, last === undefined ? 'COMMIT' : `${last};COMMIT`).catch((error: unknown) => {
      // The server has refused this commit, so the database does not have it.
      if (!isConnectionError(error)) attempt.sent = undefined
      throw error
    })
    stats.lockMs += performance.now() - lockedAt
    stats.commits++
    stats.verbs += batch.length
    this.#finish(sent)
  }

  /** Takes the lock and reads the rows that these verbs need, with the changes of other hosts, in one message. */
  async #begin(client: pg.Client, batch: readonly Waiting[]): Promise<Tx> {
    const { announcer, address, life, reset } = this.#parts
    const needs = [...new Set(batch.flatMap((verb) => verb.needs ?? []))]
    const reads = readsOf(batch, needs)
    const statements = ['BEGIN', READ_QUEUE, missedSql(announcer.applied), ...reads.map(({ sql }) => sql)]
    const [, queueResult, missedResult, ...results] = await this.#send(client, statements.join(';'))
    const queue = queueRow((queueResult?.rows as readonly RawQueueRow[] | undefined)?.[0])
    const query = async <T extends object>(sql: string): Promise<readonly T[]> => {
      const [result] = await this.#send(client, sql)
      return (result?.rows ?? []) as readonly T[]
    }
    const tx = new Tx(query, queue, { host: address.host, life, number: ++this.#commits }, this.#lines)
    const missed = (missedResult?.rows ?? []) as readonly RawChange[]
    if (announcer.mustReset(missed, tx.queue.seq, address.servers.history)) await reset(tx)
    for (const [i, { note }] of reads.entries()) note(tx, (results[i]?.rows ?? []) as never[])
    tx.noteRead(needs)
    return tx
  }

  async #send(client: pg.Client, sql: string): Promise<readonly pg.QueryResult[]> {
    this.stats.statements++
    const results = (await client.query(sql)) as pg.QueryResult | readonly pg.QueryResult[]
    return Array.isArray(results) ? (results as readonly pg.QueryResult[]) : [results as pg.QueryResult]
  }

  /** Announces the changes of a commit that is on the disk, then resolves its verbs. */
  #finish({ tx, outcomes, first }: SentCommit): void {
    const { announcer } = this.#parts
    for (const line of tx.newLines) this.#lines.add(line)
    for (const outcome of outcomes) if ('value' in outcome) outcome.verb.onCommitted?.(outcome.value)
    for (const [i, change] of tx.changes.entries()) announcer.announce(first + i, change)
    this.isCommitting = false
    for (const outcome of outcomes) {
      if ('value' in outcome) outcome.verb.resolve(outcome.value)
      else outcome.verb.reject(outcome.error)
    }
    this.onCommit(tx.queue.ended)
  }

  /** Ends all writing after the errors FENCED and NEWER. */
  #endIfReplaced(error: unknown): void {
    const code = (error as { code?: unknown }).code
    const { host } = this.#parts.address
    if (code === FENCED) {
      const message = `another plotd has started as host ${host}, or ${host} was forgotten: this plotd writes nothing more`
      this.#endError = new PlotdError('ERR_SPOOL_WRITE', message, {}, error)
    } else if (code === NEWER || code === 'ERR_SPOOL_NEWER') this.#endError = newer(undefined)
    else return
    this.#parts.onEnd(this.#endError)
  }
}

const unknownOutcome = (error: unknown): PlotdError =>
  new PlotdError(
    'ERR_SPOOL_WRITE',
    'the database did not answer: plotd does not know whether the change is stored',
    { outcome: 'unknown' },
    error,
  )
