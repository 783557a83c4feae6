import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { PlotdError, toPlotdError } from '../../errors.ts'
import type { Plan } from '../../plotter/plan/plan.ts'
import { DEFAULT_PROFILE, profileNamed } from '../../plotter/profiles/index.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import { type Claim, RenderPool, type RenderPoolOptions, type RunOptions, type Spool } from '../../spool/index.ts'
import type { Job, JobResult, PlotRequest } from '../../spool/job.ts'
import { threadScript } from '../../threads.ts'
import type { Config } from '../config/schema.ts'
import { moduleOf, type TaskCatalog, taskFrom } from '../custom-tasks/index.ts'
import { Encoded } from '../protocol/encoded.ts'
import type { Parsed, Result } from '../protocol/index.ts'
import { type AcceptedJob, type JobRequest, moduleTooSlow, type Notes } from './accept-jobs.ts'
import type { CheckedJob } from './check-jobs.ts'
import type { Machine } from './drawable.ts'
import { loadPlan } from './plans.ts'
import type { DrawInput, Previewed } from './thread-jobs.ts'
import type { ThreadWork } from './work-thread.ts'

const LOG_MOST = 200

/** Threads that render, unless configured: more would be memory for speed that nobody waits for. */
const MOST_WORKERS = 4

/** How long a job at the door waits for the thread that may be looking at a drawing for minutes, before it has its own, ms. */
const PATIENCE_MS = 250

/** That thread ends when nobody came for so long: it holds 50 MB. */
const DOOR_IDLE_MS = 60_000

/** A custom task that has not looked at its parameters by then is stuck, ms, and not just waiting for its turn. */
const ACCEPT_MS = 30_000

/** A submit waits so long to hear what will become of a drawing, ms. */
const LOOK_MS = 3000

const SCRIPT = () => threadScript('./work-thread', import.meta.url)

/**
 * The threads: some that render jobs, one for previews, for plans to look at and for what is asked before a job is
 * queued, a second for the latter while that one is busy, one that plans what is drawn, so that ink never waits for a look
 * at something else, and where there are custom tasks one that asks them about parameters.
 */
export class ThreadPools {
  readonly #config: Config
  readonly #machinesOf: (plotter: string) => readonly Machine[]
  readonly #renders: RenderPool
  readonly #desk: RenderPool
  /** From the first job on that waited at the door for too long. */
  #door: RenderPool | undefined
  /** From the first custom task on. */
  #counter: RenderPool | undefined
  /** From the first plan on: a daemon without a plotter needs none. */
  #planner: RenderPool | undefined
  readonly #catalog: TaskCatalog
  readonly #stop = new AbortController()

  /**
   * @param machinesOf  what is behind a plotter's name, or behind 'any'
   */
  constructor(config: Config, catalog: TaskCatalog, machinesOf: (plotter: string) => readonly Machine[]) {
    const { workers = Math.min(MOST_WORKERS, availableParallelism()) } = config.render
    this.#config = config
    this.#catalog = catalog
    this.#machinesOf = machinesOf
    this.#renders = this.#pool(workers)
    this.#desk = this.#pool(1)
    if (Object.keys(catalog.tasks).some((name) => moduleOf(catalog, name) !== undefined))
      this.#counter = this.#newCounter()
  }

  /** How many jobs are rendered at a time. */
  get workers(): number {
    return this.#renders.size
  }

  get plans(): string {
    return join(this.#config.state, 'plans')
  }

  /** Renders a claimed job into the output folder, telling the spool how far it is. */
  async render(spool: Spool, claim: Claim): Promise<JobResult> {
    const { job, signal } = claim
    const input = {
      ...this.#drawInput(job.task, job.params, job.plot),
      outputFolder: this.#config.output,
      ...(job.output === undefined ? {} : { wished: job.output }),
      ...(job.result === undefined ? {} : { replaces: job.result.path }),
    }
    let logged = 0
    return this.#run<JobResult>(
      this.#renders,
      { kind: 'render', input },
      {
        signal,
        timeoutMs: job.timeoutMs,
        foreign: this.#isForeign(job.task),
        onMessage: (message) => {
          if (message.type === 'log' && logged++ < LOG_MOST) ignoreLoss(spool.log(job.id, message.message))
          if (message.type === 'progress') {
            ignoreLoss(spool.progress(claim, { phase: 'render', done: message.done, of: 1 }))
          }
        },
      },
    )
  }

  /** @param signal  aborted when nobody waits for it any more */
  async preview({ task, params, plot, profile }: Parsed<'preview.render'>, signal?: AbortSignal): Promise<Encoded> {
    const input = this.#drawInput(task, params, plot, profile)
    const timeoutMs = this.#config.render.timeout
    const options = { timeoutMs, foreign: this.#isForeign(task), ...(signal && { signal }) }
    const { room } = await this.#run<Previewed>(this.#desk, { kind: 'preview', input }, options)
    return new Encoded(room)
  }

  /**
   * What can be said of jobs without queueing them.
   *
   * @param refusals  why a submit would refuse some without a thread, by their place
   */
  check(
    { jobs }: Parsed<'job.check'>,
    refusals: ReadonlyMap<number, CheckedJob['error']>,
  ): Promise<Result<'job.check'>> {
    const { unusable } = this.#catalog
    const asked = jobs.map(({ task, params, plot, output }, i): CheckedJob => {
      const error = refusals.get(i)
      const input = this.#checkInput(task, params, plot)
      return { ...input, ...(output !== undefined && { output }), ...(error && { error }) }
    })
    const input = { jobs: asked, modules: this.#modulesOf(jobs), unusable }
    return this.#run<Result<'job.check'>>(
      this.#desk,
      { kind: 'check', input },
      input.modules.length > 0 ? { timeoutMs: this.#config.render.timeout, foreign: true } : this.#atTheDoor(),
    )
  }

  /** Jobs of custom tasks as they are queued. @throws PlotdError of the first that is refused, ERR_TASK_TIMEOUT */
  async accept(jobs: readonly JobRequest[]): Promise<AcceptedJob[]> {
    this.#stop.signal.throwIfAborted()
    this.#counter ??= this.#newCounter()
    const input = { jobs, modules: this.#modulesOf(jobs) }
    const accepting = this.#run<string>(
      this.#counter,
      { kind: 'accept', input },
      { timeoutMs: Math.min(ACCEPT_MS, this.#config.render.timeout), foreign: true },
    )
    return JSON.parse(await accepting.catch(moduleTooSlow(input.modules))) as AcceptedJob[]
  }

  /**
   * Looks at the files of jobs before they are queued, and at what will be drawn where that is quickly seen.
   *
   * @throws PlotdError of the first that is refused
   */
  async admit(jobs: readonly JobRequest[]): Promise<readonly Notes[]> {
    const { state, svg: svgLimits } = this.#config
    const input = { jobs, uploads: join(state, 'uploads'), svgLimits }
    const told = await this.#run<readonly Notes[]>(this.#desk, { kind: 'admit', input }, this.#atTheDoor())
    const seen = await this.#look(jobs)
    return told.map((notes, i) => seen[i] ?? notes)
  }

  /** Whether a plotter can draw a rendered job, as its SVG stands now. @throws PlotdError why not */
  async checkDrawable({ id, title, result, plot }: Job, { name, profile }: Machine): Promise<void> {
    if (!result || !plot) return
    const { output, svg: svgLimits } = this.#config
    const input = { outputFolder: output, path: result.path, plot, profile, svgLimits }
    try {
      await this.#run(this.#desk, { kind: 'drawable', input }, this.#atTheDoor())
    } catch (thrown) {
      const { code, message, detail } = toPlotdError(thrown)
      const why = `${name} cannot draw the next job, ${id} (${title}): ${message}. Cancel it, or hold it, to go on`
      throw new PlotdError(code, why, { ...detail, job: id }, thrown)
    }
  }

  /** The plan that is to be drawn. It is on the disk when it resolves. */
  async plan(path: string, plot: PlotRequest, profile: Profile, signal?: AbortSignal): Promise<Plan> {
    this.#planner ??= this.#pool(1)
    return loadPlan(this.plans, await this.#plan(this.#planner, path, plot, profile, signal && { signal }))
  }

  /** A plan to look at: no ink waits for it. @returns its hash */
  planToShow(path: string, plot: PlotRequest, profile: Profile, timeoutMs: number): Promise<string> {
    return this.#plan(this.#desk, path, plot, profile, { timeoutMs })
  }

  /** Stops what runs; it rejects with ERR_DAEMON_AWAY, and so does what is asked for later: nobody is to blame. */
  async close(): Promise<void> {
    this.#stop.abort(new PlotdError('ERR_DAEMON_AWAY', 'plotd is stopping'))
    const pools = [this.#renders, this.#desk, this.#door, this.#counter, this.#planner]
    await Promise.all(pools.map(async (pool) => pool?.close()))
  }

  /** A drawing that takes too long to look at is told of by its rendering. */
  async #look(jobs: readonly JobRequest[]): Promise<readonly (Notes | undefined)[]> {
    const { tasks } = this.#catalog
    if (!jobs.some(({ task }) => 'source' in taskFrom({ tasks, unusable: [] }, task))) return []
    const drawn = jobs.map(({ task, params, plot }) => this.#drawInput(task, params, plot))
    const looking = this.#run<(Notes | undefined)[]>(
      this.#desk,
      { kind: 'look', input: { jobs: drawn } },
      { ...this.#atTheDoor(), timeoutMs: LOOK_MS },
    )
    return looking.catch((thrown: unknown) => {
      if (thrown instanceof PlotdError && thrown.code === 'ERR_TASK_TIMEOUT') return []
      throw thrown
    })
  }

  async #plan(
    pool: RenderPool,
    path: string,
    plot: PlotRequest,
    profile: Profile,
    options: RunOptions = {},
  ): Promise<string> {
    const { output, svg: svgLimits } = this.#config
    const input = { outputFolder: output, path, plot, profile, plans: this.plans, svgLimits }
    const { hash } = await this.#run<{ hash: string }>(pool, { kind: 'plan', input }, options)
    return hash
  }

  /** Of code of our own only, which is quick. */
  #atTheDoor(): RunOptions {
    const elsewhere = (): RenderPool => {
      this.#door ??= this.#pool(1, { idleMs: DOOR_IDLE_MS })
      return this.#door
    }
    return { timeoutMs: this.#config.render.timeout, urgent: { patienceMs: PATIENCE_MS, elsewhere } }
  }

  #newCounter(): RenderPool {
    return this.#pool(1, { maxOutputBytes: 4 * this.#config.limits.messageBytes })
  }

  #pool(threads: number, more: Pick<RenderPoolOptions, 'maxOutputBytes' | 'idleMs'> = {}): RenderPool {
    return new RenderPool({ script: SCRIPT(), threads, memoryMb: this.#config.render.memoryMb, ...more })
  }

  /** @throws PlotdError ERR_TASK_UNKNOWN */
  #drawInput(task: string, params: unknown, plot?: PlotRequest, profile?: string): DrawInput {
    const asked = taskFrom(this.#catalog, task)
    const input = this.#checkInput(task, params, plot, profile)
    return 'module' in asked ? { ...input, module: asked.module } : input
  }

  #checkInput(task: string, params: unknown, plot?: PlotRequest, profile?: string): DrawInput {
    const { state, svg: svgLimits } = this.#config
    const all = profile === undefined ? this.#machinesOf(plot?.plotter ?? 'any') : []
    const machines = plot === undefined ? all.slice(0, 1) : all
    const [first = { name: '', profile: profileNamed(profile ?? DEFAULT_PROFILE), pace: 1 }, ...others] = machines
    return {
      task,
      params,
      machines: [first, ...others],
      uploads: join(state, 'uploads'),
      svgLimits,
      ...(plot === undefined ? {} : { plot }),
    }
  }

  /** Tasks of modules run code that nobody here has seen. */
  #isForeign(task: string): boolean {
    return moduleOf(this.#catalog, task) !== undefined
  }

  #modulesOf(jobs: readonly JobRequest[]): string[] {
    const modules = jobs.map(({ task }) => moduleOf(this.#catalog, task))
    return [...new Set(modules)].filter((module) => module !== undefined)
  }

  /** Not by `AbortSignal.any`: each of those leaves something behind with the signal that lives as long as the daemon. */
  async #run<R>(pool: RenderPool, work: ThreadWork, { signal, ...options }: RunOptions): Promise<R> {
    const either = new AbortController()
    const sources = signal === undefined ? [this.#stop.signal] : [this.#stop.signal, signal]
    const abort = (): void => either.abort(sources.find(({ aborted }) => aborted)?.reason)
    for (const source of sources) source.addEventListener('abort', abort)
    if (sources.some(({ aborted }) => aborted)) abort()
    try {
      const { fonts } = this.#config
      return await pool.run<R>(
        { ...work, ...(fonts !== undefined && { fonts }) },
        { ...options, signal: either.signal },
      )
    } finally {
      for (const source of sources) source.removeEventListener('abort', abort)
    }
  }
}

/** Notes for whoever looks; a job that was canceled meanwhile hears it no more. */
function ignoreLoss(told: Promise<void>): void {
  told.catch(() => {})
}
