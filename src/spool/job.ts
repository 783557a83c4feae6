import type { ErrorCode } from '../errors.ts'

/** The priorities that have a name, on the wire and on the command line. A job with a higher number comes first. */
export const PRIORITIES = { high: 75, default: 50, low: 25 } as const

/** Every status that a kept job may have, in the order in which a job may pass through the statuses. */
export const STATUSES = [
  'scheduled',
  'held',
  'queued',
  'started',
  'rendered',
  'plotting',
  'paused',
  'interrupted',
  'finished',
  'failed',
  'canceled',
] as const

/** 'forgotten' occurs only in the answer to a submit whose job is no longer kept. */
export type JobStatus = (typeof STATUSES)[number] | 'forgotten'

export type PauseReason = 'operator' | 'pen-change' | 'sheet'
export type InterruptReason = 'restart' | 'connection-lost' | 'device-fault' | 'power-lost' | 'host-lost'

/** The reason for a job's state, as a code for programs and a sentence for people. */
export interface Reason {
  readonly code: string
  readonly message: string
  /** The time at which the plot was interrupted, ms since 1970. */
  readonly since?: number
}

/** The request for ink. A job without this request ends as an SVG. */
export interface PlotRequest {
  /** A plotter's name, or 'any'. */
  readonly plotter: string
  readonly copies: number
  /** A pen of the configuration, by name or colour. */
  readonly pen?: string
  /** Layers by number or name; all when absent. */
  readonly layers?: readonly (number | string)[]
  /** The name of a page, or its size such as '210x148mm'; the SVG's own size when absent. */
  readonly pageSize?: string
  readonly fit?: boolean
  /** Tags that the plotter must have. */
  readonly needs?: readonly string[]
  /** Whether to refuse the job when a part of it would not be drawn. */
  readonly strict?: boolean
  /** Options for placing, preparing and drawing, which the daemon checks. */
  readonly options?: Readonly<Record<string, unknown>>
}

export interface Warning {
  /** 'missing-glyph', 'not-drawn', 'clipped', 'text-fit' … */
  readonly code: string
  readonly message: string
  readonly count?: number
}

/** The result of rendering. Sizes are in mm, times in s. */
export interface JobResult {
  /** Path below the output folder. */
  readonly path: string
  /** SHA-256 of the file's bytes, hex. */
  readonly sha256?: string
  readonly widthMm: number
  readonly heightMm: number
  readonly strokes: number
  readonly penDownMm: number
  readonly travelMm: number
  readonly lifts: number
  readonly estimateSeconds: number
  /** The plotters that can draw a job for 'any' plotter, when not all can. */
  readonly plotters?: readonly string[]
  readonly warnings: readonly Warning[]
}

/** The progress of a phase. While plotting, `done` counts strokes that the device executed. */
export interface Progress {
  readonly phase: 'render' | 'plan' | 'plot'
  readonly done: number
  readonly of: number
  /**
   * While plotting, the index of the first stroke that certainly has not begun. Strokes `done` … `begun` − 1 may be on
   * the paper.
   */
  readonly begun?: number
  readonly secondsLeft?: number
  /** The time for the whole sheet, s. */
  readonly secondsOf?: number
  /** Hash of the frozen plan whose strokes `done` counts. A resume must use the same plan. */
  readonly planHash?: string
  /** The plotter whose paper the strokes are on. */
  readonly plotter?: string
  /** The host of that plotter, when several hosts share one queue. */
  readonly host?: string
  /** Copies finished before this sheet. */
  readonly copiesDone?: number
  /** Length of the ink on all sheets since the last retry, mm. A stroke that was drawn twice counts twice. */
  readonly inkMm?: number
  /** Drawing time of all sheets since the last retry, without pauses, s. */
  readonly drawnSeconds?: number
  /** Names of the pens that drew the job. */
  readonly pens?: readonly string[]
  /** The time at which the first sheet began, ms since 1970. */
  readonly since?: number
}

export interface JobError {
  readonly code: ErrorCode
  readonly message: string
}

export interface Retries {
  /** Attempts after the first. */
  readonly max: number
  /**
   * The wait after the first attempt, ms. The wait doubles with each attempt, up to an hour. Jitter shortens each wait
   * by up to half.
   */
  readonly backoffMs: number
}

/** Ink in mm and drawing time in s before the last retry, on all sheets. */
export interface Spent {
  readonly inkMm: number
  readonly drawnSeconds: number
  /** The complete copies that retries took off `plot.copies`. */
  readonly copies?: number
}

/** The place of a job in a batch. */
export interface BatchPlace {
  readonly name: string
  /** The row in the batch's table, numbered as in a spreadsheet. Without a table, rows count from 1. */
  readonly row: number
}

/** The start of the idempotency key of a job that draws a spoiled card again; the id of the spoiled job follows. */
export const SPOILED_KEY = 'spoiled-'

/** The spoiled card that this job draws again. */
export interface Spoils {
  /** The job whose card is spoiled. */
  readonly job: string
  /** The name of the token that reported the spoiled card. */
  readonly by: string
  readonly why?: string
}

/** A job as the spool keeps it and the wire shows it. Records are never changed in place. */
export interface Job {
  /** A ULID, so that ids sort by time. */
  readonly id: string
  readonly task: string
  /**
   * The value is null in lists and events when `paramsFile` is set. `get`, `export` and a claim to render read the
   * params that `paramsFile` names.
   */
  readonly params: unknown
  /** SHA-256 of large params as JSON, hex. Names their file beside the queue; in PostgreSQL, their row of `params`. */
  readonly paramsFile?: string
  /** The reason why `get` and `export` give null for `params`. The spool does not store this reason. */
  readonly paramsError?: JobError
  readonly title: string
  readonly tags: readonly string[]
  /** The name of the token that submitted the job. Absent in jobs from older versions. */
  readonly owner?: string
  readonly batch?: BatchPlace
  readonly spoils?: Spoils
  /** 1 … 100, higher first. */
  readonly priority: number
  /**
   * Among jobs of equal priority, the smallest number comes first. The submit sets this number. `top`, `move`, a
   * request for ink and the `retry` of an ended job change this number.
   */
  readonly order: number
  readonly status: JobStatus
  readonly reason?: Reason
  readonly createdAt: number
  readonly startedAt?: number
  readonly endedAt?: number
  /** Number of renders that have begun and were not given back; 0 after a retry of an ended job. */
  readonly attempts: number
  /** Limit on rendering, ms. Plotting has none. */
  readonly timeoutMs: number
  /** The path that the client asks for, below the output folder. */
  readonly output?: string
  readonly plot?: PlotRequest
  readonly dependsOn: readonly string[]
  /** The earliest start, ms since 1970. */
  readonly runAt?: number
  readonly retries: Retries
  /**
   * A key of the caller. A submit with the same key creates no job, and returns this job. When the job is no longer
   * kept, the submit returns the id of the job and the status 'forgotten'.
   */
  readonly idempotencyKey?: string
  readonly result?: JobResult
  readonly progress?: Progress
  readonly spent?: Spent
  readonly error?: JobError
}

/** The number of complete sheets of the present attempt. The present sheet counts once its last stroke is executed. */
export function completeSheets(
  progress: (Pick<Progress, 'phase' | 'done' | 'of'> & { readonly copiesDone?: number | undefined }) | undefined,
): number {
  if (progress?.phase !== 'plot') return 0
  const { done, of, copiesDone = 0 } = progress
  return done >= of ? copiesDone + 1 : copiesDone
}

/** The statuses of jobs that have ended. */
export const FINAL: ReadonlySet<JobStatus> = new Set(['finished', 'failed', 'canceled', 'forgotten'])

/** The statuses of jobs that can be held. */
export const HOLDABLE: ReadonlySet<JobStatus> = new Set(['scheduled', 'queued', 'started', 'rendered'])

/** The statuses of jobs that have begun to be drawn and have not ended. */
export const BEGUN: ReadonlySet<JobStatus> = new Set(['plotting', 'paused', 'interrupted'])

/** The statuses of jobs that ended without success. */
export const UNSUCCESSFUL: ReadonlySet<JobStatus> = new Set(['failed', 'canceled'])
