import { messageOf, PlotdError } from '../../errors.ts'
import { isShortJson, valuesIn } from '../../values.ts'
import { freeze, frozenCopy } from '../freeze.ts'
import { type Job, type PlotRequest, PRIORITIES } from '../job.ts'
import { JOB_LIMITS, type Range } from '../job-fields.ts'
import { LARGE_PARAMS } from '../journal/params-files.ts'
import type { NewJob } from '../spool.ts'

const DEFAULT_TIMEOUT_MS = 5 * 60_000
const DEFAULT_RETRIES = Object.freeze({ max: 0, backoffMs: 1_000 })
/** The empty list that all jobs without tags or without `dependsOn` share. */
const NONE: readonly string[] = Object.freeze([])

/** A checked request with its defaults, which shares no object with the caller's request. */
export interface Draft {
  /** The job, in which `id`, `order`, `status` and `createdAt` are only placeholders. */
  readonly job: DraftJob
  readonly hold: boolean
  readonly isFirst: boolean
  /** The parameters as JSON, when they are too large for the job's record. */
  readonly largeParams: string | undefined
}

export type DraftJob = { -readonly [K in keyof Job]: Job[K] }

/** Checks a request and adds the defaults. @throws PlotdError ERR_PARAMS that names the field */
export function draft(job: NewJob): Draft {
  const { params, json } = checkedParams(job.params)
  const { output, plot, dependsOn = NONE, tags = NONE, runAt, idempotencyKey } = job
  const draft: DraftJob = {
    id: '',
    status: 'queued',
    order: 0,
    createdAt: 0,
    task: text(job.task, JOB_LIMITS.task, 'task'),
    params,
    title: job.title === undefined ? job.task : text(job.title, JOB_LIMITS.title, 'title'),
    tags:
      tags.length === 0
        ? NONE
        : Object.freeze(limited(tags, JOB_LIMITS.tags, 'tags').map((tag) => text(tag, JOB_LIMITS.tag, 'tags'))),
    priority: wholeInRange(job.priority ?? PRIORITIES.default, JOB_LIMITS.priority, 'priority'),
    timeoutMs: inRange(job.timeoutMs ?? DEFAULT_TIMEOUT_MS, JOB_LIMITS.timeoutMs, 'timeoutMs'),
    dependsOn:
      dependsOn.length === 0
        ? NONE
        : Object.freeze(
            [...new Set(limited(dependsOn, JOB_LIMITS.dependsOn, 'dependsOn'))].map((id) =>
              text(id, JOB_LIMITS.id, 'dependsOn'),
            ),
          ),
    retries: retries(job),
    attempts: 0,
  }
  if (output !== undefined) draft.output = text(output, JOB_LIMITS.output, 'output')
  if (plot !== undefined) draft.plot = freeze(boundedPlot(JSON.parse(toJson(plot, 'plot')) as PlotRequest))
  if (runAt !== undefined) draft.runAt = inRange(runAt, JOB_LIMITS.runAt, 'runAt')
  if (idempotencyKey !== undefined)
    draft.idempotencyKey = text(idempotencyKey, JOB_LIMITS.idempotencyKey, 'idempotencyKey')
  addOrigin(draft, job)
  return { job: draft, hold: job.hold ?? false, isFirst: job.isFirst ?? false, largeParams: json }
}

/** Adds the job's owner, its batch, and in `spoils` the other job whose card this job draws again. */
function addOrigin(draft: DraftJob, { owner, batch, spoils }: NewJob): void {
  if (owner !== undefined) draft.owner = text(owner, JOB_LIMITS.owner, 'owner')
  if (batch !== undefined) {
    const row = wholeInRange(batch.row, JOB_LIMITS.row, 'batch.row')
    draft.batch = freeze({ name: text(batch.name, JOB_LIMITS.batch, 'batch.name'), row })
  }
  if (spoils === undefined) return
  const { job, by, why } = spoils
  draft.spoils = freeze({
    job: text(job, JOB_LIMITS.id, 'spoils.job'),
    by: text(by, JOB_LIMITS.owner, 'spoils.by'),
    ...(why !== undefined && { why: text(why, JOB_LIMITS.why, 'spoils.why') }),
  })
}

/** `runAt` may be this long ago, ms, because clocks of two computers differ and a message takes time. */
const PAST_MS = 5_000

/**
 * @throws PlotdError ERR_PARAMS when the time is more than PAST_MS in the past, because the job would start at once
 */
export function checkRunAt(runAt: number, now: number): void {
  if (runAt >= now - PAST_MS) return
  const when = new Date(runAt).toISOString()
  throw new PlotdError('ERR_PARAMS', `runAt: ${when} is in the past`, { field: 'runAt', value: runAt })
}

function retries(job: NewJob): Job['retries'] {
  if (job.retries === undefined) return DEFAULT_RETRIES
  return freeze({
    max: wholeInRange(job.retries.max, JOB_LIMITS.retries.max, 'retries.max'),
    backoffMs: inRange(job.retries.backoffMs, JOB_LIMITS.retries.backoffMs, 'retries.backoffMs'),
  })
}

interface CheckedParams {
  readonly params: unknown
  /** Undefined for small parameters. */
  readonly json: string | undefined
}

function checkedParams(params: unknown): CheckedParams {
  const small = frozenCopy(params, LARGE_PARAMS)
  if (small !== undefined) return { params: small, json: undefined }
  const json = toJson(params, 'params')
  const copy: unknown = JSON.parse(json)
  const most = JOB_LIMITS.values
  if (valuesIn(copy, most) > most)
    throw new PlotdError('ERR_PARAMS', `params must have at most ${most} values`, { field: 'params' })
  return { params: freeze(copy), json: json.length > LARGE_PARAMS ? json : undefined }
}

const PLOT = JOB_LIMITS.plot

function boundedPlot(plot: PlotRequest): PlotRequest {
  const { plotter, pen, copies, layers = [], pageSize, needs = [], options = {} } = plot
  text(plotter, PLOT.plotter, 'plot.plotter')
  if (pen !== undefined) text(pen, PLOT.pen, 'plot.pen')
  wholeInRange(copies, PLOT.copies, 'plot.copies')
  for (const layer of limited(layers, PLOT.layers, 'plot.layers')) textOrEmpty(String(layer), PLOT.layer, 'plot.layers')
  if (pageSize !== undefined) textOrEmpty(pageSize, PLOT.pageSize, 'plot.pageSize')
  for (const need of limited(needs, PLOT.needs, 'plot.needs')) text(need, PLOT.need, 'plot.needs')
  for (const option of Object.keys(options)) textOrEmpty(option, PLOT.option, 'plot.options')
  if (isShortJson(plot, PLOT.json)) return plot
  throw new PlotdError('ERR_PARAMS', `plot must be at most ${PLOT.json} characters as JSON`, { field: 'plot' })
}

function toJson(value: unknown, field: string): string {
  try {
    return JSON.stringify(value) ?? 'null'
  } catch (error) {
    throw new PlotdError('ERR_PARAMS', `${field} cannot be written as JSON: ${messageOf(error)}`, { field }, error)
  }
}

function text(value: string, most: number, field: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= most) return value
  const excerpt = JSON.stringify(value)?.slice(0, 60)
  throw new PlotdError('ERR_PARAMS', `${field} must be a text of 1 … ${most} characters, got ${excerpt}`, { field })
}

const textOrEmpty = (value: string, most: number, field: string): string =>
  value === '' ? value : text(value, most, field)

function limited<T>(list: readonly T[], most: number, field: string): readonly T[] {
  if (list.length <= most) return list
  throw new PlotdError('ERR_PARAMS', `${field} must have at most ${most} entries, got ${list.length}`, { field })
}

function inRange(value: number, { min, max }: Range, field: string): number {
  if (Number.isFinite(value) && value >= min && value <= max) return value
  throw new PlotdError('ERR_PARAMS', `${field} must be ${min} … ${max}, got ${value}`, { field, value, min, max })
}

function wholeInRange(value: number, range: Range, field: string): number {
  if (Number.isInteger(inRange(value, range, field))) return value
  throw new PlotdError('ERR_PARAMS', `${field} must be a whole number, got ${value}`, { field, value })
}
