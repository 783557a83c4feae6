import { at, type Drawing, stroke, strokeCount, x, y } from '../../geometry/drawing.ts'
import { distanceTo, lengthTo } from '../../geometry/measure.ts'
import { inEventTurns } from './event-turns.ts'

/** The range of strokes in which a plot stopped. */
export interface Cut {
  /** Strokes with a lower number than this are on the paper. */
  readonly first: number
  /** This stroke and all later strokes were not begun. Strokes `first` … `last` − 1 are in doubt. */
  readonly last: number
  /** Drawn length of stroke `first`, mm. If this length is known, `last` is `first` + 1. */
  readonly drawnMm?: number
}

/** A place in a plan's ink. */
export interface PlanPlace {
  readonly stroke: number
  /** Length along `stroke`, mm. */
  readonly mm: number
}

/** A place, mm from home. */
interface Point {
  readonly x: number
  readonly y: number
}

/**
 * The number of strokes that may have ink when a plot begins at stroke `from`: the strokes before it, and `from` itself
 * when a part of it is drawn (`fromMm`, mm) or an earlier plot may have begun it (`hasBegun`).
 */
export const begunAt = ({
  from,
  fromMm = 0,
  hasBegun = false,
}: {
  readonly from: number
  readonly fromMm?: number | undefined
  readonly hasBegun?: boolean | undefined
}): number => from + (fromMm > 0 || hasBegun ? 1 : 0)

/** Tolerance for motor steps, rounding errors and rounded corners, mm. */
const NEAR_MM = 0.04

/**
 * Narrows down where a plot stopped, by the carriage's place. The carriage may stand on the way to a stroke, or on a
 * stroke. If several places fit, all stay in doubt. If none fits, the range stays as it is. A long stroke is searched
 * in several turns of the event loop, so that the search does not block the loop.
 *
 * @param place  the carriage, mm from home
 * @param began  where the plot began. The ink before that place is on the paper, so the plot stopped there or later
 * @param start  where the carriage stood when the plot began, or when it continued after another move, mm from home
 */
export async function locate(
  plan: Drawing,
  { first, last }: Cut,
  place: Point,
  began: PlanPlace = { stroke: 0, mm: 0 },
  start: Point = { x: 0, y: 0 },
): Promise<Cut> {
  const places: PlanPlace[] = []
  const strokes = strokeCount(plan)
  const beginning = byOrder({ stroke: first, mm: 0 }, began) < 0 ? began : { stroke: first, mm: 0 }
  if (isOnLine(start, pointAt(plan, beginning), place)) places.push(beginning)
  for (let k = first; k <= Math.min(last, strokes); k++) {
    if (isOnWayTo(plan, k, place)) places.push({ stroke: k, mm: 0 })
    if (k < Math.min(last, strokes)) places.push(...(await onStroke(plan, k, place)))
  }
  const fits = places.map((fit) => (byOrder(fit, began) < 0 ? began : fit)).sort(byOrder)
  const [low] = fits
  const high = fits.at(-1)
  if (!low || !high) return { first, last }
  const isOnePlace = low.stroke === high.stroke && high.mm - low.mm < NEAR_MM
  const end = high.mm > 0 ? high.stroke + 1 : high.stroke
  return isOnePlace && low.mm > 0 ? { first: low.stroke, last: end, drawnMm: low.mm } : { first: low.stroke, last: end }
}

const byOrder = (a: PlanPlace, b: PlanPlace): number => a.stroke - b.stroke || a.mm - b.mm

/**
 * Whether the place lies on the travel to stroke `k`. The travel to the first stroke begins at home. After the last
 * stroke the travel leads home.
 */
function isOnWayTo(plan: Drawing, k: number, place: Point): boolean {
  const [fromX = 0, fromY = 0] = k === 0 ? [] : stroke(plan, k - 1).subarray(-2)
  return isOnLine({ x: fromX, y: fromY }, pointAt(plan, { stroke: k, mm: 0 }), place)
}

function isOnLine(from: Point, to: Point, place: Point): boolean {
  const search = new NearbyLengths(Float64Array.of(from.x, from.y, to.x, to.y), place)
  search.include(0, 2)
  return search.end().length > 0
}

/**
 * All places at which stroke `k` passes the carriage's place. If the stroke is too short to tell its ends apart, both
 * ends count.
 */
async function onStroke(plan: Drawing, k: number, place: Point): Promise<PlanPlace[]> {
  const points = stroke(plan, k)
  const search = new NearbyLengths(points, place)
  await inEventTurns(points.length / 2, (from, to) => search.include(from, to))
  const { length } = search
  const all = search.end()
  if (all.length > 0 && length < 4 * NEAR_MM)
    return [
      { stroke: k, mm: 0 },
      { stroke: k + 1, mm: 0 },
    ]
  return all.map((mm) => {
    if (mm > length - NEAR_MM) return { stroke: k + 1, mm: 0 }
    return { stroke: k, mm: mm < NEAR_MM ? 0 : mm }
  })
}

/** The lengths along a line at which it passes a place: the nearest point of each passage within NEAR_MM. */
class NearbyLengths {
  /** Length of the line up to the last vertex that was included, mm. */
  length = 0
  readonly #line: Float64Array
  readonly #place: Point
  readonly #lengths: number[] = []
  #best = Infinity
  #bestAt = 0

  constructor(line: Float64Array, place: Point) {
    this.#line = line
    this.#place = place
    if (line.length === 2 && Math.hypot(place.x - at(line, 0), place.y - at(line, 1)) <= NEAR_MM) this.#lengths.push(0)
  }

  /** Continues with the vertices `from` … `to` − 1. */
  include(from: number, to: number): void {
    const line = this.#line
    const place = this.#place
    for (let i = Math.max(1, from); i < to; i++) {
      const ax = x(line, i - 1)
      const ay = y(line, i - 1)
      const dx = x(line, i) - ax
      const dy = y(line, i) - ay
      const length = Math.sqrt(dx * dx + dy * dy)
      const t =
        length === 0 ? 0 : Math.min(1, Math.max(0, ((place.x - ax) * dx + (place.y - ay) * dy) / (length * length)))
      const offX = place.x - ax - t * dx
      const offY = place.y - ay - t * dy
      this.#step(length, t, Math.sqrt(offX * offX + offY * offY))
    }
  }

  /** Ends the search. @returns the lengths along the line, mm */
  end(): readonly number[] {
    if (this.#best < Infinity) this.#lengths.push(this.#bestAt)
    return this.#lengths
  }

  /** Takes the next segment. `t`, 0 … 1, is the segment's point nearest to the place, and `away` their distance, mm. */
  #step(length: number, t: number, away: number): void {
    if (away <= NEAR_MM && away < this.#best) {
      this.#best = away
      this.#bestAt = this.length + t * length
    }
    this.length += length
    if (this.#best === Infinity || (away <= NEAR_MM && this.length <= this.#bestAt + 2 * NEAR_MM)) return
    this.#lengths.push(this.#bestAt)
    this.#best = Infinity
  }
}

/** Moves a place by a number of strokes, to the start of a stroke. With 0 strokes, the result is the same place. */
export function byStrokes({ stroke: from, mm }: PlanPlace, strokes: number, total: number): PlanPlace {
  if (strokes === 0) return { stroke: from, mm }
  return { stroke: Math.max(0, Math.min(total, from + strokes)), mm: 0 }
}

/** Moves a place along the ink by mm, within the plan. With 0 mm, a place before a dot stays before the dot. */
export function byMm(plan: Drawing, { stroke: from, mm }: PlanPlace, by: number): PlanPlace {
  const strokes = strokeCount(plan)
  const length = (k: number) => lengthTo(stroke(plan, k), stroke(plan, k).length / 2 - 1)
  let k = from
  let rest = mm + by
  while (rest < 0 && k > 0) {
    k--
    rest += length(k)
  }
  while (k < strokes && rest > 0 && rest >= length(k)) {
    rest -= length(k)
    k++
  }
  return k === strokes ? { stroke: strokes, mm: 0 } : { stroke: k, mm: Math.max(0, rest) }
}

/** The position of a place in the ink, mm from home; home itself after the last stroke. */
export function pointAt(plan: Drawing, { stroke: k, mm }: PlanPlace): { readonly x: number; readonly y: number } {
  if (k >= strokeCount(plan)) return { x: 0, y: 0 }
  const points = stroke(plan, k)
  let along = 0
  for (let i = 1; i < points.length / 2; i++) {
    const segment = distanceTo(points, i)
    if (along + segment > mm) {
      const t = (mm - along) / segment
      const ax = x(points, i - 1)
      const ay = y(points, i - 1)
      return { x: ax + t * (x(points, i) - ax), y: ay + t * (y(points, i) - ay) }
    }
    along += segment
  }
  return { x: at(points, points.length - 2), y: at(points, points.length - 1) }
}
