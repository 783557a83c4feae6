/** A frozen copy of what a caller handed over, as JSON would have it, and about how long its JSON is. */
export interface Plain {
  readonly copy: unknown
  /** Characters: numbers are guessed at, commas not counted. */
  readonly length: number
}

/**
 * A copy that nobody shares, frozen through and through: a record is replaced, never changed, and a slip throws. Plain
 * objects, which nearly everything is, are copied by hand: the way through JSON costs three times as much.
 *
 * @throws whatever JSON.stringify throws
 */
export function plain(value: unknown): Plain {
  const counter = { length: 0 }
  const copy = copied(value, counter, 0)
  if (copy !== UNUSUAL) return { copy, length: counter.length }
  const json = JSON.stringify(value) ?? 'null'
  return { copy: freeze(JSON.parse(json)), length: json.length }
}

/** Frozen through and through. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const key in value) freeze(value[key])
  return Object.freeze(value)
}

/** For what only JSON.stringify knows how to write: dates, undefined, numbers that are none, circles. */
const UNUSUAL = Symbol('unusual')
const DEEPEST = 64
const DIGITS = 8

function copied(value: unknown, counter: { length: number }, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      counter.length += value.length + 2
      return value
    case 'number':
      counter.length += DIGITS
      // JSON has no -0 either.
      return Number.isFinite(value) ? value + 0 : UNUSUAL
    case 'boolean':
      counter.length += 4
      return value
    case 'object':
      if (value === null) return null
      if (depth > DEEPEST) return UNUSUAL
      return Array.isArray(value) ? copiedList(value, counter, depth + 1) : copiedObject(value, counter, depth + 1)
    default:
      return UNUSUAL
  }
}

function copiedList(list: readonly unknown[], counter: { length: number }, depth: number): unknown {
  const copy: unknown[] = []
  for (const item of list) {
    const value = copied(item, counter, depth)
    if (value === UNUSUAL) return UNUSUAL
    copy.push(value)
  }
  counter.length += 2
  return Object.freeze(copy)
}

function copiedObject(object: object, counter: { length: number }, depth: number): unknown {
  const prototype: unknown = Object.getPrototypeOf(object)
  if (prototype !== Object.prototype && prototype !== null) return UNUSUAL
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(object)) {
    const value = copied((object as Record<string, unknown>)[key], counter, depth)
    if (value === UNUSUAL || key === '__proto__' || key === 'toJSON') return UNUSUAL
    copy[key] = value
    counter.length += key.length + 3
  }
  return Object.freeze(copy)
}
