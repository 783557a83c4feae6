import { z } from 'zod'
import { type Job, STATUSES, type Warning } from '../../spool/job.ts'
import { JOB_LIMITS } from '../../spool/job-fields.ts'
import type { SubmittedJob } from '../../spool/spool.ts'
import { isShortJson, valuesIn } from '../../values.ts'
import { count, durationIn, id, inRange, maybe, moment, priority, status, textUpTo } from './fields.ts'
import { warning, withKinds } from './warnings.ts'

const PLOT = JOB_LIMITS.plot

export const plotRequest = z
  .strictObject({
    plotter: textUpTo(PLOT.plotter).default('any').meta({ description: "a plotter's name, or 'any'" }),
    pen: textUpTo(PLOT.pen).exactOptional().meta({ description: 'a pen of the configuration, by name or colour' }),
    copies: inRange(PLOT.copies).int().default(1).meta({ description: 'sheets, each with its own ready' }),
    layers: z
      .array(z.union([z.string().max(PLOT.layer), z.number().int().min(0)]))
      .max(PLOT.layers)
      .readonly()
      .exactOptional()
      .meta({ description: 'layers by number, name or pen; all when absent' }),
    pageSize: z
      .string()
      .max(PLOT.pageSize)
      .exactOptional()
      .meta({ description: "'a5', '148x105mm'; the SVG's own when absent" }),
    fit: z.boolean().exactOptional().meta({ description: 'scale the drawing to the page' }),
    options: z
      .record(z.string().max(PLOT.option), z.unknown())
      .exactOptional()
      .meta({ description: 'preparation and profile overrides, checked by the plotter' }),
    needs: z
      .array(textUpTo(PLOT.need))
      .max(PLOT.needs)
      .readonly()
      .exactOptional()
      .meta({ description: 'tags that the plotter must have, all of them: pens, paper, a size' }),
    strict: z.boolean().exactOptional().meta({
      description: 'refuse the job when something of it would not be drawn (a warning of kind loss): ERR_STRICT',
    }),
  })
  .refine((plot) => isShortJson(plot, PLOT.json), `expected at most ${PLOT.json} characters as JSON`)

/** The row of the table, as a spreadsheet counts; without a table, counted from 1. */
const row = inRange(JOB_LIMITS.row).int()
const batchName = textUpTo(JOB_LIMITS.batch).regex(/^\P{Cc}+$/u, 'expected no control characters')
const batchPlace = z.strictObject({ name: batchName, row })

const tags = z.array(textUpTo(JOB_LIMITS.tag)).max(JOB_LIMITS.tags).readonly()
const dependsOn = z.array(id).max(JOB_LIMITS.dependsOn).readonly()

const { values: VALUES } = JOB_LIMITS

/** The parameters of any task. The task's own schema checks them. */
export const taskParams = z
  .unknown()
  .refine((value) => valuesIn(value, VALUES) <= VALUES, `expected at most ${VALUES} values; larger data is an upload`)

/** The parameters of `job.submit`. After validation they are the spool's NewJob. */
export const newJob = z.strictObject({
  task: textUpTo(JOB_LIMITS.task).meta({ description: 'name of a task, see task.list' }),
  params: maybe(taskParams).meta({ description: "the task's own parameters, checked by its schema" }),
  title: maybe(textUpTo(JOB_LIMITS.title)),
  tags: maybe(tags),
  batch: maybe(batchPlace).meta({ description: 'the batch that it belongs to, and its row there' }),
  priority: maybe(priority).meta({ description: '1 … 100, higher first, or high (75), default (50), low (25)' }),
  output: maybe(textUpTo(JOB_LIMITS.output)).meta({ description: 'path below the output folder' }),
  timeoutMs: maybe(durationIn(JOB_LIMITS.timeoutMs)).meta({
    description: "limit on rendering: ms or '2m'; 5 minutes when absent",
  }),
  plot: maybe(plotRequest).meta({ description: 'ask for ink; without it the job ends as an SVG' }),
  hold: maybe(z.boolean()).meta({ description: 'wait for job.release' }),
  runAt: maybe(moment).meta({ description: 'not before: ms since 1970 or ISO 8601' }),
  dependsOn: maybe(dependsOn),
  retries: maybe(
    z.strictObject({
      max: inRange(JOB_LIMITS.retries.max).int(),
      backoffMs: durationIn(JOB_LIMITS.retries.backoffMs),
    }),
  ),
  idempotencyKey: maybe(textUpTo(JOB_LIMITS.idempotencyKey)).meta({
    description: 'the same key again answers with the job that has it',
  }),
})

export const result = z.object({
  path: z.string().meta({ description: 'below the output folder; GET /output/<path>' }),
  sha256: z.string().optional().meta({ description: "of the SVG's bytes, hex" }),
  widthMm: z.number(),
  heightMm: z.number(),
  strokes: count,
  penDownMm: z.number(),
  travelMm: z.number(),
  lifts: count,
  estimateSeconds: z.number(),
  plotters: z.array(z.string()).readonly().optional().meta({
    description: "of a job for 'any' plotter: those that can draw it, when not all can",
  }),
  warnings: z.array(warning).readonly(),
})

export const progress = z.object({
  phase: z.enum(['render', 'plan', 'plot']),
  done: z.number().meta({ description: 'while plotting: strokes that the device executed' }),
  of: z.number(),
  begun: count.optional().meta({
    description: 'while plotting: strokes from this on were not begun; those from `done` up to it may be on the paper',
  }),
  secondsLeft: z.number().optional(),
  secondsOf: z.number().optional().meta({ description: 'what the whole sheet takes; `secondsLeft` of it are left' }),
  planHash: z.string().optional(),
  plotter: z.string().optional().meta({ description: 'whose paper the strokes are on' }),
  host: z.string().optional().meta({ description: 'the host of that plotter, where several share one queue' }),
  copiesDone: count.optional(),
  inkMm: z.number().optional().meta({ description: 'ink that was laid down for the job: all its sheets and repeats' }),
  drawnSeconds: z.number().optional().meta({ description: 'time that it was drawn, without pauses' }),
  pens: z.array(z.string().max(64)).max(16).readonly().optional().meta({ description: 'the named pens that drew it' }),
  since: z.number().optional().meta({ description: 'its first sheet began' }),
})

/** A job as the wire shows it. `params` is left out of lists and notifications: it may be a whole SVG. */
export const job = z.object({
  id,
  task: z.string(),
  params: z.unknown().optional().meta({ description: 'only from job.get and job.submit' }),
  paramsError: z.object({ code: z.string(), message: z.string() }).optional().meta({
    description: 'why `params` are not there: their file is damaged; such a job is not imported',
  }),
  title: z.string(),
  tags: z.array(z.string()).readonly(),
  owner: z.string().optional().meta({ description: 'name of the token that submitted it' }),
  batch: z.object({ name: z.string(), row: z.number() }).optional(),
  spoils: z.object({ job: id, by: z.string(), why: z.string().optional() }).optional().meta({
    description: 'it draws the card of that job again, which was spoiled',
  }),
  priority: z.number(),
  order: z.number().meta({ description: 'between equal priorities: smaller first' }),
  status: z.enum([...STATUSES, 'forgotten']).meta({
    description: 'forgotten: only from job.submit, of a job with the same key that is no longer kept',
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
    .object({ inkMm: z.number(), drawnSeconds: z.number() })
    .optional()
    .meta({ description: 'ink and time of earlier tries, on sheets that were given up' }),
  touched: z.boolean().meta({
    description:
      'ink of this job is on paper, or may be: `progress` says how many strokes, `copiesDone` how many sheets',
  }),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
})

/** A code for programs and a sentence for users. */
const notice = z.object({ code: z.string().max(100), message: z.string().max(20_000) })

/** A job of an export, as `job.get` shows it. Its names and hashes are checked: none may lead to another file. */
export const exported = z.object({
  ...job.shape,
  id: z
    .string()
    .max(26)
    .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'expected the id of a job, as it was exported'),
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
  reason: notice.optional(),
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
      plotters: z.array(z.string().max(64)).max(100).readonly().optional(),
      path: textUpTo(1000),
      sha256: z
        .string()
        .max(64)
        .regex(/^[0-9a-f]{64}$/)
        .optional(),
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

/** A new job, with notes on the characters of its text. The notes are not stored. */
export const submitted = job.extend({
  repeated: z.boolean().meta({ description: 'a job with this key was submitted before: nothing new was queued' }),
  notes: z.array(warning).readonly().meta({
    description: 'missing-glyph, substituted-glyph, lent-glyph, composed-glyph: reported before anything is drawn',
  }),
})

/** The result of a check before a job is queued. */
export const checked = z.object({
  title: z.string().optional(),
  output: z.string().optional().meta({ description: 'where its SVG would go, below the output folder' }),
  warnings: z.array(warning).readonly(),
  error: z
    .object({ code: z.string(), message: z.string(), detail: z.record(z.string(), z.unknown()) })
    .optional()
    .meta({ description: 'why it would be refused, or would fail for certain' }),
})

export type WireJob = z.output<typeof job>

/** The answer to a submit: the job with its notes. */
export const receipt = (job: SubmittedJob, notes: readonly Warning[]): WireReceipt =>
  Object.assign(summary(job), { repeated: job.repeated ?? false, notes: withKinds(notes) })

type WireReceipt = z.output<typeof submitted>

/** A job with its parameters. */
export const whole = (job: Job): WireJob =>
  Object.assign(summary(job), { params: job.params, paramsError: job.paramsError })

/** A job without its parameters, as lists and notifications carry it. */
export function summary(job: Job): WireJob {
  const { result } = job
  // JSON leaves out undefined members. One spread, at the front: V8 copies others property by property, ten times slower.
  const view = {
    ...job,
    params: undefined,
    paramsFile: undefined,
    paramsError: undefined,
    touched: isTouched(job),
    result: result && { ...result, warnings: withKinds(result.warnings) },
  }
  return view
}

/** Whether ink of this job is on paper, or may be. */
export function isTouched({ progress }: Job): boolean {
  if (progress?.phase !== 'plot') return false
  const { done, begun = 0, copiesDone = 0 } = progress
  return done + begun + copiesDone > 0
}
