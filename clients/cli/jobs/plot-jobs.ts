import type { Params, WireJob } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import { paperOptions } from '../flags/prepare-flags.ts'
import { plotRequest, type SubmitArgs } from '../flags/submit-flags.ts'
import type { Io } from '../io/io.ts'
import { duration, plural, shortId } from '../ui/format.ts'
import { figures, warningLines } from '../ui/sentences.ts'
import { answerJob } from './answer-job.ts'
import { awayNotes } from './away-notes.ts'
import { findJobs, idsOf } from './find-jobs.ts'

/** Jobs that were only rendered, by id or by a filter. */
export interface RenderedJobs {
  readonly words: readonly string[]
  readonly tag?: string | undefined
  readonly batch?: string | undefined
  readonly search?: string | undefined
}

/** Flags of a submit, in addition to --hold, that are refused for a rendered job. */
const NEW_JOB_FLAGS = [
  'title',
  'output',
  'at',
  'in',
  'after',
  'timeout',
  'retries',
  'backoff',
  'key',
  'priority',
] as const
/** The largest number of jobs in one call. The daemon accepts all of them or none. */
const JOBS_PER_CALL = 1000

/** Requests the plots of jobs that were only rendered. @returns the exit code */
export async function plotJobs({ words, ...filter }: RenderedJobs, args: SubmitArgs, io: Io): Promise<number> {
  const newJobFlag = NEW_JOB_FLAGS.find((flag) => args[flag] !== undefined) ?? (args.hold ? 'hold' : undefined)
  if (newJobFlag !== undefined) {
    const message = `--${newJobFlag} is for new jobs; these jobs are rendered already`
    throw new PlotdError('ERR_PARAMS', message, { verb: 'plot' })
  }
  const ids = words.length > 0 ? await findJobs(io.daemon, words) : await unplotted(filter, io)
  if (ids.length === 0) {
    io.note('No rendered job matches. `plotd list --status finished` lists the finished jobs.')
    return 0
  }
  if (args.wait && ids.length > 1)
    throw new PlotdError('ERR_PARAMS', '--wait follows one job; `plotd wait` waits for several', { verb: 'plot' })
  if (ids.length > JOBS_PER_CALL)
    throw new PlotdError(
      'ERR_PARAMS',
      `${plural(ids.length, 'job')} match; expected at most ${JOBS_PER_CALL} at a time`,
      {
        verb: 'plot',
      },
    )
  const plot = plotRequest({ ...args, plot: true }, paperOptions(args)) ?? {}
  const jobs = await io.daemon.call('job.plot', { ids, plot, dryRun: args['dry-run'] })
  await printJobs(jobs, args['dry-run'], io)
  const [only] = jobs
  if (!args.wait || args['dry-run'] || only === undefined) return 0
  const { follow } = await import('./follow.ts')
  await using client = await io.daemon.connect(awayNotes(io))
  return await follow(io, client, only.id, only.result?.warnings)
}

/** Finished jobs without a plot, oldest first, so that a batch is drawn in the order in which it was queued. */
async function unplotted(filter: Omit<RenderedJobs, 'words'>, io: Io): Promise<string[]> {
  const { tag, batch, search } = filter
  const query: Params<'job.list'> = {
    status: ['finished'],
    ...(tag === undefined ? {} : { tag }),
    ...(batch === undefined ? {} : { batch }),
    ...(search === undefined ? {} : { search }),
  }
  const ids = await idsOf(io.daemon, query, ({ plot }) => plot === undefined)
  return ids.sort((a, b) => (a < b ? -1 : 1)) // ids sort by time
}

async function printJobs(jobs: readonly WireJob[], isDry: boolean, io: Io): Promise<void> {
  for (const job of jobs) {
    const size = job.result === undefined ? '' : `  ${io.paint.dim(figures(job.result))}`
    await answerJob(isDry ? 'Would wait for ink' : 'Waits for ink', job, io, size)
    io.note(...warningLines(job.result?.warnings ?? [], io.notePaint))
  }
  const sheets = jobs.reduce((sum, { plot }) => sum + (plot?.copies ?? 1), 0)
  const seconds = jobs.reduce((sum, { plot, result }) => sum + (plot?.copies ?? 1) * (result?.estimateSeconds ?? 0), 0)
  if (jobs.length > 1)
    io.note(`${plural(jobs.length, 'job')}, ${plural(sheets, 'sheet')}, about ${duration(seconds)} of drawing.`)
  if (isDry) io.note('Nothing was changed.')
  else if (process.stderr.isTTY)
    io.note(
      jobs.length > 1
        ? `\`plotd ready --sheets ${sheets}\` grants all sheets; \`plotd ready\` grants the next sheet.`
        : `Put a sheet down, then \`plotd ready\`. \`plotd watch ${shortId(jobs[0]?.id ?? '')}\` follows the job.`,
    )
}
