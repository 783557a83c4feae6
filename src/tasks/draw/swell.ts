import { at, type Line } from './curve.ts'

/** Fraction of a downstroke's vertices, at each end, that get no side lines. */
const THIN_END = 0.14
/** A segment is part of a downstroke when its descent exceeds this fraction of its length. */
const DOWNWARDS = 0.5

/**
 * A line with swelled downstrokes, as a pointed pen makes them. One line runs along each side of a long downstroke,
 * farthest from the downstroke in the middle. The result is one trail, so the number of lifts stays the same.
 *
 * @param breadth  greatest distance of a side line from the downstroke, mm
 * @param least    minimum height of a swelled downstroke, mm
 */
export function swellDownstrokes(line: readonly number[], breadth: number, least: number): Line {
  const out: Line = []
  let from = 0
  for (const [first, last] of downstrokes(line, least)) {
    for (let i = 2 * from; i < 2 * first + 2; i++) out.push(at(line, i))
    addSide(out, line, first, last, breadth, 1)
    addSide(out, line, first, last, -breadth, -1)
    from = first
  }
  for (let i = 2 * from; i < line.length; i++) out.push(at(line, i))
  return out
}

/**
 * First and last vertex of each long downstroke. Leaves out a downstroke of one segment: between its ends it has no
 * vertex that could move aside.
 */
function downstrokes(line: readonly number[], least: number): [number, number][] {
  const pairs: [number, number][] = []
  let start = -1
  for (let i = 0; i < line.length / 2; i++) {
    const isDescending = i + 1 < line.length / 2 && isDown(line, i)
    if (isDescending && start < 0) start = i
    if (isDescending || start < 0) continue
    const isLong = at(line, 2 * i + 1) - at(line, 2 * start + 1) >= least
    if (isLong && i - start > 1) pairs.push([start, i])
    start = -1
  }
  return pairs
}

function isDown(line: readonly number[], i: number): boolean {
  const dx = at(line, 2 * i + 2) - at(line, 2 * i)
  const dy = at(line, 2 * i + 3) - at(line, 2 * i + 1)
  return dy > DOWNWARDS * Math.sqrt(dx * dx + dy * dy)
}

/**
 * Adds the line beside the vertices from `first` to `last`, except the ends (`THIN_END`). The vertices keep their order
 * (`direction` 1), or are reversed (-1).
 */
function addSide(
  out: Line,
  line: readonly number[],
  first: number,
  last: number,
  breadth: number,
  direction: 1 | -1,
): void {
  const most = last - first
  const from = Math.ceil(THIN_END * (most + 1))
  const end = Math.max(from, Math.ceil((1 - THIN_END) * (most + 1) - 1))
  for (let k = from; k < end; k++) {
    const i = direction === 1 ? k : from + end - 1 - k
    const before = 2 * (first + Math.max(0, i - 1))
    const after = 2 * (first + Math.min(most, i + 1))
    const dx = at(line, after) - at(line, before)
    const dy = at(line, after + 1) - at(line, before + 1)
    const reach = (breadth * Math.sin((Math.PI * i) / most)) / Math.max(1e-9, Math.sqrt(dx * dx + dy * dy))
    out.push(at(line, 2 * (first + i)) - dy * reach, at(line, 2 * (first + i) + 1) + dx * reach)
  }
}
