import type { Job } from '../job.ts'
import { digestOf } from '../queue/keys.ts'
import type { Change } from '../spool.ts'
import { columnsOf, jsonList, lineOf, literal, type Row, textList } from './rows.ts'
import { FORMAT } from './schema.ts'

/** The row of `feed`. */
export interface FeedRow {
  /** The number of the last event. */
  seq: number
  lastId: string
  /** The smallest and the largest order of any job. */
  lo: number
  hi: number
  /** Ended jobs. */
  ended: number
  paused: readonly string[]
}

interface ChangeRow {
  readonly seq: number
  readonly type: Change['type']
  readonly id?: string
  /** The place before, as JSON; absent when it is the same. */
  readonly was?: string
  progress?: string
  body?: string
}

/** The changes of a commit that are not written yet. */
export interface Pending {
  readonly isDirty: boolean
  job(row: Row): void
  remove(job: Job): void
  change(seq: number, change: Change, was: string | undefined): void
  relate(child: string, parents: readonly string[]): void
  unrelate(child: string): void
  body(sha: string, body: string): void
  /** Lines that the commit adds to the database. */
  readonly newLines: Iterable<string>
  /** Returns the changes and forgets them. */
  take(): CommitRows
}

/** The rows that a commit writes, by table. */
interface CommitRows {
  readonly rows: readonly Row[]
  readonly changes: readonly ChangeRow[]
  readonly edges: readonly { readonly parent: string; readonly child: string }[]
  readonly unedged: readonly string[]
  readonly bodies: readonly { readonly sha: string; readonly body: string }[]
  readonly gone: readonly string[]
  readonly keys: readonly { readonly digest: string; readonly id: string }[]
  readonly lines: readonly { readonly name: string; readonly plotters: readonly string[] }[]
}

/** @param knownLines  lines that are in the database */
export function pendingChanges(knownLines: ReadonlySet<string>): Pending {
  const newLines = new Set<string>()
  const rows = new Map<string, Row>()
  /** The last change of each job. Its record is that of the row, so it is sent once. */
  const last = new Map<string, { readonly row: ChangeRow; readonly job: Job }>()
  let changes: ChangeRow[] = []
  const edges = new Map<string, readonly string[]>()
  const unedged = new Set<string>()
  const bodies = new Map<string, string>()
  const removed = new Map<string, Job>()
  const serialize = (id: string): void => {
    const { row, job } = last.get(id) ?? {}
    if (row === undefined || job === undefined) return
    const { progress, ...record } = job
    row.body = JSON.stringify(record)
    if (progress !== undefined) row.progress = JSON.stringify(progress)
    last.delete(id)
  }
  return {
    newLines,
    get isDirty() {
      return changes.length + bodies.size > 0
    },
    job: (row) => void rows.set(row.job.id, row),
    remove: (job) => {
      rows.delete(job.id)
      edges.delete(job.id)
      removed.set(job.id, job)
    },
    change: (seq, change, was) => {
      const head = { seq, type: change.type, ...(was !== undefined && { was }) }
      if (change.type === 'queue') {
        changes.push({ ...head, body: JSON.stringify(change.paused) })
        return
      }
      const id = change.type === 'changed' ? change.job.id : change.id
      serialize(id)
      const row: ChangeRow = { ...head, id }
      changes.push(row)
      if (change.type === 'changed') last.set(id, { row, job: change.job })
    },
    relate: (child, parents) => {
      unedged.delete(child)
      edges.set(child, parents)
    },
    unrelate: (child) => {
      edges.delete(child)
      unedged.add(child)
    },
    body: (sha, body) => void bodies.set(sha, body),
    take: () => {
      const lines = new Map<string, readonly string[]>()
      for (const { job } of rows.values()) {
        const line = lineOf(job)
        if (line === undefined || knownLines.has(line.name)) continue
        lines.set(line.name, line.plotters)
        newLines.add(line.name)
      }
      const commit: CommitRows = {
        rows: [...rows.values()],
        changes,
        edges: [...edges].flatMap(([child, parents]) => parents.map((parent) => ({ parent, child }))),
        unedged: [...unedged],
        bodies: [...bodies].map(([sha, body]) => ({ sha, body })),
        gone: [...removed.keys()],
        keys: [...removed.values()].flatMap(({ id, idempotencyKey: key }) =>
          key === undefined ? [] : [{ digest: digestOf(key), id }],
        ),
        lines: [...lines].map(([name, plotters]) => ({ name, plotters })),
      }
      for (const part of [rows, last, edges, unedged, bodies, removed]) part.clear()
      changes = []
      return commit
    },
  }
}

/**
 * The statements that write the changes of a commit. Each has at most `chunk` jobs: the jobs come first, then the changes
 * that refer to them.
 */
export function flushSql(
  pending: Pending,
  feed: FeedRow,
  commit: { readonly host: string; readonly life: string; readonly number: number },
  chunk: number,
): readonly string[] {
  if (!pending.isDirty) return []
  const { rows, changes, edges, unedged, bodies, gone, keys, lines } = pending.take()
  const { seq, lastId, lo, hi, ended, paused } = feed
  const state = { seq, lastId, lo, hi, ended, paused: JSON.stringify(paused), format: FORMAT }
  const head = literal(JSON.stringify({ ...state, host: commit.host, life: commit.life, commit: commit.number }))
  const parts = Math.max(1, Math.ceil(Math.max(rows.length, changes.length, edges.length) / chunk))
  const slice = <T>(list: readonly T[], part: number): readonly T[] => list.slice(part * chunk, (part + 1) * chunk)
  const statement = (part: number, piece: Partial<CommitRows>): string =>
    `SELECT flush(${[
      head,
      jsonList((piece.rows ?? []).map(columnsOf)),
      jsonList(piece.changes ?? []),
      jsonList(piece.edges ?? []),
      textList(part === 0 ? unedged : []),
      jsonList(part === 0 ? bodies : []),
      textList(piece.gone ?? []),
      jsonList(piece.keys ?? []),
      jsonList(part === 0 ? lines : []),
    ].join()})`
  if (parts === 1) return [statement(0, { rows, changes, edges, gone, keys })]
  const statements: string[] = []
  for (let part = 0; part < parts; part++) {
    statements.push(statement(part, { rows: slice(rows, part), edges: slice(edges, part) }))
  }
  for (let part = 0; part < parts; part++) statements.push(statement(1, { changes: slice(changes, part) }))
  statements.push(statement(1, { gone, keys }))
  return statements
}
