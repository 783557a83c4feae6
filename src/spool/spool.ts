import type { PlotdError } from '../errors.ts'
import type { Farm } from './farm.ts'
import type {
  BatchPlace,
  InterruptReason,
  Job,
  JobError,
  JobResult,
  JobStatus,
  PauseReason,
  PlotRequest,
  Progress,
  Retries,
  Spoils,
} from './job.ts'

/** A request for a job. Absent fields get the spool's defaults. */
export interface NewJob {
  readonly task: string
  readonly params: unknown
  readonly title?: string
  readonly tags?: readonly string[]
  readonly priority?: number
  readonly output?: string
  readonly timeoutMs?: number
  readonly plot?: PlotRequest
  readonly hold?: boolean
  /** Whether the job goes before all queued and rendered jobs. */
  readonly isFirst?: boolean
  readonly runAt?: number
  readonly dependsOn?: readonly string[]
  readonly retries?: Retries
  readonly idempotencyKey?: string
  readonly owner?: string
  readonly batch?: BatchPlace
  readonly spoils?: Spoils
}

/** `repeated` says that a job with this idempotency key was submitted before, and that no new job was stored. */
export type SubmittedJob = Job & { readonly repeated?: true }

/** The work that a holder asks for: to render, to plot, or to continue an interrupted plot. */
export type ClaimRequest =
  | {
      readonly stage: 'render'
      readonly holder: string
      /** Only jobs of these tasks; jobs of all tasks when absent. */
      readonly tasks?: readonly string[]
    }
  | {
      readonly stage: 'plot'
      readonly holder: string
      /** Names of plotters, or 'any' for the jobs that any plotter may draw. */
      readonly plotters: readonly string[]
      /** Only this job. */
      readonly id?: string
    }
  /** A user continues this interrupted job on this holder's plotter. */
  | {
      readonly stage: 'resume'
      readonly holder: string
      readonly id: string
      /**
       * Whether a user says that the sheet was brought to this host. When not true, a host resumes only its own sheets.
       */
      readonly elsewhere?: boolean
    }

/**
 * The right to work on one job, which the holder shows to later verbs. The claim is lost when the job is canceled or
 * held, or when the spool closes. The claim is also lost when it could not be stored, or when another host or another
 * life of this host takes the job away. Then `signal` aborts. An open spool refuses later verbs of the holder, except
 * `reportInk`, with ERR_CLAIM_LOST.
 */
export interface Claim {
  readonly job: Job
  readonly token: string
  readonly signal: AbortSignal
}

export interface ListFilter {
  readonly status?: readonly JobStatus[]
  readonly task?: string
  readonly tag?: string
  readonly owner?: string
  /** The name of a batch. */
  readonly batch?: string
  /** A part of the title or the id, in upper or lower case. */
  readonly search?: string
  /**
   * With 'queue', the default, plots under way and interrupted plots come first. Queued, started and rendered jobs
   * follow in the order of drawing, then scheduled jobs, held jobs and ended jobs. Among ended jobs, the last to end
   * comes first. With 'newest', the last job to be submitted comes first.
   */
  readonly sort?: 'queue' | 'newest'
  /** Maximum number of jobs on a page, 1 … 1000; default 100. */
  readonly limit?: number
  /** `next` of the page before. */
  readonly cursor?: string
}

export interface JobPage {
  readonly jobs: readonly Job[]
  /** Absent on the last page. */
  readonly next?: string
  /** The number of all jobs that match the filter. */
  readonly total: number
}

export interface JobLog {
  readonly id: string
  readonly entries: readonly LogEntry[]
}

/** A request for ink for a job that was only rendered. */
export interface InkRequest {
  readonly id: string
  readonly plot: PlotRequest
  /** The job's result, with the figures for the plotter and the page of `plot`. */
  readonly result: JobResult
}

/** The record of an idempotency key whose job is no longer kept. */
export interface ForgottenKey {
  /** First 132 bits of the key's SHA-256, base64url. */
  readonly digest: string
  /** The job's id. */
  readonly id: string
}

export interface KeyPage {
  readonly keys: readonly ForgottenKey[]
  /** `after` of the next page. */
  readonly next?: string
}

export type SpoolEvent = Change | Reset

/** A change of the queue. */
export type Change =
  /** `elsewhere` says that another host made the change. */
  | { readonly type: 'changed'; readonly job: Job; readonly elsewhere?: true }
  | { readonly type: 'progress'; readonly id: string; readonly progress: Progress }
  | { readonly type: 'removed'; readonly id: string }
  | { readonly type: 'queue'; readonly paused: readonly string[] }

/**
 * The present state, as a new subscription would give it. The spool sends this event when events are missing because
 * the store was away for too long. The spool also sends this event after each failover of the store, because a failover
 * may take changes back.
 */
export interface Reset {
  readonly type: 'reset'
  readonly jobs: readonly Job[]
  readonly paused: readonly string[]
}

/** The state at one moment. Every later event goes to the listener, in order, until `close`. */
export interface Subscription {
  /** Every job that has not ended, and at most 200 jobs that ended last. */
  readonly jobs: readonly Job[]
  readonly paused: readonly string[]
  close(): void
}

export interface LogEntry {
  readonly at: number
  readonly message: string
}

export interface ImportOptions {
  /**
   * Whether this queue takes the place of another queue, and the jobs are the whole content of that queue. Then a job
   * counts as known only if its id is here, whatever its idempotency key, so that no job of that queue is lost.
   */
  readonly isMove?: boolean
}

/**
 * The durable, prioritized queue. A verb resolves after its change is on the disk. Two verbs may resolve earlier:
 * `progress` without `durable`, and a claim to render. After a crash, rendering may run again. Callers must not assume
 * that the queue is in this process, because another engine may keep the queue on a server.
 *
 * Errors: ERR_JOB_UNKNOWN, ERR_JOB_STATE, ERR_DEPENDENCY_FAILED, ERR_CLAIM_LOST, ERR_PARAMS, ERR_SPOOL_WRITE,
 * ERR_SPOOL_DAMAGED, ERR_FILE (a file cannot be read at present). In PostgreSQL also ERR_CONFIG and ERR_SPOOL_NEWER.
 */
export interface Spool {
  /**
   * Stores all jobs or none. For a known idempotency key the spool stores no new job, and answers with the job that has
   * the key. When that job is no longer kept, the answer has its id, the status 'forgotten' and the fields of the
   * request. With a new job that has `spoils`, cancels the spoiled job in the same commit, unless that job has ended.
   * The jobs that wait for the spoiled job then wait for the new job.
   */
  submit(jobs: readonly NewJob[]): Promise<readonly SubmittedJob[]>
  /** The job with its params, or with `paramsError` when they cannot be read. */
  get(id: string): Promise<Job | undefined>
  list(filter?: ListFilter): Promise<JobPage>
  /** The number of jobs in each status. */
  counts(): Promise<Readonly<Record<JobStatus, number>>>

  /**
   * The first job in order that is queued, started or rendered, for one of these plotters. A pause of the queue makes
   * no difference.
   */
  head(plotters: readonly string[]): Promise<Job | undefined>
  /**
   * Claims the job that the request names, else the next job in order; undefined when there is none. Ask again after an
   * event of `subscribe`. A request to resume a job that is not interrupted throws ERR_JOB_STATE.
   */
  claim(request: ClaimRequest): Promise<Claim | undefined>
  /**
   * Announces the progress at once, but not before the claim is announced. Writes the progress at most once a second.
   * With `durable`, writes the progress now, and resolves when the disk has it.
   */
  progress(claim: Claim, progress: Progress, durable?: boolean): Promise<void>
  /**
   * Ends the claim with success. After rendering the job is `rendered` or `finished`, after plotting it is `finished`.
   * The end of a render needs a `result`.
   */
  complete(claim: Claim, result?: JobResult): Promise<Job>
  /**
   * Ends the claim with an error. A rendering is retried while retries are left; after that, the job is `failed`. After
   * an error of a plot, the job is `failed` at once.
   */
  fail(claim: Claim, error: JobError): Promise<Job>
  /** Records that the plot pauses, with the pen up. */
  pause(claim: Claim, why: PauseReason, message?: string): Promise<Job>
  unpause(claim: Claim): Promise<Job>
  /** Records that the plot was interrupted. A user decides how the job continues. */
  interrupt(claim: Claim, why: InterruptReason, message?: string): Promise<Job>
  /**
   * Gives a claim back. A `started` job becomes `queued`. Before the first stroke, a `plotting` or `paused` job becomes
   * `rendered`.
   */
  release(claim: Claim): Promise<Job>

  /**
   * Records which strokes of a canceled plot are on the paper. The last holder of the job calls this once, when the pen
   * is up.
   */
  reportInk(claim: Claim, progress: Progress): Promise<Job>

  /** Ends a job that has not ended. A claim on the job is lost. */
  cancel(id: string): Promise<Job>
  /** Keeps a waiting job from starting. Ends the claim on a job that is being rendered. */
  hold(id: string): Promise<Job>
  /** Lets a held job start. The protocol calls this verb `job.release`. Here `release` gives a claim back. */
  unhold(id: string): Promise<Job>
  /** Moves the job before all queued and rendered jobs. */
  top(id: string): Promise<Job>
  /**
   * Moves the job before the job `before`, and gives it the priority of that job. Without `before`, moves the job to
   * the end of its own priority.
   */
  move(id: string, before?: string): Promise<Job>
  /**
   * Queues a job again. A failed or canceled job starts anew. An interrupted job becomes `rendered`, for a new sheet.
   * Refuses a spoiled job unless the job that draws its card again has failed or was canceled. Refuses the job that
   * draws a card again while the spoiled job has not ended.
   */
  retry(id: string): Promise<Job>
  /**
   * Requests ink for finished jobs that were only rendered, for all of them or for none. The jobs go to the end of
   * their priority, in the order of the requests. plotd plots their existing SVGs.
   */
  askInk(requests: readonly InkRequest[]): Promise<readonly Job[]>
  /** Forgets a job that has ended, but not its idempotency key. */
  remove(id: string): Promise<void>
  /** Forgets jobs that ended at least this long ago, ms; by default all ended jobs. @returns how many */
  purge(olderThanMs?: number): Promise<number>

  /**
   * Pauses the whole queue when the name is ''. The queue then gives claims only to resume. Every other name is a
   * plotter, for which the spool then gives no claim to plot.
   */
  pauseQueue(name: string): Promise<void>
  resumeQueue(name: string): Promise<void>

  /**
   * Adds an entry to the log of a job. The log keeps the newest 200 entries, each cut to 2000 characters. The embedded
   * engine refuses an archived job with ERR_JOB_STATE.
   */
  log(id: string, message: string): Promise<void>
  logs(id: string): Promise<readonly LogEntry[]>
  /** Adds the logs of imported jobs. A job that has a log keeps it. The embedded engine skips archived jobs. */
  importLogs(logs: readonly JobLog[]): Promise<void>

  /**
   * The state now, and every event after it. An event may come before the promise resolves, and is newer than the
   * state. A client that was away subscribes again.
   */
  subscribe(listener: (event: SpoolEvent) => void): Promise<Subscription>

  /** Every job, as `get` gives it. */
  export(): AsyncIterable<Job>
  /**
   * Adds exported jobs under their own ids. Known jobs stay out. A job is known when its id is here, or when its
   * idempotency key belongs to another job, even a forgotten one. Otherwise one request could be drawn twice.
   *
   * @returns how many were added
   */
  import(jobs: AsyncIterable<Job> | Iterable<Job>, options?: ImportOptions): Promise<number>
  /** Idempotency keys of jobs that are no longer kept, a page at a time. An export needs these keys too. */
  keys(page?: { readonly after?: string; readonly limit?: number }): Promise<KeyPage>
  /** @returns how many were not known yet */
  importKeys(keys: readonly ForgottenKey[]): Promise<number>
  close(): Promise<void>
}

/**
 * A store that is 'away' refuses changes, and claims may be lost; `why` is the error that the store met. A store whose
 * disk failed stays away.
 */
export type StoreState = { readonly is: 'here' } | { readonly is: 'away'; readonly why: PlotdError }

/** The jobs that a start changed, by id. */
export interface Recovery {
  /**
   * Jobs whose rendering was cut off. They are rendered again, or have failed because their rendering began too often.
   */
  readonly requeued: readonly string[]
  /** Jobs whose plot was interrupted. A user decides how each continues. */
  readonly interrupted: readonly string[]
  /** The older format of the store, and the copy that was made before the upgrade, if the engine makes one. */
  readonly upgraded?: { readonly from: number; readonly backup?: string } | undefined
}

/** An open spool, with the recovery at its start and the state of its store. */
export interface OpenedSpool extends Spool {
  readonly recovery: Recovery
  store(): StoreState
  /** Calls the listener when the state changes. @returns a function that removes the listener */
  onStore(listener: (state: StoreState) => void): () => void
  /** The verbs about hosts and their tokens; only in an engine that several hosts share. */
  readonly farm?: Farm
}
