import { decodeWith, markedEncoding } from '../../decode-with.ts'
import { invalid, limit } from '../draw/canvas.ts'

/** One group of a DXF file: its code and its value. */
export interface Tag {
  readonly code: number
  /** In an ASCII file, the text of the line. In a binary file, a number if the group's kind is numeric, else a text. */
  readonly value: string | number
}

/** Limit on the groups of one file. */
const MAX_TAGS = 12_000_000

const SENTINEL = 'AutoCAD Binary DXF\r\n\u001a\0'

export const isBinaryDxf = (bytes: Uint8Array): boolean => latin1(bytes.subarray(0, SENTINEL.length)) === SENTINEL

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

/**
 * The groups of a DXF file, ASCII or binary, without comments and, in binary files, without chunks of raw bytes.
 *
 * @throws PlotdError ERR_DOCUMENT that names the faulty line or byte, ERR_SVG_LIMIT
 */
export function* tagsOf(bytes: Uint8Array): Generator<Tag> {
  let count = 0
  for (const tag of isBinaryDxf(bytes) ? binaryTags(bytes) : asciiTags(bytes)) {
    if (++count > MAX_TAGS) throw limit('groups', MAX_TAGS, 'tags')
    if (tag.code !== 999) yield tag
  }
}

function* asciiTags(bytes: Uint8Array): Generator<Tag> {
  const text = decodeText(bytes)
  let offset = text.charCodeAt(0) === 0xfeff ? 1 : 0
  let line = 0
  const next = (): string | undefined => {
    if (offset >= text.length) return undefined
    let end = offset
    while (end < text.length && text.charCodeAt(end) !== 10 && text.charCodeAt(end) !== 13) end++
    const raw = text.slice(offset, end)
    offset = text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10 ? end + 2 : end + 1
    line++
    return raw
  }
  for (;;) {
    const code = next()
    if (code === undefined) return
    if (!/^\s*-?\d+\s*$/.test(code)) {
      if (text.slice(offset).trim() === '' && code.trim() === '') return
      throw invalid(`line ${line} of the DXF file: expected a group code, got ${JSON.stringify(code.slice(0, 40))}`)
    }
    const value = next()
    if (value === undefined) return
    yield { code: Number(code), value }
  }
}

/** Code pages of `$DWGCODEPAGE` that text decoders know under another name. */
const CODE_PAGES: Readonly<Record<string, string>> = {
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  866: 'ibm866',
}

/**
 * The text of an ASCII file. Files since R2007 are UTF-8. Older files name a code page, but some of them are UTF-8 too.
 * Some editors of text save a file in UTF-16.
 */
function decodeText(bytes: Uint8Array): string {
  const marked = markedEncoding(bytes)
  if (marked !== 'utf-8') return new TextDecoder(marked).decode(bytes)
  const raw = latin1(bytes)
  if (!/[\u0080-\u00ff]/.test(raw)) return raw
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return decodeWith(new TextDecoder(encodingOf(raw.slice(0, 100_000))), bytes)
  }
}

function encodingOf(head: string): string {
  const [, page = '1252'] = /\$DWGCODEPAGE\s+3\s+(?:ANSI|DOS)_?(\d+)/i.exec(head) ?? []
  const name = CODE_PAGES[page] ?? `windows-${page}`
  try {
    return new TextDecoder(name).encoding
  } catch {
    return 'windows-1252'
  }
}

type Kind = 'text' | 'double' | 'int16' | 'int32' | 'int64' | 'byte' | 'chunk'

/** First group code of each range, ascending, and how a binary file stores the values of the range. */
const KINDS: readonly (readonly [from: number, kind: Kind])[] = [
  [0, 'text'],
  [10, 'double'],
  [60, 'int16'],
  [90, 'int32'],
  [100, 'text'],
  [110, 'double'],
  [160, 'int64'],
  [170, 'int16'],
  [210, 'double'],
  [270, 'int16'],
  [290, 'byte'],
  [300, 'text'],
  [310, 'chunk'],
  [320, 'text'],
  [370, 'int16'],
  [390, 'text'],
  [400, 'int16'],
  [410, 'text'],
  [420, 'int32'],
  [430, 'text'],
  [440, 'int32'],
  [460, 'double'],
  [470, 'text'],
  [1004, 'chunk'],
  [1005, 'text'],
  [1010, 'double'],
  [1060, 'int16'],
  [1071, 'int32'],
]

const kindOf = (code: number): Kind => {
  let kind: Kind = 'text'
  for (const [from, next] of KINDS) {
    if (code < from) break
    kind = next
  }
  return kind
}

const SIZES: Readonly<Record<Exclude<Kind, 'text' | 'chunk'>, number>> = {
  double: 8,
  int16: 2,
  int32: 4,
  int64: 8,
  byte: 1,
}

/**
 * The groups of a binary file. A code has one byte in R12 and two bytes in later versions. In R12, the byte 255 means
 * that a code of two bytes follows. After `SENTINEL`, every file has the code 0 and the text `SECTION`. So the second
 * byte there is 0 only if codes have two bytes.
 */
function* binaryTags(bytes: Uint8Array): Generator<Tag> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let offset = SENTINEL.length
  const isWide = bytes[offset + 1] === 0
  const decode = binaryDecoder(bytes)
  const need = (size: number): void => {
    if (offset + size > bytes.length) throw invalid(`byte ${offset} of the binary DXF file: a group is cut off`)
  }
  while (offset < bytes.length) {
    need(isWide ? 2 : 1)
    const start = offset
    let code = isWide ? view.getUint16(offset, true) : view.getUint8(offset)
    offset += isWide ? 2 : 1
    if (!isWide && code === 255) {
      need(2)
      code = view.getUint16(offset, true)
      offset += 2
    }
    if (code > 1071) throw invalid(`byte ${start} of the binary DXF file: expected a group code, got ${code}`)
    const kind = kindOf(code)
    if (kind === 'text') {
      const end = bytes.indexOf(0, offset)
      if (end < 0) throw invalid(`byte ${offset} of the binary DXF file: a text has no end`)
      yield { code, value: decode(bytes.subarray(offset, end)) }
      offset = end + 1
    } else if (kind === 'chunk') {
      need(1)
      need(1 + view.getUint8(offset))
      offset += 1 + view.getUint8(offset)
    } else {
      need(SIZES[kind])
      yield { code, value: numberAt(view, offset, kind) }
      offset += SIZES[kind]
    }
    if (code === 0 && offset >= bytes.length) return
  }
}

function numberAt(view: DataView, offset: number, kind: Exclude<Kind, 'text' | 'chunk'>): number {
  if (kind === 'double') return view.getFloat64(offset, true)
  if (kind === 'int16') return view.getInt16(offset, true)
  if (kind === 'int32') return view.getInt32(offset, true)
  if (kind === 'int64') return Number(view.getBigInt64(offset, true))
  return view.getUint8(offset)
}

function binaryDecoder(bytes: Uint8Array): (text: Uint8Array) => string {
  const head = latin1(bytes.subarray(0, 100_000)).replaceAll('\0', '\n')
  const [, page = '1252'] = /\$DWGCODEPAGE\n.{0,3}\n?(?:ANSI|DOS)_?(\d+)/is.exec(head) ?? []
  const old = new TextDecoder(encodingOf(`$DWGCODEPAGE\n3\nANSI_${page}`))
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  return (text) => {
    if (text.every((byte) => byte < 128)) return latin1(text)
    try {
      return utf8.decode(text)
    } catch {
      return decodeWith(old, text)
    }
  }
}
