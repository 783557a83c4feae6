import type { Job } from '../job.ts'
import { digestOf } from '../queue/keys.ts'
import type { Change } from '../spool.ts'
import { columnsOf, jsonList, lineOf, literal, type Row, textList } from './rows.ts'
import { FORMAT } from './schema.ts'

/** The state of the whole queue: the row of the table `feed`, without the fields that no commit changes. */
export interface QueueRow {
  /** The number of the last event. */
  seq: number
  lastId: string
  /** The smallest and the largest order so far. */
  lowestOrder: number
  highestOrder: number
  /** The number of ended jobs. */
  ended: number
  paused: readonly string[]
}

interface ChangeRow {
  readonly seq: number
  readonly type: Change['type']
  readonly id?: string
  /** The job's place in the order before the change, as JSON; absent for a new job, or when the place is the same. */
  readonly was?: string
  progress?: string
  body?: string
}

/** The rows that a commit writes or deletes. */
interface CommitRows {
  readonly rows: readonly Row[]
  readonly changes: readonly ChangeRow[]
  readonly edges: readonly { readonly parent: string; readonly child: string }[]
  /** Children whose edges are deleted. */
  readonly unedged: readonly string[]
  readonly bodies: readonly { readonly sha: string; readonly body: string }[]
  /** Ids of jobs that are deleted. */
  readonly gone: readonly string[]
  /** Idempotency keys of the deleted jobs, which the commit lists as forgotten. */
  readonly keys: readonly { readonly digest: string; readonly id: string }[]
  readonly lines: readonly { readonly name: string; readonly plotters: readonly string[] }[]
}

/** The changes of a commit that are not written yet. */
export class PendingChanges {
  /** Names of lines that the commit adds to the database. */
  readonly newLines = new Set<string>()
  readonly #knownLines: ReadonlySet<string>
  readonly #rows = new Map<string, Row>()
  /** The last change of each job. It has no `body`: the database copies the record from the job's row. */
  readonly #lastChanges = new Map<string, { readonly row: ChangeRow; readonly job: Job }>()
  readonly #edges = new Map<string, readonly string[]>()
  readonly #unedged = new Set<string>()
  readonly #bodies = new Map<string, string>()
  readonly #removed = new Map<string, Job>()
  #changes: ChangeRow[] = []

  /** @param knownLines  names of lines that are in the database */
  constructor(knownLines: ReadonlySet<string>) {
    this.#knownLines = knownLines
  }

  get isEmpty(): boolean {
    return this.#changes.length + this.#bodies.size === 0
  }

  putRow(row: Row): void {
    this.#rows.set(row.job.id, row)
  }

  remove(job: Job): void {
    this.#rows.delete(job.id)
    this.#edges.delete(job.id)
    this.#removed.set(job.id, job)
  }

  isRemoved(id: string): boolean {
    return this.#removed.has(id)
  }

  /** @param was  as in `ChangeRow` */
  addChange(seq: number, change: Change, was: string | undefined): void {
    const head = { seq, type: change.type, ...(was !== undefined && { was }) }
    if (change.type === 'queue') {
      this.#changes.push({ ...head, body: JSON.stringify(change.paused) })
      return
    }
    const id = change.type === 'changed' ? change.job.id : change.id
    this.#addRecord(id)
    const row: ChangeRow = { ...head, id }
    this.#changes.push(row)
    if (change.type === 'changed') this.#lastChanges.set(id, { row, job: change.job })
  }

  /** The commit first deletes the earlier edges of the child, if `removeEdges` was called. */
  addEdges(child: string, parents: readonly string[]): void {
    this.#edges.set(child, parents)
  }

  removeEdges(child: string): void {
    this.#edges.delete(child)
    this.#unedged.add(child)
  }

  /** @param body  JSON text of large params */
  addBody(sha: string, body: string): void {
    this.#bodies.set(sha, body)
  }

  /** Returns the changes and forgets them. */
  take(): CommitRows {
    const commit: CommitRows = {
      rows: [...this.#rows.values()],
      changes: this.#changes,
      edges: [...this.#edges].flatMap(([child, parents]) => parents.map((parent) => ({ parent, child }))),
      unedged: [...this.#unedged],
      bodies: [...this.#bodies].map(([sha, body]) => ({ sha, body })),
      gone: [...this.#removed.keys()],
      keys: this.#keysOfRemoved(),
      lines: this.#takeLines(),
    }
    this.#rows.clear()
    this.#lastChanges.clear()
    this.#edges.clear()
    this.#unedged.clear()
    this.#bodies.clear()
    this.#removed.clear()
    this.#changes = []
    return commit
  }

  /** Gives the previous change of a job a record of its own, because a newer change follows. */
  #addRecord(id: string): void {
    const last = this.#lastChanges.get(id)
    if (last === undefined) return
    const { progress, ...record } = last.job
    last.row.body = JSON.stringify(record)
    if (progress !== undefined) last.row.progress = JSON.stringify(progress)
    this.#lastChanges.delete(id)
  }

  #keysOfRemoved(): CommitRows['keys'] {
    return [...this.#removed.values()].flatMap(({ id, idempotencyKey: key }) =>
      key === undefined ? [] : [{ digest: digestOf(key), id }],
    )
  }

  #takeLines(): CommitRows['lines'] {
    const lines = new Map<string, readonly string[]>()
    for (const { job } of this.#rows.values()) {
      const line = lineOf(job)
      if (line === undefined || this.#knownLines.has(line.name)) continue
      lines.set(line.name, line.plotters)
      this.newLines.add(line.name)
    }
    return [...lines].map(([name, plotters]) => ({ name, plotters }))
  }
}

/** The identity of a commit: its host, the host's run, and its number in that run. */
export interface CommitId {
  readonly host: string
  readonly life: string
  readonly number: number
}

/**
 * The statements that write the changes of a commit. The jobs come first, then the changes that refer to them.
 *
 * @param chunk  the maximum number of jobs, of changes and of edges in one statement
 */
export function flushSql(pending: PendingChanges, queue: QueueRow, commit: CommitId, chunk: number): readonly string[] {
  if (pending.isEmpty) return []
  const all = pending.take()
  const { rows, changes, edges, unedged, bodies, gone, keys, lines } = all
  const { seq, lastId, lowestOrder: lo, highestOrder: hi, ended, paused } = queue
  const state = { seq, lastId, lo, hi, ended, paused: JSON.stringify(paused), format: FORMAT }
  const head = literal(JSON.stringify({ ...state, host: commit.host, life: commit.life, commit: commit.number }))
  const parts = Math.max(1, Math.ceil(Math.max(rows.length, changes.length, edges.length) / chunk))
  const slice = <T>(list: readonly T[], part: number): readonly T[] => list.slice(part * chunk, (part + 1) * chunk)
  const statement = (piece: Partial<CommitRows>): string =>
    `SELECT flush(${[
      head,
      jsonList((piece.rows ?? []).map(columnsOf)),
      jsonList(piece.changes ?? []),
      jsonList(piece.edges ?? []),
      textList(piece.unedged ?? []),
      jsonList(piece.bodies ?? []),
      textList(piece.gone ?? []),
      jsonList(piece.keys ?? []),
      jsonList(piece.lines ?? []),
    ].join()})`
  if (parts === 1) return [statement(all)]
  const statements: string[] = []
  for (let part = 0; part < parts; part++) {
    const first = part === 0 ? { unedged, bodies, lines } : {}
    statements.push(statement({ rows: slice(rows, part), edges: slice(edges, part), ...first }))
  }
  for (let part = 0; part < parts; part++) statements.push(statement({ changes: slice(changes, part) }))
  statements.push(statement({ gone, keys }))
  return statements
}
