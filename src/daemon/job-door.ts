import { setImmediate } from 'node:timers/promises'
import { PlotdError } from '../errors.ts'
import type { NewJob, Spool } from '../spool/spool.ts'
import { type TaskWarning, uploadedFonts } from '../tasks/index.ts'
import { type AcceptedJob, type AskedJob, acceptJob, type Told } from './accept-jobs.ts'
import { type Parsed, type Result, summary } from './protocol/index.ts'
import { type Offered, type OfferedTask, offeredTask } from './task-modules.ts'

export interface DoorParts {
  readonly spool: Pick<Spool, 'submit'>
  readonly tasks: () => Offered
  /** @throws PlotdError ERR_PLOTTER_UNKNOWN when a job asks for a plotter that is not there */
  readonly checkPlot: (plot: NonNullable<Asked['plot']>) => void
  /** Limit on rendering for jobs that ask for none, ms. */
  readonly timeoutMs: number
  /** What jobs of custom tasks are queued with: asked in a thread. */
  readonly acceptCustom: (jobs: readonly AskedJob[]) => Promise<AcceptedJob[]>
  /** Looks, in a thread, at what takes one of jobs whose parameters are right. */
  readonly admit: (jobs: readonly AskedJob[]) => Promise<readonly Told[]>
}

/** Takes jobs into the queue: all of them or, if one is refused, none. */
export type JobDoor = (asked: readonly Asked[]) => Promise<Result<'job.submitAll'>>

type Asked = Parsed<'job.submit'>

/** A batch of thousands is read in pieces, between which other people are answered. */
const BREATH = 100

/** The way of jobs from what somebody asks for into the queue. */
export function jobDoor(parts: DoorParts): JobDoor {
  return async (asked) => {
    const accepted: Accepted[] = []
    for (let from = 0; from < asked.length; from += BREATH) {
      if (from > 0) await setImmediate()
      accepted.push(...(await accept(parts, asked.slice(from, from + BREATH), { from, of: asked.length })))
    }
    return queued(parts.spool, accepted)
  }
}

interface Accepted {
  readonly job: NewJob
  /** What becomes of its words, told with the answer. */
  readonly notes: readonly TaskWarning[]
}

/** Where among the jobs of a call those are that are looked at. */
interface Place {
  readonly from: number
  readonly of: number
}

async function accept(parts: DoorParts, asked: readonly Asked[], place: Place): Promise<Accepted[]> {
  const { checkPlot, timeoutMs } = parts
  const offered = parts.tasks()
  const known = asked.map((job, i) =>
    naming(job, i, place, () => {
      if (job.plot) checkPlot(job.plot)
      return { job, task: offeredTask(job.task, offered) }
    }),
  )
  const foreign = indices(known, ({ task }) => 'module' in task)
  const answers = (await inThread(parts.acceptCustom, asked, foreign, asked, place)).values()
  const accepted: Accepted[] = known.map(({ job, task }, i) => {
    // Whether text fits takes milliseconds to find out: that is told with the rendering, in a thread.
    const ready = 'module' in task ? answers.next().value : naming(job, i, place, () => acceptJob(task, job.params))
    if (!ready) throw new PlotdError('ERR_INTERNAL', `no answer about a job of ${task.name}`)
    const { notes, params, ...named } = ready
    return { job: { ...named, timeoutMs, ...job, params }, notes }
  })
  const looked = indices(accepted, ({ job }, i) => needsLook(known[i]?.task, job.params))
  const jobs = accepted.map(({ job }) => job)
  const told = (await inThread(parts.admit, jobs, looked, asked, place)).values()
  for (const i of looked) accepted[i] = { ...(accepted[i] as Accepted), notes: told.next().value ?? [] }
  return accepted
}

/** Whether a thread must look at the job before it is taken: for what the task asks, or for the fonts of its words. */
function needsLook(task: OfferedTask | undefined, params: unknown): boolean {
  if (task === undefined || 'module' in task) return false
  return task.admit?.(params) !== undefined || uploadedFonts(task, params).length > 0
}

/** Asks a thread about some of the jobs. Of the one that is refused it says at which place among those it was. */
async function inThread<T>(
  ask: (jobs: readonly AskedJob[]) => Promise<readonly T[]>,
  jobs: readonly AskedJob[],
  some: readonly number[],
  asked: readonly Asked[],
  place: Place,
): Promise<readonly T[]> {
  if (some.length === 0) return []
  try {
    return await ask(some.flatMap((i) => jobs[i] ?? []).map(({ task, params }) => ({ task, params })))
  } catch (thrown) {
    if (!(thrown instanceof PlotdError)) throw thrown
    const { index, ...detail } = thrown.detail
    const i = some[Number(index)]
    const job = asked[i ?? -1]
    if (i === undefined || job === undefined) throw thrown
    return naming(job, i, place, () => {
      throw new PlotdError(thrown.code, thrown.message, detail, thrown)
    })
  }
}

/** Of several jobs, the one that is refused is named: nobody finds it among thousands. */
function naming<T>({ title }: Asked, i: number, { from, of }: Place, look: () => T): T {
  try {
    return look()
  } catch (thrown) {
    if (!(thrown instanceof PlotdError) || of === 1) throw thrown
    const which = `job ${from + i + 1} of ${of}${title === undefined ? '' : ` (${title})`}`
    throw new PlotdError(thrown.code, `${which}: ${thrown.message}`, { ...thrown.detail, index: from + i }, thrown)
  }
}

async function queued(spool: DoorParts['spool'], accepted: readonly Accepted[]): Promise<Result<'job.submitAll'>> {
  const asked = Date.now()
  const jobs = await spool.submit(accepted.map(({ job }) => job))
  return jobs.map((job, i) => ({
    ...summary(job),
    repeated: job.createdAt < asked,
    notes: accepted[i]?.notes ?? [],
  }))
}

function indices<T>(items: readonly T[], is: (item: T, i: number) => boolean): number[] {
  return items.flatMap((item, i) => (is(item, i) ? [i] : []))
}
