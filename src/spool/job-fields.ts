/**
 * The limits of a job's fields for the wire's schemas, the spool and the custom tasks. A single number is a maximum
 * length: characters of a text, or entries of a list.
 */
export const JOB_LIMITS = {
  task: 100,
  title: 200,
  tag: 64,
  output: 500,
  idempotencyKey: 200,
  owner: 64,
  batch: 100,
  why: 200,
  id: 64,
  tags: 32,
  row: { min: 1, max: 10_000_000 },
  /** Number of list elements and object members in a job's params. Clients send larger data as an upload. */
  values: 10_000,
  /** Jobs that one job waits for. */
  dependsOn: 1000,
  /** Higher first. */
  priority: { min: 1, max: 100 },
  /** The maximum is the longest time of a timer. */
  timeoutMs: { min: 1, max: 2 ** 31 - 1 },
  /** ms since 1970. The maximum is the latest time of a Date. */
  runAt: { min: 0, max: 8.64e15 },
  plot: {
    plotter: 64,
    pen: 64,
    layer: 200,
    pageSize: 64,
    need: 64,
    option: 64,
    copies: { min: 1, max: 1000 },
    layers: 1000,
    needs: 20,
    /** Length of the request for ink as JSON. Every list of jobs and every event of the job repeats the request. */
    json: 16_384,
  },
  retries: { max: { min: 0, max: 100 }, backoffMs: { min: 0, max: 2 ** 31 - 1 } },
} as const

/** A job's id, a ULID: the first character is at most 7, because the time has 48 bits. */
export const JOB_ID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/

/** The log of a job keeps its newest entries, each cut to a length in characters. */
export const LOG_LIMITS = { entries: 200, chars: 2_000 } as const

/** A range of numbers, which includes `min` and `max`. */
export interface Range {
  readonly min: number
  readonly max: number
}
