import { PlotdError } from '../../errors.ts'
import { type Job, SPOILED_KEY, UNSUCCESSFUL } from '../../spool/job.ts'
import type { NewJob, Spool } from '../../spool/spool.ts'
import { outputHash } from '../files/index.ts'
import { isTouched, type Parsed, type Result, receipt } from '../protocol/index.ts'

/**
 * Queues a job once more because its card is spoiled. In the same commit, the spool cancels the spoiled job if that job
 * has not ended. The idempotency key of the new job names the spoiled job. So a request that is repeated after a crash
 * queues nothing twice.
 *
 * @param by      name of the token
 * @param output  the output folder of this host
 * @throws PlotdError ERR_JOB_STATE when no ink of the job is on paper, or when its parameters cannot be read; also when
 *   the key belongs to a job that does not draw this card again, that failed or was canceled, or that is forgotten.
 *   Throws the errors of the spool, too
 */
export async function redrawSpoiled(
  spool: Spool,
  job: Job,
  { why, place }: Pick<Parsed<'job.spoiled'>, 'why' | 'place'>,
  by: string,
  output: string,
): Promise<Result<'job.spoiled'>> {
  const { id, plot, paramsError } = job
  if (!plot || !isTouched(job)) {
    throw new PlotdError('ERR_JOB_STATE', `no ink of job ${id} is on paper: nothing of it is spoiled`, { id })
  }
  if (paramsError) {
    throw new PlotdError('ERR_JOB_STATE', `job ${id} cannot be drawn again: ${paramsError.message}`, { id })
  }
  const { task, params, title, output: path, tags, priority, timeoutMs, retries, owner, batch } = job
  const redraw: NewJob = {
    task,
    params,
    title,
    tags,
    priority,
    timeoutMs,
    retries,
    plot: { ...plot, copies: copiesLeft(job) },
    ...(path !== undefined && { output: path }),
    ...(owner !== undefined && { owner }),
    ...(batch && { batch }),
    spoils: { job: id, by, ...(why !== undefined && { why }) },
    idempotencyKey: SPOILED_KEY + id,
    isFirst: place === 'next',
  }
  const [newJob] = await spool.submit([redraw])
  if (!newJob) throw new PlotdError('ERR_INTERNAL', 'the spool accepted the job but returned none')
  if (newJob.spoils?.job !== id) {
    const message = `job ${id} cannot be drawn again: the unrelated job ${newJob.id} has the idempotency key ${SPOILED_KEY}${id}`
    throw new PlotdError('ERR_JOB_STATE', message, { id, other: newJob.id })
  }
  if (UNSUCCESSFUL.has(newJob.status) || newJob.status === 'forgotten') {
    const remedy = newJob.status === 'forgotten' ? 'submit a new job' : `retry job ${newJob.id}`
    const message = `job ${newJob.id}, which draws the card of job ${id} again, is ${newJob.status}: ${remedy}`
    throw new PlotdError('ERR_JOB_STATE', message, { id, redraw: newJob.id })
  }
  if (!newJob.repeated) {
    const entry = `spoiled${why === undefined ? '' : ` (${why})`} by ${by}: job ${newJob.id} draws it again`
    await spool.log(id, entry).catch(() => {}) // the log of an archived job cannot be extended
  }
  const message = `the SVG has changed since job ${id} wrote it: the new job draws the parameters, not this file`
  return receipt(newJob, (await isEdited(job, output)) ? [{ code: 'not-drawn', message }] : [])
}

/**
 * Whether the SVG of record has changed since plotd wrote the file, usually because a user edited it. False when the
 * file is not on this host.
 */
async function isEdited({ result }: Job, output: string): Promise<boolean> {
  if (result?.sha256 === undefined) return false
  const hash = await outputHash(output, result.path)
  return hash !== undefined && hash !== result.sha256
}

/**
 * The number of copies to draw again. A finished job gets one copy. Any other job gets its missing copies, at least
 * one.
 */
const copiesLeft = ({ status, plot, progress }: Job): number =>
  status === 'finished' ? 1 : Math.max(1, (plot?.copies ?? 1) - (progress?.copiesDone ?? 0))
