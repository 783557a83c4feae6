import type { Params, WireJob } from '../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../src/errors.ts'
import { ask, askAt } from './ask.ts'
import { discover, type Where } from './discover.ts'
import { type WaitOptions, waitFor } from './wait.ts'
import type { Address } from './wire.ts'

type NewJob = Params<'job.submit'>

/** The options of a job besides its task and parameters. */
export interface EnqueueOptions {
  /** 1 … 100, higher first; or 'high' (75) when a user waits, 'default' (50), 'low' (25) for batches. */
  readonly priority?: NonNullable<NewJob['priority']>
  /** Time limit of rendering: ms, or a text such as '2m'. */
  readonly timeout?: number | string
  readonly dependsOn?: readonly string[]
  /** The earliest start of the job: a date, ms since 1970, or an ISO 8601 text. */
  readonly at?: Date | number | string
  readonly title?: string
  /** Path of the SVG below the output folder. When another job has a different SVG there, plotd adds a number. */
  readonly output?: string
  /** Words to find the job by. */
  readonly tags?: readonly string[]
  /**
   * A second submit with the same key queues nothing and answers with the first job. When absent, `enqueue` makes a new
   * key.
   */
  readonly idempotencyKey?: string
  /** The plotter and the settings of the plot. When absent, plotd only renders the SVG. */
  readonly plot?: NonNullable<NewJob['plot']>
  /** The address of the daemon. When absent, `$PLOTD_URL`, else the daemon of this user on this machine. */
  readonly daemon?: Where
}

/**
 * Queues a job. When the promise resolves, the job is on the daemon's disk.
 *
 * @throws PlotdError ERR_DAEMON_AWAY, ERR_UNAUTHORIZED, ERR_STATE_UNSAFE, ERR_FILE, and the daemon's refusal, such as
 *   ERR_PARAMS
 */
export function enqueue(task: string, params: unknown, options: EnqueueOptions = {}): Promise<WireJob> {
  const { timeout, at, daemon, ...rest } = options
  const job: NewJob = {
    task,
    params,
    ...rest,
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    ...(at === undefined ? {} : { runAt: at instanceof Date ? at.getTime() : at }),
  }
  return ask('job.submit', job, daemon)
}

/** A pattern and the options of its job. */
export interface SvgGeneration extends EnqueueOptions {
  /** Width of the page, mm. */
  readonly width: number
  readonly height: number
  readonly patternType: string
  /** Path of the SVG below the output folder. `output` overrides it. */
  readonly filename?: string
}

/** Queues a pattern. Throws as `enqueue` does. */
export function enqueueSvgGeneration(request: SvgGeneration): Promise<WireJob> {
  const { width, height, patternType, filename, ...options } = request
  const output = filename === undefined ? {} : { output: filename }
  return enqueue('pattern', { pattern: patternType, width, height }, { ...output, ...options })
}

/** A postcard and the options of its job. */
export interface PostcardGeneration extends EnqueueOptions {
  readonly recipient: string
  readonly message: string
  readonly templateName: string
}

/**
 * Queues a postcard. Without `output`, the SVG is `postcards/postcard_<recipient>_<template>.svg`. Without `timeout`,
 * the rendering may take two minutes. Throws as `enqueue` does.
 */
export function enqueuePostcardGeneration(request: PostcardGeneration): Promise<WireJob> {
  const { recipient, message, templateName, ...options } = request
  return enqueue('postcard', { recipient, message, template: templateName }, { timeout: '2m', ...options })
}

/** The state of a job. Fields are null as long as the job has no such value. */
export interface JobStatusReport {
  readonly id: string
  /** A job's status, or 'not_found'. */
  readonly status: WireJob['status'] | 'not_found'
  /** The SVG's path on the daemon's machine, once the job is rendered. */
  readonly result: string | null
  readonly error: string | null
  readonly createdAt: Date | null
  readonly startedAt: Date | null
  readonly endedAt: Date | null
}

/**
 * The state of a job. An unknown id gives the status 'not_found'.
 *
 * @throws PlotdError ERR_DAEMON_AWAY, ERR_UNAUTHORIZED, ERR_STATE_UNSAFE, ERR_FILE
 */
export async function getJobStatus(id: string, daemon: Where = {}): Promise<JobStatusReport> {
  try {
    const address = await discover(daemon)
    // Two requests, not one batch: the answers to a batch have a limit, and the parameters of a job may be longer.
    return await report(await askAt(address, 'job.get', { id }), address)
  } catch (error) {
    if (!(error instanceof PlotdError && error.code === 'ERR_JOB_UNKNOWN')) throw error
    const nothing = { result: null, error: null, createdAt: null, startedAt: null, endedAt: null }
    return { id, status: 'not_found', ...nothing }
  }
}

export interface JobWait extends WaitOptions {
  /** The address of the daemon. When absent, `$PLOTD_URL`, else the daemon of this user on this machine. */
  readonly daemon?: Where
}

/**
 * Waits by long polls until a job has ended, or is in a state of `until`.
 *
 * @throws PlotdError ERR_JOB_UNKNOWN, ERR_DAEMON_AWAY, ERR_UNAUTHORIZED, ERR_STATE_UNSAFE, ERR_FILE; the reason of the
 *   signal
 */
export async function waitForJob(id: string, { daemon = {}, ...options }: JobWait = {}): Promise<JobStatusReport> {
  const { signal } = options
  const address = await discover(daemon)
  const [job] = await waitFor((params) => askAt(address, 'job.wait', params, signal), [id], options)
  return report(job as WireJob, address, signal)
}

async function report(job: WireJob, address: Address, signal?: AbortSignal): Promise<JobStatusReport> {
  return {
    id: job.id,
    status: job.status,
    result: job.result ? `${(await askAt(address, 'server.info', {}, signal)).output}/${job.result.path}` : null,
    error: job.error?.message ?? null,
    createdAt: moment(job.createdAt),
    startedAt: moment(job.startedAt),
    endedAt: moment(job.endedAt),
  }
}

const moment = (ms: number | undefined): Date | null => (ms === undefined ? null : new Date(ms))

/**
 * Cancels a job.
 *
 * @throws PlotdError ERR_JOB_UNKNOWN, ERR_JOB_STATE when the job has ended already, ERR_FORBIDDEN when the token may
 *   not change the job, and the errors of `getJobStatus`
 */
export const cancelJob = (id: string, daemon: Where = {}): Promise<WireJob> => ask('job.cancel', { id }, daemon)
