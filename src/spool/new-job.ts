import { PlotdError } from '../errors.ts'
import type { Job } from './job.ts'
import { PRIORITIES } from './job.ts'
import type { NewJob } from './spool.ts'

const DEFAULT_TIMEOUT_MS = 5 * 60_000
const DEFAULT_RETRIES = Object.freeze({ max: 0, backoffMs: 1_000 })
/** One for all: most jobs have no tags and wait for nobody. */
const NONE: readonly string[] = Object.freeze([])

/** A job as it was asked for, checked, with defaults filled in, and with a copy of the params that nobody shares. */
export interface Draft {
  readonly fields: Omit<Job, 'id' | 'order' | 'status' | 'createdAt'>
  readonly hold: boolean
  /** The params as JSON. */
  readonly paramsJson: string
}

/** @throws PlotdError ERR_PARAMS naming the field */
export function draft(job: NewJob): Draft {
  const paramsJson = toJson(job.params, 'params')
  const { hold = false, output, dependsOn = NONE, tags = NONE, idempotencyKey } = job
  const fields = {
    task: text(job.task, 'task'),
    params: freeze(JSON.parse(paramsJson)),
    title: job.title ?? job.task,
    tags: tags.length === 0 ? NONE : freeze([...tags]),
    priority: inRange(job.priority ?? PRIORITIES.default, 1, 100, 'priority'),
    timeoutMs: inRange(job.timeoutMs ?? DEFAULT_TIMEOUT_MS, 1, 2 ** 31 - 1, 'timeoutMs'),
    dependsOn: dependsOn.length === 0 ? NONE : freeze([...new Set(dependsOn)]),
    retries: retries(job),
    attempts: 0,
    ...(output !== undefined && { output: text(output, 'output') }),
    ...(job.plot && { plot: freeze(JSON.parse(toJson(job.plot, 'plot'))) }),
    ...(job.runAt !== undefined && { runAt: inRange(job.runAt, 0, 8.64e15, 'runAt') }),
    ...(idempotencyKey !== undefined && { idempotencyKey: text(idempotencyKey, 'idempotencyKey') }),
  }
  return { fields, hold, paramsJson }
}

/** Frozen through and through: a record is replaced, never changed, and a slip throws. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const key in value) freeze(value[key])
  return Object.freeze(value)
}

function retries(job: NewJob): Job['retries'] {
  if (job.retries === undefined) return DEFAULT_RETRIES
  return freeze({
    max: inRange(job.retries.max, 0, 1000, 'retries.max'),
    backoffMs: inRange(job.retries.backoffMs, 0, 2 ** 31 - 1, 'retries.backoffMs'),
  })
}

function toJson(value: unknown, field: string): string {
  try {
    return JSON.stringify(value) ?? 'null'
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
