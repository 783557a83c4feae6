import { z } from 'zod'
import { STATUSES } from '../../spool/job.ts'
import { JOB_LIMITS } from '../../spool/job-fields.ts'
import { count, id, textUpTo } from './fields.ts'

const name = textUpTo(JOB_LIMITS.batch).meta({ description: 'name of a batch' })
const one = z.strictObject({ name })

const batch = z.object({
  name: z.string(),
  owners: z.array(z.string()).readonly().meta({ description: 'names of the tokens that submitted jobs of the batch' }),
  cards: count.meta({ description: 'cards of the batch; spoiled cards do not count' }),
  done: count.meta({ description: 'cards whose job is finished' }),
  left: count.meta({ description: 'jobs that have not ended, held jobs included' }),
  held: count,
  failed: count,
  canceled: count,
  interrupted: count,
  spoiled: count,
  inkMm: z.number().meta({ description: 'length of the executed strokes, with those of spoiled cards' }),
  drawnSeconds: z.number(),
  inkLeftMm: z.number().meta({ description: 'ink still to draw on the cards that are rendered' }),
  secondsLeft: z.number().meta({ description: 'time to draw the cards that are rendered, on one plotter' }),
  createdAt: z.number(),
  endedAt: z.number().optional().meta({ description: 'the end of the last job, when all jobs have ended' }),
})

const card = z.object({
  row: z.number(),
  job: id,
  title: z.string(),
  status: z.enum([...STATUSES, 'forgotten', 'spoiled']),
  attempt: count.meta({ description: '1 for the first drawing of the card, 2 for the second' }),
  spoiled: z.object({ by: z.string(), why: z.string().optional() }).optional(),
  owner: z.string().optional(),
  plotter: z.string().optional(),
  pen: z.string().optional().meta({ description: 'the pens that drew the card, or the pen that its job asks for' }),
  copies: count.meta({
    description: 'all copies of the job: those that it asks for now, and those complete before its retries',
  }),
  inkMm: z.number(),
  drawnSeconds: z.number(),
  startedAt: z.number().optional().meta({ description: 'the start of the first sheet since the last retry' }),
  endedAt: z.number().optional(),
  error: z.string().optional(),
  output: z.string().optional().meta({ description: 'path of the SVG, below the output folder' }),
})

const changed = z.object({ changed: count, batch })

/** Methods on batches. A batch exists as long as the spool keeps one of its jobs. */
export const BATCH_METHODS = {
  'batch.list': {
    role: 'watch',
    cost: 10,
    summary: 'All batches, the newest first.',
    params: z.strictObject({}),
    result: z.object({ batches: z.array(batch).readonly() }),
    errors: [],
  },
  'batch.get': {
    role: 'watch',
    cost: 5,
    summary: 'The progress, ink and time of a batch.',
    params: one,
    result: batch,
    errors: ['ERR_BATCH_UNKNOWN'],
  },
  'batch.cards': {
    role: 'watch',
    cost: 10,
    summary: 'Every attempt at every row of a batch, by row, for a report.',
    params: z.strictObject({
      name,
      from: count.default(0).meta({ description: '`next` of the previous page' }),
      limit: z.number().int().min(1).max(1000).default(500),
    }),
    result: z.object({ cards: z.array(card).readonly(), next: count.optional(), total: count }),
    errors: ['ERR_BATCH_UNKNOWN'],
  },
  'batch.hold': {
    role: 'own',
    cost: 20,
    summary: 'Hold the jobs of a batch that wait or are being rendered.',
    params: one,
    result: changed,
    errors: ['ERR_BATCH_UNKNOWN'],
  },
  'batch.release': {
    role: 'own',
    cost: 20,
    summary: 'Release every held job of a batch.',
    params: one,
    result: changed,
    errors: ['ERR_BATCH_UNKNOWN'],
  },
  'batch.cancel': {
    role: 'own',
    cost: 20,
    summary: 'Cancel all jobs of a batch that have not ended, also a job that is being drawn.',
    params: one,
    result: changed,
    errors: ['ERR_BATCH_UNKNOWN'],
  },
  'batch.move': {
    role: 'operate',
    cost: 20,
    summary:
      'Move the waiting jobs of a batch, in their present order, to the front of the queue or to the end of their priority.',
    params: z.strictObject({ name, to: z.enum(['top', 'end']) }),
    result: changed,
    errors: ['ERR_BATCH_UNKNOWN'],
  },
  'batch.order': {
    role: 'operate',
    cost: 20,
    summary: 'Move the waiting jobs of a batch to the end of their priority, sorted by row, title or pen.',
    params: z.strictObject({ name, by: z.enum(['row', 'title', 'pen']) }),
    result: changed,
    errors: ['ERR_BATCH_UNKNOWN'],
  },
} as const
