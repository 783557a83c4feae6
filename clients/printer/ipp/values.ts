/**
 * The room `ipp`: messages of IPP (RFC 8010). This file holds their values. `codes` holds the numbers of operations,
 * statuses and states. `decode` reads messages, and `encode` writes them.
 */

/** Tags of values that are text on the wire. */
export const STRINGS = {
  text: 0x41,
  name: 0x42,
  keyword: 0x44,
  uri: 0x45,
  uriScheme: 0x46,
  charset: 0x47,
  naturalLanguage: 0x48,
  mimeMediaType: 0x49,
} as const
export type StringKind = keyof typeof STRINGS

/** Tags that stand in place of a value. */
export const OUT_OF_BAND = {
  unsupported: 0x10,
  default: 0x11,
  unknown: 0x12,
  'no-value': 0x13,
  'not-settable': 0x15,
  'delete-attribute': 0x16,
  'admin-define': 0x17,
} as const
export type OutOfBand = keyof typeof OUT_OF_BAND

export type Value =
  | { readonly is: 'integer' | 'enum'; readonly value: number }
  | { readonly is: 'boolean'; readonly value: boolean }
  | { readonly is: StringKind; readonly value: string }
  /** A value with a tag that this codec does not know is an octet string, too. */
  | { readonly is: 'octetString'; readonly value: Uint8Array; readonly tag?: number }
  | { readonly is: 'dateTime'; readonly value: Date }
  | { readonly is: 'resolution'; readonly x: number; readonly y: number; readonly per: 'inch' | 'cm' }
  | { readonly is: 'range'; readonly low: number; readonly high: number }
  | { readonly is: 'collection'; readonly members: Attributes }
  | { readonly is: OutOfBand }

/** Attributes by name, in their order. */
export type Attributes = ReadonlyMap<string, readonly Value[]>

/** Delimiter tags of groups. */
export const GROUPS = { operation: 0x01, job: 0x02, printer: 0x04, unsupported: 0x05 } as const
export const END_OF_ATTRIBUTES = 0x03

export interface Group {
  readonly tag: number
  readonly attributes: Attributes
}

export interface Message {
  readonly version: readonly [major: number, minor: number]
  /** The operation of a request, the status of a response. */
  readonly code: number
  readonly requestId: number
  readonly groups: readonly Group[]
}

export const integer = (value: number): Value => ({ is: 'integer', value: Math.round(value) })
/** A time in whole seconds, at least 1. */
export const seconds = (ms: number): Value => integer(Math.max(1, Math.floor(ms / 1000)))
export const enumeration = (value: number): Value => ({ is: 'enum', value })
export const boolean = (value: boolean): Value => ({ is: 'boolean', value })
export const text = (value: string): Value => ({ is: 'text', value: shorten(value, 1023) })
export const name = (value: string): Value => ({ is: 'name', value: shorten(value, 255) })
export const keyword = (value: string): Value => ({ is: 'keyword', value })
export const uri = (value: string): Value => ({ is: 'uri', value })
export const range = (low: number, high: number): Value => ({ is: 'range', low, high })
export const dpi = (x: number): Value => ({ is: 'resolution', x, y: x, per: 'inch' })
export const dateTime = (ms: number): Value => ({ is: 'dateTime', value: new Date(ms) })
export const collection = (members: Readonly<Record<string, Value | readonly Value[]>>): Value => ({
  is: 'collection',
  members: attributes(members),
})
export const NO_VALUE: Value = { is: 'no-value' }
export const UNKNOWN: Value = { is: 'unknown' }
export const UNSUPPORTED: Value = { is: 'unsupported' }

export const keywords = (...values: readonly string[]): Value[] => values.map(keyword)

export function attributes(from: Readonly<Record<string, Value | readonly Value[]>>): Attributes {
  return new Map(Object.entries(from).map(([key, value]) => [key, 'is' in value ? [value] : value]))
}

/** Shortens a text to at most `bytes` bytes of UTF-8, cut between characters. */
export function shorten(value: string, bytes: number): string {
  if (Buffer.byteLength(value) <= bytes) return value
  let prefix = ''
  let length = 0
  for (const character of value) {
    length += Buffer.byteLength(character)
    if (length > bytes) break
    prefix += character
  }
  return prefix
}

/** The first value, if it is a text, such as a name, keyword or URI. */
export function stringOf(values: readonly Value[] | undefined): string | undefined {
  const [first] = values ?? []
  return first && 'value' in first && typeof first.value === 'string' ? first.value : undefined
}

export const stringsOf = (values: readonly Value[] | undefined): string[] =>
  (values ?? []).flatMap((value) => stringOf([value]) ?? [])

/** The first value, if it is an integer or an enum. */
export function numberOf(values: readonly Value[] | undefined): number | undefined {
  const [first] = values ?? []
  return first && (first.is === 'integer' || first.is === 'enum') ? first.value : undefined
}

export function booleanOf(values: readonly Value[] | undefined): boolean | undefined {
  const [first] = values ?? []
  return first?.is === 'boolean' ? first.value : undefined
}

export function membersOf(values: readonly Value[] | undefined): Attributes | undefined {
  const [first] = values ?? []
  return first?.is === 'collection' ? first.members : undefined
}
