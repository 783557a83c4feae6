import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { PlotdError } from '../../errors.ts'
import type { Clock } from '../clock.ts'
import { freeze } from '../freeze.ts'
import type { Job } from '../job.ts'
import type { OpenClaim } from '../queue/claims.ts'
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
  /** The id of this start of the host. */
  readonly life: string
  readonly clock: Clock
  /** 0 … 1, scatters retries. */
  readonly random: () => number
  readonly retention: Retention
  readonly writer: Writer
  readonly announcer: Announcer
  readonly pool: pg.Pool
  readonly claims: OpenClaims
  /** Call this when the server has answered. @param sentAt  performance.now() of the message */
  readonly answered: (sentAt: number) => void
  /** Longest wait of a single statement for a server that is away, ms; 8000 when absent. */
  readonly patienceMs?: number | undefined
}

/** The open claims of this start, to stop their holders. The token in a job's row decides whether a claim is valid. */
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

  /** @param lost  the holder must stop */
  end(id: string, lost: boolean): void {
    const claim = this.#byJob.get(id)
    this.#byJob.delete(id)
    claim?.end(lost)
  }

  /** The announced job, with what its holder has announced and not stored yet. */
  withUnsaved(job: Job): Job {
    const unsaved = this.#byJob.get(job.id)?.unsaved
    return unsaved === undefined ? job : { ...job, progress: unsaved }
  }
}

/** Runs one statement without the lock, and tries again while the server is away: only for statements that may run twice. */
export function run<T extends pg.QueryResultRow>(
  context: Pick<Context, 'pool' | 'answered' | 'patienceMs'>,
  text: string,
  values: readonly unknown[] = [],
): Promise<pg.QueryResult<T>> {
  return withRetries(context, () => context.pool.query<T>(text, [...values]))
}

/** Repeats the attempt while the server is away: only for statements that may run twice. @throws PlotdError */
export async function withRetries<T>(
  { pool, answered, patienceMs = PATIENCE_MS }: Pick<Context, 'pool' | 'answered' | 'patienceMs'>,
  attempt: () => Promise<T>,
): Promise<T> {
  const start = performance.now()
  for (;;) {
    const sentAt = performance.now()
    try {
      const result = await attempt()
      answered(sentAt)
      return result
    } catch (error) {
      if (!isConnectionError(error) || pool.ending || performance.now() - start > patienceMs) throw storeError(error)
      await sleep(RETRY_MS)
    }
  }
}

export async function rows<T extends pg.QueryResultRow>(
  context: Pick<Context, 'pool' | 'answered' | 'patienceMs'>,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly T[]> {
  return (await run<T>(context, text, values)).rows
}

/** The job with its params. @throws PlotdError ERR_SPOOL_DAMAGED when they are gone */
export async function whole(job: Job, body: (file: string) => Promise<string | undefined>): Promise<Job> {
  if (job.paramsFile === undefined) return job
  const text = await body(job.paramsFile)
  if (text !== undefined) return { ...job, params: freeze(JSON.parse(text)) }
  throw new PlotdError('ERR_SPOOL_DAMAGED', `the parameters of job ${job.id} are not in the database`, { id: job.id })
}

export const readBody =
  (context: Pick<Context, 'pool' | 'answered' | 'patienceMs'>) =>
  async (file: string): Promise<string | undefined> =>
    (await rows<{ body: string }>(context, 'SELECT body FROM params WHERE sha = $1', [file]))[0]?.body

export const announcedJob = ({ claims }: Context, raw: Pick<RawRow, 'record' | 'progress'>): Job =>
  claims.withUnsaved(jobOf(raw))
