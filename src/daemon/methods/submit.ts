import { setImmediate } from 'node:timers/promises'
import { PlotdError } from '../../errors.ts'
import { checkOutputName } from '../../spool/index.ts'
import type { NewJob, Spool } from '../../spool/spool.ts'
import { type CatalogTask, type TaskCatalog, taskFrom } from '../custom-tasks/index.ts'
import { type Parsed, type Result, receipt, refuseLosses } from '../protocol/index.ts'
import { type AcceptedJob, type AskedJob, acceptOwn, type Told } from './accept-jobs.ts'

export interface DoorParts {
  readonly spool: Pick<Spool, 'submit'>
  readonly catalog: TaskCatalog
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

/**
 * The way of jobs from what somebody asks for into the queue. Tens of thousands come by in a second: for one job nothing
 * waits but for the spool, and while that writes only what is needed for the answer is held on to.
 */
export function jobDoor(parts: DoorParts): JobDoor {
  return (asked) => {
    const taken: Taken = { jobs: Array<NewJob>(asked.length), notes: Array<Told>(asked.length) }
    try {
      const waits = asked.length > BREATH ? inPieces(parts, asked, taken) : accept(parts, asked, whole(asked), taken)
      return waits === undefined ? queued(parts.spool, taken) : waits.then(() => queued(parts.spool, taken))
    } catch (thrown) {
      return Promise.reject(thrown)
    }
  }
}

async function inPieces(parts: DoorParts, asked: readonly Asked[], taken: Taken): Promise<void> {
  for (let from = 0; from < asked.length; from += BREATH) {
    if (from > 0) await setImmediate()
    await accept(parts, asked.slice(from, from + BREATH), { from, of: asked.length }, taken)
  }
}

const NONE: readonly never[] = []
const NO_PLACES: readonly number[] = NONE

/** What goes into the queue, and of each job what becomes of its words, told with the answer. */
interface Taken {
  readonly jobs: NewJob[]
  readonly notes: Told[]
}

/** Where among the jobs of a call those are that are looked at. */
interface Place {
  readonly from: number
  readonly of: number
}

const whole = ({ length }: readonly Asked[]): Place => ({ from: 0, of: length })

/** Adds the jobs to those that are taken. @returns a promise only where threads must be asked */
function accept(parts: DoorParts, asked: readonly Asked[], place: Place, taken: Taken): Promise<void> | undefined {
  const tasks = tasksOf(parts, asked, place)
  const foreign = tasks.some(isForeign) ? foreignAmong(tasks) : NONE
  if (foreign.length === 0) return take(parts, asked, { tasks, answers: NONE, place }, taken)
  const asking = inThread(parts.acceptCustom, asked, foreign, asked, place)
  return asking.then((answers) => take(parts, asked, { tasks, answers, place }, taken))
}

/** The task of each job, when it may be asked for at all. */
function tasksOf({ catalog, checkPlot }: DoorParts, asked: readonly Asked[], place: Place): CatalogTask[] {
  return asked.map((job, i) => {
    try {
      if (job.plot) checkPlot(job.plot)
      return taskFrom(catalog, job.task)
    } catch (thrown) {
      throw naming(thrown, job, i, place)
    }
  })
}

interface Known {
  readonly tasks: readonly CatalogTask[]
  /** Of those that a thread was asked about, in order. */
  readonly answers: readonly AcceptedJob[]
  readonly place: Place
}

/** Those whose parameters are right. @returns a promise when a thread must look at some before they are taken */
function take(parts: DoorParts, asked: readonly Asked[], known: Known, taken: Taken): Promise<void> | undefined {
  const { tasks, answers, place } = known
  let answered = 0
  let looked = NO_PLACES
  for (let i = 0; i < asked.length; i++) {
    const job = asked[i] as Asked
    const task = tasks[i]
    try {
      // Whether text fits takes milliseconds to find out: that is told with the rendering, in a thread.
      const ready = task === undefined || 'module' in task ? answers[answered++] : acceptOwn(task, job)
      if (!ready) throw new PlotdError('ERR_INTERNAL', `no answer about a job of ${job.task}`)
      if ('look' in ready && ready.look) looked = [...looked, i]
      if (job.plot?.strict) refuseLosses(ready.notes)
      taken.jobs[place.from + i] = newJob(job, ready, parts.timeoutMs)
      taken.notes[place.from + i] = ready.notes
    } catch (thrown) {
      throw naming(thrown, job, i, place)
    }
  }
  return looked.length === 0 ? undefined : look(parts, asked, looked, place, taken)
}

async function look(
  { admit }: DoorParts,
  asked: readonly Asked[],
  looked: readonly number[],
  place: Place,
  { jobs, notes }: Taken,
): Promise<void> {
  const told = await inThread(admit, jobs.slice(place.from, place.from + asked.length), looked, asked, place)
  for (const [n, i] of looked.entries()) {
    notes[place.from + i] = told[n] ?? NONE
    if (asked[i]?.plot?.strict) refuseLosses(told[n] ?? NONE)
  }
}

type Optional = 'tags' | 'priority' | 'plot' | 'hold' | 'runAt' | 'dependsOn' | 'retries' | 'idempotencyKey'

/** Written out: spread over one another they would cost as much as everything else that is done for a job. */
function newJob(asked: Asked, { params, title, output }: AcceptedJob, timeoutMs: number): NewJob {
  const { tags, priority, plot, hold, runAt, dependsOn, retries, idempotencyKey } = asked
  checkOutputName(asked.output ?? output)
  const job: Omit<NewJob, Optional> & { -readonly [K in Optional]?: NewJob[K] } = {
    task: asked.task,
    params,
    title: asked.title ?? title,
    output: asked.output ?? output,
    timeoutMs: asked.timeoutMs ?? timeoutMs,
  }
  if (tags !== undefined) job.tags = tags
  if (priority !== undefined) job.priority = priority
  if (plot !== undefined) job.plot = plot
  if (hold !== undefined) job.hold = hold
  if (runAt !== undefined) job.runAt = runAt
  if (dependsOn !== undefined) job.dependsOn = dependsOn
  if (retries !== undefined) job.retries = retries
  if (idempotencyKey !== undefined) job.idempotencyKey = idempotencyKey
  return job
}

const isForeign = (task: CatalogTask): boolean => 'module' in task

const foreignAmong = (tasks: readonly CatalogTask[]): readonly number[] =>
  tasks.flatMap((task, i) => (isForeign(task) ? [i] : []))

/** Asks a thread about some of the jobs. Of the one that is refused it says at which place among those it was. */
async function inThread<T>(
  ask: (jobs: readonly AskedJob[]) => Promise<readonly T[]>,
  jobs: readonly AskedJob[],
  some: readonly number[],
  asked: readonly Asked[],
  place: Place,
): Promise<readonly T[]> {
  try {
    return await ask(
      some.flatMap((i) => jobs[i] ?? []).map(({ task, params, plot }) => ({ task, params, ...(plot && { plot }) })),
    )
  } catch (thrown) {
    if (!(thrown instanceof PlotdError)) throw thrown
    const { index, ...detail } = thrown.detail
    const i = some[Number(index)]
    const job = asked[i ?? -1]
    if (i === undefined || job === undefined) throw thrown
    throw naming(new PlotdError(thrown.code, thrown.message, detail, thrown), job, i, place)
  }
}

/** Of several jobs, the one that is refused is named: nobody finds it among thousands. */
function naming(thrown: unknown, { title }: Asked, i: number, { from, of }: Place): unknown {
  if (!(thrown instanceof PlotdError) || of === 1) return thrown
  const which = `job ${from + i + 1} of ${of}${title === undefined ? '' : ` (${title})`}`
  return new PlotdError(thrown.code, `${which}: ${thrown.message}`, { ...thrown.detail, index: from + i }, thrown)
}

function queued(spool: DoorParts['spool'], { jobs, notes }: Taken): Promise<Result<'job.submitAll'>> {
  return spool.submit(jobs).then((submitted) => submitted.map((job, i) => receipt(job, notes[i] ?? NONE)))
}
