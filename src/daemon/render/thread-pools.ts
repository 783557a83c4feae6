import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { PlotdError, toPlotdError } from '../../errors.ts'
import type { Affine } from '../../geometry/affine.ts'
import type { PlotNow } from '../../plotter/motion/index.ts'
import type { Plan } from '../../plotter/plan/plan.ts'
import { DEFAULT_PROFILE, profileNamed } from '../../plotter/profiles/index.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import { type Claim, RenderPool, type RenderPoolOptions, Semaphore, type Spool } from '../../spool/index.ts'
import type { Job, JobResult, PlotRequest } from '../../spool/job.ts'
import type { DocumentFacts } from '../../tasks/index.ts'
import { threadScript } from '../../threads.ts'
import type { Config } from '../config/schema.ts'
import { importerModules, moduleOf, type TaskCatalog, taskFrom } from '../custom-tasks/index.ts'
import { Encoded } from '../protocol/encoded.ts'
import type { Parsed, Result } from '../protocol/index.ts'
import { type AcceptedJob, type JobRequest, moduleTooSlow, type Notes, reportAdmitted } from './accept-jobs.ts'
import type { CheckedJob } from './check-jobs.ts'
import { allHere, type Contents, hasUpload, type Place, recordInTime } from './contents.ts'
import type { UploadFacts } from './describe-upload.ts'
import type { Machine } from './drawable.ts'
import { loadPlan } from './plans.ts'
import type { RegisterInput } from './register-plan.ts'
import type { DrawInput, PreviewResult } from './thread-jobs.ts'
import { previewTooLarge, type ThreadRunOptions, ThreadRuns } from './thread-runs.ts'

/** Maximum number of lines that one render may add to the log of its job. */
const MAX_LOG_LINES = 200

/** Maximum number of render threads when `render.workers` is absent. Each thread takes memory. */
const MAX_WORKERS = 4

/** One preview and one check run at a time, so the third thread is left for submits. */
const QUICK_THREADS = 3

/** A quick thread beyond the first ends after this time without work, ms. A thread holds 50 MB. */
const IDLE_MS = 60_000

/** Longest wait of a submit for the warnings of its drawings, ms. */
const WARNINGS_MS = 10_000

const SCRIPT = () => threadScript('src/daemon/render/thread-entry')

/** The part of a thread pool that the daemon uses. */
export type ThreadPool = Pick<RenderPool, 'size' | 'run' | 'close'>

export interface ThreadPoolOptions {
  /** Returns a new pool, or a pool that several daemons of this process share. */
  readonly newPool?: (options: RenderPoolOptions) => ThreadPool
  readonly contents?: Contents
  /** Prefix of paths below the output folder. */
  readonly outputPrefix?: string
}

export interface PlanOptions {
  readonly signal?: AbortSignal
  /** Maps the drawing to a printed sheet as it lies on the machine, mm. */
  readonly registration?: Affine | undefined
}

/**
 * The daemon's threads, in three pools. `render` runs jobs. `quick` makes previews, figures and plans for display,
 * describes uploads, and checks jobs. At most one preview and one check run in `quick` at a time, so that a thread is
 * left for a submit. A custom task that checks the parameters of a submit counts as a check. `plan` prepares ink, and
 * serves only plotters.
 */
export class ThreadPools {
  readonly #config: Config
  readonly #machinesOf: (plotter: string) => readonly Machine[]
  readonly #contents: Contents
  readonly #outputPrefix: string
  readonly #newPool: NonNullable<ThreadPoolOptions['newPool']>
  readonly #render: ThreadPool
  readonly #quick: ThreadPool
  readonly #previews = new Semaphore(1)
  readonly #checks = new Semaphore(1)
  #planning: ThreadPool | undefined
  readonly #catalog: TaskCatalog
  readonly #runs: ThreadRuns

  /** @param machinesOf  the machines that may draw a job for this plotter, or for 'any' */
  constructor(
    config: Config,
    catalog: TaskCatalog,
    machinesOf: (plotter: string) => readonly Machine[],
    { contents = allHere(config.output), outputPrefix = '', newPool = startPool }: ThreadPoolOptions = {},
  ) {
    const { workers = Math.min(MAX_WORKERS, availableParallelism()) } = config.render
    this.#newPool = newPool
    this.#contents = contents
    this.#outputPrefix = outputPrefix
    this.#config = config
    this.#catalog = catalog
    this.#machinesOf = machinesOf
    this.#runs = new ThreadRuns(config.fonts)
    this.#render = this.#pool(workers)
    this.#quick = this.#pool(QUICK_THREADS, IDLE_MS)
  }

  /** This pool exists from its first job on, because a daemon without a plotter does not need the pool. */
  get #planPool(): ThreadPool {
    this.#planning ??= this.#pool(1)
    return this.#planning
  }

  /** Maximum number of jobs that are rendered at a time. */
  get workers(): number {
    return this.#render.size
  }

  get contents(): Contents {
    return this.#contents
  }

  get plans(): string {
    return join(this.#config.state, 'plans')
  }

  /** Renders a claimed job into the output folder, and reports the progress to the spool. */
  async render(spool: Spool, claim: Claim): Promise<JobResult> {
    const { job, signal } = claim
    await this.#contents.fetchUploads(job.params)
    const input = {
      ...this.#drawInput(job.task, job.params, job.plot),
      outputFolder: this.#config.output,
      outputPrefix: this.#outputPrefix,
      ...(job.output === undefined ? {} : { path: job.output }),
      ...(job.result === undefined ? {} : { replaces: job.result.path }),
    }
    let logLines = 0
    const result = await this.#runs.run<JobResult>(
      this.#render,
      { kind: 'render', input },
      {
        signal,
        timeoutMs: job.timeoutMs,
        isForeign: this.#isForeign(job),
        onMessage: (message) => {
          if (message.type === 'log' && logLines++ < MAX_LOG_LINES) ignoreLoss(spool.log(job.id, message.message))
          if (message.type === 'progress') {
            ignoreLoss(spool.progress(claim, { phase: 'render', done: message.done, of: 1 }))
          }
        },
      },
    )
    await this.#contents.copyRecord(result)
    return result
  }

  /** @throws PlotdError ERR_TASK_UNKNOWN, ERR_LIMIT for more than `outgoingBytes`, and the errors of the drawing */
  async preview(
    { task, params, plot, profile, bound }: Parsed<'preview.render'>,
    signal?: AbortSignal,
  ): Promise<Encoded> {
    await this.#contents.fetchUploads(params)
    const drawInput = this.#drawInput(task, params, plot, profile)
    const input = bound === undefined ? drawInput : { ...drawInput, bound }
    const { render, limits } = this.#config
    const options: ThreadRunOptions = {
      timeoutMs: render.timeout,
      maxOutputBytes: limits.outgoingBytes,
      isForeign: this.#isForeign({ task, params }),
      semaphore: this.#previews,
      signal,
    }
    const preview = this.#runs.run<PreviewResult>(this.#quick, { kind: 'preview', input }, options)
    const { json } = await preview.catch(previewTooLarge(limits.outgoingBytes))
    return new Encoded([json])
  }

  /** Describes an upload, and names the task that draws it. */
  async describe(request: Parsed<'document.describe'>, signal?: AbortSignal): Promise<Result<'document.describe'>> {
    await this.#contents.fetchUploads(request)
    const { state, svg: svgLimits, render } = this.#config
    const all = importerModules(this.#catalog)
    const input = { ...request, uploads: join(state, 'uploads'), svgLimits, modules: [], hasModules: all.length > 0 }
    const options: ThreadRunOptions = { timeoutMs: render.timeout, isForeign: true, signal }
    const ownOptions: ThreadRunOptions = { ...options, semaphore: this.#previews }
    const facts = await this.#runs.run<UploadFacts>(this.#quick, { kind: 'describe', input }, ownOptions)
    if (!('isUncertain' in facts)) return facts
    const foreignOptions: ThreadRunOptions = { ...options, semaphore: this.#checks }
    const work = { kind: 'describe', input: { ...input, modules: all } } as const
    return this.#runs.run<DocumentFacts>(this.#quick, work, foreignOptions)
  }

  /**
   * Checks jobs without queueing them.
   *
   * @param maxQuick  maximum number of drawn jobs, among those that have a `plot` and a quick task
   * @param refusals  by index of the job: the error with which a submit would refuse the job before a thread reads it
   */
  async check(
    { jobs }: Parsed<'job.check'>,
    maxQuick: number,
    refusals: ReadonlyMap<number, CheckedJob['error']>,
    signal?: AbortSignal,
  ): Promise<Result<'job.check'>> {
    for (const { params } of jobs) await this.#contents.fetchUploads(params)
    const { unusable } = this.#catalog
    const requests = jobs.map(({ task, params, plot, output }, i): CheckedJob => {
      const error = refusals.get(i)
      const input = this.#checkInput(task, params, plot)
      return { ...input, ...(output !== undefined && { output }), ...(error && { error }) }
    })
    const input = { jobs: requests, maxQuick, modules: this.#modulesOf(jobs), unusable }
    const { timeout } = this.#config.render
    const isForeign = this.#isForeign(...jobs)
    const options = { timeoutMs: timeout, isForeign, semaphore: this.#checks, signal }
    return this.#runs.run<Result<'job.check'>>(this.#quick, { kind: 'check', input }, options)
  }

  /**
   * Checks the parameters of jobs by their custom tasks.
   *
   * @returns the fields that the tasks give to the jobs
   * @throws PlotdError as `acceptOnThread` does; ERR_TASK_TIMEOUT naming the modules
   */
  async accept(jobs: readonly JobRequest[]): Promise<AcceptedJob[]> {
    const input = { jobs, modules: this.#modulesOf(jobs) }
    const accepting = this.#runs.run<string>(
      this.#quick,
      { kind: 'accept', input },
      {
        timeoutMs: this.#config.render.timeout,
        maxOutputBytes: 4 * this.#config.limits.messageBytes,
        isForeign: true,
        semaphore: this.#checks,
      },
    )
    return JSON.parse(await accepting.catch(moduleTooSlow(input.modules))) as AcceptedJob[]
  }

  /**
   * Reads the files of jobs before the spool queues the jobs. Draws small files and some quick tasks, so that the
   * answer has the warnings of the ink.
   *
   * @param maxQuick  maximum number of drawn jobs, among those that have a `plot` and a quick task
   * @throws PlotdError of the first job that is refused, with its `index`
   */
  async admit(jobs: readonly JobRequest[], maxQuick: number): Promise<readonly Notes[]> {
    for (const { params } of jobs) await this.#contents.fetchUploads(params)
    const { state, svg: svgLimits } = this.#config
    const input = { jobs, uploads: join(state, 'uploads'), svgLimits }
    const { timeout } = this.#config.render
    const options = { timeoutMs: timeout, isForeign: this.#isForeign(...jobs) }
    const allNotes = await this.#runs.run<readonly Notes[]>(this.#quick, { kind: 'admit', input }, options)
    for (const [i, job] of jobs.entries()) if (allNotes[i]?.length === 0) reportAdmitted(job)
    const warnings = await this.#renderWarnings(jobs, maxQuick)
    return allNotes.map((notes, i) => warnings[i] ?? notes)
  }

  /** Checks that a plotter can draw a job's present SVG. @throws the errors of `checkDrawable` in `thread-jobs` */
  async checkDrawable(job: Job, { name, profile, registration }: Machine & PlanOptions): Promise<void> {
    const { id, title, result, plot } = job
    if (!result || !plot) return
    const { svg: svgLimits, render } = this.#config
    const { folder, path } = await this.#contents.findRecord(result)
    const input = { outputFolder: folder, path, plot, profile, svgLimits, registration }
    try {
      await this.#runs.run(this.#quick, { kind: 'drawable', input }, { timeoutMs: render.timeout })
    } catch (thrown) {
      const { code, message, detail } = toPlotdError(thrown)
      const why = `${name} cannot draw the next job, ${id} (${title}): ${message}. Cancel it, or hold it, to continue`
      throw new PlotdError(code, why, { ...detail, job: id, plotter: name }, thrown)
    }
  }

  /**
   * The figures and warnings of a rendered job's SVG for a plotter and a page.
   *
   * @throws PlotdError ERR_JOB_STATE when the job is not rendered; the errors of `inkResult` in `thread-jobs`
   */
  async inkResult({ result, task, timeoutMs }: Job, plot: PlotRequest, signal?: AbortSignal): Promise<JobResult> {
    if (result === undefined) throw new PlotdError('ERR_JOB_STATE', 'the job is not rendered')
    const { machines, svgLimits = {} } = this.#checkInput(task, undefined, plot)
    const { folder, path } = await this.#contents.findRecord(result)
    const input = { outputFolder: folder, path, plot, rendered: result, machines, svgLimits }
    const options = { timeoutMs, semaphore: this.#previews, signal }
    return this.#runs.run<JobResult>(this.#quick, { kind: 'ink', input }, options)
  }

  /** Makes the plan that the plotter will draw, and its file. @throws as `freezePlan` does; PlotdError ERR_FILE */
  async plan(result: JobResult, plot: PlotRequest, profile: Profile, options: PlanOptions = {}): Promise<Plan> {
    const pool = this.#planPool
    const record = await recordInTime(this.#contents, result, options.signal)
    return loadPlan(this.plans, await this.#plan(pool, record, plot, profile, options))
  }

  /**
   * Makes the plan for the sheet as it lies now (`registerPlan`). The plan is on the disk when the promise resolves.
   *
   * @throws PlotdError ERR_FILE
   */
  async register(input: Omit<RegisterInput, 'plans'>): Promise<Plan> {
    const job = { kind: 'register', input: { ...input, plans: this.plans } } as const
    return loadPlan(this.plans, (await this.#runs.run<{ hash: string }>(this.#planPool, job)).hash)
  }

  /**
   * The times at which the strokes of a frozen plan are drawn, s (`strokeTimes`).
   * @param now  what has changed since the plot was planned, and the stroke in which the plot is held or begins
   * @throws PlotdError ERR_FILE
   */
  times(hash: string, profile: Profile, now: PlotNow): Promise<Float64Array> {
    const input = { plans: this.plans, hash, profile, now }
    return this.#runs.run<Float64Array>(this.#planPool, { kind: 'times', input })
  }

  /** Makes a plan for display, in the `quick` pool, because no plotter waits for it. @returns the hash of the plan */
  planToShow(record: Place, plot: PlotRequest, profile: Profile, timeoutMs: number): Promise<string> {
    return this.#plan(this.#quick, record, plot, profile, { timeoutMs, semaphore: this.#previews })
  }

  /** Stops all runs. The runs reject with ERR_DAEMON_AWAY, and so does every later call. */
  async close(): Promise<void> {
    this.#runs.stop()
    const pools = [this.#render, this.#quick, this.#planning]
    await Promise.all(pools.map(async (pool) => pool?.close()))
  }

  /** The warnings of the jobs' drawings; none when drawing takes too long. The rendering reports them, too. */
  async #renderWarnings(jobs: readonly JobRequest[], maxQuick: number): Promise<readonly (Notes | undefined)[]> {
    const { tasks } = this.#catalog
    const isDrawn = ({ task, plot }: JobRequest): boolean =>
      (maxQuick > 0 && plot !== undefined) || 'source' in taskFrom({ tasks, unusable: [] }, task)
    if (!jobs.some(isDrawn)) return []
    const inputs = jobs.map(({ task, params, plot }) => this.#drawInput(task, params, plot))
    const work = { kind: 'warnings', input: { jobs: inputs, maxQuick } } as const
    const options = { timeoutMs: WARNINGS_MS, isForeign: this.#isForeign(...jobs) }
    const reading = this.#runs.run<(Notes | undefined)[]>(this.#quick, work, options)
    return reading.catch((thrown: unknown) => {
      if (thrown instanceof PlotdError && thrown.code === 'ERR_TASK_TIMEOUT') return []
      throw thrown
    })
  }

  async #plan(
    pool: ThreadPool,
    { folder, path }: Place,
    plot: PlotRequest,
    profile: Profile,
    { registration, ...options }: ThreadRunOptions & PlanOptions,
  ): Promise<string> {
    const { svg: svgLimits } = this.#config
    const input = { outputFolder: folder, path, plot, profile, plans: this.plans, svgLimits, registration }
    const { hash } = await this.#runs.run<{ hash: string }>(pool, { kind: 'plan', input }, options)
    return hash
  }

  #pool(threads: number, idleMs?: number): ThreadPool {
    const { memoryMb } = this.#config.render
    return this.#newPool({ script: SCRIPT(), threads, memoryMb, ...(idleMs !== undefined && { idleMs }) })
  }

  /** @throws PlotdError ERR_TASK_UNKNOWN */
  #drawInput(task: string, params: unknown, plot?: PlotRequest, profile?: string): DrawInput {
    taskFrom(this.#catalog, task)
    return this.#checkInput(task, params, plot, profile)
  }

  #checkInput(task: string, params: unknown, plot?: PlotRequest, profile?: string): DrawInput {
    const { state, svg: svgLimits } = this.#config
    const all = profile === undefined ? this.#machinesOf(plot?.plotter ?? 'any') : []
    const machines = plot === undefined ? all.slice(0, 1) : all
    const [first = { name: '', profile: profileNamed(profile ?? DEFAULT_PROFILE), pace: 1 }, ...others] = machines
    const module = moduleOf(this.#catalog, task)
    return {
      task,
      params,
      machines: [first, ...others],
      uploads: join(state, 'uploads'),
      svgLimits,
      ...(plot === undefined ? {} : { plot }),
      ...(module === undefined ? {} : { module }),
    }
  }

  /** Whether a job may run code that is not plotd's: a custom task, or the PDF library if an upload is a PDF. */
  #isForeign(...jobs: readonly Pick<JobRequest, 'task' | 'params'>[]): boolean {
    return jobs.some(({ task, params }) => hasUpload(params) || moduleOf(this.#catalog, task) !== undefined)
  }

  #modulesOf(jobs: readonly JobRequest[]): string[] {
    const modules = jobs.map(({ task }) => moduleOf(this.#catalog, task))
    return [...new Set(modules)].filter((module) => module !== undefined)
  }
}

const startPool = (options: RenderPoolOptions): ThreadPool => new RenderPool(options)

/** Ignores a failed write of a log line or of progress: for example, when the job was canceled meanwhile. */
function ignoreLoss(written: Promise<void>): void {
  written.catch(() => {})
}
