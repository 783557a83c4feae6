import { z } from 'zod'
import { STATUSES } from '../../spool/job.ts'
import { count, duration, durationIn, id, now, status } from './fields.ts'
import { checked, exported, job, newJob, plotRequest, submitted } from './job.ts'
import { DEVICE, READY } from './plotter-methods.ts'

const one = z.strictObject({ id })

/** The place at which an interrupted job continues. */
const how = {
  cut: z
    .enum(['redraw', 'skip', 'continue'])
    .exactOptional()
    .meta({
      description:
        'interrupted: redraw the strokes that may be on the paper (may double ink), skip them, or continue from the exact ' +
        'place where the pen stopped, when that place is known',
    }),
  from: count.exactOptional().meta({ description: 'interrupted: the stroke to continue with; 0 is the first' }),
  strokes: z
    .number()
    .int()
    .exactOptional()
    .meta({
      description:
        'interrupted: continue this many strokes after the place of `cut` or `from`; a negative number goes back, ' +
        'at most to the first stroke after the user last moved or turned over the sheet',
    }),
  mm: z
    .number()
    .exactOptional()
    .meta({
      description:
        'interrupted: continue this many mm of ink after the place of `cut` or `from`, or else after the exact place where ' +
        'the pen stopped, when that place is known; a negative number goes back, at most to the first stroke after ' +
        'the user last moved or turned over the sheet',
    }),
  plotter: z.string().min(1).max(64).exactOptional().meta({
    description: 'interrupted: the plotter that continues; when absent, the plotter that drew the job before',
  }),
}
const atHome = z.boolean().default(false).meta({
  description: 'interrupted: the carriage stands at home; needed when the plotter does not know its position',
})

const sheetBack = z.literal(true).exactOptional().meta({
  description: 'interrupted: the user took the sheet off the plotter, and the sheet lies at the same place again',
})

/** Errors of custom tasks, which check their own parameters. */
const CUSTOM = ['ERR_TASK_MODULE', 'ERR_TASK_FAILED', 'ERR_TASK_TIMEOUT', 'ERR_TASK_MEMORY'] as const

/** Errors with which the daemon refuses a submit. */
const REFUSALS = [
  ...CUSTOM,
  'ERR_TASK_UNKNOWN',
  'ERR_OUTPUT_PATH',
  'ERR_PLOTTER_UNKNOWN',
  'ERR_PLAN_OUT_OF_BOUNDS',
  'ERR_EMPTY',
  'ERR_STRICT',
  'ERR_JOB_UNKNOWN',
  'ERR_DEPENDENCY_FAILED',
  'ERR_SVG_INVALID',
  'ERR_SVG_LIMIT',
  'ERR_DOCUMENT',
  'ERR_FONT_UNKNOWN',
  'ERR_FONT_INVALID',
  'ERR_FILE',
  'ERR_SPOOL_WRITE',
  'ERR_DAEMON_AWAY',
] as const

/** Maximum number of jobs that one call waits for. */
export const MAX_WAITED = 500
/** Proxies close a connection that is silent for a minute. */
const LONGEST_WAIT_MS = 55_000
const ENDED: readonly (typeof STATUSES)[number][] = ['finished', 'failed', 'canceled']

const digest = z
  .string()
  .length(22)
  .regex(/^[\w-]+$/)

/**
 * Methods on jobs. `cost` is the number of usual calls that a call counts as, 1 when absent. `errors` leaves out the
 * errors that docs/protocol.md, "Messages", names for all methods.
 */
export const JOB_METHODS = {
  'job.submit': {
    role: 'submit',
    summary: 'Queue a job. The answer comes after the job is on the disk, with `notes` on its text or drawing.',
    params: newJob,
    result: submitted,
    errors: REFUSALS,
  },
  'job.submitAll': {
    role: 'submit',
    summary: 'Queue several jobs: all of them or, if the daemon refuses one job, none.',
    params: z.strictObject({ jobs: z.array(newJob).min(1).max(10_000).readonly() }),
    result: z.array(submitted).readonly(),
    errors: REFUSALS,
  },
  'job.check': {
    role: 'submit',
    summary:
      'Check jobs without queueing them. Finds, for example, text that does not fit and characters without a glyph.',
    params: z.strictObject({ jobs: z.array(newJob).min(1).max(500).readonly() }),
    result: z.array(checked).readonly(),
    errors: [...CUSTOM, 'ERR_DAEMON_AWAY'],
  },
  'job.get': {
    role: 'watch',
    summary: 'A job with its parameters.',
    params: one,
    result: job,
    errors: ['ERR_JOB_UNKNOWN'],
  },
  'job.list': {
    role: 'watch',
    cost: 10,
    summary: 'Jobs, a page at a time.',
    params: z.strictObject({
      status: z.array(status).max(STATUSES.length).readonly().exactOptional(),
      task: z.string().max(100).exactOptional(),
      tag: z.string().max(64).exactOptional(),
      owner: z.string().max(64).exactOptional(),
      batch: z.string().max(100).exactOptional().meta({ description: 'name of a batch' }),
      mine: z.literal(true).exactOptional().meta({ description: 'only jobs of the calling token' }),
      search: z.string().max(200).exactOptional().meta({ description: 'part of a title or id' }),
      sort: z
        .enum(['queue', 'newest'])
        .exactOptional()
        .meta({
          description:
            'queue: plots under way and interrupted plots, then queued, started and rendered jobs in queue order, then ' +
            'scheduled jobs, then held jobs, then ended jobs, of which the last to end comes first',
        }),
      limit: z.number().int().min(1).max(1000).exactOptional(),
      cursor: z.string().max(200).exactOptional().meta({ description: '`next` of the previous page' }),
    }),
    result: z.object({ jobs: z.array(job).readonly(), next: z.string().optional(), total: count }),
    errors: [],
  },
  'job.wait': {
    role: 'watch',
    summary:
      'Wait for jobs: a long poll. Answers when the jobs have reached one of the states, or when the time is up: then call ' +
      'again with the ids in `waiting`. A call costs 1 for each id (`messagesPerSecond`).',
    params: z.strictObject({
      ids: z.array(id).min(1).max(MAX_WAITED).readonly(),
      until: z
        .array(status)
        .min(1)
        .max(STATUSES.length)
        .readonly()
        .default(ENDED)
        .meta({ description: 'states to wait for; a job that has ended always counts' }),
      any: z.boolean().default(false).meta({ description: 'answer when the first job has reached one of the states' }),
      timeoutMs: durationIn({ min: 0, max: LONGEST_WAIT_MS })
        .prefault('25s')
        .meta({ description: "at most '55s'; 0 answers at once" }),
    }),
    result: z.object({
      jobs: z.array(job).readonly().meta({ description: 'jobs that have reached one of the states, as they are now' }),
      waiting: z.array(id).readonly().meta({ description: 'ids of the other jobs' }),
    }),
    errors: ['ERR_JOB_UNKNOWN'],
  },
  'job.cancel': {
    role: 'own',
    summary: 'Cancel a job that has not ended. The daemon stops its rendering, or lifts the pen and ends its plot.',
    params: one,
    result: job,
    errors: ['ERR_JOB_UNKNOWN', 'ERR_JOB_STATE'],
  },
  'job.hold': {
    role: 'own',
    summary: 'Hold a job that waits or is being rendered.',
    params: one,
    result: job,
    errors: ['ERR_JOB_UNKNOWN', 'ERR_JOB_STATE'],
  },
  'job.release': {
    role: 'own',
    summary: 'Release a held job.',
    params: one,
    result: job,
    errors: ['ERR_JOB_UNKNOWN', 'ERR_JOB_STATE'],
  },
  'job.retry': {
    role: 'own',
    summary:
      'Queue a job again. A failed or canceled job begins from the start, with all its copies. An interrupted job begins ' +
      'again on a new sheet, and `plot.copies` becomes the number of copies that are not complete, at least 1. ' +
      'Refused for a spoiled job, unless its replacement, which draws the card again, failed or was canceled. Refused for ' +
      'a replacement while its spoiled job has not ended.',
    params: one,
    result: job,
    errors: ['ERR_JOB_UNKNOWN', 'ERR_JOB_STATE', 'ERR_DEPENDENCY_FAILED'],
  },
  'job.plot': {
    role: 'own',
    summary:
      'Ask for ink for finished jobs that have no plot request: for all of them or, if the daemon refuses one, for none. ' +
      'The daemon checks the present SVG of each job in the output folder, as for a submit. The jobs go to the end of their priority and wait ' +
      'for a sheet. The daemon refuses a job that has been drawn: submit it again for another sheet.',
    params: z.strictObject({
      ids: z.array(id).min(1).max(1000).readonly(),
      plot: plotRequest.prefault({}),
      dryRun: z
        .boolean()
        .default(false)
        .meta({ description: 'change nothing, and answer with the jobs as they would be' }),
    }),
    result: z
      .array(job)
      .readonly()
      .meta({ description: 'the jobs, with the figures and warnings for that plotter and page' }),
    errors: [
      'ERR_JOB_UNKNOWN',
      'ERR_JOB_STATE',
      'ERR_PLOTTER_UNKNOWN',
      'ERR_PLAN_OUT_OF_BOUNDS',
      'ERR_EMPTY',
      'ERR_STRICT',
      'ERR_FILE',
      'ERR_OUTPUT_PATH',
      'ERR_SVG_INVALID',
      'ERR_SVG_LIMIT',
      'ERR_TASK_FAILED',
      'ERR_TASK_TIMEOUT',
      'ERR_TASK_MEMORY',
      'ERR_SPOOL_WRITE',
      'ERR_DAEMON_AWAY',
    ],
  },
  'job.spoiled': {
    role: 'own',
    summary:
      'The card of a job is spoiled: queue the same job again, at the end of its priority or as the next one. The ' +
      'old job is canceled, unless it has ended, and jobs that wait for the old job wait for the new job. A second call ' +
      'for the same job queues nothing. The daemon refuses it when the new job of the first call failed, was ' +
      'canceled, or is no longer kept.',
    params: z.strictObject({
      id,
      why: z.string().min(1).max(200).exactOptional(),
      place: z.enum(['end', 'next']).default('end'),
    }),
    result: submitted,
    errors: [...REFUSALS, 'ERR_JOB_STATE'],
  },
  'job.top': {
    role: 'operate',
    summary: 'Move a waiting job to the front of the queue.',
    params: one,
    result: job,
    errors: ['ERR_JOB_UNKNOWN', 'ERR_JOB_STATE'],
  },
  'job.move': {
    role: 'own',
    cost: 10,
    summary:
      'Move a waiting job to the place before another job, and give it the priority of that job. Without `before`, move ' +
      'the job to the end of its own priority. A caller with the role `own` must own both jobs.',
    params: z.strictObject({ id, before: id.exactOptional() }),
    result: job,
    errors: ['ERR_JOB_UNKNOWN', 'ERR_JOB_STATE'],
  },
  'job.remove': {
    role: 'own',
    summary: 'Remove an ended job from the spool. The output of the job stays.',
    params: one,
    result: z.object({}),
    errors: ['ERR_JOB_UNKNOWN', 'ERR_JOB_STATE'],
  },
  'job.purge': {
    role: 'operate',
    cost: 10,
    summary: 'Remove from the spool all jobs that ended at least `olderThanMs` ago.',
    params: z.strictObject({
      olderThanMs: duration
        .exactOptional()
        .meta({ description: 'shortest time since the end of the job; when absent, all jobs that have ended' }),
    }),
    result: z.object({ removed: count }),
    errors: [],
  },
  'job.import': {
    role: 'operate',
    summary:
      'Import the jobs of an export under their own ids. Ended jobs stay ended, and held jobs stay held. The import does ' +
      'not change a job that this daemon already has, and does not add a job whose idempotency key belongs to another ' +
      'job. Jobs of these two kinds count as known. A job that was rendering becomes queued. A job that was plotting ' +
      'becomes interrupted. A parent that is missing from the spool and from the call counts as finished, so import ' +
      'parents before their children. A job that was rendered is rendered again if the output folder does not have its ' +
      'SVG, or has another file or an edited SVG in its place.',
    params: z.strictObject({ jobs: z.array(exported).min(1).max(1000).readonly() }),
    result: z.object({ added: count, known: count }),
    errors: ['ERR_PLOTTER_UNKNOWN', 'ERR_SPOOL_WRITE'],
  },
  'job.keys': {
    role: 'operate',
    cost: 10,
    summary:
      'Idempotency keys of removed jobs, as digests. An export needs the keys besides the jobs, so that another daemon queues ' +
      'nothing twice.',
    params: z.strictObject({
      after: digest.exactOptional().meta({ description: '`next` of the previous page' }),
      limit: z.number().int().min(1).max(1000).exactOptional(),
    }),
    result: z.object({ keys: z.array(z.object({ digest: z.string(), id })).readonly(), next: z.string().optional() }),
    errors: [],
  },
  'job.importKeys': {
    role: 'operate',
    cost: 10,
    summary: 'Import idempotency keys, in the form of job.keys.',
    params: z.strictObject({
      keys: z
        .array(z.strictObject({ digest, id: exported.shape.id }))
        .min(1)
        .max(1000)
        .readonly(),
    }),
    result: z.object({ added: count, known: count }),
    errors: ['ERR_SPOOL_WRITE'],
  },
  'job.pause': {
    role: 'own',
    summary: 'Pause a plot at the end of the stroke, with the pen up.',
    params: z.strictObject({ id, now }),
    result: job,
    errors: ['ERR_JOB_UNKNOWN', 'ERR_JOB_STATE', 'ERR_PLOTTER_STATE'],
  },
  'job.resume': {
    role: 'operate',
    summary:
      'Continue a paused or interrupted plot. When strokes of an interrupted plot are in doubt, `cut`, `from` or `mm` must ' +
      'say where to continue. The sheet of an interrupted plot must lie where it lay before. If that sheet is complete, ' +
      'the job waits for a fresh sheet for its next copy. With `from`, or a negative `strokes` or `mm`, the job continues ' +
      'on the complete sheet. When the plotter does not know its position, the carriage must stand at home.',
    params: z.strictObject({ id, ...how, atHome, sheetBack }),
    result: job,
    errors: ['ERR_JOB_UNKNOWN', 'ERR_JOB_STATE', ...READY],
  },
  'job.place': {
    role: 'watch',
    summary: 'The place at which an interrupted plot stopped, and the place at which it would continue. Moves nothing.',
    params: z.strictObject({ id, ...how }),
    result: z.object({
      first: count.meta({ description: 'strokes below this index are on the paper' }),
      last: count.meta({
        description:
          'strokes from this index on have not begun; strokes from `first` up to this index may be on the paper',
      }),
      of: count,
      drawnMm: z.number().optional().meta({ description: 'ink of stroke `first` on the paper, when it is known' }),
      homeKnown: z.boolean().meta({ description: 'the plotter knows its position: `atHome` is not needed' }),
      next: z.object({ stroke: count, mm: z.number(), x: z.number(), y: z.number() }).optional().meta({
        description:
          'the stroke that `cut`, `from`, `strokes` and `mm` choose; the mm of that stroke to leave out; the place on the sheet, mm',
      }),
    }),
    errors: ['ERR_JOB_UNKNOWN', 'ERR_JOB_STATE', 'ERR_PLOTTER_UNKNOWN', 'ERR_FILE'],
  },
  'job.trace': {
    role: 'operate',
    summary: 'Move the carriage, with the pen up, to the place where an interrupted plot would continue.',
    params: z.strictObject({ id, ...how, atHome }),
    result: job,
    errors: ['ERR_JOB_UNKNOWN', 'ERR_JOB_STATE', ...DEVICE, 'ERR_FILE'],
  },
  'job.logs': {
    role: 'watch',
    summary: 'The log of a job, oldest entry first.',
    params: one,
    result: z.object({ entries: z.array(z.object({ at: z.number(), message: z.string() })).readonly() }),
    errors: ['ERR_JOB_UNKNOWN'],
  },
} as const
