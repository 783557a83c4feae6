import type { Work } from '../../../geometry/work.ts'
import type { Style } from '../css/style.ts'
import { RIGHT_TO_LEFT } from './bidi.ts'
import type { LengthSpan, TextChar } from './characters.ts'
import { visualOrder } from './order.ts'

/** Place of a character on its line, user units. A path bends the line later. */
export interface Place {
  readonly char: TextChar
  x: number
  /** Without the shift of the baseline. */
  y: number
  advance: number
  /** Factor along the line, from `textLength`. */
  stretch: number
}

/** End of the path of a character; undefined without a path. */
export type PathEnd = (char: TextChar) => readonly [x: number, y: number] | undefined

/**
 * Places the characters of a text (SVG 2, section 11.5). The characters stand on one line, are shifted by `dx` and
 * `dy`, fitted to `textLength` and moved to absolute positions. Finally, each chunk is aligned at its anchor. A chunk
 * is the text from one absolute position to the next.
 */
export function placesOf(
  chars: readonly TextChar[],
  advances: readonly number[],
  spans: readonly LengthSpan[],
  endOf: PathEnd,
  work: Work,
): Place[] {
  const places = chars.map((char, i): Place => ({ char, x: 0, y: 0, advance: advances[i] ?? 0, stretch: 1 }))
  let along = 0
  for (const i of visualOrder(chars, work)) {
    const place = places[i]
    if (place === undefined) continue
    place.x = along
    along += place.advance
  }
  let dx = 0
  let dy = 0
  for (const place of places) {
    place.x += dx += place.char.dx
    place.y = dy += place.char.dy
  }
  const innerSpans: LengthSpan[] = []
  for (const span of spans) {
    work.spend((places.length - span.first) * 5 + (span.end - span.first) * innerSpans.length)
    fitLength(places, span, innerSpans)
    innerSpans.push(span)
  }
  for (const chunk of chunksOf(places, endOf)) anchor(chunk)
  return places
}

/**
 * Spaces out or stretches the characters of an element to its `textLength`, and moves the characters that follow.
 *
 * @param innerSpans  inner spans with a length of their own: each counts as one character
 */
function fitLength(
  places: readonly Place[],
  { first, end, length, stretches }: LengthSpan,
  innerSpans: LengthSpan[],
): void {
  const own = places.slice(first, end)
  const [start, last] = extent(own)
  if (own.length === 0 || !(last > start)) return
  const extra = length - (last - start)
  if (stretches) {
    const factor = length / (last - start)
    for (const place of own) {
      place.x = start + (place.x - start) * factor
      place.advance *= factor
      place.stretch *= factor
    }
    for (const place of places.slice(end)) place.x += extra
  } else {
    const isInInnerSpan = (i: number): boolean => innerSpans.some((span) => i > span.first && i < span.end)
    const letters = own.filter((_, i) => !isInInnerSpan(first + i)).length
    if (letters < 2) return
    // Each character moves all later ones, so the text after the element also moves.
    let before = 0
    places.slice(first).forEach((place, i) => {
      place.x += (extra * before) / (letters - 1)
      if (first + i < end && !isInInnerSpan(first + i)) before++
    })
  }
}

/** The least and the greatest x at the ends of the characters. */
function extent(places: readonly Place[]): [start: number, end: number] {
  let start = Infinity
  let end = -Infinity
  for (const { x, advance } of places) {
    start = Math.min(start, x, x + advance)
    end = Math.max(end, x, x + advance)
  }
  return [start, end]
}

/** Splits places into chunks at absolute positions, and moves each chunk to its position. */
function chunksOf(places: readonly Place[], endOf: PathEnd): Place[][] {
  const chunks: Place[][] = []
  let shiftX = 0
  let shiftY = 0
  for (const place of places) {
    const { char } = place
    const current = chunks.at(-1)
    const last = current?.at(-1)?.char
    const entersPath = char.path !== undefined && char.path !== last?.path
    const end = char.path === undefined && last?.path !== undefined ? endOf(last) : undefined
    // On a path, x is the distance along the path, and y is ignored.
    const x = char.x ?? (entersPath ? 0 : end?.[0])
    const startY = entersPath ? 0 : undefined
    const y = char.path === undefined ? (char.y ?? end?.[1]) : startY
    if (x !== undefined) shiftX = x + char.dx - place.x
    if (y !== undefined) shiftY = y + char.dy - place.y
    place.x += shiftX
    place.y += shiftY
    if (current === undefined || char.path !== last?.path || x !== undefined || y !== undefined) chunks.push([place])
    else current.push(place)
  }
  return chunks
}

/** Aligns a chunk: its start, middle or end (`text-anchor`) comes to the place of its first character. */
function anchor(chunk: readonly Place[]): void {
  const [first] = chunk
  if (first === undefined) return
  const share = anchorShare(first.char.frame.style)
  // In text from right to left, the first character is not the left end.
  if (share === 0 && !chunk.some(({ char }) => RIGHT_TO_LEFT.test(char.text))) return
  const [start, end] = extent(chunk)
  const move = first.x - (start + share * (end - start))
  for (const place of chunk) place.x += move
}

/** Fraction of a chunk's length before its anchor. */
function anchorShare(style: Style): number {
  const shares = style.direction === 'rtl' ? { start: 1, middle: 0.5, end: 0 } : { start: 0, middle: 0.5, end: 1 }
  return shares[style['text-anchor'] as keyof typeof shares] ?? 0
}
