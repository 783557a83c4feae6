import { PlotdError } from '../../errors.ts'
import { mapInSlices, nextSlice } from '../../slices.ts'
import { checkOutputName } from '../../spool/index.ts'
import type { NewJob, Spool } from '../../spool/spool.ts'
import type { Config } from '../config/schema.ts'
import { type CatalogTask, type TaskCatalog, taskFrom } from '../custom-tasks/index.ts'
import { hashesIn, type Uploads } from '../files/index.ts'
import type { PlotControl } from '../plotting/index.ts'
import { type Parsed, type Result, receipt, refuseLosses } from '../protocol/index.ts'
import {
  type AcceptedJob,
  acceptBuiltIn,
  type JobRequest,
  MAX_DRAWN,
  type Notes,
  type ThreadPools,
} from '../render/index.ts'
import { slicesOf } from './job-slices.ts'

type Request = Parsed<'job.submit'>

export interface SubmitParts {
  readonly spool: Pick<Spool, 'submit'>
  readonly catalog: TaskCatalog
  readonly control: Pick<PlotControl, 'checkPlot'>
  /** `accept` validates jobs of custom tasks. `admit` reads files, lays out text, and draws files and quick jobs. */
  readonly threads: Pick<ThreadPools, 'accept' | 'admit'>
  readonly uploads: Pick<Uploads, 'refresh'>
  readonly config: Pick<Config, 'render'>
}

type Receipts = Result<'job.submitAll'>

/** The requests that one turn of the event loop validates. */
interface Slice {
  readonly requests: readonly Request[]
  /** Index of the first request of the slice among all requests of the message. */
  readonly from: number
  /** Number of requests of the message. */
  readonly of: number
}

interface Accepted {
  readonly job: NewJob
  /** Notes on the text of the job; all warnings of its drawing when a thread has drawn the job. */
  notes: Notes
}

/**
 * Puts jobs into the queue: all of them, or none when one is refused.
 *
 * @param owner  name of the token that submits the jobs
 */
export async function submitJobs(parts: SubmitParts, requests: readonly Request[], owner: string): Promise<Receipts> {
  const accepted: Accepted[] = []
  for (const [from, to] of slicesOf(requests)) {
    if (from > 0) await nextSlice()
    accepted.push(...(await accept(parts, { requests: requests.slice(from, to), from, of: requests.length }, owner)))
  }
  return queue(parts, accepted)
}

/**
 * Validates the jobs of a slice, those of custom tasks on a thread. A thread also admits (`ThreadPools.admit`) jobs
 * with files, rare characters, uploaded fonts or text that must fit its place. Of the first `MAX_DRAWN` jobs of the
 * first slice, the thread also admits those that have a quick task and ask for ink.
 */
async function accept(parts: SubmitParts, slice: Slice, owner: string): Promise<readonly Accepted[]> {
  const { threads, config } = parts
  const custom: number[] = []
  const tasks = mapRequests(slice, (request, i) => {
    const task = taskOf(parts, request)
    if (isCustom(task)) custom.push(i)
    return task
  })
  const answers =
    custom.length > 0 ? await onThread((some) => threads.accept(some), slice.requests, custom, slice) : undefined
  const mostDrawn = slice.from === 0 ? MAX_DRAWN : 0
  const toAdmit: number[] = []
  const accepted = mapRequests(slice, (request, i): Accepted => {
    const task = tasks[i]
    const fields = task === undefined || isCustom(task) ? answers?.get(i) : acceptBuiltIn(task, request)
    if (fields === undefined) throw new PlotdError('ERR_INTERNAL', `no answer about a job of ${request.task}`)
    if (fields.mustAdmit === true || (i < mostDrawn && fields.isDrawnFirst === true)) toAdmit.push(i)
    return { job: newJob(request, fields, owner, config.render.timeout), notes: fields.notes }
  })
  if (toAdmit.length + custom.length > 0) {
    // Until the job is in the queue, an old upload of the job may be removed. So `refresh` sets its time to now.
    const named = new Set([...toAdmit, ...custom].flatMap((i) => hashesIn(accepted[i]?.job.params)))
    for (const sha256 of named) await parts.uploads.refresh(sha256)
  }
  if (toAdmit.length > 0) {
    const jobs = accepted.map(({ job }) => job)
    const admitted = await onThread((some) => threads.admit(some, mostDrawn), jobs, toAdmit, slice)
    for (const [i, job] of accepted.entries()) job.notes = admitted.get(i) ?? job.notes
  }
  mapRequests(slice, ({ plot }, i) => {
    if (plot?.strict === true) refuseLosses(accepted[i]?.notes ?? [])
  })
  return accepted
}

/**
 * Keeps no reference to the jobs while the spool waits for the disk, because the garbage collector would copy them.
 */
function queue({ spool }: SubmitParts, accepted: readonly Accepted[]): Promise<Receipts> {
  const notes = accepted.map((each) => each.notes)
  return spool
    .submit(accepted.map(({ job }) => job))
    .then((jobs) => mapInSlices(jobs, (job, i) => receipt(job, notes[i] ?? [])))
}

function taskOf({ catalog, control }: SubmitParts, { task, plot }: Request): CatalogTask {
  if (plot) control.checkPlot(plot)
  return taskFrom(catalog, task)
}

const isCustom = (task: CatalogTask): task is Extract<CatalogTask, { readonly module: string }> => 'module' in task

function newJob(request: Request, { params, title, output }: AcceptedJob, owner: string, timeoutMs: number): NewJob {
  // In V8, this copy takes a fifth of the time of a spread with members after it.
  const job = Object.assign({}, request, {
    params,
    owner,
    title: request.title ?? title,
    output: request.output ?? output,
    timeoutMs: request.timeoutMs ?? timeoutMs,
  })
  checkOutputName(job.output)
  return job
}

/** Asks a thread about some of the jobs. @returns the thread's answers by the index of the job */
async function onThread<T>(
  ask: (jobs: readonly JobRequest[]) => Promise<readonly T[]>,
  jobs: readonly JobRequest[],
  some: readonly number[],
  slice: Slice,
): Promise<ReadonlyMap<number, T>> {
  try {
    const answers = await ask(
      some.flatMap((i) => jobs[i] ?? []).map(({ task, params, plot }) => ({ task, params, ...(plot && { plot }) })),
    )
    return new Map(answers.map((answer, n) => [some[n] ?? 0, answer]))
  } catch (thrown) {
    const i = thrown instanceof PlotdError ? some[Number(thrown.detail['index'])] : undefined
    throw i === undefined ? thrown : withJobNumber(thrown, i, slice)
  }
}

/**
 * Calls `act` for each request.
 *
 * @throws the error of `act`, as `withJobNumber` extends it
 */
function mapRequests<T>(slice: Slice, act: (request: Request, i: number) => T): T[] {
  return slice.requests.map((request, i) => {
    try {
      return act(request, i)
    } catch (thrown) {
      throw withJobNumber(thrown, i, slice)
    }
  })
}

/** The error with the number and the title of the job in its message, when the request has several jobs. */
function withJobNumber(thrown: unknown, i: number, { requests, from, of }: Slice): unknown {
  if (!(thrown instanceof PlotdError)) return thrown
  const { index: _, ...detail } = thrown.detail
  if (of === 1) return new PlotdError(thrown.code, thrown.message, detail, thrown)
  const title = requests[i]?.title
  const which = `job ${from + i + 1} of ${of}${title === undefined ? '' : ` (${title})`}`
  return new PlotdError(thrown.code, `${which}: ${thrown.message}`, { ...detail, index: from + i }, thrown)
}
