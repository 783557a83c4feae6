/* A writer of TrueType fonts. With such a font, Chromium draws the strokes of plotd's fonts (`stroke-font.ts`). */
/** Points of closed polygons, y up, font units. */
export type Contours = readonly (readonly (readonly [x: number, y: number])[])[]

export interface FontPlan {
  readonly family: string
  /** Units per em. */
  readonly units: number
  /** Heights in ems. */
  readonly capHeight: number
  readonly ascent: number
  readonly descent: number
  readonly xHeight: number
  /** Glyphs in the order of their code points. */
  readonly glyphs: readonly { readonly code: number; readonly advance: number; readonly contours: Contours }[]
}

interface Glyph {
  readonly advance: number
  readonly data: Buffer
  readonly points: number
  readonly contours: number
}

/** A TrueType font of straight lines, with only the tables that browsers require (OpenType 1.9). */
export function trueTypeFont(plan: FontPlan): Buffer {
  const { units, glyphs } = plan
  // glyph 0 is for characters that the font lacks
  const missing: Glyph = { advance: 0, data: Buffer.alloc(0), points: 0, contours: 0 }
  const all = [missing, ...glyphs.map(({ advance, contours }) => simpleGlyph(advance, contours))]
  const em = (height: number): number => Math.round(height * units)
  const padded = all.map(({ data }) => padding(data))
  let offset = 0
  const places = [0, ...padded.map((data) => (offset += data.length))]
  return assembled([
    ['OS/2', os2(plan, em)],
    ['cmap', cmap(glyphs.map(({ code }) => code))],
    ['glyf', Buffer.concat(padded)],
    ['head', head(units)],
    ['hhea', hhea(plan, em, all)],
    ['hmtx', int16(...all.flatMap(({ advance, data }) => [advance, data.length === 0 ? 0 : data.readInt16BE(2)]))],
    ['loca', uint32(...places)],
    ['maxp', maxp(all)],
    ['name', names(plan.family)],
    ['post', Buffer.concat([uint32(0x30000, 0), int16(em(-0.1), em(0.05)), uint32(0, 0, 0, 0, 0)])],
  ])
}

function simpleGlyph(advance: number, contours: Contours): Glyph {
  const points = contours.flat()
  if (points.length === 0) return { advance, data: Buffer.alloc(0), points: 0, contours: 0 }
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)]
  let end = -1
  const ends = contours.map((contour) => (end += contour.length))
  const steps = (values: readonly number[]): number[] => values.map((value, i) => value - (values[i - 1] ?? 0))
  const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
  const data = Buffer.concat([
    int16(contours.length, ...box, ...ends, 0),
    Buffer.alloc(points.length, 1),
    int16(...steps(xs), ...steps(ys)),
  ])
  return { advance, data, points: points.length, contours: contours.length }
}

function assembled(tables: readonly (readonly [string, Buffer])[]): Buffer {
  const largest = 2 ** Math.floor(Math.log2(tables.length))
  let offset = 12 + 16 * tables.length
  const entries: Buffer[] = []
  const bodies: Buffer[] = []
  for (const [tag, data] of tables) {
    const body = padding(data)
    entries.push(Buffer.concat([Buffer.from(tag, 'latin1'), uint32(checksum(body), offset, data.length)]))
    bodies.push(body)
    offset += body.length
  }
  const search = int16(tables.length, 16 * largest, Math.log2(largest), 16 * (tables.length - largest))
  return Buffer.concat([uint32(0x10000), search, ...entries, ...bodies])
}

const padding = (data: Buffer): Buffer => Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)])

function checksum(body: Buffer): number {
  let sum = 0
  for (let i = 0; i < body.length; i += 4) sum = (sum + body.readUInt32BE(i)) >>> 0
  return sum
}

function head(units: number): Buffer {
  const dates = uint32(0, 0, 0, 0)
  const box = int16(-units, -units, 2 * units, 2 * units)
  return Buffer.concat([uint32(0x10000, 0x10000, 0, 0x5f0f3cf5), int16(0, units), dates, box, int16(0, 1, 2, 1, 0)])
}

type Em = (height: number) => number

function hhea({ ascent, descent, units }: FontPlan, em: Em, glyphs: readonly Glyph[]): Buffer {
  const widest = Math.max(...glyphs.map(({ advance }) => advance))
  const rest = [0, 0, units, 1, 0, 0, 0, 0, 0, 0, 0, glyphs.length]
  return Buffer.concat([uint32(0x10000), int16(em(ascent), em(-descent), 0, widest, ...rest)])
}

function maxp(glyphs: readonly Glyph[]): Buffer {
  const points = Math.max(...glyphs.map((glyph) => glyph.points))
  const contours = Math.max(...glyphs.map((glyph) => glyph.contours))
  return Buffer.concat([uint32(0x10000), int16(glyphs.length, points, contours, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0)])
}

function os2({ ascent, descent, xHeight, capHeight, units, glyphs }: FontPlan, em: Em): Buffer {
  const [first, last] = [glyphs[0]?.code ?? 0, Math.min(0xffff, glyphs.at(-1)?.code ?? 0)]
  const line = int16(em(0.05), em(0.25))
  return Buffer.concat([
    int16(4, units / 2, 400, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    line,
    int16(0),
    Buffer.alloc(10),
    uint32(0xffffffff, 0, 0, 0),
    Buffer.from('PLTD', 'latin1'),
    int16(0x40, first, last, em(ascent), em(-descent), 0, em(ascent), em(descent)),
    uint32(0, 0),
    int16(em(xHeight), em(capHeight), 0, 32, 1),
  ])
}

/** The table has format 12 with a group for each character. This is simple, and the table is small enough. */
function cmap(codes: readonly number[]): Buffer {
  const groups = codes.flatMap((code, i) => [code, code, i + 1])
  const table = uint32(16 + 4 * groups.length, 0, codes.length, ...groups)
  return Buffer.concat([int16(0, 1, 3, 10), uint32(12), int16(12, 0), table])
}

function names(family: string): Buffer {
  const text = Buffer.from(family, 'utf16le').swap16()
  const ids = [1, 4, 6]
  const records = ids.flatMap((id) => [3, 1, 0x409, id, text.length, 0])
  return Buffer.concat([int16(0, ids.length, 6 + 12 * ids.length, ...records), text])
}

function int16(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(2 * values.length)
  for (const [i, value] of values.entries()) buffer.writeUInt16BE(value & 0xffff, 2 * i)
  return buffer
}

function uint32(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(4 * values.length)
  for (const [i, value] of values.entries()) buffer.writeUInt32BE(value >>> 0, 4 * i)
  return buffer
}
