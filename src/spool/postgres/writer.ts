import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { PlotdError } from '../../errors.ts'
import type { Announcer, RawChange } from './announcer.ts'
import { missedSql } from './announcer.ts'
import type { ClaimQuery } from './claim-queries.ts'
import { type Address, connect, isConnectionError, isTransient, storeError } from './connect.ts'
import { newer } from './migrate.ts'
import { COLUMNS, isId, type RawRow, textArray } from './rows.ts'
import { FENCED, FORMAT, NEWER } from './schema.ts'
import { Tx } from './tx.ts'

/** Verbs in one commit at most. */
const BATCH = 500
/** Longest wait of a verb for a server that is away, ms. */
const PATIENCE_MS = 10_000
const ANSWER_MS = 20_000
const FIRST_RETRY_MS = 50
const LAST_RETRY_MS = 1_000

/** A change of the queue, or a reading of it, under the lock. */
export interface Verb<T> {
  /** Ids that are read with the lock. */
  readonly needs?: readonly string[]
  /** Digests of idempotency keys that are read with the lock. */
  readonly keys?: readonly string[]
  /** The jobs that a claim may have. */
  readonly query?: ClaimQuery
  /** It needs a commit of its own. */
  readonly alone?: boolean
  /** May run again when its commit failed. */
  run(tx: Tx): Promise<T>
  /** Called when the commit is on the disk, before its changes are announced. */
  committed?(value: T): void
}

interface Waiting extends Verb<unknown> {
  /** ms since 1970, when it was called. */
  readonly now: number
  /** performance.now() */
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
  readonly first: number
}

interface RawFeed {
  readonly seq: string
  readonly last_id: string
  readonly lo: number
  readonly hi: number
  readonly ended: number
  readonly paused: string
  readonly format: number
}

export interface WriterParts {
  readonly address: Address
  readonly life: string
  readonly now: () => number
  readonly announcer: Announcer
  /** Reads the state under the lock and announces a reset. */
  readonly reset: (tx: Tx) => Promise<void>
  /** Called when the server has answered. @param sentAt  performance.now() of the message */
  readonly answered: (sentAt: number) => void
  /** Called when a connection works after one was lost: claims may differ from the rows. */
  readonly onBack: () => void
  /** Longest wait of a verb for a server that is away, ms; 10,000 when absent. */
  readonly patienceMs?: number | undefined
  /** Called when this host can write no more: another start of it, or a newer program, took over. */
  readonly onEnd: (error: PlotdError) => void
}

/**
 * The one connection that changes the queue. The verbs that arrive in one turn of the event loop, or during a commit, share the
 * next commit. A commit has two messages: the first takes the lock and reads, the second writes and releases the lock.
 */
export class Writer {
  readonly #parts: WriterParts
  readonly #lines = new Set<string>()
  #client: pg.Client | undefined
  #queue: Waiting[] = []
  #pump: Promise<void> | undefined
  #commits = 0
  #wasLost = false
  #ended: PlotdError | undefined
  #isClosed = false
  /** Called after each commit with the number of ended jobs that are kept. */
  onCommit: (ended: number) => void = () => {}
  /** Whether a commit was sent and is not announced yet. */
  isCommitting = false
  /** For benches: counts, and for how long this host held the lock, ms. */
  readonly stats = { commits: 0, verbs: 0, statements: 0, lockMs: 0 }

  constructor(parts: WriterParts, client: pg.Client) {
    this.#parts = parts
    this.#client = client
  }

  do<T>(verb: Verb<T>): Promise<T> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    return new Promise<T>((resolve, reject) => {
      const { now } = this.#parts
      this.#queue.push({
        ...(verb as Verb<unknown>),
        ...{ now: now(), at: performance.now(), resolve: resolve as (value: unknown) => void, reject },
      })
      this.#pump ??= this.#run()
    })
  }

  /** Ends after the verbs that were called. They no longer wait for a server that is away. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#pump
    await this.#client?.end().catch(() => {})
  }

  async #run(): Promise<void> {
    await new Promise((turn) => setImmediate(turn))
    while (this.#queue.length > 0) {
      const batch = this.#take()
      try {
        await this.#commitWithRetries(batch)
      } catch (error) {
        const refusal = storeError(error)
        for (const verb of batch) verb.reject(refusal)
      }
    }
    // No await since the queue was empty: the next verb starts the pump again.
    this.#pump = undefined
  }

  #take(): readonly Waiting[] {
    const alone = this.#queue.findIndex((verb) => verb.alone)
    const count = alone === 0 ? 1 : alone < 0 ? BATCH : Math.min(alone, BATCH)
    return this.#queue.splice(0, count)
  }

  /** Commits, and tries again when the connection is lost. After a lost answer it first reads whether the commit is stored. */
  async #commitWithRetries(batch: readonly Waiting[]): Promise<void> {
    let sent: SentCommit | undefined
    for (let wait = FIRST_RETRY_MS; ; wait = Math.min(LAST_RETRY_MS, 2 * wait)) {
      try {
        const client = await this.#connected()
        if (sent !== undefined && (await this.#isStored(client, sent))) this.#finish(sent)
        else {
          sent = undefined
          await this.#commit(client, batch, (change) => {
            sent = change
          })
        }
        if (this.#wasLost) {
          this.#wasLost = false
          this.#parts.onBack()
        }
        return
      } catch (error) {
        if (isConnectionError(error)) this.#drop()
        else {
          sent = undefined
          await this.#client?.query('ROLLBACK').catch(() => this.#drop())
          this.#endIf(error)
          if (!isTransient(error)) throw this.#ended ?? error
        }
        // Until its outcome is known, no other host may announce the changes of a commit that was sent.
        this.isCommitting = sent !== undefined
        if (this.#isClosed || performance.now() - (batch[0]?.at ?? 0) > (this.#parts.patienceMs ?? PATIENCE_MS)) {
          this.isCommitting = false
          if (sent === undefined) throw error
          throw new PlotdError(
            'ERR_SPOOL_WRITE',
            'the database did not answer: plotd does not know whether it stored the change',
            { outcome: 'unknown' },
            error,
          )
        }
        await sleep(wait)
      }
    }
  }

  #drop(): void {
    this.#wasLost = true
    this.#client?.end().catch(() => {})
    this.#client = undefined
  }

  async #connected(): Promise<pg.Client> {
    this.#client ??= await connect(this.#parts.address, ANSWER_MS)
    return this.#client
  }

  /** Waits for the lock, which is free only after the lost commit has ended. */
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
      throw Object.assign(new Error('another start of this host has taken its place'), { code: FENCED })
    return Number(row.commits) >= number
  }

  async #commit(client: pg.Client, batch: readonly Waiting[], onSend: (sent: SentCommit) => void): Promise<void> {
    const { stats } = this
    const tx = await this.#begin(client, batch)
    const locked = performance.now()
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
    const statements = [...tx.takeSql()]
    const last = statements.pop()
    for (const sql of statements) await this.#send(client, sql)
    const sent = { tx, number: this.#commits, outcomes, first: tx.feed.seq - tx.changes.length + 1 }
    onSend(sent)
    this.isCommitting = true
    await this.#send(client, last === undefined ? 'COMMIT' : `${last};COMMIT`)
    stats.lockMs += performance.now() - locked
    stats.commits++
    stats.verbs += batch.length
    this.#finish(sent)
  }

  /** Takes the lock and reads what these verbs need, with the changes of other hosts, in one message. */
  async #begin(client: pg.Client, batch: readonly Waiting[]): Promise<Tx> {
    const { announcer, address, life, reset } = this.#parts
    const needs = [...new Set(batch.flatMap((verb) => verb.needs ?? []))]
    const keys = batch.flatMap((verb) => verb.keys ?? [])
    const claims = new Map<string, { readonly query: ClaimQuery; count: number }>()
    for (const { query } of batch) {
      if (query === undefined) continue
      const entry = claims.get(query.key) ?? { query, count: 0 }
      entry.count++
      claims.set(query.key, entry)
    }
    const ids = needs.filter(isId)
    const reads: { readonly sql: string; readonly note: (tx: Tx, rows: readonly never[]) => void }[] = [
      { sql: 'BEGIN', note: () => {} },
      { sql: 'SELECT seq, last_id, lo, hi, ended, paused, format FROM feed FOR UPDATE', note: () => {} },
      { sql: missedSql(announcer.applied), note: () => {} },
    ]
    if (ids.length > 0) {
      const sql = `SELECT ${COLUMNS} FROM job j WHERE id = ANY(${textArray(ids)}) FOR UPDATE OF j`
      reads.push({ sql, note: (tx, rows: readonly RawRow[]) => void tx.note(rows) })
    }
    if (keys.length > 0) {
      const keyList = textArray(keys)
      const jobs = `SELECT ${COLUMNS} FROM job j WHERE key = ANY(${keyList}) FOR UPDATE OF j`
      reads.push({ sql: jobs, note: (tx, rows: readonly RawRow[]) => void tx.note(rows) })
      const sql = `SELECT digest, id FROM forgotten WHERE digest = ANY(${keyList})`
      reads.push({
        sql,
        note: (tx, rows: readonly { digest: string; id: string }[]) => {
          for (const { digest, id } of rows) tx.noteKey(digest, id)
        },
      })
    }
    for (const { query, count } of claims.values()) {
      reads.push({ sql: query.sql(count), note: (tx, rows: readonly RawRow[]) => tx.noteHead(query, rows, count) })
    }
    const results = await this.#send(client, reads.map(({ sql }) => sql).join(';'))
    const feed = (results[1]?.rows as readonly RawFeed[] | undefined)?.[0]
    if (feed === undefined) throw new PlotdError('ERR_SPOOL_DAMAGED', 'the table feed has no row')
    if (feed.format !== FORMAT) throw newer(feed.format)
    const query = async <T extends object>(sql: string): Promise<readonly T[]> => {
      const [result] = await this.#send(client, sql)
      return (result?.rows ?? []) as readonly T[]
    }
    const tx = new Tx(
      query,
      {
        ...{ seq: Number(feed.seq), lastId: feed.last_id, lo: feed.lo, hi: feed.hi, ended: feed.ended },
        paused: JSON.parse(feed.paused) as readonly string[],
      },
      { host: address.host, life, number: ++this.#commits },
      this.#lines,
    )
    const isWhole = announcer.catchUp((results[2]?.rows ?? []) as readonly RawChange[])
    if (!isWhole || announcer.applied < tx.feed.seq) await reset(tx)
    for (const [i, { note }] of reads.entries()) note(tx, (results[i]?.rows ?? []) as never[])
    tx.noteRead(needs)
    return tx
  }

  async #send(client: pg.Client, sql: string): Promise<readonly pg.QueryResult[]> {
    const sentAt = performance.now()
    this.stats.statements++
    const results = (await client.query(sql)) as pg.QueryResult | readonly pg.QueryResult[]
    this.#parts.answered(sentAt)
    return Array.isArray(results) ? (results as readonly pg.QueryResult[]) : [results as pg.QueryResult]
  }

  /** After the commit is on the disk: announces its changes, then resolves its verbs. */
  #finish({ tx, outcomes, first }: SentCommit): void {
    const { announcer } = this.#parts
    for (const line of tx.newLines) this.#lines.add(line)
    for (const outcome of outcomes) if ('value' in outcome) outcome.verb.committed?.(outcome.value)
    for (const [i, change] of tx.changes.entries()) announcer.announce(first + i, change)
    this.isCommitting = false
    for (const outcome of outcomes) {
      if ('value' in outcome) outcome.verb.resolve(outcome.value)
      else outcome.verb.reject(outcome.error)
    }
    this.onCommit(tx.feed.ended)
  }

  #endIf(error: unknown): void {
    const code = (error as { code?: unknown }).code
    if (code !== FENCED && code !== NEWER && code !== 'ERR_SPOOL_NEWER') return
    this.#ended =
      code === FENCED
        ? new PlotdError(
            'ERR_SPOOL_WRITE',
            `another plotd has started as host ${this.#parts.address.host}: this one writes nothing more`,
            {},
            error,
          )
        : newer(undefined)
    this.#parts.onEnd(this.#ended)
  }
}
