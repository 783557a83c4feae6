import { z } from 'zod'
import { type Job, SPOILED_KEY, STATUSES, type Warning } from '../../spool/job.ts'
import { JOB_ID, JOB_LIMITS } from '../../spool/job-fields.ts'
import type { SubmittedJob } from '../../spool/spool.ts'
import { isShortJson, SHA256, valuesIn } from '../../values.ts'
import { count, durationIn, id, inRange, maybe, moment, priority, status, textUpTo } from './fields.ts'
import { warning, withKinds } from './warnings.ts'

const PLOT = JOB_LIMITS.plot

/** The request to plot a job's SVG. */
export const plotRequest = z
  .strictObject({
    plotter: textUpTo(PLOT.plotter).default('any').meta({ description: "a plotter's name, or 'any'" }),
    pen: textUpTo(PLOT.pen).exactOptional().meta({ description: 'a pen of the configuration, by name or colour' }),
    copies: inRange(PLOT.copies)
      .int()
      .default(1)
      .meta({ description: 'number of sheets to draw; the plotter must be ready before each' }),
    layers: z
      .array(z.union([z.string().max(PLOT.layer), z.number().int().min(0)]))
      .max(PLOT.layers)
      .readonly()
      .exactOptional()
      .meta({ description: 'the layers to draw, by number or name; all when absent' }),
    pageSize: z
      .string()
      .max(PLOT.pageSize)
      .exactOptional()
      .meta({ description: "size of the page, such as 'a5' or '148x105mm'; the SVG's own when absent" }),
    fit: z.boolean().exactOptional().meta({ description: 'scale the drawing to the page' }),
    options: z
      .record(z.string().max(PLOT.option), z.unknown())
      .exactOptional()
      .meta({ description: 'how plotd places, prepares and draws the drawing; the daemon refuses an unknown option' }),
    needs: z
      .array(textUpTo(PLOT.need))
      .max(PLOT.needs)
      .readonly()
      .exactOptional()
      .meta({ description: 'tags, such as a pen, a paper or a size; the plotter must have all of them' }),
    strict: z.boolean().exactOptional().meta({
      description:
        'refuse the job or let it fail, with ERR_STRICT, when a part of the drawing would be lost (a warning of kind loss)',
    }),
  })
  .refine((plot) => isShortJson(plot, PLOT.json), `expected at most ${PLOT.json} characters as JSON`)

/** The number of a row in a spreadsheet. For a batch without a table, rows count from 1. */
const row = inRange(JOB_LIMITS.row).int()
const batchName = textUpTo(JOB_LIMITS.batch).regex(/^\P{Cc}+$/u, 'expected no control characters')
const batchPlace = z.strictObject({ name: batchName, row })

const tags = z.array(textUpTo(JOB_LIMITS.tag)).max(JOB_LIMITS.tags).readonly()
const dependsOn = z.array(id).max(JOB_LIMITS.dependsOn).readonly()

const { values: VALUES } = JOB_LIMITS

/** The parameters of any task, which the task's own schema checks. */
export const taskParams = z
  .unknown()
  .refine((value) => valuesIn(value, VALUES) <= VALUES, `expected at most ${VALUES} values; upload larger data`)

/** The parameters of `job.submit`, which after validation are fields of the spool's NewJob. */
export const newJob = z.strictObject({
  task: textUpTo(JOB_LIMITS.task).meta({ description: 'name of a task of `task.list`' }),
  params: maybe(taskParams).meta({ description: "the task's own parameters, checked by its schema" }),
  title: maybe(textUpTo(JOB_LIMITS.title)),
  tags: maybe(tags),
  batch: maybe(batchPlace).meta({ description: 'the batch of the job, and the row of the job in it' }),
  priority: maybe(priority).meta({ description: '1 … 100, higher first, or high (75), default (50), low (25)' }),
  output: maybe(textUpTo(JOB_LIMITS.output)).meta({ description: 'path below the output folder' }),
  timeoutMs: maybe(durationIn(JOB_LIMITS.timeoutMs)).meta({
    description: "limit on rendering: ms, or a text such as '2m'; `render.timeout` of the configuration when absent",
  }),
  plot: maybe(plotRequest).meta({ description: 'how to plot the SVG; when absent, plotd only renders the SVG' }),
  hold: maybe(z.boolean()).meta({ description: 'wait for job.release' }),
  runAt: maybe(moment).meta({ description: 'the earliest start: ms since 1970 or ISO 8601' }),
  dependsOn: maybe(dependsOn),
  retries: maybe(
    z.strictObject({
      max: inRange(JOB_LIMITS.retries.max).int(),
      backoffMs: durationIn(JOB_LIMITS.retries.backoffMs),
    }),
  ),
  idempotencyKey: maybe(
    textUpTo(JOB_LIMITS.idempotencyKey).regex(
      new RegExp(`^(?!${SPOILED_KEY})`),
      `expected a key that does not begin with ${SPOILED_KEY}, because plotd makes such keys`,
    ),
  ).meta({
    description: 'idempotency key: a second submit with the same key queues nothing, and answers with the first job',
  }),
})

/** The SVG of a rendered job, with its figures. */
export const result = z.object({
  path: z.string().meta({ description: 'path of the SVG below the output folder; GET /output/<path> serves it' }),
  sha256: z.string().optional().meta({ description: "of the SVG's bytes, hex" }),
  widthMm: z.number(),
  heightMm: z.number(),
  strokes: count,
  penDownMm: z.number(),
  travelMm: z.number(),
  lifts: count,
  estimateSeconds: z.number(),
  plotters: z.array(z.string()).readonly().optional().meta({
    description: "for a job for 'any' plotter: the plotters that can draw it, when not all can",
  }),
  warnings: z.array(warning).readonly(),
})

/** The progress of rendering or plotting. */
export const progress = z.object({
  phase: z.enum(['render', 'plan', 'plot']),
  done: z.number().meta({ description: 'while plotting: strokes that the device executed' }),
  of: z.number(),
  begun: count.optional().meta({
    description:
      'while plotting: strokes from this index on have not begun; strokes from `done` up to this index may be on the paper',
  }),
  secondsLeft: z.number().optional(),
  secondsOf: z.number().optional().meta({ description: 'time of the whole sheet, of which `secondsLeft` remain' }),
  planHash: z.string().optional(),
  plotter: z.string().optional().meta({ description: 'the plotter with the sheet' }),
  host: z.string().optional().meta({ description: 'the host of that plotter, where several hosts share one queue' }),
  copiesDone: count.optional(),
  inkMm: z.number().optional().meta({
    description: 'length of the executed strokes on all sheets since the last retry; a stroke drawn twice counts twice',
  }),
  drawnSeconds: z.number().optional().meta({ description: 'time of drawing, without pauses' }),
  pens: z
    .array(z.string().max(64))
    .max(16)
    .readonly()
    .optional()
    .meta({ description: 'the named pens that drew the job' }),
  since: z
    .number()
    .optional()
    .meta({ description: 'the start of the first sheet since the last retry, ms since 1970' }),
})

/** A job on the wire. Lists and notifications leave out `params`, which may be a whole SVG. */
export const job = z.object({
  id,
  task: z.string(),
  params: z.unknown().optional().meta({ description: 'only from job.get' }),
  paramsError: z
    .object({ code: z.string(), message: z.string() })
    .optional()
    .meta({
      description:
        'present when plotd cannot read the parameters, with the reason; `params` are then absent, and job.import ' +
        'refuses the job',
    }),
  title: z.string(),
  tags: z.array(z.string()).readonly(),
  owner: z.string().optional().meta({ description: 'name of the token that submitted the job' }),
  batch: z.object({ name: z.string(), row: z.number() }).optional(),
  spoils: z.object({ job: id, by: z.string(), why: z.string().optional() }).optional().meta({
    description: 'the job whose spoiled card this job draws again',
  }),
  priority: z.number(),
  order: z.number().meta({ description: 'between equal priorities: smaller first' }),
  status: z.enum([...STATUSES, 'forgotten']).meta({
    description: 'forgotten: only in the answer to a submit, when the job with the same key was removed from the spool',
  }),
  reason: z
    .object({
      code: z.string(),
      message: z.string(),
      since: z.number().optional().meta({ description: 'when the plot was interrupted' }),
    })
    .optional(),
  createdAt: z.number().meta({ description: 'ms since 1970, as all times' }),
  startedAt: z.number().optional(),
  endedAt: z.number().optional(),
  attempts: count,
  timeoutMs: z.number(),
  output: z.string().optional(),
  plot: z
    .object({
      plotter: z.string(),
      copies: z.number(),
      pen: z.string().optional(),
      layers: z
        .array(z.union([z.number(), z.string()]))
        .readonly()
        .optional(),
      pageSize: z.string().optional(),
      fit: z.boolean().optional(),
      options: z.record(z.string(), z.unknown()).optional(),
      needs: z.array(z.string()).readonly().optional(),
      strict: z.boolean().optional(),
    })
    .optional(),
  dependsOn: z.array(id).readonly(),
  runAt: z.number().optional(),
  retries: z.object({ max: z.number(), backoffMs: z.number() }),
  idempotencyKey: z.string().optional(),
  result: result.optional(),
  progress: progress.optional(),
  spent: z
    .object({ inkMm: z.number(), drawnSeconds: z.number(), copies: count.optional() })
    .optional()
    .meta({
      description:
        'ink and time of earlier attempts on other sheets, and their complete copies, which retries took off ' +
        '`plot.copies`',
    }),
  touched: z.boolean().meta({
    description:
      'ink of the present attempt is or may be on paper: `progress` counts its strokes, and `copiesDone` its ' +
      'complete sheets; `spent` has the ink of earlier attempts',
  }),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
})

/** A code for programs and a sentence for users. */
const notice = z.object({ code: z.string().max(100), message: z.string().max(20_000) })

/**
 * A job of an export, in the form of `job.get`. The schema checks names and hashes, because plotd makes paths of files
 * from them.
 */
export const exported = z.object({
  ...job.shape,
  id: z.string().max(26).regex(JOB_ID, 'expected the id of an exported job: 26 letters and digits'),
  task: newJob.shape.task,
  params: taskParams.optional(),
  paramsError: notice.optional(),
  title: textUpTo(JOB_LIMITS.title),
  tags,
  owner: textUpTo(JOB_LIMITS.owner).optional(),
  batch: batchPlace.optional(),
  spoils: z
    .strictObject({ job: id, by: textUpTo(JOB_LIMITS.owner), why: textUpTo(JOB_LIMITS.why).optional() })
    .optional(),
  priority: inRange(JOB_LIMITS.priority).int(),
  status,
  reason: notice.extend({ since: z.number().optional() }).optional(),
  output: textUpTo(JOB_LIMITS.output).optional(),
  plot: plotRequest.optional(),
  dependsOn,
  retries: z.strictObject({
    max: inRange(JOB_LIMITS.retries.max).int(),
    backoffMs: inRange(JOB_LIMITS.retries.backoffMs),
  }),
  idempotencyKey: textUpTo(JOB_LIMITS.idempotencyKey).optional(),
  result: result
    .extend({
      plotters: z.array(z.string().max(64)).max(10_000).readonly().optional(),
      path: textUpTo(1000),
      sha256: z.string().max(64).regex(SHA256).optional(),
      warnings: z
        .array(notice.extend({ count: count.optional() }))
        .max(10_000)
        .readonly(),
    })
    .optional(),
  error: notice.optional(),
  progress: progress
    .extend({
      planHash: z
        .string()
        .max(128)
        .regex(/^[0-9a-f]+$/)
        .optional(),
      plotter: z.string().max(64).optional(),
      host: z.string().max(64).optional(),
    })
    .optional(),
  touched: z.boolean().optional(),
})

/** A new job, with notes that the spool does not keep. */
export const submitted = job.extend({
  repeated: z
    .boolean()
    .meta({ description: 'an earlier submit with this key queued the job; this submit queued nothing' }),
  notes: z
    .array(warning)
    .readonly()
    .meta({
      description:
        'notes on the text: missing-glyph, substituted-glyph, lent-glyph, composed-glyph; all warnings, if the daemon ' +
        'drew the job to check it; not-drawn from `job.spoiled`, if the SVG was edited: the new job does not draw the edits',
    }),
})

/** The result of a check before a job is queued. */
export const checked = z.object({
  title: z.string().optional(),
  output: z.string().optional().meta({ description: 'path of the SVG, below the output folder' }),
  warnings: z.array(warning).readonly(),
  error: z
    .object({ code: z.string(), message: z.string(), detail: z.record(z.string(), z.unknown()) })
    .optional()
    .meta({ description: 'the reason why the daemon would refuse the job, or why the job would certainly fail' }),
})

export type WireJob = z.output<typeof job>

/** The answer to a submit: the job with its notes. */
export const receipt = (job: SubmittedJob, notes: readonly Warning[]): WireReceipt =>
  Object.assign(summary(job), { repeated: job.repeated ?? false, notes: withKinds(notes) })

type WireReceipt = z.output<typeof submitted>

/** A job with its parameters. */
export const whole = (job: Job): WireJob =>
  Object.assign(summary(job), { params: job.params, paramsError: job.paramsError })

/** Every member of a job in lists and notifications. */
type Summary = Required<Omit<WireJob, 'params' | 'paramsError'>>

/**
 * A job without its parameters, as lists and notifications carry it. JSON leaves out undefined members.
 *
 * This function names each member. After `Object.assign` or a spread, V8 would store so many members in a hash table.
 * Copying the job and writing its JSON would then take twice the time.
 */
export function summary(job: Job): WireJob {
  const wire: Summary = {
    id: job.id,
    task: job.task,
    title: job.title,
    tags: job.tags,
    owner: job.owner,
    batch: job.batch,
    spoils: job.spoils,
    priority: job.priority,
    order: job.order,
    status: job.status,
    reason: job.reason,
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    endedAt: job.endedAt,
    attempts: job.attempts,
    timeoutMs: job.timeoutMs,
    output: job.output,
    plot: job.plot,
    dependsOn: job.dependsOn,
    runAt: job.runAt,
    retries: job.retries,
    idempotencyKey: job.idempotencyKey,
    result: job.result && { ...job.result, warnings: withKinds(job.result.warnings) },
    progress: job.progress,
    spent: job.spent,
    touched: isTouched(job),
    error: job.error,
  }
  return wire
}

/** Whether ink of the present attempt is on paper, or may be. `spent` counts the ink of earlier attempts. */
export function isTouched({ progress }: Job): boolean {
  if (progress?.phase !== 'plot') return false
  const { done, begun = 0, copiesDone = 0 } = progress
  return done + begun + copiesDone > 0
}
