import { type Strokes, x, y } from '../../../geometry/drawing.ts'
import { ascending } from '../../../geometry/radix-sort.ts'
import { SegmentGrid } from '../../../geometry/segment-grid.ts'
import type { Work } from '../work.ts'
import { LEAST, onRemainingInk, overlap, SAME_INK, type Stretch } from './overlap.ts'
import { withoutShortStretches } from './short-stretches.ts'

export interface Repeats {
  /** Length of the repeated ink, mm. */
  readonly mm: number
  /** Whether all ink was compared; false when so many lines lie side by side that the search ended early. */
  readonly isComplete: boolean
  /** Number of visits to pairs of segments and to repeated stretches. The search may visit a pair several times. */
  readonly visits: number
  /**
   * The repeated stretches of each segment that has some. The key is the segment's first vertex. The stretches are
   * fractions of the segment's length, sorted and disjoint.
   */
  readonly stretches: ReadonlyMap<number, readonly Stretch[]>
}

/**
 * No further segment is compared after this many visits (`Repeats.visits`). A visit takes about 10 ns. Most drawings
 * need up to a hundred visits for each segment. If thousands of lines lie within a pen's width of each other, the
 * visits grow with the square of the number of lines. Ink that is not compared counts as not repeated.
 */
const MAX_VISITS = 200_000_000
/** No segment. */
const NONE = 0xffffffff
/** Minimum length of a long segment, mm. */
const LONG = 2
/**
 * Upper bound of the angle between two segments with a common stretch of at least LEAST mm, radians, plus one percent.
 * At both ends of this stretch, the segments are at most SAME_INK mm apart.
 */
const TURN = Math.asin((2 * SAME_INK) / LEAST) * 1.01
/**
 * Largest angle between two long segments with a common stretch of at least 1 mm, radians. A shorter stretch is not
 * worth a lift.
 */
const TURN_OF_LONG = 2 * SAME_INK

/**
 * Finds ink of `strokes` that lies on other ink of `strokes`: copies, and stretches that two lines have in common.
 * Repeats that `withoutShortStretches` leaves out do not count.
 *
 * Of segments that lie on each other, the longest counts as the original. Of segments of equal length, the first in the
 * drawing counts as the original. So whole outlines stay whole. Ink that is itself a repeat is no original, so repeated
 * ink always lies on ink that stays.
 */
export function findRepeats(strokes: Strokes, work: Work, mostVisits = MAX_VISITS): Repeats {
  const { points } = strokes
  const segments = segmentsOf(strokes)
  const rank = new Uint32Array(points.length / 2)
  const inOrder = longestFirst(points, segments)
  for (let r = 0; r < inOrder.length; r++) rank[inOrder[r] as number] = r
  const stretches = new Map<number, readonly Stretch[]>()
  if (segments.length === 0) return { mm: 0, isComplete: true, visits: 0, stretches }
  const long = new SegmentGrid(strokes, SAME_INK, { from: LONG, below: Infinity })
  const short = new SegmentGrid(strokes, SAME_INK, { from: 0, below: LONG })
  const visited = new Uint32Array(points.length / 2).fill(NONE)
  // for each segment, another segment that has no repeats and covers the whole segment; NONE if none was found
  const original = new Uint32Array(points.length / 2).fill(NONE)
  const common: Stretch = { from: 0, to: 0 }
  let visits = 0
  let nextCheck = 0
  let r = 0
  for (; r < inOrder.length && visits < mostVisits; r++) {
    if (r % 4096 === 0 || visits >= nextCheck) {
      work.check()
      nextCheck = visits + 1_000_000
    }
    const v = inOrder[r] as number
    let repeats: Stretch[] | undefined
    const compare = (w: number): boolean => {
      visits++
      if ((rank[w] as number) >= r || visited[w] === v) return false
      visited[w] = v
      if (isApart(points, v, w)) return false
      overlap(points, v, w, common)
      if (!(common.to > common.from)) return false
      const gone = stretches.get(w)
      if (gone === undefined) {
        repeats = append(repeats, common)
        const rest = Math.max(common.from, 1 - common.to)
        if (rest * lengthOf(points, v) <= SAME_INK) original[v] = w
        return common.from <= 0 && common.to >= 1
      }
      // w has repeats itself: v probably lies on the same original as w
      if (original[w] !== NONE) compare(original[w] as number)
      if (original[v] !== NONE) return true
      visits += gone.length
      overlap(points, v, w, common)
      for (const part of onRemainingInk(points, v, w, common, gone)) repeats = append(repeats, part)
      return false
    }
    // no shorter segment counts as the original of a longer one
    const isLong = lengthOf(points, v) >= LONG
    long.visitParallel(v, isLong ? TURN_OF_LONG : TURN, compare)
    if (!isLong) short.visitParallel(v, TURN, compare)
    if (repeats === undefined) continue
    stretches.set(v, unite(repeats))
  }
  const remaining = withoutShortStretches(strokes, stretches)
  let mm = 0
  for (const [v, parts] of remaining)
    mm += lengthOf(points, v) * parts.reduce((sum, { from, to }) => sum + to - from, 0)
  return { mm, isComplete: r === inOrder.length, visits, stretches: remaining }
}

/** A cheap test: whether the bounding boxes of two segments lie apart. */
function isApart(points: Float64Array, v: number, w: number): boolean {
  const ax = x(points, v)
  const bx = x(points, v + 1)
  const cx = x(points, w)
  const dx = x(points, w + 1)
  if (Math.max(ax, bx) + SAME_INK < Math.min(cx, dx) || Math.max(cx, dx) + SAME_INK < Math.min(ax, bx)) return true
  const ay = y(points, v)
  const by = y(points, v + 1)
  const cy = y(points, w)
  const dy = y(points, w + 1)
  return Math.max(ay, by) + SAME_INK < Math.min(cy, dy) || Math.max(cy, dy) + SAME_INK < Math.min(ay, by)
}

/** Adds a stretch. Only segments with repeated ink have a list. */
function append(list: Stretch[] | undefined, { from, to }: Stretch): Stretch[] {
  if (list === undefined) return [{ from, to }]
  list.push({ from, to })
  return list
}

/** All segments. A segment is given by its first vertex. */
function segmentsOf({ starts }: Strokes): Uint32Array<ArrayBuffer> {
  const count = starts.length - 1
  const segments = new Uint32Array(Math.max(0, (starts[count] as number) - count))
  let n = 0
  for (let i = 0; i < count; i++) {
    for (let v = starts[i] as number; v + 1 < (starts[i + 1] as number); v++) segments[n++] = v
  }
  return segments.subarray(0, n)
}

/**
 * Segments sorted by length, longest first. Lengths are rounded to 1 µm, because the two directions of one line differ
 * in their last bits.
 */
function longestFirst(points: Float64Array, segments: Uint32Array): Uint32Array {
  const lengths = Float32Array.from(segments, (v) => Math.round(1000 * lengthOf(points, v)) / 1000)
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0)
  return ascending(lengths.map((length) => longest - length)).map((i) => segments[i] as number)
}

function lengthOf(points: Float64Array, v: number): number {
  const dx = x(points, v + 1) - x(points, v)
  const dy = y(points, v + 1) - y(points, v)
  return Math.sqrt(dx * dx + dy * dy)
}

/** Merges stretches that overlap or meet. */
function unite(stretches: Stretch[]): Stretch[] {
  stretches.sort((a, b) => a.from - b.from)
  const out: Stretch[] = []
  for (const next of stretches) {
    const last = out.at(-1)
    if (last && next.from <= last.to + 1e-9) last.to = Math.max(last.to, next.to)
    else out.push(next)
  }
  return out
}
