import type { Along } from './along.ts'
import type { Region } from './region.ts'
import { UNBOUNDED, type Work } from './work.ts'

/** Receives pieces of a polyline. A StrokeWriter is a PieceSink. */
export interface PieceSink {
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
}

/** Two places on a segment (0 … 1) count as one place when they differ by less than this. */
const SAME = 1e-9
/** From this number of places on, `shareAlong` is faster than a test of each place by itself. */
const MANY = 8

/**
 * Returns a test: whether a point of the segment a–b lies in the region.
 *
 * @param places  approximate number of points that will be tested
 */
export function insideAlong(
  region: Region,
  [ax, ay, bx, by]: readonly [number, number, number, number],
  places: number,
): Along {
  if (places < MANY) return (t) => region.contains(ax + (bx - ax) * t, ay + (by - ay) * t)
  return region.shareAlong(ax, ay, bx, by)
}

/**
 * Cuts a polyline to a region, or to the outside of the region. Splits each segment where it meets the border, and
 * tests the middle of each part. So lines that touch the border or run along it need no special case.
 *
 * @throws what `work` throws
 */
export function cutPolyline(
  line: Float64Array,
  region: Region,
  into: PieceSink,
  keep: 'inside' | 'outside',
  work: Work = UNBOUNDED,
): void {
  work.spend(10 * line.length)
  const cutter = new Cutter(region, into, keep === 'inside', work)
  if (line.length === 2 || (line.length === 4 && line[0] === line[2] && line[1] === line[3])) {
    cutter.dot(line[0] as number, line[1] as number)
    return
  }
  for (let i = 2; i < line.length; i += 2)
    cutter.segment(line[i - 2] as number, line[i - 1] as number, line[i] as number, line[i + 1] as number)
}

class Cutter {
  readonly #region: Region
  readonly #into: PieceSink
  readonly #keepsInside: boolean
  readonly #work: Work
  readonly #crossings: number[] = []
  /** Whether the last piece was kept, so that the next piece continues it. */
  #isDrawing = false
  /** Whether the last segment met no border. If so, the next segment starts on the same side of the border. */
  #isClear = false

  constructor(region: Region, into: PieceSink, keepsInside: boolean, work: Work) {
    this.#work = work
    this.#region = region
    this.#into = into
    this.#keepsInside = keepsInside
  }

  dot(x: number, y: number): void {
    if (this.#region.contains(x, y) !== this.#keepsInside) return
    this.#into.moveTo(x, y)
    this.#into.lineTo(x, y)
  }

  segment(ax: number, ay: number, bx: number, by: number): void {
    const crossings = this.#crossings
    crossings.length = 0
    this.#region.crossings(ax, ay, bx, by, crossings)
    if (crossings.length === 0 && this.#isClear) {
      if (this.#isDrawing) this.#into.lineTo(bx, by)
      return
    }
    crossings.push(1)
    if (crossings.length > 2) {
      this.#work.spend(10 * crossings.length)
      crossings.sort((a, b) => a - b)
    }
    const contains = insideAlong(this.#region, [ax, ay, bx, by], crossings.length)
    let from = 0
    let keptTo = 0
    for (const to of crossings) {
      if (to - from < SAME && to < 1) continue
      if (contains((from + to) / 2) === this.#keepsInside) {
        if (!this.#isDrawing) this.#into.moveTo(ax + (bx - ax) * from, ay + (by - ay) * from)
        this.#isDrawing = true
        keptTo = to
      } else {
        if (this.#isDrawing && keptTo > 0) this.#into.lineTo(ax + (bx - ax) * keptTo, ay + (by - ay) * keptTo)
        this.#isDrawing = false
      }
      from = to
    }
    if (this.#isDrawing) this.#into.lineTo(bx, by)
    this.#isClear = crossings.length === 1
  }
}
