import { setImmediate } from 'node:timers/promises'
import { PlotdError } from '../errors.ts'
import { FINAL, type Job } from '../spool/job.ts'
import type { NewJob, Spool } from '../spool/spool.ts'
import { type TaskWarning, uploadedFonts } from '../tasks/index.ts'
import { type AcceptedJob, type AskedJob, acceptJob, type Told } from './accept-jobs.ts'
import type { Handlers } from './handlers.ts'
import { type Parsed, type Result, summary, type WireJob } from './protocol/index.ts'
import { type Offered, type OfferedTask, offeredTask } from './task-modules.ts'

/** What a person may ask of a plot under way. Each resolves when the plotter has taken the word. */
export interface PlotControl {
  pauseJob(id: string, now: boolean): Promise<void>
  resumeJob(job: Job, how: Omit<Parsed<'job.resume'>, 'id'>): Promise<void>
  /** Where an interrupted job stopped and would go on. */
  placeOf(job: Job, how: Omit<Parsed<'job.place'>, 'id'>): Promise<Result<'job.place'>>
  /** Goes there with the pen up. */
  traceJob(job: Job, how: Omit<Parsed<'job.trace'>, 'id'>): Promise<void>
  /** @throws PlotdError ERR_PLOTTER_UNKNOWN when a job asks for a plotter that is not there */
  checkPlot(plot: NonNullable<Parsed<'job.submit'>['plot']>): void
}

export interface JobParts {
  readonly spool: Spool
  readonly tasks: () => Offered
  readonly control: PlotControl
  /** Limit on rendering for jobs that ask for none, ms. */
  readonly timeoutMs: number
  /** What jobs of custom tasks are queued with: asked in a thread. */
  readonly acceptCustom: (jobs: readonly AskedJob[]) => Promise<AcceptedJob[]>
  /** Looks, in a thread, at what takes one of jobs whose parameters are right. */
  readonly admit: (jobs: readonly AskedJob[]) => Promise<readonly Told[]>
  /** Whether there is a file of that name in the output folder. */
  readonly hasOutput: (path: string) => Promise<boolean>
  /** Sets text without drawing it, in a thread. */
  readonly check: Handlers['job.check']
}

/** A batch of thousands is read in pieces, between which other people are answered. */
const BREATH = 100

interface Accepted {
  readonly job: NewJob
  /** What becomes of its words, told with the answer. */
  readonly notes: readonly TaskWarning[]
}

/** Whether a thread must look at the job before it is taken: for what the task asks, or for the fonts of its words. */
function needsLook(task: OfferedTask | undefined, params: unknown): boolean {
  if (task === undefined || 'module' in task) return false
  return task.admit?.(params) !== undefined || uploadedFonts(task, params).length > 0
}

/** No ink of theirs is on any paper. */
const UNTOUCHED: ReadonlySet<Job['status']> = new Set(['scheduled', 'held', 'queued', 'started', 'rendered'])

type JobHandlers = Pick<Handlers, Extract<keyof Handlers, `job.${string}`>>

/** Where among the jobs of a call those are that are looked at. */
interface Place {
  readonly from: number
  readonly of: number
}
const ALONE: Place = { from: 0, of: 1 }

/** Of several jobs, the one that is refused is named: nobody finds it among thousands. */
function naming<T>({ title }: Parsed<'job.submit'>, i: number, { from, of }: Place, look: () => T): T {
  try {
    return look()
  } catch (thrown) {
    if (!(thrown instanceof PlotdError) || of === 1) throw thrown
    const which = `job ${from + i + 1} of ${of}${title === undefined ? '' : ` (${title})`}`
    throw new PlotdError(thrown.code, `${which}: ${thrown.message}`, { ...thrown.detail, index: from + i }, thrown)
  }
}

export function jobHandlers({
  spool,
  tasks,
  control,
  timeoutMs,
  acceptCustom,
  admit,
  check,
  hasOutput,
}: JobParts): JobHandlers {
  const accept = async (asked: readonly Parsed<'job.submit'>[], place: Place = ALONE): Promise<Accepted[]> => {
    const offered = tasks()
    const named = asked.map((job, i) =>
      naming(job, i, place, () => {
        if (job.plot) control.checkPlot(job.plot)
        return { job, task: offeredTask(job.task, offered) }
      }),
    )
    const foreign = named.filter(({ task }) => 'module' in task).map(({ job: { task, params } }) => ({ task, params }))
    const answers = (foreign.length === 0 ? [] : await acceptCustom(foreign)).values()
    const accepted = named.map(({ job, task }, i) => {
      // Whether text fits takes milliseconds to find out: that is told with the rendering, in a thread.
      const ready = 'module' in task ? answers.next().value : naming(job, i, place, () => acceptJob(task, job.params))
      if (!ready) throw new PlotdError('ERR_INTERNAL', `no answer about a job of ${task.name}`)
      const { notes, params, ...named } = ready
      return { job: { ...named, timeoutMs, ...job, params }, notes }
    })
    const looked = accepted.filter(({ job }, i) => needsLook(named[i]?.task, job.params))
    if (looked.length === 0) return accepted
    const told = (await admit(looked.map(({ job }) => job))).values()
    return accepted.map((each) => (looked.includes(each) ? { ...each, notes: told.next().value ?? [] } : each))
  }
  /** All or, if one is refused, none. */
  const queue = async (accepted: readonly Accepted[]): Promise<Result<'job.submitAll'>> => {
    const asked = Date.now()
    const jobs = await spool.submit(accepted.map(({ job }) => job))
    return jobs.map((job, i) => ({
      ...summary(job),
      repeated: job.createdAt < asked,
      notes: accepted[i]?.notes ?? [],
    }))
  }
  const known = async (id: string): Promise<Job> => {
    const job = await spool.get(id)
    if (job) return job
    throw new PlotdError('ERR_JOB_UNKNOWN', `there is no job ${id}`, { id })
  }
  /** A rendering that was left behind is made again. */
  const withItsFile = async (job: Job): Promise<Job> => {
    if (job.result === undefined || !UNTOUCHED.has(job.status) || (await hasOutput(job.result.path))) return job
    const { result: _, ...bare } = job
    return job.status === 'rendered' ? { ...bare, status: 'queued' } : bare
  }
  const brief = async (job: Promise<Job>): Promise<WireJob> => summary(await job)

  return {
    'job.submit': async (asked) => {
      const [job] = await queue(await accept([asked]))
      if (job) return job
      throw new PlotdError('ERR_INTERNAL', 'the spool took the job but gave none back')
    },
    'job.submitAll': async ({ jobs }) => {
      const accepted: Accepted[] = []
      for (let from = 0; from < jobs.length; from += BREATH) {
        accepted.push(...(await accept(jobs.slice(from, from + BREATH), { from, of: jobs.length })))
        await setImmediate()
      }
      return queue(accepted)
    },
    'job.check': (asked, caller) => {
      for (const { plot } of asked.jobs) if (plot) control.checkPlot(plot)
      return check(asked, caller)
    },
    'job.get': ({ id }) => known(id),
    'job.list': async (filter) => {
      const { jobs, ...page } = await spool.list(filter)
      return { ...page, jobs: jobs.map(summary) }
    },
    'job.cancel': ({ id }) => brief(spool.cancel(id)),
    'job.hold': ({ id }) => brief(spool.hold(id)),
    'job.release': ({ id }) => brief(spool.unhold(id)),
    'job.retry': ({ id }) => brief(spool.retry(id)),
    'job.top': ({ id }) => brief(spool.top(id)),
    'job.move': ({ id, before }) => brief(spool.move(id, before)),
    'job.remove': async ({ id }) => {
      await spool.remove(id)
      return {}
    },
    'job.purge': async ({ olderThanMs }) => ({ removed: await spool.purge(olderThanMs) }),
    'job.import': async ({ jobs }) => {
      for (const { status, plot } of jobs) if (plot && !FINAL.has(status)) control.checkPlot(plot)
      const added = await spool.import(await Promise.all((jobs as readonly Job[]).map(withItsFile)))
      return { added, known: jobs.length - added }
    },
    'job.pause': async ({ id, now }) => {
      await known(id)
      await control.pauseJob(id, now)
      return brief(known(id))
    },
    'job.resume': async ({ id, ...how }) => {
      await control.resumeJob(await known(id), how)
      return brief(known(id))
    },
    'job.place': async ({ id, ...how }) => control.placeOf(await known(id), how),
    'job.trace': async ({ id, ...how }) => {
      await control.traceJob(await known(id), how)
      return brief(known(id))
    },
    'job.logs': async ({ id }) => {
      await known(id)
      return { entries: await spool.logs(id) }
    },
  }
}
