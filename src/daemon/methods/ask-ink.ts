import { PlotdError } from '../../errors.ts'
import type { Job, JobResult } from '../../spool/job.ts'
import { next } from '../../spool/next.ts'
import type { InkRequest, Spool } from '../../spool/spool.ts'
import type { PlotControl } from '../plotting/index.ts'
import { type Parsed, type Result, summary } from '../protocol/index.ts'
import type { ThreadPools } from '../render/index.ts'
import type { Caller } from './handlers.ts'
import { jobOf, requireOwn } from './ownership.ts'

export interface AskInkParts {
  readonly spool: Pick<Spool, 'get' | 'askInk'>
  readonly control: Pick<PlotControl, 'checkPlot'>
  readonly threads: Pick<ThreadPools, 'inkResult'>
}

/** Requests the plot of jobs that were rendered without a plot. Checks all jobs before it changes the first job. */
export async function askInk(
  { spool, control, threads }: AskInkParts,
  { ids, plot, dryRun }: Parsed<'job.plot'>,
  { identity, gone }: Pick<Caller, 'identity' | 'gone'>,
): Promise<Result<'job.plot'>> {
  control.checkPlot(plot)
  const jobs: Job[] = []
  const requests: InkRequest[] = []
  for (const id of new Set(ids)) {
    gone?.throwIfAborted()
    const job = await jobOf(spool, id)
    requireOwn(identity, [job])
    // `next` checks the job's state before the SVG is read, because reading a large SVG takes long.
    const withInk = (figures: JobResult) => next(job, { type: 'ask-ink', plot, result: figures }, 0)
    withInk(job.result as JobResult)
    const result = await threads.inkResult(job, plot, gone).catch((thrown: unknown) => {
      throw ids.length === 1 ? thrown : withTitle(thrown, job)
    })
    jobs.push(withInk(result))
    requests.push({ id, plot, result })
  }
  return (dryRun ? jobs : await spool.askInk(requests)).map(summary)
}

/** The error with the id and title of the job in its message. */
function withTitle(thrown: unknown, { id, title }: Job): unknown {
  if (!(thrown instanceof PlotdError)) return thrown
  return new PlotdError(thrown.code, `job ${id} (${title}): ${thrown.message}`, { ...thrown.detail, id }, thrown)
}
