import type { SpoolData } from '../data.ts'

/**
 * A change in a frame. '+' sets a record, '-' deletes it, '~' sets and removes some keys of a record. '>' appends to a
 * record that is a list, of which the last `keep` entries stay.
 */
export type Op =
  | readonly ['+', table: string, id: string, record: unknown]
  | readonly ['~', table: string, id: string, set: object, removed: readonly string[]]
  | readonly ['>', table: string, id: string, added: readonly unknown[], keep: number]
  | readonly ['-', table: string, id: string]

/** A collection of lowdb's data: a Map that remembers which records were set and deleted since the last write. */
export class Table<T = unknown> extends Map<string, T> {
  readonly name: string
  /** Ids of records that a snapshot moves to the archive. If such a record changes, the frame has the whole record. */
  readonly leaving = new Set<string>()
  /** Changed ids with their record at the last write; undefined for a new record, and for one that `rewrite` added. */
  readonly #before = new Map<string, T | undefined>()

  constructor(name: string) {
    super()
    this.name = name
  }

  override set(id: string, record: T): this {
    this.#note(id)
    return super.set(id, Object.freeze(record))
  }

  override delete(id: string): boolean {
    this.#note(id)
    return super.delete(id)
  }

  /** Sets a record, but not as a change: the next frame does not get it. */
  load(id: string, record: T): void {
    super.set(id, Object.freeze(record))
  }

  /** Removes a record from memory, but not as a change: the next frame does not get the removal. */
  unload(id: string): void {
    super.delete(id)
  }

  get isChanged(): boolean {
    return this.#before.size > 0
  }

  /** Ids of the records that were set or deleted since the last write. */
  get changedIds(): Iterable<string> {
    return this.#before.keys()
  }

  /** Puts an unchanged record into the next frame, whole. */
  rewrite(id: string): void {
    if (!this.#before.has(id)) this.#before.set(id, undefined)
  }

  /** Moves all changes since the last call into `into`. */
  takeChanges(into: Op[]): void {
    for (const [id, before] of this.#before) {
      const op = this.#change(id, before, this.get(id))
      if (op !== undefined) into.push(op)
    }
    this.#before.clear()
  }

  #change(id: string, before: unknown, now: unknown): Op | undefined {
    if (now === before) return undefined
    if (now === undefined) return ['-', this.name, id]
    if (this.leaving.has(id)) return ['+', this.name, id, now]
    return difference(this.name, id, before, now)
  }

  #note(id: string): void {
    if (!this.#before.has(id)) this.#before.set(id, this.get(id))
  }
}

export type Tables = { readonly [K in keyof SpoolData]: SpoolData[K] extends Map<string, infer T> ? Table<T> : never }

export const emptyTables = (): Tables => ({
  jobs: new Table('jobs'),
  logs: new Table('logs'),
  paused: new Table('paused'),
  forgotten: new Table('forgotten'),
  keys: new Table('keys'),
  meta: new Table('meta'),
})

/** The tables by name, as frames and snapshots refer to them. */
export type TablesByName = ReadonlyMap<string, Table>

export const byName = (tables: Tables): TablesByName => new Map<string, Table>(Object.entries(tables))

/** Loads the records of a snapshot into the tables. A table of an unknown name is left out. */
export function loadAll(tables: TablesByName, records: ReadonlyMap<string, ReadonlyMap<string, unknown>>): void {
  for (const [name, rows] of records) {
    const table = tables.get(name)
    for (const [id, record] of rows) table?.load(id, record)
  }
}

function difference(table: string, id: string, before: unknown, now: unknown): Op {
  if (Array.isArray(before) && Array.isArray(now)) return listChange(table, id, before, now)
  if (!isRecord(before) || !isRecord(now)) return ['+', table, id, now]
  const set: Record<string, unknown> = {}
  for (const key in now) if (now[key] !== before[key]) set[key] = now[key]
  const removed: string[] = []
  for (const key in before) if (!(key in now)) removed.push(key)
  return ['~', table, id, set, removed]
}

function listChange(table: string, id: string, before: readonly unknown[], now: readonly unknown[]): Op {
  const last = now.lastIndexOf(before.at(-1))
  if (before.length === 0 || last < 0) return ['+', table, id, now]
  return ['>', table, id, now.slice(last + 1), now.length]
}

/** Whether the op can only be applied to a record that is there. */
export const needsRecord = ([kind]: Op): boolean => kind === '~' || kind === '>'

/** Applies a change from a frame. */
export function applyOp(tables: TablesByName, op: Op): void {
  const table = tables.get(op[1])
  if (table === undefined) return
  const old = table.get(op[2])
  switch (op[0]) {
    case '+':
      table.load(op[2], op[3])
      break
    case '-':
      table.unload(op[2])
      break
    case '>':
      table.load(op[2], [...(Array.isArray(old) ? old : []), ...op[3]].slice(-op[4]))
      break
    case '~':
      table.load(op[2], merge(old, op[3], op[4]))
      break
  }
}

/** Removes the records of a job that was archived, then removed from the spool. */
export function forget(tables: TablesByName, id: string): void {
  for (const name of ['jobs', 'logs']) tables.get(name)?.unload(id)
}

function merge(old: unknown, set: object, removed: readonly string[]): object {
  const merged: Record<string, unknown> = { ...(isRecord(old) ? old : {}), ...set }
  for (const key of removed) delete merged[key]
  return merged
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
