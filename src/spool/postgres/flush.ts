import type { Job } from '../job.ts'
import { digestOf } from '../queue/keys.ts'
import type { Change } from '../spool.ts'
import { type Columns, columnsOf, jsonList, lineOf, literal, type Row, textList } from './rows.ts'
import { FORMAT } from './schema.ts'

/** The state of the whole queue: the row of the table `feed`, without the fields that no commit changes. */
export interface QueueRow {
  /** The number of the last event. */
  seq: number
  /** New ids sort after this id. */
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

/** The rows that a commit writes or deletes. `schema.ts` explains edge and line. */
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
  /** The last change of each job, without a `body`, because the database copies the record of the job's row. */
  readonly #lastChanges = new Map<string, { readonly row: ChangeRow; readonly job: Job }>()
  readonly #edges = new Map<string, readonly string[]>()
  readonly #unedged = new Set<string>()
  readonly #bodies = new Map<string, string>()
  readonly #removed = new Map<string, Job>()
  #changes: ChangeRow[] = []
  /** Whether the commit changes rows that no other field names. */
  #hasOther = false

  /** @param knownLines  names of lines that are in the database */
  constructor(knownLines: ReadonlySet<string>) {
    this.#knownLines = knownLines
  }

  get isEmpty(): boolean {
    return this.#changes.length + this.#bodies.size === 0 && !this.#hasOther
  }

  /** Notes that the commit changes other rows, so that the database counts the commit. */
  noteOther(): void {
    this.#hasOther = true
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

  /** Returns the changes, and removes them here. `newLines` keeps its names. */
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
    this.#hasOther = false
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

/** The identity of a commit: its host, the host's life, and its number in that life. */
export interface CommitId {
  readonly host: string
  readonly life: string
  readonly number: number
}

/** Maximum length of the texts in one part of a list, characters. A longer text is a part of its own. */
const MOST_CHARS = 1 << 20

/**
 * The statements that write the changes of a commit. The bodies (JSON texts of large params) come first, then the jobs,
 * then the changes that refer to the jobs. Each statement is built when the caller asks for it, so the caller can send
 * a statement before the next one is built.
 *
 * @param chunk  the maximum number of jobs, of bodies, of changes and of edges in one statement
 */
export function* flushSql(
  pending: PendingChanges,
  queue: QueueRow,
  commit: CommitId,
  chunk: number,
): Generator<string> {
  if (pending.isEmpty) return
  const { rows, changes, edges, unedged, bodies, gone, keys, lines } = pending.take()
  const { seq, lastId, lowestOrder: lo, highestOrder: hi, ended, paused } = queue
  const state = { seq, lastId, lo, hi, ended, paused: JSON.stringify(paused), format: FORMAT }
  const head = literal(JSON.stringify({ ...state, host: commit.host, life: commit.life, commit: commit.number }))
  const statement = (piece: Partial<Omit<CommitRows, 'rows'> & { readonly jobs: readonly Columns[] }>): string =>
    `SELECT flush(${[
      head,
      jsonList(piece.jobs ?? []),
      jsonList(piece.changes ?? []),
      jsonList(piece.edges ?? []),
      textList(piece.unedged ?? []),
      jsonList(piece.bodies ?? []),
      textList(piece.gone ?? []),
      jsonList(piece.keys ?? []),
      jsonList(piece.lines ?? []),
    ].join()})`
  const jobParts = partsOf(columnsOfEach(rows), chunk, ({ record }) => record.length)
  const jobs = jobParts.next().value ?? []
  const ofBodies = [...partsOf(bodies, chunk, ({ body }) => body.length)]
  const ofChanges = [...partsOf(changes, chunk, ({ body = '' }) => body.length)]
  const isShort = jobs.length === rows.length && edges.length <= chunk && ofBodies.length <= 1 && ofChanges.length <= 1
  if (isShort) {
    yield statement({ jobs, changes, edges, unedged, bodies, gone, keys, lines })
    return
  }
  for (const part of ofBodies) yield statement({ bodies: part })
  yield statement({ jobs, unedged, lines })
  for (const part of jobParts) yield statement({ jobs: part })
  for (const part of partsOf(edges, chunk, () => 0)) yield statement({ edges: part })
  for (const part of ofChanges) yield statement({ changes: part })
  yield statement({ gone, keys })
}

function* columnsOfEach(rows: readonly Row[]): Generator<Columns> {
  for (const row of rows) yield columnsOf(row)
}

/** Divides a list into parts of at most `most` items. A part with several items has at most MOST_CHARS characters. */
function* partsOf<T>(items: Iterable<T>, most: number, lengthOf: (item: T) => number): Generator<readonly T[]> {
  let part: T[] = []
  let chars = 0
  for (const item of items) {
    const length = lengthOf(item)
    if (part.length > 0 && (part.length === most || chars + length > MOST_CHARS)) {
      yield part
      part = []
      chars = 0
    }
    part.push(item)
    chars += length
  }
  if (part.length > 0) yield part
}
