import { ROWS, SET, type Setter } from '../data.ts'

/** A record after its change: set whole, some keys set and removed, a list lengthened, or gone. As it stands in a frame. */
export type Op =
  | readonly ['+', table: string, id: string, record: unknown]
  | readonly ['~', table: string, id: string, set: object, removed: readonly string[]]
  | readonly ['>', table: string, id: string, added: readonly unknown[], keep: number]
  | readonly ['-', table: string, id: string]

/**
 * One collection of lowdb's data. `view` is what the program sees as `db.data.jobs`, a plain object of records; it
 * notes which records were replaced or removed, so that a write costs what changed and not what is kept.
 */
export class Table {
  readonly name: string
  readonly rows = new Map<string, unknown>()
  readonly view: Record<string, unknown>
  /** Ids whose next change is written whole, because the record that it would build on is leaving the table. */
  readonly leaving = new Set<string>()
  readonly #setter: Setter<unknown> = (id, record, isNew) => {
    if (isNew) this.#added.push(['+', this.name, id, record])
    else this.#note(id)
    this.rows.set(id, Object.freeze(record))
  }
  /** New records, without being looked up again. What happens to one in the same turn is a change of it, and follows. */
  #added: Op[] = []
  /** Changed ids, with what was there before the first change since the last write. */
  readonly #before = new Map<string, unknown>()

  constructor(name: string) {
    this.name = name
    this.view = new Proxy<Record<string, unknown>>(Object.create(null), {
      get: (_, key) => this.#get(key),
      has: (_, key) => key === Symbol.iterator || this.rows.has(String(key)),
      set: (_, key, record) => {
        this.#setter(String(key), record, false)
        return true
      },
      deleteProperty: (_, key) => this.#delete(String(key)),
      ownKeys: () => [...this.rows.keys()],
      getOwnPropertyDescriptor: (_, key) => this.#describe(String(key)),
    })
  }

  get isChanged(): boolean {
    return this.#added.length > 0 || this.#before.size > 0
  }

  /** Adds every change since the last call. */
  takeChanges(into: Op[]): void {
    for (const op of this.#added) into.push(op)
    this.#added = []
    for (const [id, before] of this.#before) {
      const op = this.#change(id, before, this.rows.get(id))
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

  #get(key: string | symbol): unknown {
    if (typeof key === 'string') return this.rows.get(key)
    if (key === ROWS) return this.rows
    if (key === SET) return this.#setter
    return key === Symbol.iterator ? () => this.rows.values() : undefined
  }

  #delete(id: string): boolean {
    this.#note(id)
    return this.rows.delete(id) || true
  }

  #note(id: string): void {
    if (!this.#before.has(id)) this.#before.set(id, this.rows.get(id))
  }

  #describe(id: string): PropertyDescriptor | undefined {
    const value = this.rows.get(id)
    return value === undefined ? undefined : { value, enumerable: true, configurable: true, writable: true }
  }
}

function difference(table: string, id: string, before: unknown, now: unknown): Op {
  if (Array.isArray(before) && Array.isArray(now)) return lengthened(table, id, before, now)
  if (!isRecord(before) || !isRecord(now)) return ['+', table, id, now]
  const set: Record<string, unknown> = {}
  for (const key in now) if (now[key] !== before[key]) set[key] = now[key]
  const removed: string[] = []
  for (const key in before) if (!(key in now)) removed.push(key)
  return ['~', table, id, set, removed]
}

function lengthened(table: string, id: string, before: readonly unknown[], now: readonly unknown[]): Op {
  const last = now.lastIndexOf(before.at(-1))
  if (before.length === 0 || last < 0) return ['+', table, id, now]
  return ['>', table, id, now.slice(last + 1), now.length]
}

/** Whether the op changes a record rather than setting it. */
export const needsRecord = ([kind]: Op): boolean => kind === '~' || kind === '>'

/** Does to the rows what was done when the op was written. */
export function applyOp(tables: ReadonlyMap<string, Table>, op: Op): void {
  const rows = tables.get(op[1])?.rows
  if (rows === undefined) return
  const old = rows.get(op[2])
  switch (op[0]) {
    case '+':
      rows.set(op[2], Object.freeze(op[3]))
      break
    case '-':
      rows.delete(op[2])
      break
    case '>':
      rows.set(op[2], Object.freeze([...(Array.isArray(old) ? old : []), ...op[3]].slice(-op[4])))
      break
    case '~':
      rows.set(op[2], merge(old, op[3], op[4]))
      break
  }
}

function merge(old: unknown, set: object, removed: readonly string[]): object {
  const merged: Record<string, unknown> = { ...(isRecord(old) ? old : {}), ...set }
  for (const key of removed) delete merged[key]
  return Object.freeze(merged)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
