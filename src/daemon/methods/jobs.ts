import { PlotdError, toPlotdError } from '../../errors.ts'
import { checkRunAt, ofImported } from '../../spool/index.ts'
import { FINAL, type Job } from '../../spool/job.ts'
import type { Spool } from '../../spool/spool.ts'
import type { Config } from '../config/schema.ts'
import type { JobWaits } from '../events/index.ts'
import { hasOutput } from '../files/index.ts'
import type { PlotControl } from '../plotting/index.ts'
import { type Parsed, permits, type Result, summary, type WireJob, whole } from '../protocol/index.ts'
import { MAX_DRAWN, type ThreadPools } from '../render/index.ts'
import { askInk } from './ask-ink.ts'
import { type Caller, type Handlers, requireAlive } from './handlers.ts'
import { slicesOf } from './job-slices.ts'
import { jobOf, ownerOf, requireOwn } from './ownership.ts'
import { redrawSpoiled } from './spoiled.ts'
import { type SubmitParts, submitJobs } from './submit.ts'

export interface JobParts extends SubmitParts {
  readonly spool: Spool
  readonly control: PlotControl
  readonly waits: JobWaits
  readonly threads: Pick<ThreadPools, 'accept' | 'admit' | 'check' | 'inkResult'>
  readonly config: Pick<Config, 'output' | 'render'>
}

/** States in which a job has no ink on its present sheet. */
const UNTOUCHED: ReadonlySet<Job['status']> = new Set(['scheduled', 'held', 'queued', 'started', 'rendered'])

type JobHandlers = Pick<Handlers, Extract<keyof Handlers, `job.${string}`>>

export const jobHandlers = (parts: JobParts): JobHandlers => ({
  ...submitHandlers(parts),
  ...readHandlers(parts),
  ...queueHandlers(parts),
  ...plotHandlers(parts),
  ...importHandlers(parts),
})

const submitHandlers = (parts: JobParts) =>
  ({
    'job.submit': (job, { identity }) => submitJobs(parts, [job], ownerOf(identity)).then(onlyReceipt),
    'job.submitAll': ({ jobs }, { identity }) => submitJobs(parts, jobs, ownerOf(identity)),
    'job.check': ({ jobs }, { gone }) => checkJobs(jobs, parts.control, parts.threads, gone),
  }) satisfies Partial<JobHandlers>

const readHandlers = ({ spool, waits }: JobParts) =>
  ({
    'job.get': async ({ id }) => whole(await jobOf(spool, id)),
    'job.list': async ({ mine, ...filter }, { identity }) => {
      const { jobs, ...page } = await spool.list({ ...filter, ...(mine && { owner: ownerOf(identity) }) })
      return { ...page, jobs: jobs.map(summary) }
    },
    'job.wait': async (request, caller) => {
      caller.owe?.(request.ids.length - 1)
      const answer = await waits.wait(request, caller.identity, caller.gone)
      requireAlive(caller)
      return answer
    },
    'job.logs': async ({ id }) => {
      await jobOf(spool, id)
      return { entries: await spool.logs(id) }
    },
  }) satisfies Partial<JobHandlers>

const queueHandlers = ({ spool }: JobParts) =>
  ({
    'job.cancel': async ({ id }, caller) => brief(spool.cancel(await ownId(spool, id, caller))),
    'job.hold': async ({ id }, caller) => brief(spool.hold(await ownId(spool, id, caller))),
    'job.release': async ({ id }, caller) => brief(spool.unhold(await ownId(spool, id, caller))),
    'job.retry': async ({ id }, caller) => brief(spool.retry(await ownId(spool, id, caller))),
    'job.top': ({ id }) => brief(spool.top(id)),
    'job.move': async ({ id, before }, caller) => {
      if (before !== undefined) await ownId(spool, before, caller)
      return brief(spool.move(await ownId(spool, id, caller), before))
    },
    'job.remove': async ({ id }, caller) => {
      await spool.remove(await ownId(spool, id, caller))
      return {}
    },
    'job.purge': async ({ olderThanMs }) => ({ removed: await spool.purge(olderThanMs) }),
  }) satisfies Partial<JobHandlers>

const plotHandlers = (parts: JobParts) => {
  const { spool, control } = parts
  return {
    'job.plot': (request, caller) => askInk(parts, request, caller),
    'job.spoiled': async ({ id, ...how }, { identity }) => {
      const job = await jobOf(spool, id)
      requireOwn(identity, [job])
      return redrawSpoiled(spool, job, how, ownerOf(identity), parts.config.output)
    },
    'job.pause': async ({ id, now }, { identity }) => {
      requireOwn(identity, [await jobOf(spool, id)])
      await control.pauseJob(id, now)
      return brief(jobOf(spool, id))
    },
    'job.resume': async ({ id, ...how }, { identity }) => {
      await control.resumeJob(await jobOf(spool, id), identity.name, how)
      return brief(jobOf(spool, id))
    },
    'job.place': async ({ id, ...how }) => control.placeOf(await jobOf(spool, id), how),
    'job.trace': async ({ id, ...how }) => {
      await control.traceJob(await jobOf(spool, id), how)
      return brief(jobOf(spool, id))
    },
  } satisfies Partial<JobHandlers>
}

/** Imports jobs of another spool, and exports and imports idempotency keys. */
const importHandlers = ({ spool, control, config }: JobParts) =>
  ({
    'job.import': async ({ jobs }) => {
      for (const { id, status, plot } of jobs)
        if (plot && !FINAL.has(status)) ofImported({ id }, () => control.checkPlot(plot))
      const withFiles: Job[] = []
      for (const job of jobs as readonly Job[]) withFiles.push(await withoutLostResult(job, config.output))
      const added = await spool.import(withFiles)
      return { added, known: jobs.length - added }
    },
    'job.keys': (page) => spool.keys(page),
    'job.importKeys': async ({ keys }) => {
      const added = await spool.importKeys(keys)
      return { added, known: keys.length - added }
    },
  }) satisfies Partial<JobHandlers>

/**
 * @returns the id, when the caller may change that job. An operator may change every job.
 *
 * @throws PlotdError ERR_FORBIDDEN or ERR_JOB_UNKNOWN for a caller who is not an operator
 */
async function ownId(spool: Spool, id: string, { identity }: Caller): Promise<string> {
  if (!permits(identity.role, 'operate')) requireOwn(identity, [await jobOf(spool, id)])
  return id
}

/** Checks jobs in slices, without queueing them. */
async function checkJobs(
  jobs: Parsed<'job.check'>['jobs'],
  control: PlotControl,
  threads: JobParts['threads'],
  signal?: AbortSignal,
): Promise<Result<'job.check'>> {
  const answers: Result<'job.check'>[number][] = []
  for (const [from, to] of slicesOf(jobs)) {
    const slice = jobs.slice(from, to)
    const refusals = new Map<number, ReturnType<typeof refusalOf>>()
    for (const [i, job] of slice.entries()) {
      const refusal = refusalOf(job, control)
      if (refusal) refusals.set(i, refusal)
    }
    answers.push(...(await threads.check({ jobs: slice }, from === 0 ? MAX_DRAWN : 0, refusals, signal)))
  }
  return answers
}

/** The error with which a submit would refuse the plot or the time of a job; undefined when it would accept both. */
function refusalOf({ plot, runAt }: Parsed<'job.submit'>, control: PlotControl): Result<'job.check'>[number]['error'] {
  try {
    if (plot) control.checkPlot(plot)
    if (runAt !== undefined) checkRunAt(runAt, Date.now())
    return undefined
  } catch (thrown) {
    const { code, message, detail } = toPlotdError(thrown)
    return { code, message, detail: { ...detail } }
  }
}

function onlyReceipt([job]: Result<'job.submitAll'>): Result<'job.submit'> {
  if (job) return job
  throw new PlotdError('ERR_INTERNAL', 'the spool accepted the job but returned none')
}

const brief = async (job: Promise<Job>): Promise<WireJob> => summary(await job)

/**
 * Removes the result of an imported job whose SVG is not in the output folder, so that plotd renders the job again.
 * The file must also have the hash of the SVG, because the SVG of another job may have the same name. A job in a state
 * outside `UNTOUCHED` keeps its result.
 */
async function withoutLostResult(job: Job, folder: string): Promise<Job> {
  if (job.result === undefined || !UNTOUCHED.has(job.status)) return job
  if (await hasOutput(folder, job.result.path, job.result.sha256)) return job
  const { result: _, ...bare } = job
  return job.status === 'rendered' ? { ...bare, status: 'queued' } : bare
}
