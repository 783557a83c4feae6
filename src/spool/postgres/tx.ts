import { decodeTime, incrementBase32, ulid } from 'ulid'
import { type Job, type JobStatus, UNSUCCESSFUL } from '../job.ts'
import { unknownJob } from '../job-errors.ts'
import { isFinal, type JobEvent, next } from '../next.ts'
import { comparePlaces, isBefore, placeInQueue } from '../order.ts'
import { digestOf } from '../queue/keys.ts'
import type { Change } from '../spool.ts'
import type { ClaimQuery } from './claim-queries.ts'
import { type CommitId, flushSql, PendingChanges, type QueueRow } from './flush.ts'
import {
  type ClaimColumns,
  COLUMNS,
  isId,
  literal,
  parentsOf,
  type RawRow,
  type Row,
  rowOf,
  textArray,
} from './rows.ts'

/** Characters of an id that encode its time. */
const TIME = 10
/** The greatest time that an id can encode, ms. */
const MAX_TIME = 2 ** 48 - 1

/** Runs SQL in the transaction. */
export type Query = <T extends object>(sql: string) => Promise<readonly T[]>

const UNCLAIMED: ClaimColumns = { token: null, host: null, life: null }
/**
 * Maximum number of records in one statement of a large commit, and of jobs that are visited between two statements.
 * The server takes the lock from a host that sends nothing for 3 s, so long work is divided.
 */
const CHUNK = 1000
/**
 * A commit reads one job for each of its claims when it takes the lock. A claim that finds these jobs used up reads
 * this many more.
 */
const HEAD = 32

/**
 * One commit: the rows that its verbs read and change under the lock. Verbs see the changes of earlier verbs of the
 * commit. `flush` writes the changes.
 */
export class Tx {
  /** The time at which the present verb was called, ms since 1970. */
  now = 0
  readonly queue: QueueRow
  readonly query: Query
  /** Every change of the queue in this commit, in order. */
  readonly changes: Change[] = []
  readonly #rows = new Map<string, Row | undefined>()
  readonly #keys = new Map<string, string>()
  /** For each query of a claim, the first jobs that were read. `isWhole` means that the query finds no more jobs. */
  readonly #heads = new Map<string, { readonly rows: readonly Row[]; readonly isWhole: boolean }>()
  readonly #pending: PendingChanges
  readonly #commit: CommitId
  #ended: Job[] = []

  /** @param knownLines  names of lines that are in the database */
  constructor(query: Query, queue: QueueRow, commit: CommitId, knownLines: ReadonlySet<string>) {
    this.query = query
    this.queue = queue
    this.#commit = commit
    this.#pending = new PendingChanges(knownLines)
  }

  /** Remembers the rows that were read under the lock. */
  note(raw: readonly RawRow[]): readonly Row[] {
    return raw.map((rawRow) => {
      const row = rowOf(rawRow)
      const known = this.#rows.get(row.job.id)
      if (known !== undefined || this.#rows.has(row.job.id)) return known ?? row
      this.#rows.set(row.job.id, row)
      if (row.job.idempotencyKey !== undefined) this.#keys.set(digestOf(row.job.idempotencyKey), row.job.id)
      return row
    })
  }

  /** Remembers that these ids were read. A job without a row does not exist. */
  noteRead(ids: readonly string[]): void {
    for (const id of ids) if (!this.#rows.has(id)) this.#rows.set(id, undefined)
  }

  /** Remembers the key of a forgotten job that was read under the lock. If a kept job has that key, changes nothing. */
  noteKey(digest: string, id: string): void {
    if (!this.#keys.has(digest)) this.#keys.set(digest, id)
  }

  /** Remembers the first jobs that a claim may have. */
  noteHead({ key }: ClaimQuery, raw: readonly RawRow[], limit: number): void {
    this.#heads.set(key, { rows: raw.map(rowOf), isWhole: raw.length < limit })
  }

  /** Reads the rows of these jobs, except rows that were read already. */
  async load(ids: readonly string[]): Promise<void> {
    const missing = ids.filter((id) => !this.#rows.has(id) && isId(id))
    if (missing.length > 0) {
      this.note(
        await this.query<RawRow>(`SELECT ${COLUMNS} FROM job j WHERE id = ANY(${textArray(missing)}) FOR UPDATE OF j`),
      )
    }
    this.noteRead(ids)
  }

  async find(id: string): Promise<Row | undefined> {
    await this.load([id])
    return this.#rows.get(id)
  }

  /** @throws PlotdError ERR_JOB_UNKNOWN */
  async need(id: string): Promise<Row> {
    const row = await this.find(id)
    if (row === undefined) throw unknownJob(id)
    return row
  }

  /** The jobs that match a condition in SQL. The query sees the changes of this commit so far. */
  async select(where: string): Promise<readonly Row[]> {
    await this.flush()
    return this.note(await this.query<RawRow>(`SELECT ${COLUMNS} FROM job j WHERE ${where} FOR UPDATE OF j`))
  }

  /** The id of the job that has this idempotency key. The job may have been removed. */
  idByKey(key: string): string | undefined {
    return this.#keys.get(digestOf(key))
  }

  /** Like `idByKey`, for a key that the commit may not have read. */
  async findKey(key: string): Promise<string | undefined> {
    const digest = literal(digestOf(key))
    if (this.idByKey(key) === undefined) await this.select(`key = ${digest}`)
    if (this.idByKey(key) === undefined) {
      const sql = `SELECT digest, id FROM forgotten WHERE digest = ${digest}`
      const rows = await this.query<{ readonly digest: string; readonly id: string }>(sql)
      for (const row of rows) this.noteKey(row.digest, row.id)
    }
    return this.idByKey(key)
  }

  /** The first job, in order, that a claim may have. */
  async first(query: ClaimQuery): Promise<Row | undefined> {
    let head = this.#heads.get(query.key)
    // Rows that the commit has read may have changed since, so the loop below compares them in their present state.
    const isUnread = ({ job }: Row): boolean => !this.#rows.has(job.id)
    let best = head?.rows.find(isUnread)
    if (best === undefined && head?.isWhole !== true) {
      await this.flush()
      this.noteHead(query, await this.query<RawRow>(query.sql(HEAD)), HEAD)
      head = this.#heads.get(query.key)
      best = head?.rows.find(isUnread)
    }
    for (const row of this.#rows.values()) {
      if (row !== undefined && query.matches(row.job) && (best === undefined || isBefore(row.job, best.job))) best = row
    }
    if (best !== undefined && !this.#rows.has(best.job.id)) this.#rows.set(best.job.id, best)
    return best
  }

  /** An id that sorts after every id given before, even when the clock was set back. */
  newId(): string {
    const { lastId } = this.queue
    const lastTime = lastId === '' ? -1 : decodeTime(lastId)
    const time = Math.max(lastTime, this.now)
    this.queue.lastId =
      time === lastTime ? lastId.slice(0, TIME) + incrementBase32(lastId.slice(TIME)) : ulid(time, Math.random)
    return this.queue.lastId
  }

  /** Lets later new ids sort after this id of an imported job. The new ids begin in the next millisecond. */
  noteId(id: string): void {
    const last = ulid(Math.min(MAX_TIME, decodeTime(id) + 1), () => 0)
    if (last > this.queue.lastId) this.queue.lastId = last
  }

  /** Applies an event to a job. @returns the changed job */
  apply(job: Job, event: JobEvent, claim?: ClaimColumns): Job {
    const changed = next(job, event, this.now)
    if (changed !== job) this.put(changed, claim)
    return changed
  }

  /**
   * Replaces or adds a job.
   *
   * @param claim  the claim of the job's holder; by default the job has no holder
   * @param lost   the token of a canceled plot, whose holder has not reported what is on the paper
   */
  put(job: Job, claim: ClaimColumns = UNCLAIMED, lost: string | null = null): void {
    const old = this.#rows.get(job.id)
    const { token, host, life } = claim
    this.queue.ended += Number(isFinal(job)) - Number(old !== undefined && isFinal(old.job))
    this.queue.lowestOrder = Math.min(this.queue.lowestOrder, job.order)
    this.queue.highestOrder = Math.max(this.queue.highestOrder, job.order)
    const oldPlace = old && placeInQueue(old.job)
    const hasMoved = oldPlace === undefined || comparePlaces(oldPlace, placeInQueue(job)) !== 0
    // Only an import adds a job that has ended. Children may wait here for an earlier job of the same id, which was
    // removed. So the added job counts as a parent.
    const { isParent = isFinal(job), isKeyTaken = old === undefined && this.#isKeyTaken(job) } = old ?? {}
    const row: Row = { job, token, host, life, lost, isParent, isKeyTaken }
    this.#rows.set(job.id, row)
    this.#pending.putRow(row)
    this.#change({ type: 'changed', job }, hasMoved ? oldPlace : undefined)
    if (isFinal(job)) this.#ended.push(job)
    this.#relate(old?.job, job)
  }

  /** Forgets a job that has ended, but not its idempotency key. */
  remove({ job }: Row): void {
    if (isFinal(job)) this.queue.ended--
    this.#rows.set(job.id, undefined)
    this.#pending.remove(job)
    this.#change({ type: 'removed', id: job.id }, placeInQueue(job))
  }

  /**
   * Writes an earlier removal of a job with this id. Call this before an import adds the job, because a flush adds jobs
   * before it deletes removed jobs.
   */
  async writeRemoval(id: string): Promise<void> {
    if (this.#pending.isRemoved(id)) await this.flush()
  }

  setPaused(name: string, isPaused: boolean): void {
    const { paused } = this.queue
    if (paused.includes(name) === isPaused) return
    this.queue.paused = isPaused ? [...paused, name] : paused.filter((plotter) => plotter !== name)
    this.#change({ type: 'queue', paused: this.queue.paused })
  }

  /** Stores the JSON text of large params. */
  addBody(sha: string, body: string): void {
    this.#pending.addBody(sha, body)
  }

  /** The statuses of the jobs that exist. */
  async statuses(ids: readonly string[]): Promise<ReadonlyMap<string, JobStatus>> {
    const statuses = new Map<string, JobStatus>()
    const missing: string[] = []
    for (const id of ids) {
      const row = this.#rows.get(id)
      if (row !== undefined) statuses.set(id, row.job.status)
      else if (!this.#rows.has(id) && isId(id)) missing.push(id)
    }
    for (let i = 0; i < missing.length; i += CHUNK) {
      const sql = `SELECT id, status FROM job WHERE id = ANY(${textArray(missing.slice(i, i + CHUNK))})`
      for (const { id, status } of await this.query<{ id: string; status: JobStatus }>(sql)) statuses.set(id, status)
    }
    return statuses
  }

  /** Whether a parent has not finished. A parent that is no longer kept counts as finished. */
  async isWaiting(dependsOn: readonly string[]): Promise<boolean> {
    const statuses = await this.statuses(dependsOn)
    return dependsOn.some((id) => (statuses.get(id) ?? 'finished') !== 'finished')
  }

  /** A parent that failed or was canceled; undefined when there is none. */
  async failedParent(
    dependsOn: readonly string[],
  ): Promise<{ readonly id: string; readonly status: JobStatus } | undefined> {
    const statuses = await this.statuses(dependsOn)
    for (const id of dependsOn) {
      const status = statuses.get(id)
      if (status !== undefined && UNSUCCESSFUL.has(status)) return { id, status }
    }
    return undefined
  }

  /**
   * Applies the end of jobs to their children. A scheduled child stops waiting when all its parents have finished. When
   * a parent failed or was canceled, its descendants fail.
   */
  async settle(): Promise<void> {
    const ended = this.#ended.filter(({ id }) => this.#rows.get(id)?.isParent)
    this.#ended = []
    if (ended.length === 0) return
    const children = await this.#childrenOf(ended)
    const parents = new Set<string>()
    for (const rows of children.values()) for (const { job } of rows) for (const id of job.dependsOn) parents.add(id)
    const known = await this.statuses([...parents])
    const statusOf = (id: string): JobStatus => this.#rows.get(id)?.job.status ?? known.get(id) ?? 'finished'
    let visited = 0
    for (let parent = ended.pop(); parent !== undefined; parent = ended.pop()) {
      for (const { job } of children.get(parent.id) ?? []) {
        const child = this.#rows.get(job.id)?.job
        if (child === undefined || parentsOf(child).length === 0) continue
        if (++visited % CHUNK === 0) await this.flush()
        if (parent.status !== 'finished') {
          ended.push(this.apply(child, { type: 'parent-failed', parent: parent.id, how: parent.status }))
        } else if (child.reason?.code === 'dependency' && !child.dependsOn.some((id) => statusOf(id) !== 'finished'))
          this.apply(child, { type: 'parents-finished' })
      }
    }
    this.#ended = []
  }

  /**
   * The children of ended jobs, by parent. When a parent did not finish, the result has all its descendants, because
   * they fail too.
   */
  async #childrenOf(ended: readonly Job[]): Promise<ReadonlyMap<string, readonly Row[]>> {
    await this.flush()
    const roots = textArray(ended.map(({ id }) => id))
    const ids = ended.every(({ status }) => status === 'finished')
      ? `SELECT child FROM edge WHERE parent = ANY(${roots})`
      : `SELECT waiting_for(${roots})`
    const sql = `SELECT id FROM job WHERE id IN (${ids}) AND status IN ('scheduled', 'held')`
    const found = (await this.query<{ readonly id: string }>(sql)).map(({ id }) => id)
    const children = new Map<string, Row[]>()
    // Records are read in parts: the server ends a transaction whose host computes too long between two messages.
    for (let i = 0; i < found.length; i += CHUNK) {
      for (const row of await this.select(`id = ANY(${textArray(found.slice(i, i + CHUNK))})`)) {
        for (const parent of row.job.dependsOn) {
          const list = children.get(parent)
          if (list === undefined) children.set(parent, [row])
          else list.push(row)
        }
      }
    }
    return children
  }

  /** Whether another job has the idempotency key of a new job. If not, the key now belongs to the new job. */
  #isKeyTaken({ id, idempotencyKey }: Job): boolean {
    if (idempotencyKey === undefined) return false
    const digest = digestOf(idempotencyKey)
    const known = this.#keys.get(digest)
    if (known === undefined) this.#keys.set(digest, id)
    return known !== undefined && known !== id
  }

  /** Updates the edges from the parents of a job, and sets `isParent` of the parents that the commit has read. */
  #relate(old: Job | undefined, job: Job): void {
    const before = old === undefined ? [] : parentsOf(old)
    const parents = parentsOf(job)
    if (before === parents) return
    if (before.length > 0) this.#pending.removeEdges(job.id)
    if (parents.length === 0) return
    this.#pending.addEdges(job.id, parents)
    for (const parent of parents) {
      const row = this.#rows.get(parent)
      if (row !== undefined) this.#rows.set(parent, { ...row, isParent: true })
    }
  }

  #change(change: Change, oldPlace?: readonly [...unknown[]]): void {
    this.queue.seq++
    this.changes.push(change)
    this.#pending.addChange(this.queue.seq, change, oldPlace === undefined ? undefined : JSON.stringify(oldPlace))
  }

  /** The names of the lines that the commit adds. */
  get newLines(): Iterable<string> {
    return this.#pending.newLines
  }

  /**
   * Changes rows of other tables than `job`. The database then also records a commit that changes no job
   * (`host.commits`). So the writer knows that the commit arrived when only its answer is lost, and does not run the
   * verb again.
   */
  write<T extends object>(sql: string): Promise<readonly T[]> {
    this.#pending.noteOther()
    return this.query<T>(sql)
  }

  /** Writes the changes since the last flush, in statements of a bounded size. */
  async flush(): Promise<void> {
    for (const sql of this.takeSql()) await this.query(sql)
  }

  /** The statements that write the changes, each built when the caller asks for it. */
  takeSql(): Iterable<string> {
    return flushSql(this.#pending, this.queue, this.#commit, CHUNK)
  }

  /** The text of large params; undefined when they are gone. */
  async paramsOf(file: string): Promise<string | undefined> {
    await this.flush()
    const [row] = await this.query<{ body: string }>(`SELECT body FROM params WHERE sha = ${literal(file)}`)
    return row?.body
  }
}
