import { toPlotdError } from '../../errors.ts'
import { completion, failure, requireAtWork, SAVE_EVERY_MS } from '../holder-events.ts'
import type { Job, JobError, JobResult, Progress } from '../job.ts'
import { wrongState } from '../job-errors.ts'
import type { JobEvent } from '../next.ts'
import type { OpenClaim } from '../open-claim.ts'
import { isBefore, isFor } from '../order.ts'
import type { Claim, ClaimRequest } from '../spool.ts'
import type { JobView } from './announced-jobs.ts'
import type { Core } from './core.ts'

/**
 * Claims the job that the request names, else the next job for the request. A claim to plot is on the disk before it is
 * returned. A claim to render does not wait for the disk, because rendering may run again. The disk has the claim
 * before any result of the render. When the disk fails, the claim is lost.
 */
export async function claim(core: Core, request: ClaimRequest): Promise<Claim | undefined> {
  if (core.ledger.failure !== undefined) throw core.ledger.failure
  const job = take(core, request)
  if (job === undefined) return undefined
  const open = core.claims.open(job)
  const commit = core.commit()
  if (request.stage === 'render') {
    core.claims.announceAfter(commit, open)
    return job.paramsFile === undefined || (await readParams(core, open)) ? open : claim(core, request)
  }
  try {
    await commit
    // Plotting needs the SVG and not the params, so damaged params do not matter here.
    return open
  } catch (error) {
    core.claims.end(job.id, true)
    throw error
  }
}

/**
 * @returns false when the params are damaged. The job has failed then, so that it does not block the queue
 * @throws PlotdError ERR_FILE when the params cannot be read at present. The job is back in the queue then
 */
async function readParams(core: Core, open: OpenClaim): Promise<boolean> {
  try {
    open.job = await core.withParams(open.job)
    return true
  } catch (thrown) {
    const { code, message } = toPlotdError(thrown)
    const isDamaged = code !== 'ERR_FILE'
    const event: JobEvent = isDamaged ? { type: 'fail', error: { code, message } } : { type: 'release' }
    if (!open.signal.aborted) await end(core, open, event)
    if (!isDamaged) throw thrown
    return false
  }
}

/** Finds the job for a request and applies the event that claims it. */
function take(core: Core, request: ClaimRequest): Job | undefined {
  if (request.stage === 'resume') return core.apply(core.need(request.id), { type: 'resume' })
  if (core.ledger.isPaused('')) return undefined
  if (request.stage === 'render') {
    const job = core.ledger.nextRender(request.tasks)
    return job && core.apply(job, { type: 'start' })
  }
  if (request.plotters.some((name) => name !== 'any' && core.ledger.isPaused(name))) return undefined
  const names = request.plotters.filter((name) => !core.ledger.isPaused(name))
  const job = request.id === undefined ? core.ledger.nextPlot(names) : drawableJob(core, request.id, names)
  return job && core.apply(job, { type: 'plot' })
}

function drawableJob(core: Core, id: string, plotters: readonly string[]): Job | undefined {
  const job = core.ledger.job(id)
  return job?.status === 'rendered' && isFor(job, plotters) ? job : undefined
}

/** Statuses of a job that is to be rendered now, is being rendered, or waits for its plotter. */
const BEFORE_PLOT: ReadonlySet<string> = new Set(['queued', 'started', 'rendered'])

/** The first queued, started or rendered job, in order, that one of the plotters may draw. Takes one pass. */
export function head(jobs: JobView, plotters: readonly string[]): Job | undefined {
  let first: Job | undefined
  jobs.forEach((job) => {
    if (BEFORE_PLOT.has(job.status) && isFor(job, plotters) && (first === undefined || isBefore(job, first)))
      first = job
  })
  return first
}

/** Stores which strokes of a canceled plot are on the paper, as its last holder reports them. */
export async function reportInk(core: Core, claim: Claim, progress: Progress): Promise<Job> {
  core.claims.checkLost(claim)
  const corrected = await core.decide(claim.job.id, (job, log) => {
    const { id, status } = job
    if (status !== 'canceled') throw wrongState(id, status, 'report what a canceled plot drew')
    // A snapshot may have moved the job to the archive since the cancel.
    core.unarchive(job, log)
    const changed = { ...job, progress }
    core.put(changed)
    return changed
  })
  await core.commit()
  return corrected
}

/**
 * Announces the progress, but not before the claim is announced. Writes the progress at the first call and then at most
 * once a second. With `durable`, writes the progress at every call.
 */
export async function progress(core: Core, claim: Claim, progress: Progress, durable: boolean): Promise<void> {
  const open = core.claims.check(claim)
  if (open.unannounced !== undefined) {
    await open.unannounced
    core.claims.check(open)
  }
  const job = core.need(open.job.id)
  requireAtWork(job)
  open.unsaved = progress
  core.feed.announce({ type: 'progress', id: job.id, progress })
  if (durable) {
    save(core, open)
    await core.commit()
  } else if (open.cancelSave === undefined) saveNow(core, open)
}

function saveNow(core: Core, open: OpenClaim): void {
  save(core, open)
  core.commitInBackground()
  open.cancelSave = core.clock.after(SAVE_EVERY_MS, () => {
    open.cancelSave = undefined
    if (open.unsaved !== undefined) saveNow(core, open)
  })
}

function save(core: Core, open: OpenClaim): void {
  const job = core.ledger.job(open.job.id)
  if (job === undefined || open.unsaved === undefined) return
  core.ledger.put({ ...job, progress: open.unsaved }, true)
  open.unsaved = undefined
}

export function complete(core: Core, claim: Claim, result: JobResult | undefined): Promise<Job> {
  const job = core.need(core.claims.check(claim).job.id)
  return end(core, claim, completion(job, result))
}

export async function fail(core: Core, claim: Claim, error: JobError): Promise<Job> {
  const job = core.need(core.claims.check(claim).job.id)
  return end(core, claim, failure(job, error, core.clock.now(), core.random))
}

/** Applies the holder's event and ends the claim. */
export async function end(core: Core, claim: Claim, event: JobEvent): Promise<Job> {
  const { id } = core.claims.check(claim).job
  const job = core.apply(core.need(id), event)
  core.claims.end(id, false)
  await core.commit()
  return job
}

/** Applies an event of the holder, which keeps its claim. */
export async function applyEvent(core: Core, claim: Claim, event: JobEvent): Promise<Job> {
  const open = core.claims.check(claim)
  const job = core.apply(core.need(open.job.id), event)
  open.unsaved = undefined
  await core.commit()
  return job
}
