import type { Params, Result, WireJob } from '../../../src/daemon/protocol/index.ts'
import { withParams } from '../../node/job.ts'
import type { Io } from '../io/io.ts'
import { oneLine } from '../ui/columns.ts'
import { boundRow, type FigureRow, inkRows, layerRows, twiceRow } from '../ui/figure-rows.ts'
import { duration, size } from '../ui/format.ts'
import { canNameJob, findJob } from './find-jobs.ts'

/** A job of the queue, and its preview as the daemon computes it. */
export interface PreviewedJob {
  readonly job: WireJob
  readonly preview: Result<'preview.render'>
}

/**
 * The preview of a job; undefined when the word cannot name a job or names a file.
 *
 * @throws PlotdError ERR_JOB_UNKNOWN when no job matches, ERR_PARAMS when several jobs match; as `withParams`, when the
 *   job has lost its parameters
 */
export async function previewJob(word: string, bound: boolean, io: Io): Promise<PreviewedJob | undefined> {
  if (!canNameJob(word)) return undefined
  const job = withParams(await io.daemon.call('job.get', { id: await findJob(io.daemon, word) }))
  const { task, params, plot } = job
  // a job keeps these fields of its submit, and `preview.render` takes the same fields
  const request = { task, params, plot, ...(bound && { bound }) } as Params<'preview.render'>
  return { job, preview: await io.daemon.call('preview.render', request) }
}

/** The figures of a job, a name and a value each. */
export function figuresOfJob({ job, preview }: PreviewedJob): FigureRow[] {
  const { repeats, layers } = preview
  const timedLayers = layers.flatMap(({ seconds, ...layer }) => (seconds === undefined ? [] : [{ ...layer, seconds }]))
  const { plotter = 'any', copies = 1 } = job.plot ?? {}
  return [
    ['job', `${oneLine(job.title)}, ${job.status}`],
    ['page', size(preview.widthMm, preview.heightMm)],
    ...inkRows(preview.strokes, preview),
    ['time', `about ${duration(preview.estimateSeconds)}${plotter === 'any' ? '' : ` on ${plotter}`}`],
    ...(preview.bound === undefined ? [] : [boundRow(preview.bound)]),
    ...(copies > 1 ? [['copies', `${copies}, each on a sheet of its own`] as const] : []),
    ...layerRows(timedLayers),
    ...(repeats.mm > 1 ? [twiceRow(repeats, repeats.removed ? ', drawn once only' : '')] : []),
  ]
}
