import { inflateSync } from 'node:zlib'

/** An object of a PDF as text in Latin-1; `data` unpacks its stream. */
export interface RawObject {
  readonly text: string
  readonly data?: () => Uint8Array | undefined
}

/** Limit on the bytes of one unpacked stream. */
const MOST = 32 << 20
/** Limit on the bytes of all unpacked object streams plus the bytes of their objects. */
const MAX_OBJECTS = 128 << 20

/**
 * The objects of a PDF by number, for the few facts that pdf.js does not expose. The reader ignores the cross-reference
 * table and takes every object in the file. Of several objects with the same number, the last in the order of
 * `everyObject` counts.
 */
export const rawObjects = (bytes: Uint8Array): ReadonlyMap<number, RawObject> => new Map(everyObject(bytes))

/** Every object of a PDF, with its number: first those in object streams, then the others. */
export function everyObject(bytes: Uint8Array): readonly (readonly [number, RawObject])[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const objects: [number, RawObject][] = []
  const nextHead = searcher(file, /(\d{1,10})\s+\d{1,5}\s+obj\b/g)
  const nextEnd = searcher(file, /endobj/g)
  const nextStream = searcher(file, /\bstream\r?\n/g)
  const nextEndOfStream = searcher(file, /endstream/g)
  for (let head = nextHead(0); head.index < file.length; ) {
    const start = head.last
    const number = Number(head.first)
    head = nextHead(start)
    const end = Math.min(nextEnd(start).index, head.index)
    const begin = nextStream(start)
    if (begin.index >= end) {
      objects.push([number, { text: file.slice(start, end) }])
      continue
    }
    const text = file.slice(start, begin.index)
    const from = begin.last
    const to = endByLength(file, text, from) ?? nextEndOfStream(from).index
    objects.push([number, { text, data: () => unpack(text, bytes.subarray(from, to)) }])
    head = nextHead(to)
  }
  return [...packedObjects(objects), ...objects]
}

interface Match {
  readonly index: number
  readonly last: number
  readonly first: string | undefined
}

/**
 * Returns a function that finds the next match at or after a position. The positions of the calls must rise, because
 * the function keeps only its last match.
 */
function searcher(file: string, pattern: RegExp): (from: number) => Match {
  let next: Match = { index: -1, last: -1, first: undefined }
  return (from) => {
    if (next.index >= from) return next
    pattern.lastIndex = from
    const match = pattern.exec(file)
    next =
      match === null
        ? { index: file.length, last: file.length, first: undefined }
        : { index: match.index, last: pattern.lastIndex, first: match[1] }
    return next
  }
}

/** The end of a stream by its `/Length`; undefined when the length is missing, wrong or in another object. */
function endByLength(file: string, text: string, from: number): number | undefined {
  const length = Number(/\/Length\s+(\d+)(?!\s+\d+\s+R)/.exec(text)?.[1] ?? Number.NaN)
  const fits = Number.isFinite(length) && /^\s*endstream/.test(file.slice(from + length, from + length + 20))
  return fits ? from + length : undefined
}

function unpack(text: string, data: Uint8Array): Uint8Array | undefined {
  const filter = /\/Filter\s*(\[[^\]]*\]|\/\w+)/.exec(text)?.[1]
  if (filter === undefined) return data
  if (!/^\[?\s*\/(FlateDecode|Fl)\s*\]?$/.test(filter) || /\/Predictor\s+[2-9]/.test(text)) return undefined
  try {
    return inflateSync(data, { maxOutputLength: MOST, finishFlush: 2 })
  } catch {
    return undefined
  }
}

/** The objects in object streams. */
function packedObjects(objects: readonly (readonly [number, RawObject])[]): [number, RawObject][] {
  const all: [number, RawObject][] = []
  let room = MAX_OBJECTS
  for (const [, { text, data }] of objects) {
    if (data === undefined || !/\/Type\s*\/ObjStm/.test(text)) continue
    const content = Buffer.from(data() ?? []).toString('latin1')
    room -= content.length
    if (room < 0) break
    const first = Number(/\/First\s+(\d+)/.exec(text)?.[1] ?? 0)
    const places = Array.from(content.slice(0, first).matchAll(/(\d+)\s+(\d+)/g), ([, number, offset]) => [
      Number(number),
      first + Number(offset),
    ])
    for (const [i, [number = 0, byte = 0]] of places.entries()) {
      const text = content.slice(byte, places[i + 1]?.[1])
      room -= text.length
      if (room < 0) break
      all.push([number, { text }])
    }
  }
  return all
}
