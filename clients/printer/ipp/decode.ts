import { Refusal } from './codes.ts'
import {
  type Attributes,
  END_OF_ATTRIBUTES,
  type Group,
  type Message,
  OUT_OF_BAND,
  type OutOfBand,
  STRINGS,
  type StringKind,
  type Value,
} from './values.ts'

/** The limits of one message. Printing systems send about 30 attributes. */
const LIMITS = { attributes: 500, values: 5000, depth: 8 } as const

const TEXT_WITH_LANGUAGE = 0x35
const NAME_WITH_LANGUAGE = 0x36
const BEGIN_COLLECTION = 0x34
const END_COLLECTION = 0x37
const MEMBER_NAME = 0x4a

const STRING_KIND = new Map<number, StringKind>(
  Object.entries(STRINGS).map(([kind, tag]) => [tag as number, kind as StringKind]),
)
const OUT_OF_BAND_KIND = new Map<number, OutOfBand>(
  Object.entries(OUT_OF_BAND).map(([kind, tag]) => [tag as number, kind as OutOfBand]),
)

export interface DecodedMessage {
  readonly message: Message
  /** The offset of the data after the attributes. */
  readonly end: number
}

/**
 * Reads a message of IPP (RFC 8010, section 3), in time and memory proportional to the number of bytes.
 *
 * @param bytes  the message, or its beginning when it has more than `most` bytes
 * @param most  the limit of the attributes in bytes
 * @throws Refusal `bad-request` when the bytes are no message or are cut off, `request-entity-too-large` beyond a limit
 */
export function decode(bytes: Uint8Array, most = Number.POSITIVE_INFINITY): DecodedMessage {
  const reader = new Reader(bytes, most)
  const version = [reader.byte(), reader.byte()] as const
  const code = reader.short()
  const requestId = reader.int()
  const groups: Group[] = []
  for (let tag = reader.byte(); tag !== END_OF_ATTRIBUTES; tag = reader.byte()) {
    if (tag > 0x0f) throw bad('an attribute stands outside of a group')
    groups.push({ tag, attributes: reader.group() })
  }
  return { message: { version, code, requestId, groups }, end: reader.position }
}

const bad = (why: string): Refusal => new Refusal('bad-request', `the request is not an IPP message: ${why}`)

interface Field {
  readonly tag: number
  readonly name: string
  readonly data: Uint8Array
}

class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #most: number
  #offset = 0
  #attributes = 0
  #values = 0

  constructor(bytes: Uint8Array, most: number) {
    this.#bytes = bytes
    this.#most = most
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get position(): number {
    return this.#offset
  }

  byte(): number {
    return this.#view.getUint8(this.#take(1))
  }

  short(): number {
    return this.#view.getUint16(this.#take(2))
  }

  int(): number {
    return this.#view.getInt32(this.#take(4))
  }

  /** The attributes up to the next delimiter. The reader stops before the delimiter. */
  group(): Attributes {
    const attributes = new Map<string, Value[]>()
    let current: Value[] | undefined
    while (this.#peek() > 0x0f) {
      const { tag, name, data } = this.#field()
      if (name !== '') {
        if (attributes.has(name)) throw bad(`the attribute ${name} occurs twice`)
        current = []
        attributes.set(name, current)
        this.#count()
      }
      if (!current) throw bad('a value has no attribute')
      current.push(this.#value(tag, data, 1))
    }
    return attributes
  }

  #peek(): number {
    const next = this.#bytes[this.#offset]
    if (next === undefined) throw this.#cutOff()
    return next
  }

  #take(length: number): number {
    const start = this.#offset
    if (start + length > this.#bytes.length) throw this.#cutOff()
    this.#offset += length
    return start
  }

  #cutOff(): Refusal {
    if (this.#bytes.length < this.#most) return bad('it is cut off')
    return new Refusal('request-entity-too-large', `the attributes of the request have more than ${this.#most} bytes`)
  }

  #count(): void {
    if (++this.#attributes > LIMITS.attributes) {
      throw new Refusal('request-entity-too-large', `the request has more than ${LIMITS.attributes} attributes`)
    }
  }

  #field(): Field {
    if (++this.#values > LIMITS.values) {
      throw new Refusal('request-entity-too-large', `the request has more than ${LIMITS.values} values`)
    }
    const tag = this.byte()
    const name = utf8(this.#bytesWithLength(), 'the name of an attribute')
    return { tag, name, data: this.#bytesWithLength() }
  }

  /** Bytes that follow their length, a 16-bit number. */
  #bytesWithLength(): Uint8Array {
    const length = this.#view.getInt16(this.#take(2))
    if (length < 0) throw bad('a length is negative')
    const start = this.#take(length)
    return this.#bytes.subarray(start, start + length)
  }

  #value(tag: number, data: Uint8Array, depth: number): Value {
    if (tag === BEGIN_COLLECTION) return { is: 'collection', members: this.#members(depth) }
    return simpleValue(tag, data)
  }

  /** The members of a collection, up to its end. */
  #members(depth: number): Attributes {
    if (depth > LIMITS.depth) {
      throw new Refusal('request-entity-too-large', `collections are more than ${LIMITS.depth} deep`)
    }
    const members = new Map<string, Value[]>()
    let current: Value[] | undefined
    for (;;) {
      const { tag, name, data } = this.#field()
      if (name !== '') throw bad('a name field inside a collection is not empty')
      if (tag === END_COLLECTION) return members
      if (tag === MEMBER_NAME) {
        const member = utf8(data, 'the name of a member')
        if (members.has(member)) throw bad(`the member ${member} occurs twice`)
        current = []
        members.set(member, current)
        this.#count()
      } else if (current) current.push(this.#value(tag, data, depth + 1))
      else throw bad('a value in a collection has no member name before it')
    }
  }
}

function simpleValue(tag: number, data: Uint8Array): Value {
  const outOfBand = OUT_OF_BAND_KIND.get(tag)
  if (outOfBand) return { is: outOfBand }
  const string = STRING_KIND.get(tag)
  if (string) return { is: string, value: utf8(data, `a value of the type ${string}`) }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  switch (tag) {
    case 0x21:
      return { is: 'integer', value: requireSize(view, 4, 'an integer').getInt32(0) }
    case 0x23:
      return { is: 'enum', value: requireSize(view, 4, 'an enum').getInt32(0) }
    case 0x22:
      return { is: 'boolean', value: requireSize(view, 1, 'a boolean').getUint8(0) !== 0 }
    case 0x31:
      return { is: 'dateTime', value: dateOf(requireSize(view, 11, 'a dateTime')) }
    case 0x32: {
      const { x, y, unit } = resolutionOf(requireSize(view, 9, 'a resolution'))
      return { is: 'resolution', x, y, per: unit === 4 ? 'cm' : 'inch' }
    }
    case 0x33:
      requireSize(view, 8, 'a rangeOfInteger')
      return { is: 'range', low: view.getInt32(0), high: view.getInt32(4) }
    case TEXT_WITH_LANGUAGE:
      return { is: 'text', value: withoutLanguage(data) }
    case NAME_WITH_LANGUAGE:
      return { is: 'name', value: withoutLanguage(data) }
    case END_COLLECTION:
    case MEMBER_NAME:
      throw bad('a part of a collection stands outside of one')
    default:
      return { is: 'octetString', value: data, ...(tag !== 0x30 && { tag }) }
  }
}

function requireSize(view: DataView, bytes: number, what: string): DataView {
  if (view.byteLength !== bytes) throw bad(`${what} has ${view.byteLength} bytes, not ${bytes}`)
  return view
}

const resolutionOf = (view: DataView) => ({ x: view.getInt32(0), y: view.getInt32(4), unit: view.getUint8(8) })

/** The last year that a dateTime can hold. Months above 12 or an offset may lead to a later one. */
const LAST_YEAR = 65_535

/** A date as in RFC 2579: year, month, day, hours, minutes, seconds, tenths, then the offset from UTC. */
function dateOf(view: DataView): Date {
  const part = (offset: number): number => view.getUint8(offset)
  const local = Date.UTC(view.getUint16(0), part(2) - 1, part(3), part(4), part(5), part(6), part(7) * 100)
  const offset = (part(9) * 60 + part(10)) * 60_000
  const date = new Date(part(8) === 0x2d ? local + offset : local - offset)
  if (date.getUTCFullYear() > LAST_YEAR) throw bad(`a dateTime is after the year ${LAST_YEAR}`)
  return date
}

/** The text of a value that holds two strings with their lengths: a language and a text. */
function withoutLanguage(data: Uint8Array): string {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  if (data.length < 4) throw bad('a text with a language is too short')
  const start = 2 + view.getUint16(0)
  if (start + 2 > data.length || start + 2 + view.getUint16(start) !== data.length) {
    throw bad('a text with a language has wrong lengths')
  }
  return utf8(data.subarray(start + 2), 'a text')
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function utf8(data: Uint8Array, what: string): string {
  try {
    return strictUtf8.decode(data)
  } catch {
    throw bad(`${what} is not in UTF-8`)
  }
}
