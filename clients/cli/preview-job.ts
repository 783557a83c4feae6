import { existsSync } from 'node:fs'
import type { Params, Result, WireJob } from '../../src/daemon/protocol/index.ts'
import type { Io } from './io.ts'
import { findJob } from './jobs.ts'
import { duration, length, plural, size } from './ui/format.ts'

/** A job of the queue as it would be drawn, seen by the daemon that has it. */
export interface PreviewedJob {
  readonly job: WireJob
  readonly seen: Result<'preview.render'>
}

const ID = /^(last|[0-9A-HJKMNP-TV-Z]{4,26})$/i

/** What a word for a job means to the daemon, or undefined when it is a file's name. @throws PlotdError ERR_JOB_UNKNOWN */
export async function previewJob(word: string, io: Io): Promise<PreviewedJob | undefined> {
  if (!ID.test(word) || existsSync(word)) return undefined
  const job = await io.daemon.call('job.get', { id: await findJob(io.daemon, word) })
  const { task, params, plot } = job
  // As JSON it is what was submitted.
  const asked = { task, params, plot } as Params<'preview.render'>
  return { job, seen: await io.daemon.call('preview.render', asked) }
}

/** Its figures, a name and a value each. */
export function figuresOfJob({ job, seen }: PreviewedJob): (readonly [name: string, value: string])[] {
  const { repeats, layers } = seen
  const drawn = layers.filter(({ seconds }) => seconds !== undefined)
  const { plotter = 'any', copies = 1 } = job.plot ?? {}
  return [
    ['job', `${job.title}, ${job.status}`],
    ['page', size(seen.widthMm, seen.heightMm)],
    ['strokes', `${plural(seen.strokes, 'stroke')}, ${plural(seen.lifts, 'lift')}`],
    ['down', length(seen.penDownMm)],
    ['up', length(seen.travelMm)],
    ['time', `about ${duration(seen.estimateSeconds)}${plotter === 'any' ? '' : ` on ${plotter}`}`],
    ...(copies > 1 ? [['copies', `${copies}, each on a sheet of its own`] as const] : []),
    ...(drawn.length > 1
      ? drawn.map(({ name, pen, strokes, seconds = 0 }) => {
          const title = name || `pen ${pen}`
          return ['layer', `${title}: ${plural(strokes, 'stroke')}, ${duration(seconds)}`] as const
        })
      : []),
    ...(repeats.mm > 1
      ? [
          [
            'twice',
            `${length(repeats.mm)} of ink, ${duration(repeats.seconds)}${repeats.removed ? ', drawn once only' : ''}`,
          ] as const,
        ]
      : []),
  ]
}
