import { createHash } from 'node:crypto'
import type { Job, Progress } from '../job.ts'
import { JOB_ID } from '../job-fields.ts'
import { isFinal } from '../next.ts'
import { placeInQueue, possiblePlotters } from '../order.ts'
import { digestOf } from '../queue/keys.ts'

/** A job as the database keeps it. */
export interface Row {
  readonly job: Job
  readonly token: string | null
  readonly host: string | null
  readonly life: string | null
  /** The token of a canceled plot, whose holder has not reported what is on the paper. */
  readonly lost: string | null
  /** Whether another job waits for this job. */
  readonly isParent: boolean
  /**
   * Whether another job, kept or forgotten, has the idempotency key of this new job. An import may bring two jobs with
   * one key, and the database stores a key in one row only.
   */
  readonly isKeyTaken?: boolean
}

/** The columns that only a claim sets. */
export type ClaimColumns = Pick<Row, 'token' | 'host' | 'life'>

/** The columns of a job `j` for `rowOf`. */
export const COLUMNS =
  'j.record, j.progress, j.token, j.host, j.life, j.lost, EXISTS (SELECT FROM edge e WHERE e.parent = j.id) AS parent'

/** The columns of a job `j` for `jobOf`. */
export const READ_COLUMNS = 'j.record, j.progress'

export interface RawRow {
  readonly record: Job
  readonly progress: Progress | null
  readonly token: string | null
  readonly host: string | null
  readonly life: string | null
  readonly lost: string | null
  readonly parent: boolean
}

export const jobOf = ({ record, progress }: Pick<RawRow, 'record' | 'progress'>): Job =>
  progress === null ? record : { ...record, progress }

export const rowOf = (raw: RawRow): Row => ({
  job: jobOf(raw),
  token: raw.token,
  host: raw.host,
  life: raw.life,
  lost: raw.lost,
  isParent: raw.parent,
})

/** A text that a text column accepts: without NUL and without halves of surrogate pairs. */
export const plainText = (text: string): string => Buffer.from(text).toString().replaceAll('\0', ' ')

/**
 * The record of a job `j` in SQL, with texts as `plainText` makes them. `->>` would fail on a record with other texts.
 */
export const PLAIN_RECORD = `(CASE WHEN position('\\u' in j.record::text) = 0 THEN j.record ELSE regexp_replace(
  replace(j.record::text, '\\u0000', '\\u0020'), '\\\\ud[89a-f][0-9a-f]{2}', '\\\\ufffd', 'g')::json END)`

/** A text in the form in which searches compare it. */
export const wordsOf = (text: string): string => plainText(text.toLowerCase())

/** Maximum length of a line's name, bytes. PostgreSQL refuses an index entry of more than 2704 bytes. */
const LONGEST_NAME = 1000

/** The line of a job, with its plotters; undefined for a job without ink. */
export function lineOf({
  plot,
  result,
}: Job): { readonly name: string; readonly plotters: readonly string[] } | undefined {
  if (plot === undefined) return undefined
  const plotters = [...possiblePlotters(plot, result)].sort().map(plainText)
  const names = plotters.join('\n')
  const isLong = Buffer.byteLength(names) > LONGEST_NAME
  return { name: isLong ? createHash('sha256').update(names).digest('hex') : names, plotters }
}

const WAITS_FOR_OTHERS: ReadonlySet<string> = new Set(['scheduled', 'held'])

/** The parents whose end changes the job. */
export const parentsOf = (job: Job): readonly string[] => (WAITS_FOR_OTHERS.has(job.status) ? job.dependsOn : [])

/** The columns of a job's row by name. */
export type Columns = Readonly<Record<string, unknown>> & {
  /** The job without its progress, as JSON. */
  readonly record: string
}

/** The columns of a job as `flush` takes them. */
export function columnsOf({ job, token, host, life, lost, isKeyTaken }: Row): Columns {
  const [rank, major, minor] = placeInQueue(job)
  const { progress, ...record } = job
  return {
    id: job.id,
    status: job.status,
    priority: job.priority,
    ord: job.order,
    line: lineOf(job)?.name,
    run_at: job.runAt,
    ended_at: isFinal(job) ? job.endedAt : undefined,
    task: plainText(job.task),
    tags: job.tags.map(plainText),
    words: wordsOf(`${job.title}\n${job.id}`),
    rank,
    major,
    minor,
    key: job.idempotencyKey === undefined || isKeyTaken ? undefined : digestOf(job.idempotencyKey),
    params_file: job.paramsFile,
    host,
    life,
    token,
    lost,
    progress: progress && JSON.stringify(progress),
    record: JSON.stringify(record),
  }
}

/** A string literal in SQL, without NUL, which PostgreSQL refuses. No text in the database has a NUL. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''").replaceAll('\0', '')}'`

export const textArray = (texts: readonly string[]): string => `ARRAY[${texts.map(literal).join()}]::text[]`

/** A JSON literal in SQL; NULL for an empty list. */
export const jsonList = (list: readonly unknown[]): string =>
  list.length === 0 ? 'NULL' : literal(JSON.stringify(list))

/** An array literal in SQL; NULL for an empty list. */
export const textList = (list: readonly string[]): string => (list.length === 0 ? 'NULL' : textArray(list))

/** Whether a text can be the id of a job. */
export const isId = (text: string): boolean => JOB_ID.test(text)
