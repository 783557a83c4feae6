import { PlotdError } from '../errors.ts'
import {
  completeSheets,
  FINAL,
  type InterruptReason,
  type Job,
  type JobError,
  type JobResult,
  type JobStatus,
  type PauseReason,
  type PlotRequest,
  type Progress,
  type Spent,
} from './job.ts'

/** The events of a job. `isWaiting` says whether the job depends on a job that has not finished yet. */
export type JobEvent =
  | {
      readonly type:
        | 'due'
        | 'parents-finished'
        | 'hold'
        | 'start'
        | 'plot'
        | 'resume'
        | 'unpause'
        | 'release'
        | 'restart'
        | 'cancel'
    }
  | { readonly type: 'unhold' | 'retry'; readonly isWaiting: boolean }
  | { readonly type: 'rendered'; readonly result: JobResult }
  | { readonly type: 'finish'; readonly result?: JobResult }
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'pause'; readonly why: PauseReason; readonly message?: string }
  | { readonly type: 'interrupt'; readonly why: InterruptReason; readonly message?: string }
  /** With `retryAt` the job is tried again at that time; without it, the job has failed. */
  | { readonly type: 'fail'; readonly error: JobError; readonly retryAt?: number }
  /** A user asks for ink of a job without ink. `result` has the figures for the plotter and page of `plot`. */
  | { readonly type: 'ask-ink'; readonly plot: PlotRequest; readonly result: JobResult }
  | { readonly type: 'parent-failed'; readonly parent: string; readonly how: JobStatus }

type EventNamed<T extends JobEvent['type']> = Extract<JobEvent, { readonly type: T }>
type Handlers = { readonly [T in JobEvent['type']]?: (job: Job, event: EventNamed<T>, now: number) => Job }

/**
 * When plotd stopped during the render of a job, the restart queues the job again. If `attempts` ≥ this number +
 * `retries.max`, the job fails instead.
 */
export const MAX_CRASHES = 5

const INTERRUPT_MESSAGES: Readonly<Record<InterruptReason, string>> = {
  restart: 'plotd stopped during the plot',
  'connection-lost': 'the connection to the plotter was lost',
  'device-fault': 'the plotter reported a fault',
  'power-lost': 'the plotter lost its power',
  'host-lost': 'the host of the plotter was lost',
}
const PAUSE_MESSAGES: Readonly<Record<PauseReason, string>> = {
  operator: 'paused by a user',
  'pen-change': 'waiting for a change of pen',
  sheet: 'waiting for a fresh sheet',
}

/** The transitions of each state. No other transition is possible. */
const MACHINE: Readonly<Record<JobStatus, Handlers>> = {
  scheduled: {
    due: (job) => become(without(job, ['runAt']), 'queued'),
    'parents-finished': (job, _, now) => toTurn(job, false, now),
    hold,
    cancel,
    'parent-failed': failOrphan,
    restart: stay,
  },
  held: {
    'parents-finished': stay,
    unhold: (job, { isWaiting }, now) => toTurn(job, isWaiting, now),
    cancel,
    'parent-failed': failOrphan,
    restart: stay,
  },
  queued: {
    hold,
    start: (job, _, now) => ({
      ...without(job, ['error', 'reason']),
      status: 'started',
      startedAt: now,
      attempts: job.attempts + 1,
    }),
    cancel,
    restart: stay,
  },
  started: {
    progress: setProgress,
    rendered: completeRender,
    fail: failOrRetry,
    hold: (job) => stopRender(job, 'held'),
    release: (job) => stopRender(job, 'queued'),
    cancel,
    restart: renderAgain,
  },
  rendered: {
    hold,
    plot: (job) => become(without(job, ['error']), 'plotting'),
    cancel,
    restart: stay,
  },
  plotting: { progress: setProgress, pause, interrupt, finish, fail, release, cancel, restart: cutPlot },
  paused: {
    progress: setProgress,
    pause,
    unpause: (job) => become(job, 'plotting'),
    interrupt,
    fail,
    release,
    cancel,
    restart: cutPlot,
  },
  interrupted: {
    resume: (job) => become(job, 'plotting'),
    retry: (job) => become(withMissingCopies(job), 'rendered'),
    cancel,
    restart: stay,
  },
  finished: { 'ask-ink': withInk, restart: stay },
  failed: { retry: retryFromStart, restart: stay },
  canceled: { retry: retryFromStart, restart: stay },
  forgotten: {},
}

/**
 * The job after `event`. The function is pure. The caller stores and announces the result.
 *
 * @throws PlotdError ERR_JOB_STATE when the job's state, or the ink on its paper, forbids the event
 */
export function next(job: Job, event: JobEvent, now: number): Job {
  const handler = MACHINE[job.status][event.type] as ((job: Job, event: JobEvent, now: number) => Job) | undefined
  if (handler !== undefined) return handler(job, event, now)
  throw new PlotdError(
    'ERR_JOB_STATE',
    `job ${job.id} is ${job.status}: it cannot ${WORDS[event.type] ?? event.type}`,
    {
      id: job.id,
      status: job.status,
      event: event.type,
      possible: Object.keys(MACHINE[job.status]),
    },
  )
}

/** The end of the message "job X is …: it cannot …" for events whose type does not fit there. */
const WORDS: { readonly [T in JobEvent['type']]?: string } = {
  hold: 'be held',
  unhold: 'be released: only a held job can',
  cancel: 'be canceled any more',
  retry: 'be tried again: only a failed, canceled or interrupted job can',
  resume: 'be resumed: only an interrupted job can',
  'ask-ink': 'be given to a plotter: only a finished job that has not been drawn can',
}

/** The statuses in which a job waits, and in which a user can move the job. */
export const WAITS: ReadonlySet<string> = new Set(['scheduled', 'held', 'queued', 'rendered'])

/** Whether the job has ended. Only a user's retry or request for ink gives an ended job another status. */
export const isFinal = (job: Job): boolean => FINAL.has(job.status)

/** A reason belongs to one state, so a change of state removes it. `changes` may have a new reason. */
function become(job: Job, status: JobStatus, changes: Partial<Job> = {}): Job {
  return { ...without(job, REASON), ...changes, status }
}

/** @returns the job without these keys; the job itself when it has none of them, because a copy would cost time */
function without(job: Job, keys: readonly (keyof Job)[]): Job {
  if (!keys.some((key) => key in job)) return job
  // Builds a new object, because an object whose keys were deleted stays slow.
  const copy: Record<string, unknown> = {}
  for (const key in job) if (!keys.includes(key as keyof Job)) copy[key] = job[key as keyof Job]
  return copy as unknown as Job
}

const NONE_SPENT: Spent = { inkMm: 0, drawnSeconds: 0 }

/** Gives up the progress, and adds its ink and drawing time to `spent`. */
function withoutProgress(job: Job): Job {
  const { inkMm = 0, drawnSeconds = 0 } = job.progress ?? {}
  const rest = without(job, ['progress'])
  if (inkMm === 0 && drawnSeconds === 0) return rest
  const { spent = NONE_SPENT } = job
  return { ...rest, spent: { ...spent, inkMm: spent.inkMm + inkMm, drawnSeconds: spent.drawnSeconds + drawnSeconds } }
}

/** Gives up the sheet that was cut. Asks only for the copies that are not complete, or for one copy if all are. */
function withMissingCopies(job: Job): Job {
  const sheets = completeSheets(job.progress)
  const rest = withoutProgress(job)
  if (rest.plot === undefined || sheets === 0) return rest
  const { plot, spent = NONE_SPENT } = rest
  const copies = Math.max(1, plot.copies - sheets)
  return { ...rest, plot: { ...plot, copies }, spent: { ...spent, copies: (spent.copies ?? 0) + plot.copies - copies } }
}

const REASON = ['reason'] as const

function stay(job: Job): Job {
  return job
}

function hold(job: Job): Job {
  return become(job, 'held')
}

/** Stops a render, which then does not count as an attempt. */
function stopRender(job: Job, status: 'held' | 'queued'): Job {
  return become(without(job, ['progress']), status, { attempts: job.attempts - 1 })
}

function cancel(job: Job, _: unknown, now: number): Job {
  return become(job, 'canceled', { endedAt: now })
}

function setProgress(job: Job, { progress }: EventNamed<'progress'>): Job {
  return { ...job, progress }
}

function pause(job: Job, { why, message = PAUSE_MESSAGES[why] }: EventNamed<'pause'>): Job {
  return become(job, 'paused', { reason: { code: why, message } })
}

/** @returns the job in the state in which it waits for its plotter, its parents, its time, or its turn */
export function toTurn(job: Job, isWaiting: boolean, now: number): Job {
  if (job.result !== undefined && job.plot !== undefined) return become(job, 'rendered')
  if (isWaiting) return become(job, 'scheduled', { reason: WAITING })
  const { runAt, error } = job
  // with an error: a user held the job while the job waited for its next try
  if (runAt !== undefined && runAt > now) return become(job, 'scheduled', error && { reason: retryReason(job, error) })
  return become(without(job, ['runAt']), 'queued')
}

const WAITING = { code: 'dependency', message: 'waits for the jobs that it depends on' }

function completeRender(job: Job, { result }: EventNamed<'rendered'>, now: number): Job {
  const clean = without(job, ['progress'])
  if (clean.plot !== undefined) return become(clean, 'rendered', { result })
  return become(clean, 'finished', { result, endedAt: now })
}

function failOrRetry(job: Job, event: EventNamed<'fail'>, now: number): Job {
  const { error, retryAt } = event
  if (retryAt === undefined) return fail(job, event, now)
  const reason = retryReason(job, error)
  return become(without(job, ['progress']), 'scheduled', { error, runAt: retryAt, reason })
}

const retryReason = ({ attempts, retries }: Job, { message }: JobError) => ({
  code: 'retry',
  message: `tried ${attempts} of ${retries.max + 1} times: ${message}`,
})

function fail(job: Job, { error }: EventNamed<'fail'>, now: number): Job {
  return become(job, 'failed', { error, endedAt: now })
}

function failOrphan(job: Job, { parent, how }: EventNamed<'parent-failed'>, now: number): Job {
  const error: JobError = {
    code: 'ERR_DEPENDENCY_FAILED',
    message: `job ${parent}, on which this job depends, ${how === 'canceled' ? 'was canceled' : how}`,
  }
  return fail(job, { type: 'fail', error }, now)
}

function finish(job: Job, { result }: EventNamed<'finish'>, now: number): Job {
  return become(job, 'finished', { endedAt: now, ...(result && { result }) })
}

function interrupt(job: Job, { why, message = INTERRUPT_MESSAGES[why] }: EventNamed<'interrupt'>, now: number): Job {
  return become(job, 'interrupted', { reason: { code: why, message, since: now } })
}

function cutPlot(job: Job, _: unknown, now: number): Job {
  return interrupt(job, { type: 'interrupt', why: 'restart' }, now)
}

/** Queues a job again when plotd stopped during its render. Fails the job when its render began too often. */
function renderAgain(job: Job, _: unknown, now: number): Job {
  if (job.attempts < MAX_CRASHES + job.retries.max) return become(without(job, ['progress']), 'queued')
  const message = `plotd began to render this job ${job.attempts} times and stopped during the last render: retry the job to try once more`
  return fail(job, { type: 'fail', error: { code: 'ERR_TASK_FAILED', message } }, now)
}

/** Gives a claim back, which is possible only while the paper is clean. */
function release(job: Job): Job {
  const { done = 0, begun = 0, copiesDone = 0, phase } = job.progress ?? {}
  if (phase !== 'plot' || done + begun + copiesDone === 0) return become(withoutProgress(job), 'rendered')
  throw new PlotdError('ERR_JOB_STATE', `job ${job.id} may have strokes on the paper: its claim cannot be given back`, {
    id: job.id,
    status: job.status,
    strokes: done,
  })
}

/** A job is plotted once. For another sheet of a drawn job the user submits another job. */
function withInk(job: Job, { plot, result }: EventNamed<'ask-ink'>): Job {
  if (job.plot !== undefined || job.result === undefined) {
    throw new PlotdError('ERR_JOB_STATE', `job ${job.id} has been drawn: queue it once more for another sheet`, {
      id: job.id,
      status: job.status,
      event: 'ask-ink',
    })
  }
  return become(without(job, ['endedAt', 'progress']), 'rendered', { plot, result })
}

function retryFromStart(job: Job, { isWaiting }: EventNamed<'retry'>, now: number): Job {
  const cleared = without(withoutProgress(job), ['startedAt', 'endedAt', 'result', 'error'])
  return toTurn(become(cleared, 'queued', { attempts: 0 }), isWaiting, now)
}
