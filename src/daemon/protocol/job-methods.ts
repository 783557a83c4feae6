import { z } from 'zod'
import { count, duration, id, now, status } from './fields.ts'
import { job, newJob, submitted } from './job.ts'

const one = z.strictObject({ id })

/** Methods on jobs. `errors` are those besides ERR_PARAMS, ERR_PROTOCOL, ERR_UNAUTHORIZED and ERR_LIMIT, which all may give. */
export const JOB_METHODS = {
  'job.submit': {
    role: 'submit',
    summary: 'Queue a job. The answer comes after the job is on the disk.',
    params: newJob,
    result: submitted,
    errors: ['ERR_TASK_UNKNOWN', 'ERR_OUTPUT_PATH', 'ERR_PLOTTER_UNKNOWN', 'ERR_JOB_UNKNOWN', 'ERR_SPOOL_WRITE'],
  },
  'job.submitAll': {
    role: 'submit',
    summary: 'Queue several jobs: all of them or, if one is refused, none.',
    params: z.strictObject({ jobs: z.array(newJob).min(1).max(10_000).readonly() }),
    result: z.array(submitted).readonly(),
    errors: ['ERR_TASK_UNKNOWN', 'ERR_OUTPUT_PATH', 'ERR_PLOTTER_UNKNOWN', 'ERR_JOB_UNKNOWN', 'ERR_SPOOL_WRITE'],
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
    summary: 'Jobs, a page at a time.',
    params: z.strictObject({
      status: z.array(status).readonly().exactOptional(),
      task: z.string().max(100).exactOptional(),
      tag: z.string().max(64).exactOptional(),
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
  'job.cancel': {
    role: 'operate',
    summary: 'Cancel a job that is not final. A running render is stopped; a plot lifts the pen and ends.',
    params: one,
    result: job,
    errors: ['ERR_JOB_UNKNOWN', 'ERR_JOB_STATE'],
  },
  'job.hold': {
    role: 'operate',
    summary: 'Keep a waiting job back.',
    params: one,
    result: job,
    errors: ['ERR_JOB_STATE'],
  },
  'job.release': {
    role: 'operate',
    summary: 'Let a held job go.',
    params: one,
    result: job,
    errors: ['ERR_JOB_STATE'],
  },
  'job.retry': {
    role: 'operate',
    summary: 'Failed or canceled: from the start. Interrupted: on a new sheet.',
    params: one,
    result: job,
    errors: ['ERR_JOB_UNKNOWN', 'ERR_JOB_STATE'],
  },
  'job.top': {
    role: 'operate',
    summary: 'To the front of the queue.',
    params: one,
    result: job,
    errors: ['ERR_JOB_STATE'],
  },
  'job.move': {
    role: 'operate',
    summary: 'To just before another job, with that one’s priority from then on; without `before`, to the end.',
    params: z.strictObject({ id, before: id.exactOptional() }),
    result: job,
    errors: ['ERR_JOB_UNKNOWN', 'ERR_JOB_STATE'],
  },
  'job.remove': {
    role: 'operate',
    summary: 'Forget a job that is final. Its output stays.',
    params: one,
    result: z.object({}),
    errors: ['ERR_JOB_UNKNOWN', 'ERR_JOB_STATE'],
  },
  'job.purge': {
    role: 'operate',
    summary: 'Forget all final jobs that ended longer ago than this.',
    params: z.strictObject({ olderThanMs: duration.exactOptional().meta({ description: 'all when absent' }) }),
    result: z.object({ removed: count }),
    errors: [],
  },
  'job.pause': {
    role: 'operate',
    summary: 'Stop a plot at the end of the stroke, pen up.',
    params: z.strictObject({ id, now }),
    result: job,
    errors: ['ERR_JOB_STATE', 'ERR_PLOTTER_STATE'],
  },
  'job.resume': {
    role: 'operate',
    summary:
      'A person’s word that a paused or interrupted plot goes on. An interrupted one must say how; its sheet must lie as ' +
      'it lay, and unless the plotter still knows its position, the carriage must stand at home.',
    params: z.strictObject({
      id,
      cut: z
        .enum(['redraw', 'skip'])
        .exactOptional()
        .meta({ description: 'interrupted: draw the stroke that was cut again (may double ink), or leave it' }),
      from: count.exactOptional().meta({ description: 'interrupted: or the exact stroke to go on with' }),
      plotter: z
        .string()
        .min(1)
        .max(64)
        .exactOptional()
        .meta({ description: 'interrupted: where; as before when absent' }),
    }),
    result: job,
    errors: ['ERR_JOB_STATE', 'ERR_PLOTTER_STATE', 'ERR_PLOTTER_UNKNOWN', 'ERR_FILE'],
  },
  'job.logs': {
    role: 'watch',
    summary: 'What a job had to say.',
    params: one,
    result: z.object({ entries: z.array(z.object({ at: z.number(), message: z.string() })).readonly() }),
    errors: ['ERR_JOB_UNKNOWN'],
  },
} as const
