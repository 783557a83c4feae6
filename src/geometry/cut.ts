import type { Region } from './region.ts'
import { UNBOUNDED, type Work } from './work.ts'

/** Receives pieces of a polyline, as StrokeWriter does. */
export interface PieceSink {
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
}

/** Shares of a segment that differ by less are one place. */
const SAME = 1e-9
/** With fewer places on a segment, each is tested by itself. */
const MANY = 8

/**
 * Tells which points of the segment a–b are inside a region. Ask it from the start of the segment to its end.
 *
 * @param places  how many points it will be asked about, about
 */
export function insideAlong(
  region: Region,
  [ax, ay, bx, by]: readonly [number, number, number, number],
  places: number,
): (t: number) => boolean {
  if (places < MANY) return (t) => region.contains(ax + (bx - ax) * t, ay + (by - ay) * t)
  const along = region.along(ax, ay, bx, by)
  return (t) => along.contains(t)
}

/**
 * Cuts a polyline to a region, or to its outside. Each segment is split where it meets the border, and the middle of each
 * part decides. So lines that touch the border or run along it need no special case.
 *
 * @throws what `work` throws
 */
export function cutPolyline(
  line: Float64Array,
  region: Region,
  into: PieceSink,
  keep: 'inside' | 'outside' = 'inside',
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
  readonly #inside: boolean
  readonly #work: Work
  readonly #crossings: number[] = []
  /** Whether the last piece is kept and continues. */
  #drawing = false
  /** Whether the last segment met no border: the next one then starts on the same side. */
  #clear = false

  constructor(region: Region, into: PieceSink, inside: boolean, work: Work) {
    this.#work = work
    this.#region = region
    this.#into = into
    this.#inside = inside
  }

  dot(x: number, y: number): void {
    if (this.#region.contains(x, y) !== this.#inside) return
    this.#into.moveTo(x, y)
    this.#into.lineTo(x, y)
  }

  segment(ax: number, ay: number, bx: number, by: number): void {
    const crossings = this.#crossings
    crossings.length = 0
    this.#region.crossings(ax, ay, bx, by, crossings)
    if (crossings.length === 0 && this.#clear) {
      if (this.#drawing) this.#into.lineTo(bx, by)
      return
    }
    crossings.push(1)
    if (crossings.length > 2) {
      this.#work.spend(10 * crossings.length)
      crossings.sort((a, b) => a - b)
    }
    const contains = insideAlong(this.#region, [ax, ay, bx, by], crossings.length)
    let [from, inkTo] = [0, 0]
    for (const to of crossings) {
      if (to - from < SAME && to < 1) continue
      if (contains((from + to) / 2) === this.#inside) {
        if (!this.#drawing) this.#into.moveTo(ax + (bx - ax) * from, ay + (by - ay) * from)
        this.#drawing = true
        inkTo = to
      } else {
        if (this.#drawing && inkTo > 0) this.#into.lineTo(ax + (bx - ax) * inkTo, ay + (by - ay) * inkTo)
        this.#drawing = false
      }
      from = to
    }
    if (this.#drawing) this.#into.lineTo(bx, by)
    this.#clear = crossings.length === 1
  }
}
