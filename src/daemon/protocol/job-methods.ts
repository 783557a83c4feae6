import { z } from 'zod'
import { STATUSES } from '../../spool/job.ts'
import { count, duration, durationIn, id, now, status } from './fields.ts'
import { checked, exported, job, newJob, plotRequest, submitted } from './job.ts'

const one = z.strictObject({ id })

/** The place at which an interrupted job continues. */
const how = {
  cut: z
    .enum(['redraw', 'skip', 'continue'])
    .exactOptional()
    .meta({
      description:
        'interrupted: redraw the strokes that may be on the paper (may double ink), skip them, or continue from the very ' +
        'place where the pen stopped, when that is known',
    }),
  from: count.exactOptional().meta({ description: 'interrupted: or the stroke to continue with; 0 is the first' }),
  strokes: z
    .number()
    .int()
    .exactOptional()
    .meta({ description: 'interrupted: and so many strokes further on or, below zero, back' }),
  mm: z.number().exactOptional().meta({ description: 'interrupted: and so much ink further on or, below zero, back' }),
  plotter: z.string().min(1).max(64).exactOptional().meta({ description: 'interrupted: where; as before when absent' }),
}
const atHome = z.boolean().default(false).meta({
  description: 'interrupted: the carriage stands at home; needed when the plotter does not know its position',
})

const sheetBack = z.literal(true).exactOptional().meta({
  description: 'interrupted: the sheet, which was taken off the plotter, lies at the same place again',
})

/** Errors of custom tasks, which check their own parameters. */
const CUSTOM = ['ERR_TASK_MODULE', 'ERR_TASK_FAILED', 'ERR_TASK_TIMEOUT', 'ERR_TASK_MEMORY'] as const

/** Why a job is not queued. */
const REFUSED = [
  ...CUSTOM,
  'ERR_TASK_UNKNOWN',
  'ERR_OUTPUT_PATH',
  'ERR_PLOTTER_UNKNOWN',
  'ERR_PLAN_OUT_OF_BOUNDS',
  'ERR_STRICT',
  'ERR_JOB_UNKNOWN',
  'ERR_SVG_INVALID',
  'ERR_SVG_LIMIT',
  'ERR_DOCUMENT',
  'ERR_FILE',
  'ERR_SPOOL_WRITE',
  'ERR_DAEMON_AWAY',
] as const

/** Jobs that one call waits for. */
export const MOST_WAITED = 500
/** Proxies close a connection that is silent for a minute. */
const LONGEST_WAIT_MS = 55_000
const ENDED: readonly (typeof STATUSES)[number][] = ['finished', 'failed', 'canceled']

const digest = z
  .string()
  .length(22)
  .regex(/^[\w-]+$/)

/**
 * Methods on jobs. `cost` is the work in calls, 1 when absent. `errors` leaves out ERR_PARAMS, ERR_PROTOCOL, ERR_UNAUTHORIZED
 * and ERR_LIMIT, which every method may give.
 */
export const JOB_METHODS = {
  'job.submit': {
    role: 'submit',
    summary: 'Queue a job. The answer comes after the job is on the disk, with `notes` on the characters of its text.',
    params: newJob,
    result: submitted,
    errors: REFUSED,
  },
  'job.submitAll': {
    role: 'submit',
    summary: 'Queue several jobs: all of them or, if one is refused, none.',
    params: z.strictObject({ jobs: z.array(newJob).min(1).max(10_000).readonly() }),
    result: z.array(submitted).readonly(),
    errors: REFUSED,
  },
  'job.check': {
    role: 'submit',
    summary: 'Check jobs without queueing them: text that does not fit, characters that no font has.',
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
      mine: z.literal(true).exactOptional().meta({ description: 'only jobs of the token that asks' }),
      search: z.string().max(200).exactOptional().meta({ description: 'part of a title or id' }),
      sort: z
        .enum(['queue', 'newest'])
        .exactOptional()
        .meta({ description: 'queue: as they will be drawn, then the past, newest first' }),
      limit: z.number().int().min(1).max(1000).exactOptional(),
      cursor: z.string().max(200).exactOptional().meta({ description: '`next` of the page before' }),
    }),
    result: z.object({ jobs: z.array(job).readonly(), next: z.string().optional(), total: count }),
    errors: [],
  },
  'job.wait': {
    role: 'watch',
    summary:
      'Wait for jobs: a long poll. Answers when the jobs are in one of the states, or when the time is up: then call ' +
      'again with the ids in `waiting`. A call costs as many calls as it has ids.',
    params: z.strictObject({
      ids: z.array(id).min(1).max(MOST_WAITED).readonly(),
      until: z
        .array(status)
        .min(1)
        .max(STATUSES.length)
        .readonly()
        .default(ENDED)
        .meta({ description: 'states to wait for; a job that has ended counts always' }),
      any: z.boolean().default(false).meta({ description: 'answer as soon as one of the jobs is there' }),
      timeoutMs: durationIn({ min: 0, max: LONGEST_WAIT_MS })
        .prefault('25s')
        .meta({ description: "at most '55s'; 0 answers at once" }),
    }),
    result: z.object({
      jobs: z.array(job).readonly().meta({ description: 'those that are there' }),
      waiting: z.array(id).readonly().meta({ description: 'ids of the others' }),
    }),
    errors: ['ERR_JOB_UNKNOWN'],
  },
  'job.cancel': {
    role: 'own',
    summary: 'Cancel a job that is not final. A running render is stopped; a plot lifts the pen and ends.',
    params: one,
    result: job,
    errors: ['ERR_JOB_UNKNOWN', 'ERR_JOB_STATE'],
  },
  'job.hold': {
    role: 'own',
    summary: 'Hold a waiting job.',
    params: one,
    result: job,
    errors: ['ERR_JOB_STATE'],
  },
  'job.release': {
    role: 'own',
    summary: 'Release a held job.',
    params: one,
    result: job,
    errors: ['ERR_JOB_STATE'],
  },
  'job.retry': {
    role: 'own',
    summary: 'Queue a job again. A failed or canceled one begins from the start, an interrupted one on a new sheet.',
    params: one,
    result: job,
    errors: ['ERR_JOB_UNKNOWN', 'ERR_JOB_STATE'],
  },
  'job.plot': {
    role: 'own',
    summary:
      'Ask for ink of jobs that were only rendered: all of them or, if one is refused, none. Each is checked as a submit ' +
      'would, by its SVG as it stands in the output folder now. They go to the end of their priority and wait for a sheet ' +
      'as all jobs do. A job that has been drawn is refused: submit it again for another sheet.',
    params: z.strictObject({
      ids: z.array(id).min(1).max(1000).readonly(),
      plot: plotRequest.prefault({}),
      dryRun: z.boolean().default(false).meta({ description: 'answer with the jobs as they would be, change nothing' }),
    }),
    result: z.array(job).readonly().meta({ description: 'with the figures and warnings for that plotter and page' }),
    errors: [
      'ERR_JOB_UNKNOWN',
      'ERR_JOB_STATE',
      'ERR_PLOTTER_UNKNOWN',
      'ERR_PLAN_OUT_OF_BOUNDS',
      'ERR_EMPTY',
      'ERR_STRICT',
      'ERR_FILE',
      'ERR_SVG_INVALID',
      'ERR_SVG_LIMIT',
      'ERR_SPOOL_WRITE',
      'ERR_DAEMON_AWAY',
    ],
  },
  'job.spoiled': {
    role: 'own',
    summary:
      'The card of a job is no good: queue the same job again, at the end of its batch or as the next one. The job that ' +
      'was drawn stays as it is. A second call for the same job queues nothing more. A job that is not final is canceled.',
    params: z.strictObject({
      id,
      why: z.string().min(1).max(200).exactOptional(),
      place: z.enum(['end', 'next']).default('end'),
    }),
    result: submitted,
    errors: [...REFUSED, 'ERR_JOB_STATE'],
  },
  'job.top': {
    role: 'operate',
    summary: 'Move a waiting job to the front of the queue.',
    params: one,
    result: job,
    errors: ['ERR_JOB_STATE'],
  },
  'job.move': {
    role: 'own',
    cost: 10,
    summary: 'Move a waiting job to just before another one, whose priority it takes; without `before`, to the end.',
    params: z.strictObject({ id, before: id.exactOptional() }),
    result: job,
    errors: ['ERR_JOB_UNKNOWN', 'ERR_JOB_STATE'],
  },
  'job.remove': {
    role: 'own',
    summary: 'Forget a job that is final. Its output stays.',
    params: one,
    result: z.object({}),
    errors: ['ERR_JOB_UNKNOWN', 'ERR_JOB_STATE'],
  },
  'job.purge': {
    role: 'operate',
    cost: 10,
    summary: 'Forget all final jobs that ended longer ago than this.',
    params: z.strictObject({ olderThanMs: duration.exactOptional().meta({ description: 'all when absent' }) }),
    result: z.object({ removed: count }),
    errors: [],
  },
  'job.import': {
    role: 'operate',
    summary:
      'Take over the jobs of an export under their own ids. Ended jobs stay ended, held jobs stay held. ' +
      'Jobs that are here already stay as they are. A job that was being rendered is queued, one that was being plotted is interrupted.',
    params: z.strictObject({ jobs: z.array(exported).min(1).max(1000).readonly() }),
    result: z.object({ added: count, known: count }),
    errors: ['ERR_PLOTTER_UNKNOWN', 'ERR_SPOOL_WRITE'],
  },
  'job.keys': {
    role: 'operate',
    cost: 10,
    summary:
      'Idempotency keys of jobs that are no longer kept, as digests: what an export needs besides the jobs, so that ' +
      'nothing is queued twice elsewhere.',
    params: z.strictObject({
      after: digest.exactOptional().meta({ description: '`next` of the page before' }),
      limit: z.number().int().min(1).max(1000).exactOptional(),
    }),
    result: z.object({ keys: z.array(z.object({ digest: z.string(), id })).readonly(), next: z.string().optional() }),
    errors: [],
  },
  'job.importKeys': {
    role: 'operate',
    cost: 10,
    summary: 'Take over idempotency keys as job.keys gives them.',
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
    summary: 'Stop a plot at the end of the stroke, pen up.',
    params: z.strictObject({ id, now }),
    result: job,
    errors: ['ERR_JOB_STATE', 'ERR_PLOTTER_STATE'],
  },
  'job.resume': {
    role: 'operate',
    summary:
      'Continue a paused or interrupted plot. An interrupted one needs a choice of how. Its sheet must lie where it lay. ' +
      'Unless the plotter still knows its position, the carriage must stand at home.',
    params: z.strictObject({ id, ...how, atHome, sheetBack }),
    result: job,
    errors: ['ERR_JOB_STATE', 'ERR_PLOTTER_STATE', 'ERR_PLOTTER_UNKNOWN', 'ERR_FILE'],
  },
  'job.place': {
    role: 'watch',
    summary: 'Where an interrupted plot stopped, as far as is known, and where it would continue. Moves nothing.',
    params: z.strictObject({ id, ...how }),
    result: z.object({
      first: count.meta({ description: 'strokes below this are on the paper' }),
      last: count.meta({ description: 'strokes from this on were not begun; those between may be on the paper' }),
      of: count,
      drawnMm: z.number().optional().meta({ description: 'how much of stroke `first` is drawn, when that is known' }),
      homeKnown: z.boolean().meta({ description: 'the plotter knows its position: `atHome` is not needed' }),
      next: z.object({ stroke: count, mm: z.number(), x: z.number(), y: z.number() }).optional().meta({
        description: 'by `cut`, `from`, `strokes` and `mm`: stroke, mm of it that are left out, mm on the sheet',
      }),
    }),
    errors: ['ERR_JOB_STATE', 'ERR_PLOTTER_UNKNOWN', 'ERR_FILE'],
  },
  'job.trace': {
    role: 'operate',
    summary: 'Move the carriage, pen up, to the place where an interrupted plot would continue.',
    params: z.strictObject({ id, ...how, atHome }),
    result: job,
    errors: ['ERR_JOB_STATE', 'ERR_PLOTTER_STATE', 'ERR_PLOTTER_UNKNOWN', 'ERR_FILE', 'ERR_LINK_CLOSED'],
  },
  'job.logs': {
    role: 'watch',
    summary: 'The log of a job, oldest entry first.',
    params: one,
    result: z.object({ entries: z.array(z.object({ at: z.number(), message: z.string() })).readonly() }),
    errors: ['ERR_JOB_UNKNOWN'],
  },
} as const
