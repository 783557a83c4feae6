import { z } from 'zod'
import { METHODS, type MethodName } from '../../src/daemon/protocol/index.ts'
import type { Random } from '../../src/tasks/draw/random.ts'

interface JsonSchema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly enum?: readonly unknown[]
  readonly default?: unknown
}

const SCHEMAS: Readonly<Record<string, JsonSchema>> = Object.fromEntries(
  Object.entries(METHODS).map(([name, { params }]) => [
    name,
    z.toJSONSchema(params, { io: 'input', unrepresentable: 'any' }) as JsonSchema,
  ]),
)

const times = (count: number, make: (i: number) => string): string[] =>
  Array.from({ length: Math.max(1, count) }, (_, i) => make(i))
const list = (items: readonly string[]): string => `[${items.join(',')}]`
const text = (value: unknown): string => JSON.stringify(value)

/**
 * Shapes of JSON text that take longer to read than other texts of their length. From a `size` of 122 on, each has
 * at most 1.4 × `size` characters.
 */
const SHAPES: readonly ((size: number, random: Random) => string)[] = [
  (size) => list(times(size / 2, () => '1')),
  (size) => list(times(size / 3, () => '{}')),
  (size) => list(times(size / 3, () => '""')),
  (size) => list(times(size / 9, () => '{"a":{}}')),
  (size) => `{${times(size / 9, (i) => `"k${i}":1`).join(',')}}`,
  (size) => `{${times(size / 6, () => '"a":1').join(',')}}`,
  (size) => list(times(size / 122, () => '['.repeat(60) + ']'.repeat(60))),
  (size) => '['.repeat(Math.min(size / 2, 5000)) + ']'.repeat(Math.min(size / 2, 5000)),
  (size) => text('x'.repeat(size)),
  (size) => text(','.repeat(size)),
  (size) => `"${'\\u0001'.repeat(size / 6)}"`,
  (size) => text('💥'.repeat(size / 4)),
  (size, random) => text(times(size / 3, () => String.fromCodePoint(random.whole(0x100, 0xd7ff))).join('')),
  (size) => `1${'0'.repeat(Math.min(size, 400))}`,
  (size) => text('1'.repeat(Math.min(size, 1000))),
  (size) => list(times(size / 12, (i) => text(`s${i}`))),
  (size) => `{"__proto__":${text('x'.repeat(size))},"constructor":1,"toJSON":2}`,
]

/** A value that the schema may accept, with hostile parts. */
function valueFor(schema: JsonSchema, size: number, random: Random): string {
  if (random.next() < 0.15) return hostile(size, random)
  const choice = schema.anyOf?.[random.whole(0, schema.anyOf.length - 1)]
  if (choice) return valueFor(choice, size, random)
  if (schema.enum) return text(schema.enum[random.whole(0, schema.enum.length - 1)])
  if (schema.properties) return objectFor(schema.properties, size, random)
  if (schema.items) {
    const { items } = schema
    const count = random.next() < 0.5 ? random.whole(1, 3) : random.whole(1, 2000)
    const values = times(Math.min(20, count), () => valueFor(items, size / count, random))
    return list(times(count, (i) => values[i % values.length] ?? '1'))
  }
  if (schema.type === 'integer' || schema.type === 'number') return String(random.whole(-1, 1000))
  if (schema.type === 'boolean') return 'true'
  if (schema.type === 'string')
    return text(random.next() < 0.5 ? 'a' : 'x'.repeat(random.whole(0, Math.min(size, 300))))
  return random.next() < 0.5
    ? hostile(size, random)
    : '{"text":"Ada","message":"Ada","recipient":"Ada","pattern":"spiral"}'
}

function objectFor(properties: Readonly<Record<string, JsonSchema>>, size: number, random: Random): string {
  const names = Object.keys(properties).filter((name) => name === 'task' || random.next() < 0.6)
  const members = names.map((name) => {
    if (name === 'task' && random.next() < 0.9)
      return `"task":${text(['text', 'postcard', 'pattern', 'svg'][random.whole(0, 3)])}`
    return `${text(name)}:${valueFor(properties[name] ?? {}, size / Math.max(1, names.length), random)}`
  })
  if (random.next() < 0.2) members.push(...times(Math.min(size / 8, 20_000), (i) => `"u${i}":0`))
  return `{${members.join(',')}}`
}

const hostile = (size: number, random: Random): string =>
  (SHAPES[random.whole(0, SHAPES.length - 1)] ?? text)(Math.max(10, Math.trunc(size)), random)

/** The daemon's default limit on a message, bytes. */
const MOST = 4 * 1024 * 1024

/**
 * A message with one call of a method, or a JSON-RPC batch that repeats this call. The message has roughly `size`
 * characters; a batch of many short calls has more.
 */
export function hostileMessage(method: MethodName, size: number, random: Random): string {
  const call = (part: number, id: string): string =>
    `{"jsonrpc":"2.0","id":${id},"method":${text(method)},"params":${valueFor(SCHEMAS[method] ?? {}, part, random)}}`
  const kind = random.next()
  if (kind < 0.75) return call(size, '1')
  if (kind < 0.85) return call(size / 2, text('i'.repeat(size / 2)))
  const count = random.whole(2, 1200)
  const same = call(size / count, '7')
  return list(times(Math.min(count, MOST / same.length), () => same))
}
