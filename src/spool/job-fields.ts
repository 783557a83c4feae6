/** The limits of a job's fields: the wire's schemas, the spool and the custom tasks all take them from here. */
export const JOB_LIMITS = {
  /** Characters. */
  ...{ task: 100, title: 200, tag: 64, output: 500, idempotencyKey: 200 },
  tags: 32,
  /** Characters. */
  ...{ owner: 64, batch: 100, why: 200 },
  row: { min: 1, max: 10_000_000 },
  /** List elements and object members of a job's params. Larger data is an upload. */
  values: 10_000,
  /** Jobs that one job waits for. */
  dependsOn: 1000,
  /** Higher first. */
  priority: { min: 1, max: 100 },
  /** As long as a timer can be. */
  timeoutMs: { min: 1, max: 2 ** 31 - 1 },
  /** Ms since 1970, as long as a Date can tell. */
  runAt: { min: 0, max: 8.64e15 },
  retries: { max: { min: 0, max: 100 }, backoffMs: { min: 0, max: 2 ** 31 - 1 } },
} as const

/** Both ends are allowed. */
export interface Range {
  readonly min: number
  readonly max: number
}
