import type { Job } from '../job.ts'
import { isFor } from '../order.ts'
import { COLUMNS, plainText, textArray } from './rows.ts'

/** What a claim looks for: the query of the jobs in order, and the same as a test of one job. */
export interface Ask {
  readonly key: string
  /** @param limit  rows at most */
  readonly sql: (limit: number) => string
  readonly matches: (job: Job) => boolean
}

/** Jobs to render. */
export function askRender(tasks: readonly string[] | undefined): Ask {
  const some = tasks === undefined ? '' : ` AND task = ANY(${textArray(tasks.map(plainText))})`
  return {
    key: `render${some}`,
    sql: (limit) =>
      `SELECT ${COLUMNS} FROM job j WHERE status = 'queued'${some} ORDER BY priority DESC, ord LIMIT ${limit}`,
    matches: ({ status, task }) => status === 'queued' && (tasks === undefined || tasks.includes(task)),
  }
}

/** Jobs that one of these plotters may draw, of these statuses. Each line gives its first ones. */
export function askFor(plotters: readonly string[], statuses: readonly Job['status'][]): Ask {
  const names = textArray(plotters.map(plainText))
  const head = 'SELECT * FROM job WHERE line = l.name AND status = s ORDER BY priority DESC, ord LIMIT'
  return {
    key: `${statuses.join()} ${names}`,
    sql: (limit) =>
      `SELECT ${COLUMNS} FROM line l, unnest(${textArray(statuses)}) s, LATERAL (${head} ${limit}) j ` +
      `WHERE l.plotters && ${names} ORDER BY j.priority DESC, j.ord LIMIT ${limit}`,
    matches: (job) => statuses.includes(job.status) && isFor(job, plotters),
  }
}

export const askPlot = (plotters: readonly string[]): Ask => askFor(plotters, ['rendered'])
