import type { Job } from './job.ts'
import type { LogEntry } from './spool.ts'

/** What the spool keeps in lowdb: `db.data`. Records are replaced, never changed in place. */
export interface SpoolData {
  jobs: Record<string, Job>
  /** By job. */
  logs: Record<string, readonly LogEntry[]>
  /** Queues that hand out nothing: '' is all of them, else a plotter's name. */
  paused: Record<string, true>
  /** Archived jobs that were forgotten since the archive was written. */
  forgotten: Record<string, true>
  meta: Record<string, number>
}

export const emptyData = (): SpoolData => ({ jobs: {}, logs: {}, paused: {}, forgotten: {}, meta: {} })

/** All records of a table; the journal's tables iterate far faster than Object.values can. */
export function records<T extends object>(table: Record<string, T>): Iterable<T> {
  return Symbol.iterator in table ? (table as unknown as Iterable<T>) : Object.values(table)
}

/** How a table of the journal hands out its rows: a look-up through its view costs several times as much. */
export const ROWS = Symbol('rows')
/** How it takes a record in, for the same reason: `Setter`. */
export const SET = Symbol('set')

/** @param isNew  there is none of that id, for sure: nobody need look */
export type Setter<T> = (id: string, record: T, isNew: boolean) => void

/** Finds records by id; for ever, since a table's rows are never exchanged. */
export function finder<T extends object>(table: Record<string, T>): (id: string) => T | undefined {
  const rows = (table as { readonly [ROWS]?: ReadonlyMap<string, T> })[ROWS]
  return rows === undefined ? (id) => table[id] : (id) => rows.get(id)
}

/** Sets records by id, as an assignment would; for ever, like `finder`. */
export function setter<T extends object>(table: Record<string, T>): Setter<T> {
  const set = (table as { readonly [SET]?: Setter<T> })[SET]
  if (set !== undefined) return set
  return (id, record) => {
    table[id] = record
  }
}
