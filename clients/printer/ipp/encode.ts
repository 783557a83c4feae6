import {
  type Attributes,
  END_OF_ATTRIBUTES,
  type Message,
  OUT_OF_BAND,
  type OutOfBand,
  STRINGS,
  type StringKind,
  type Value,
} from './values.ts'

/** The bytes of a message (RFC 8010, section 3). */
export function encode({ version, code, requestId, groups }: Message): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt8(version[0], 0)
  head.writeUInt8(version[1], 1)
  head.writeUInt16BE(code, 2)
  head.writeInt32BE(requestId, 4)
  const parts: Uint8Array[] = [head]
  for (const { tag, attributes } of groups) {
    parts.push(Buffer.of(tag))
    putAll(parts, attributes, putAttribute)
  }
  parts.push(Buffer.of(END_OF_ATTRIBUTES))
  return Buffer.concat(parts)
}

type Put = (parts: Uint8Array[], name: string, values: readonly Value[]) => void

function putAll(parts: Uint8Array[], attributes: Attributes, put: Put): void {
  for (const [name, values] of attributes) if (values.length > 0) put(parts, name, values)
}

/** The first value carries the name, and further values carry an empty name. */
const putAttribute: Put = (parts, name, values) => {
  for (const [i, value] of values.entries()) putValue(parts, i === 0 ? name : '', value)
}

const putMember: Put = (parts, name, values) => {
  putField(parts, 0x4a, '', Buffer.from(name))
  for (const value of values) putValue(parts, '', value)
}

function putValue(parts: Uint8Array[], name: string, value: Value): void {
  if (value.is === 'collection') {
    putField(parts, 0x34, name, NOTHING)
    putAll(parts, value.members, putMember)
    putField(parts, 0x37, '', NOTHING)
  } else putField(parts, tagOf(value), name, dataOf(value))
}

function putField(parts: Uint8Array[], tag: number, name: string, data: Uint8Array): void {
  const head = Buffer.alloc(5 + Buffer.byteLength(name))
  head.writeUInt8(tag, 0)
  head.writeUInt16BE(head.length - 5, 1)
  head.write(name, 3)
  head.writeUInt16BE(data.length, head.length - 2)
  parts.push(head, data)
}

const NOTHING = Buffer.alloc(0)

type Simple = Exclude<Value, { readonly is: 'collection' }>

const FIXED = { integer: 0x21, boolean: 0x22, enum: 0x23, dateTime: 0x31, resolution: 0x32, range: 0x33 } as const

function tagOf(value: Simple): number {
  if (value.is === 'octetString') return value.tag ?? 0x30
  if (value.is in FIXED) return FIXED[value.is as keyof typeof FIXED]
  if (value.is in STRINGS) return STRINGS[value.is as StringKind]
  return OUT_OF_BAND[value.is as OutOfBand]
}

function dataOf(value: Simple): Uint8Array {
  switch (value.is) {
    case 'integer':
    case 'enum':
      return ints(value.value)
    case 'boolean':
      return Buffer.of(value.value ? 1 : 0)
    case 'octetString':
      return value.value
    case 'dateTime':
      return dateTimeOf(value.value)
    case 'resolution':
      return Buffer.concat([ints(value.x, value.y), Buffer.of(value.per === 'inch' ? 3 : 4)])
    case 'range':
      return ints(value.low, value.high)
    default:
      return 'value' in value ? Buffer.from(value.value) : NOTHING
  }
}

function ints(...values: readonly number[]): Buffer {
  const data = Buffer.alloc(4 * values.length)
  for (const [i, value] of values.entries())
    data.writeInt32BE(Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value)), 4 * i)
  return data
}

/** A date as in RFC 2579, in UTC. */
function dateTimeOf(date: Date): Buffer {
  const data = Buffer.alloc(11)
  data.writeUInt16BE(date.getUTCFullYear(), 0)
  const parts = [date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes()]
  for (const [i, part] of parts.entries()) data.writeUInt8(part, 2 + i)
  data.writeUInt8(date.getUTCSeconds(), 6)
  data.writeUInt8(Math.floor(date.getUTCMilliseconds() / 100), 7)
  data.write('+', 8)
  return data
}
