import { PlotdError } from '../errors.ts'
import { type Job, type PlotRequest, PRIORITIES } from './job.ts'
import { JOB_LIMITS, type Range } from './job-fields.ts'
import { freeze, type Plain, plain } from './plain.ts'
import type { NewJob } from './spool.ts'

const DEFAULT_TIMEOUT_MS = 5 * 60_000
const DEFAULT_RETRIES = Object.freeze({ max: 0, backoffMs: 1_000 })
/** One for all: most jobs have no tags and wait for nobody. */
const NONE: readonly string[] = Object.freeze([])

/** A job as it was asked for, checked, with defaults filled in, and with a copy of the params that nobody shares. */
export interface Draft {
  /** Nobody else's until it is entered, when it gets its `id`, `order`, `status` and `createdAt`. */
  readonly job: Unentered
  readonly hold: boolean
  /** About how long the params are as JSON, characters. */
  readonly paramsLength: number
}

/** A record that may still be written to: filled in where it lies, since copying it would cost as much as making it. */
export type Unentered = { -readonly [K in keyof Job]: Job[K] }

/** @throws PlotdError ERR_PARAMS naming the field */
export function draft(job: NewJob): Draft {
  const { copy: params, length: paramsLength } = copyOf(job.params, 'params')
  const { output, plot, dependsOn = NONE, tags = NONE, runAt, idempotencyKey } = job
  const made: Unentered = {
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
        : Object.freeze(few(tags, JOB_LIMITS.tags, 'tags').map((tag) => text(tag, JOB_LIMITS.tag, 'tags'))),
    priority: inRange(job.priority ?? PRIORITIES.default, JOB_LIMITS.priority, 'priority'),
    timeoutMs: inRange(job.timeoutMs ?? DEFAULT_TIMEOUT_MS, JOB_LIMITS.timeoutMs, 'timeoutMs'),
    dependsOn:
      dependsOn.length === 0 ? NONE : Object.freeze([...new Set(few(dependsOn, JOB_LIMITS.dependsOn, 'dependsOn'))]),
    retries: retries(job),
    attempts: 0,
  }
  if (output !== undefined) made.output = text(output, JOB_LIMITS.output, 'output')
  if (plot !== undefined) made.plot = copyOf(plot, 'plot').copy as PlotRequest
  if (runAt !== undefined) made.runAt = inRange(runAt, JOB_LIMITS.runAt, 'runAt')
  if (idempotencyKey !== undefined)
    made.idempotencyKey = text(idempotencyKey, JOB_LIMITS.idempotencyKey, 'idempotencyKey')
  return { job: made, hold: job.hold ?? false, paramsLength }
}

/** Clocks of two computers differ, and a message takes its time. */
const PAST_MS = 5_000

/** @throws PlotdError ERR_PARAMS when the time is over: the job would begin at once */
export function checkRunAt(runAt: number, now: number): void {
  if (runAt >= now - PAST_MS) return
  const when = new Date(runAt).toISOString()
  throw new PlotdError('ERR_PARAMS', `runAt: ${when} is in the past`, { field: 'runAt', value: runAt })
}

function retries(job: NewJob): Job['retries'] {
  if (job.retries === undefined) return DEFAULT_RETRIES
  return freeze({
    max: inRange(job.retries.max, JOB_LIMITS.retries.max, 'retries.max'),
    backoffMs: inRange(job.retries.backoffMs, JOB_LIMITS.retries.backoffMs, 'retries.backoffMs'),
  })
}

function copyOf(value: unknown, field: string): Plain {
  try {
    return plain(value)
  } catch (error) {
    throw new PlotdError('ERR_PARAMS', `${field} cannot be written as JSON: ${String(error)}`, { field }, error)
  }
}

function text(value: string, most: number, field: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= most) return value
  const shown = JSON.stringify(value)?.slice(0, 60)
  throw new PlotdError('ERR_PARAMS', `${field} must be a text of 1 … ${most} characters, got ${shown}`, { field })
}

function few<T>(list: readonly T[], most: number, field: string): readonly T[] {
  if (list.length <= most) return list
  throw new PlotdError('ERR_PARAMS', `${field} must be at most ${most}, got ${list.length}`, { field })
}

function inRange(value: number, { min, max }: Range, field: string): number {
  if (Number.isFinite(value) && value >= min && value <= max) return value
  throw new PlotdError('ERR_PARAMS', `${field} must be ${min} … ${max}, got ${value}`, { field, value, min, max })
}
