import type { Job } from '../job.ts'
import { isFor } from '../order.ts'
import { COLUMNS, plainText, textArray } from './rows.ts'

/** The jobs that a claim may have, as an ordered query and as a test of one job. */
export interface ClaimQuery {
  /** Equal for equal queries. */
  readonly key: string
  /** @param limit  maximum number of rows */
  readonly sql: (limit: number) => string
  readonly matches: (job: Job) => boolean
}

/** Jobs of `tasks` that wait for a render; jobs of all tasks when `tasks` is undefined. */
export function rendersQuery(tasks: readonly string[] | undefined): ClaimQuery {
  const condition = tasks === undefined ? '' : ` AND task = ANY(${textArray(tasks.map(plainText))})`
  return {
    key: `render${condition}`,
    sql: (limit) =>
      `SELECT ${COLUMNS} FROM job j WHERE status = 'queued'${condition} ORDER BY priority DESC, ord, id LIMIT ${limit}`,
    matches: ({ status, task }) => status === 'queued' && (tasks === undefined || tasks.includes(task)),
  }
}

/**
 * Jobs of these statuses that one of these plotters may draw. The query reads the first jobs of each line (`lineOf`).
 */
export function drawableQuery(plotters: readonly string[], statuses: readonly Job['status'][]): ClaimQuery {
  const names = textArray(plotters.map(plainText))
  // The SQL has each status as a literal, because the index `job_plot` covers only some statuses.
  const head = (status: string, limit: number): string =>
    `(SELECT * FROM job WHERE line = l.name AND status = '${status}' ORDER BY priority DESC, ord, id LIMIT ${limit})`
  return {
    key: `${statuses.join()} ${names}`,
    sql: (limit) =>
      `SELECT ${COLUMNS} FROM line l, LATERAL (${statuses.map((status) => head(status, limit)).join(' UNION ALL ')}) j ` +
      `WHERE l.plotters && ${names} ORDER BY j.priority DESC, j.ord, j.id LIMIT ${limit}`,
    matches: (job) => statuses.includes(job.status) && isFor(job, plotters),
  }
}

/** Jobs that wait for one of these plotters. */
export const plotsQuery = (plotters: readonly string[]): ClaimQuery => drawableQuery(plotters, ['rendered'])
