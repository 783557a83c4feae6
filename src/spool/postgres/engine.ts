import { PlotdError } from '../../errors.ts'
import type { InterruptReason, Job, JobError, JobResult, JobStatus, PauseReason, Progress } from '../job.ts'
import { unknownJob } from '../job-errors.ts'
import { LOG_LIMITS } from '../job-fields.ts'
import { KEYS_A_PAGE } from '../queue/keys.ts'
import type {
  Claim,
  ClaimRequest,
  ForgottenKey,
  ImportOptions,
  InkRequest,
  JobLog,
  JobPage,
  KeyPage,
  ListFilter,
  LogEntry,
  NewJob,
  Spool,
  SpoolEvent,
  SubmittedJob,
  Subscription,
} from '../spool.ts'
import { announcedJob, type Context, forDisplay, rows, run } from './context.ts'
import { purge } from './forget.ts'
import { exportJobs, importJobs, importKeys, pageOfKeys } from './import.ts'
import { countJobs, head, listJobs, snapshot } from './listing.ts'
import * as operator from './operator.ts'
import { isId, jsonList, plainText, type RawRow, READ_COLUMNS } from './rows.ts'
import { readState } from './state.ts'
import { submit } from './submit.ts'
import * as work from './work.ts'

/** Adds an entry to the log of a job, and deletes all but the newest `LOG_LIMITS.entries`. */
const LOG = `WITH gone AS (
  DELETE FROM log WHERE job = $1 AND n <= (SELECT n FROM log WHERE job = $1 ORDER BY n DESC OFFSET ${LOG_LIMITS.entries - 1} LIMIT 1)
) INSERT INTO log (job, at, message) SELECT id, $2, $3 FROM job WHERE id = $1`

/** Maximum number of logs in one statement. The server ends a transaction whose host computes too long. */
const LOGS = 5

function importLogsSql(logs: readonly JobLog[]): string {
  const entries = logs.flatMap(({ id, entries }) =>
    entries.slice(-LOG_LIMITS.entries).map(({ at, message }, n) => ({ n, id, at, message: plainText(message) })),
  )
  return `INSERT INTO log (job, at, message) SELECT e.id, e.at, e.message
    FROM json_to_recordset(${jsonList(entries)}) AS e(n int, id text, at float8, message text)
    JOIN job j ON j.id = e.id WHERE NOT EXISTS (SELECT FROM log l WHERE l.job = e.id) ORDER BY e.n`
}

/** The spool on a database server. */
export class PostgresEngine implements Spool {
  protected readonly context: Context
  #closed: Promise<void> | undefined
  readonly #close: () => Promise<void>

  constructor(context: Context, close: () => Promise<void>) {
    this.context = context
    this.#close = close
  }

  async submit(jobs: readonly NewJob[]): Promise<readonly SubmittedJob[]> {
    return submit(this.#open(), jobs)
  }

  async get(id: string): Promise<Job | undefined> {
    const context = this.#open()
    if (!isId(id)) return undefined
    const [row] = await rows<RawRow>(context, `SELECT ${READ_COLUMNS} FROM job j WHERE id = $1`, [id])
    return row && forDisplay(context, announcedJob(context, row))
  }

  async list(filter: ListFilter = {}): Promise<JobPage> {
    return listJobs(this.#open(), filter)
  }

  async counts(): Promise<Readonly<Record<JobStatus, number>>> {
    return countJobs(this.#open())
  }

  async head(plotters: readonly string[]): Promise<Job | undefined> {
    return head(this.#open(), plotters)
  }

  async claim(request: ClaimRequest): Promise<Claim | undefined> {
    return work.claim(this.#open(), request)
  }

  async progress(claim: Claim, progress: Progress, durable = false): Promise<void> {
    return work.progress(this.#open(), claim, progress, durable)
  }

  async complete(claim: Claim, result?: JobResult): Promise<Job> {
    return work.complete(this.#open(), claim, result)
  }

  async fail(claim: Claim, error: JobError): Promise<Job> {
    return work.fail(this.#open(), claim, error)
  }

  async pause(claim: Claim, why: PauseReason, message?: string): Promise<Job> {
    return work.applyEvent(this.#open(), claim, { type: 'pause', why, ...(message !== undefined && { message }) })
  }

  async unpause(claim: Claim): Promise<Job> {
    return work.applyEvent(this.#open(), claim, { type: 'unpause' })
  }

  async interrupt(claim: Claim, why: InterruptReason, message?: string): Promise<Job> {
    return work.end(this.#open(), claim, () => ({ type: 'interrupt', why, ...(message !== undefined && { message }) }))
  }

  async release(claim: Claim): Promise<Job> {
    return work.end(this.#open(), claim, () => ({ type: 'release' }))
  }

  async reportInk(claim: Claim, progress: Progress): Promise<Job> {
    return work.reportInk(this.#open(), claim, progress)
  }

  async cancel(id: string): Promise<Job> {
    return work.cancel(this.#open(), id)
  }

  async hold(id: string): Promise<Job> {
    return operator.hold(this.#open(), id)
  }

  async unhold(id: string): Promise<Job> {
    return operator.unhold(this.#open(), id)
  }

  async top(id: string): Promise<Job> {
    return operator.top(this.#open(), id)
  }

  async move(id: string, before?: string): Promise<Job> {
    return operator.move(this.#open(), id, before)
  }

  async retry(id: string): Promise<Job> {
    return operator.retry(this.#open(), id)
  }

  async askInk(requests: readonly InkRequest[]): Promise<readonly Job[]> {
    return operator.askInk(this.#open(), requests)
  }

  async remove(id: string): Promise<void> {
    return operator.remove(this.#open(), id)
  }

  async purge(olderThanMs = 0): Promise<number> {
    return purge(this.#open(), olderThanMs)
  }

  async pauseQueue(name: string): Promise<void> {
    return operator.setPaused(this.#open(), name, true)
  }

  async resumeQueue(name: string): Promise<void> {
    return operator.setPaused(this.#open(), name, false)
  }

  async log(id: string, message: string): Promise<void> {
    const context = this.#open()
    const values = [isId(id) ? id : '', context.clock.now(), plainText(message.slice(0, LOG_LIMITS.chars))]
    const { rowCount } = await run(context, LOG, values)
    if (rowCount === 0) throw unknownJob(id)
  }

  async logs(id: string): Promise<readonly LogEntry[]> {
    const sql = 'SELECT at, message FROM log WHERE job = $1 ORDER BY n'
    const entries = isId(id) ? await rows<LogEntry>(this.#open(), sql, [id]) : []
    if (entries.length === 0 && (await this.get(id)) === undefined) throw unknownJob(id)
    return entries
  }

  async importLogs(all: readonly JobLog[]): Promise<void> {
    if (all.length === 0) return
    await this.#open().writer.do({
      run: async (tx) => {
        for (let i = 0; i < all.length; i += LOGS) await tx.query(importLogsSql(all.slice(i, i + LOGS)))
      },
    })
  }

  async subscribe(listener: (event: SpoolEvent) => void): Promise<Subscription> {
    const context = this.#open()
    return context.announcer.subscribe(listener, () => snapshot(context, (query) => readState(query, context.claims)))
  }

  export(): AsyncIterable<Job> {
    return exportJobs(this.#open())
  }

  async import(jobs: AsyncIterable<Job> | Iterable<Job>, options: ImportOptions = {}): Promise<number> {
    return importJobs(this.#open(), jobs, options)
  }

  async keys({ after, limit = KEYS_A_PAGE }: { after?: string; limit?: number } = {}): Promise<KeyPage> {
    return pageOfKeys(this.#open(), limit, after)
  }

  async importKeys(keys: readonly ForgottenKey[]): Promise<number> {
    return importKeys(this.#open(), keys)
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  #open(): Context {
    if (this.#closed === undefined) return this.context
    throw new PlotdError('ERR_SPOOL_WRITE', 'the spool is closed')
  }
}
