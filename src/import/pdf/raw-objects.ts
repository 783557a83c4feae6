import { inflateSync } from 'node:zlib'

/** An object of a PDF as text in Latin-1; `data` is its stream, unpacked when it is called. */
export interface RawObject {
  readonly text: string
  readonly data?: () => Uint8Array | undefined
}

/** Bytes that one stream may unpack to. */
const MOST = 32 << 20
/** Bytes that all streams of objects may unpack to. */
const MOST_OBJECTS = 128 << 20

/**
 * The objects of a PDF by number, for looking up the few things that pdf.js keeps to itself. It reads no cross-reference
 * table: it takes every object that stands in the file, a later one in place of an earlier.
 */
export function rawObjects(bytes: Uint8Array): ReadonlyMap<number, RawObject> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const objects = new Map<number, RawObject>()
  const head = /(\d{1,10})\s+\d{1,5}\s+obj\b/g
  for (let match = head.exec(file); match !== null; match = head.exec(file)) {
    const start = head.lastIndex
    const end = file.indexOf('endobj', start)
    const stream = /\bstream\r?\n/g
    stream.lastIndex = start
    const begin = stream.exec(file)
    if (begin === null || (end >= 0 && begin.index > end)) {
      objects.set(Number(match[1]), { text: file.slice(start, end < 0 ? start + 4096 : end) })
      if (end >= 0) head.lastIndex = end
      continue
    }
    const text = file.slice(start, begin.index)
    const from = stream.lastIndex
    const to = endOfStream(file, text, from)
    objects.set(Number(match[1]), { text, data: () => unpacked(text, bytes.subarray(from, to)) })
    head.lastIndex = to
  }
  addPacked(objects)
  return objects
}

/** The length may be wrong, or stand in another object: what counts is the next `endstream` that fits it. */
function endOfStream(file: string, text: string, from: number): number {
  const length = Number(/\/Length\s+(\d+)(?!\s+\d+\s+R)/.exec(text)?.[1] ?? Number.NaN)
  if (Number.isFinite(length) && /^\s*endstream/.test(file.slice(from + length, from + length + 20)))
    return from + length
  const end = file.indexOf('endstream', from)
  return end < 0 ? file.length : end
}

function unpacked(text: string, data: Uint8Array): Uint8Array | undefined {
  const filter = /\/Filter\s*(\[[^\]]*\]|\/\w+)/.exec(text)?.[1]
  if (filter === undefined) return data
  if (!/^\[?\s*\/(FlateDecode|Fl)\s*\]?$/.test(filter) || /\/Predictor\s+[2-9]/.test(text)) return undefined
  try {
    return inflateSync(data, { maxOutputLength: MOST, finishFlush: 2 })
  } catch {
    return undefined
  }
}

/** Adds the objects that stand in streams of objects. */
function addPacked(objects: Map<number, RawObject>): void {
  let room = MOST_OBJECTS
  for (const { text, data } of [...objects.values()]) {
    if (data === undefined || !/\/Type\s*\/ObjStm/.test(text)) continue
    const content = Buffer.from(data() ?? []).toString('latin1')
    room -= content.length
    if (room < 0) return
    const first = Number(/\/First\s+(\d+)/.exec(text)?.[1] ?? 0)
    const places = Array.from(content.slice(0, first).matchAll(/(\d+)\s+(\d+)/g), ([, number, at]) => [
      Number(number),
      first + Number(at),
    ])
    places.forEach(([number = 0, at = 0], i) => {
      if (!objects.has(number)) objects.set(number, { text: content.slice(at, places[i + 1]?.[1]) })
    })
  }
}
