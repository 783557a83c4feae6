/** Limit on the levels of components within components; real fonts have two or three. */
const MAX_DEPTH = 6
/** Limit on the contours of a glyph without components, and on the components of a glyph at all levels. */
const MAX_CONTOURS = 4096

/** The tables of a TrueType font that hold its contours. */
export interface GlyfTables {
  readonly glyf: Uint8Array
  readonly loca: Uint8Array
  /** Whether offsets in `loca` have four bytes, not two. */
  readonly isLong: boolean
}

/**
 * The distance from the last point of each contour to its first point, font units, in the order of the file. Libraries
 * close contours, so they do not show whether the last side is in the file.
 *
 * @returns undefined when the glyph cannot be read, or has too many components
 */
export function contourGaps(tables: GlyfTables, glyph: number): readonly number[] | undefined {
  const collected: Collected = { gaps: [], components: 0 }
  try {
    collect(tables, glyph, collected, 0)
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined // a read beyond the view: the table is cut off
    throw thrown
  }
  return collected.components > MAX_CONTOURS ? undefined : collected.gaps
}

interface Collected {
  readonly gaps: number[]
  /** Number of components that were read, at all levels. */
  components: number
}

/** Flags of a point. */
const X_SHORT = 2
const Y_SHORT = 4
const REPEAT = 8
const X_SAME = 16
const Y_SAME = 32
/** Flags of a component. */
const WORDS = 1
const SCALE = 8
const MORE = 32
const XY_SCALE = 64
const MATRIX = 128

function collect({ glyf, loca, isLong }: GlyfTables, glyph: number, collected: Collected, depth: number): void {
  const offsets = new DataView(loca.buffer, loca.byteOffset, loca.byteLength)
  const [from, to] = [glyph, glyph + 1].map((i) => (isLong ? offsets.getUint32(4 * i) : 2 * offsets.getUint16(2 * i)))
  if (from === undefined || to === undefined || to <= from) return
  const view = new DataView(glyf.buffer, glyf.byteOffset, glyf.byteLength)
  const contours = view.getInt16(from)
  let offset = from + 10
  if (contours >= 0) {
    collected.gaps.push(...simpleGaps(view, offset, Math.min(contours, MAX_CONTOURS)))
    return
  }
  for (let flags: number = MORE; flags & MORE; ) {
    flags = view.getUint16(offset)
    if (++collected.components > MAX_CONTOURS) return
    if (depth < MAX_DEPTH && collected.gaps.length < MAX_CONTOURS) {
      collect({ glyf, loca, isLong }, view.getUint16(offset + 2), collected, depth + 1)
    }
    offset += 4 + (flags & WORDS ? 4 : 2) + scaleBytes(flags)
  }
}

/** Number of bytes that hold the scale of a component. */
function scaleBytes(flags: number): number {
  if (flags & SCALE) return 2
  if (flags & XY_SCALE) return 4
  return flags & MATRIX ? 8 : 0
}

/** The gaps of a glyph without components. */
function simpleGaps(view: DataView, start: number, contours: number): number[] {
  const ends = Array.from({ length: contours }, (_, i) => view.getUint16(start + 2 * i))
  const count = (ends.at(-1) ?? -1) + 1
  let offset = start + 2 * contours
  offset += 2 + view.getUint16(offset)
  const flags: number[] = []
  while (flags.length < count) {
    const flag = view.getUint8(offset++)
    const times = flag & REPEAT ? view.getUint8(offset++) + 1 : 1
    for (let k = 0; k < times && flags.length < count; k++) flags.push(flag)
  }
  const axis = (short: number, same: number): number[] => {
    let value = 0
    return flags.map((flag) => {
      if (flag & short) value += flag & same ? view.getUint8(offset++) : -view.getUint8(offset++)
      else if (!(flag & same)) {
        value += view.getInt16(offset)
        offset += 2
      }
      return value
    })
  }
  const xs = axis(X_SHORT, X_SAME)
  const ys = axis(Y_SHORT, Y_SAME)
  return ends.map((end, i) => {
    const first = i === 0 ? 0 : (ends[i - 1] ?? 0) + 1
    return Math.hypot((xs[end] ?? 0) - (xs[first] ?? 0), (ys[end] ?? 0) - (ys[first] ?? 0))
  })
}
