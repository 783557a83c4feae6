import { PlotdError } from '../../errors.ts'
import { unknownJob } from '../../spool/index.ts'
import { FINAL, type Job, type JobStatus } from '../../spool/job.ts'
import type { Spool, SpoolEvent } from '../../spool/spool.ts'
import { summary, type WireJob } from '../protocol/index.ts'

/** Maximum number of waits of one token or page session at a time, over all its connections. */
const MAX_WAITS = 256

export interface WaitRequest {
  readonly ids: readonly string[]
  /** The wait for a job ends when the job is in one of these states, or has ended. */
  readonly until: readonly JobStatus[]
  /** Whether the wait ends as soon as the wait for one job ends. When false, the waits for all jobs must end. */
  readonly any: boolean
  readonly timeoutMs: number
}

export interface WaitAnswer {
  /** The jobs that reached a state of `until` or have ended, as they are now. */
  readonly jobs: readonly WireJob[]
  /** Ids of the other jobs. */
  readonly waiting: readonly string[]
}

/**
 * Long polls for the states of jobs. All waits share one subscription of the spool, which begins with the first wait.
 * An event reaches only the waits for its job.
 */
export class JobWaits {
  readonly #spool: Pick<Spool, 'get' | 'subscribe'>
  readonly #waits = new Map<string, Set<Wait>>()
  /** The number of open waits of each client. */
  readonly #waitCounts = new Map<unknown, number>()
  #subscription: Promise<unknown> | undefined

  constructor(spool: Pick<Spool, 'get' | 'subscribe'>) {
    this.#spool = spool
  }

  /**
   * Resolves when all jobs have reached a state of `until` or ended, or when the time is up. With `any`, one job is
   * enough.
   *
   * @param client  the token or page session, which may have at most `MAX_WAITS` open waits
   * @param gone    aborted when the client has left
   * @throws PlotdError ERR_JOB_UNKNOWN, also when a job is forgotten meanwhile; ERR_LIMIT; the reason of `gone`
   */
  async wait(request: WaitRequest, client: unknown, gone?: AbortSignal): Promise<WaitAnswer> {
    const waits = this.#waitCounts.get(client) ?? 0
    if (waits >= MAX_WAITS) {
      throw new PlotdError('ERR_LIMIT', `${MAX_WAITS} waits are open already: wait for several jobs in one call`, {
        limit: 'waits',
        most: MAX_WAITS,
      })
    }
    this.#waitCounts.set(client, waits + 1)
    const wait = new Wait(request)
    this.#add(wait)
    try {
      this.#subscription ??= this.#spool.subscribe((event) => this.#spoolEvent(event))
      await this.#subscription.catch((error: unknown) => {
        this.#subscription = undefined // the next wait tries again
        throw error
      })
      await this.#readStates(wait)
      return await wait.end(gone)
    } finally {
      this.#remove(wait)
      const remaining = (this.#waitCounts.get(client) ?? 1) - 1
      if (remaining === 0) this.#waitCounts.delete(client)
      else this.#waitCounts.set(client, remaining)
    }
  }

  /** Reads the present state of each job. Skips a job when an event has brought a newer state meanwhile. */
  async #readStates(wait: Wait): Promise<void> {
    for (const id of wait.ids) {
      if (wait.knows(id)) continue
      const job = await this.#spool.get(id)
      if (wait.knows(id)) continue
      if (job === undefined) throw unknownJob(id)
      wait.note(job)
    }
    wait.begin()
  }

  #spoolEvent(event: SpoolEvent): void {
    if (event.type === 'changed') this.#note(event.job)
    if (event.type === 'reset') for (const job of event.jobs) this.#note(job)
    if (event.type === 'removed') for (const wait of this.#waits.get(event.id) ?? []) wait.fail(unknownJob(event.id))
  }

  #note(job: Job): void {
    for (const wait of this.#waits.get(job.id) ?? []) wait.note(job)
  }

  #add(wait: Wait): void {
    for (const id of wait.ids) {
      const waits = this.#waits.get(id)
      if (waits === undefined) this.#waits.set(id, new Set([wait]))
      else waits.add(wait)
    }
  }

  #remove(wait: Wait): void {
    for (const id of wait.ids) {
      const waits = this.#waits.get(id)
      waits?.delete(wait)
      if (waits?.size === 0) this.#waits.delete(id)
    }
  }
}

/** One wait. Its promise settles once. */
class Wait {
  readonly ids: ReadonlySet<string>
  readonly #until: ReadonlySet<JobStatus>
  readonly #endsAtFirst: boolean
  readonly #timeoutMs: number
  readonly #jobs = new Map<string, WireJob>()
  /** Ids of jobs that were in a state of `until`, or had ended, at some time during the wait. */
  readonly #reached = new Set<string>()
  readonly #settlement: Promise<void>
  #resolve: () => void = () => {}
  #reject: (why: unknown) => void = () => {}
  #hasBegun = false

  constructor({ ids, until, any, timeoutMs }: WaitRequest) {
    this.ids = new Set(ids)
    this.#until = new Set(until)
    this.#endsAtFirst = any
    this.#timeoutMs = timeoutMs
    this.#settlement = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#settlement.catch(() => {}) // the spool may forget a job before `end` awaits this promise
  }

  knows(id: string): boolean {
    return this.#jobs.has(id)
  }

  note(job: Job): void {
    this.#jobs.set(job.id, summary(job))
    if (this.#until.has(job.status) || FINAL.has(job.status)) this.#reached.add(job.id)
    this.#settle()
  }

  fail(error: PlotdError): void {
    this.#reject(error)
  }

  /** Ends the wait if the jobs have reached their states. Call this method when all present states are known. */
  begin(): void {
    this.#hasBegun = true
    this.#settle()
  }

  async end(gone: AbortSignal | undefined): Promise<WaitAnswer> {
    const timer = setTimeout(this.#resolve, this.#timeoutMs)
    const leave = () => this.#reject(gone?.reason)
    gone?.addEventListener('abort', leave)
    if (gone?.aborted) leave()
    try {
      await this.#settlement
    } finally {
      clearTimeout(timer)
      gone?.removeEventListener('abort', leave)
    }
    const ids = [...this.ids]
    return {
      jobs: ids.flatMap((id) => (this.#reached.has(id) ? (this.#jobs.get(id) ?? []) : [])),
      waiting: ids.filter((id) => !this.#reached.has(id)),
    }
  }

  #settle(): void {
    if (!this.#hasBegun) return
    if (this.#endsAtFirst ? this.#reached.size > 0 : this.#reached.size === this.ids.size) this.#resolve()
  }
}
