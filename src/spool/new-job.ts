import { PlotdError } from '../errors.ts'
import { type Job, type PlotRequest, PRIORITIES } from './job.ts'
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
    task: text(job.task, 'task'),
    params,
    title: job.title ?? job.task,
    tags: tags.length === 0 ? NONE : Object.freeze([...tags]),
    priority: inRange(job.priority ?? PRIORITIES.default, 1, 100, 'priority'),
    timeoutMs: inRange(job.timeoutMs ?? DEFAULT_TIMEOUT_MS, 1, 2 ** 31 - 1, 'timeoutMs'),
    dependsOn: dependsOn.length === 0 ? NONE : Object.freeze([...new Set(dependsOn)]),
    retries: retries(job),
    attempts: 0,
  }
  if (output !== undefined) made.output = text(output, 'output')
  if (plot !== undefined) made.plot = copyOf(plot, 'plot').copy as PlotRequest
  if (runAt !== undefined) made.runAt = inRange(runAt, 0, 8.64e15, 'runAt')
  if (idempotencyKey !== undefined) made.idempotencyKey = text(idempotencyKey, 'idempotencyKey')
  return { job: made, hold: job.hold ?? false, paramsLength }
}

function retries(job: NewJob): Job['retries'] {
  if (job.retries === undefined) return DEFAULT_RETRIES
  return freeze({
    max: inRange(job.retries.max, 0, 1000, 'retries.max'),
    backoffMs: inRange(job.retries.backoffMs, 0, 2 ** 31 - 1, 'retries.backoffMs'),
  })
}

function copyOf(value: unknown, field: string): Plain {
  try {
    return plain(value)
  } catch (error) {
    throw new PlotdError('ERR_PARAMS', `${field} cannot be written as JSON: ${String(error)}`, { field }, error)
  }
}

function text(value: string, field: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw new PlotdError('ERR_PARAMS', `${field} must be a name, got ${JSON.stringify(value)}`, { field })
}

function inRange(value: number, min: number, max: number, field: string): number {
  if (Number.isFinite(value) && value >= min && value <= max) return value
  throw new PlotdError('ERR_PARAMS', `${field} must be ${min} … ${max}, got ${value}`, { field, value, min, max })
}
