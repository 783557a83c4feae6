import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { PlotdError, toPlotdError } from '../../errors.ts'
import type { Clock } from '../clock.ts'
import { freeze } from '../freeze.ts'
import type { Job } from '../job.ts'
import type { OpenClaim } from '../open-claim.ts'
import type { LeftOut } from '../queue/left-out.ts'
import type { Retention } from '../queue/retention.ts'
import type { Announcer } from './announcer.ts'
import { isConnectionError, storeError } from './connect.ts'
import { jobOf, type RawRow } from './rows.ts'
import type { Writer } from './writer.ts'

/** Longest wait of a single statement for a server that is away, ms. */
const PATIENCE_MS = 8_000
const RETRY_MS = 100

/** The parts of an open spool that its verbs use. */
export interface Context {
  readonly host: string
  /** The name of this life of the host. */
  readonly life: string
  readonly clock: Clock
  /** Returns a random number, 0 … 1, that scatters retries. */
  readonly random: () => number
  readonly retention: Retention
  readonly writer: Writer
  readonly announcer: Announcer
  readonly pool: pg.Pool
  readonly claims: OpenClaims
  readonly leftOut: LeftOut
  /** Longest wait of a single statement for a server that is away, ms; 8000 when absent. */
  readonly patienceMs?: number | undefined
}

/** The parts for a statement that the `Writer` does not send. Such a statement does not take the lock of the queue. */
type StatementContext = Pick<Context, 'pool' | 'patienceMs'>

/** The open claims of this host, to stop their holders. The token in a job's row decides whether a claim is valid. */
export class OpenClaims {
  readonly #life: string
  readonly #byJob = new Map<string, OpenClaim>()
  #count = 0

  constructor(life: string) {
    this.#life = life
  }

  newToken(): string {
    return `${this.#life}/${++this.#count}`
  }

  get(id: string): OpenClaim | undefined {
    return this.#byJob.get(id)
  }

  all(): readonly OpenClaim[] {
    return [...this.#byJob.values()]
  }

  add(claim: OpenClaim): void {
    this.#byJob.get(claim.job.id)?.end(true)
    this.#byJob.set(claim.job.id, claim)
  }

  /** @param isLost  whether the holder must stop */
  end(id: string, isLost: boolean): void {
    const claim = this.#byJob.get(id)
    this.#byJob.delete(id)
    claim?.end(isLost)
  }

  /** Ends the claims whose tokens the database does not have, and stops their holders. */
  keepOnly(tokens: ReadonlySet<string | null>): void {
    for (const claim of this.all()) {
      claim.since = 0 // after a failover the numbers of changes may be smaller
      if (!tokens.has(claim.token)) this.end(claim.job.id, true)
    }
  }

  /** Ends every claim, and stops its holder. */
  loseAll(): void {
    for (const { job } of this.all()) this.end(job.id, true)
  }

  /** @returns the job with the progress that its holder has announced and the database does not have yet */
  withUnsaved(job: Job): Job {
    const unsaved = this.#byJob.get(job.id)?.unsaved
    return unsaved === undefined ? job : { ...job, progress: unsaved }
  }
}

/**
 * Runs a statement without the lock of the queue, and repeats it while the server is away. The statement must do no
 * harm when it runs twice.
 */
export function run<T extends pg.QueryResultRow>(
  context: StatementContext,
  text: string,
  values: readonly unknown[] = [],
): Promise<pg.QueryResult<T>> {
  return withRetries(context, () => context.pool.query<T>(text, [...values]))
}

/** Repeats `attempt` while the server is away. The attempt must do no harm when it runs twice. @throws PlotdError */
export async function withRetries<T>(
  { pool, patienceMs = PATIENCE_MS }: StatementContext,
  attempt: () => Promise<T>,
): Promise<T> {
  const start = performance.now()
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (pool.ending && !(error instanceof PlotdError)) {
        throw new PlotdError('ERR_SPOOL_WRITE', 'the spool is closed', {}, error)
      }
      if (!isConnectionError(error) || performance.now() - start > patienceMs) throw storeError(error)
      await sleep(RETRY_MS)
    }
  }
}

export async function rows<T extends pg.QueryResultRow>(
  context: StatementContext,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly T[]> {
  return (await run<T>(context, text, values)).rows
}

/** The job with its params. @throws PlotdError ERR_SPOOL_DAMAGED when the params are gone */
export async function withParams(job: Job, body: (file: string) => Promise<string | undefined>): Promise<Job> {
  if (job.paramsFile === undefined) return job
  const text = await body(job.paramsFile)
  if (text !== undefined) return { ...job, params: freeze(JSON.parse(text)) }
  throw new PlotdError('ERR_SPOOL_DAMAGED', `the parameters of job ${job.id} are not in the database`, { id: job.id })
}

/** The job with its params. A job whose params are gone has `paramsError` in their place. */
export async function forDisplay(context: StatementContext, job: Job): Promise<Job> {
  try {
    return await withParams(job, (file) => readBody(context, file))
  } catch (thrown) {
    const { code, message } = toPlotdError(thrown)
    if (code !== 'ERR_SPOOL_DAMAGED') throw thrown
    return { ...job, params: null, paramsError: { code, message } }
  }
}

/** The JSON text of large params; undefined when it is gone. */
async function readBody(context: StatementContext, file: string): Promise<string | undefined> {
  return (await rows<{ body: string }>(context, 'SELECT body FROM params WHERE sha = $1', [file]))[0]?.body
}

/** The job of a row, with the progress that a holder on this host has announced. */
export const announcedJob = ({ claims }: Context, raw: Pick<RawRow, 'record' | 'progress'>): Job =>
  claims.withUnsaved(jobOf(raw))
