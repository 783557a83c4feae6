import { y } from '../../geometry/drawing.ts'
import { hash, placeOf } from '../fonts/chance.ts'
import type { Glyph, StrokeFont } from '../fonts/font.ts'

/** Fewest and most letters that a half-joined hand joins before it lifts the pen. */
const HALF_JOINED = [3, 5] as const
/** Number of points of a joining stroke. */
const POINTS = 7
/** Length of the handles of a joining stroke, as a fraction of the distance that it bridges. */
const HANDLE = 0.4

/** Two letters on a bent line are joined only when the line turns between them by less than this angle, radians. */
const MAX_TURN = 0.5

interface Place {
  readonly glyph: Pick<Glyph, 'joins'>
  readonly line: number
  readonly angle?: number
}

/**
 * Whether each cell is joined to the next one. Only letters with `joins` are joined.
 *
 * @param seed  seed of the hand
 */
export function joinsAfter(
  cells: readonly Place[],
  seed: number,
  { isCursive = false, lifts: [fewest, most] = HALF_JOINED }: Pick<StrokeFont, 'isCursive' | 'lifts'>,
): readonly boolean[] {
  let count = 0
  return cells.map(({ glyph, line, angle }, i) => {
    const next = cells[i + 1]
    const leadsOut = glyph.joins === 'out' || glyph.joins === 'io'
    const leadsIn = next?.glyph.joins === 'in' || next?.glyph.joins === 'io'
    const limit = Math.round(
      (fewest + most) / 2 + ((most - fewest) / 2) * hash(seed + 41, placeOf(cells[0]?.line ?? 0, i)),
    )
    const joins =
      leadsOut && leadsIn && next?.line === line && isStraight(angle, next.angle) && (isCursive || count + 1 < limit)
    count = joins ? count + 1 : 0
    return joins
  })
}

/** Whether a line turns little between two letters. Angles may differ by whole turns. */
const isStraight = (a = 0, b = 0): boolean => a === b || Math.cos(a - b) > Math.cos(MAX_TURN)

/** Greatest distance of a letter's start below the end of the previous letter, cap heights. */
const DROP = 0.36

/**
 * Index of the first drawn vertex of a letter that is joined to the letter before. After a letter that ends high, such
 * as o, v and w, a stroke that rises from the baseline loses its lowest part.
 *
 * @param points  x and y interleaved, y down, font units
 * @param end     one beyond the index of the last vertex of the letter's first stroke
 * @param tip     y of the end of the letter before
 * @param cap     cap height, font units
 */
export function firstDrawnPoint(points: Float64Array, end: number, tip: number, cap: number): number {
  let first = 0
  while (first + 2 < end && y(points, first) > tip + DROP * cap && y(points, first + 1) < y(points, first)) first++
  return first
}

type Point = readonly [x: number, y: number]

/**
 * A smooth stroke from the end of a letter to the start of the next one, without these two points. `before` gives the
 * direction of the stroke at its start, and `after` at its end.
 */
export function joiningStroke(before: Point, from: Point, to: Point, after: Point): Point[] {
  const reach = HANDLE * Math.hypot(to[0] - from[0], to[1] - from[1])
  const towards = (a: Point, b: Point): Point => {
    const length = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1
    return [((b[0] - a[0]) / length) * reach, ((b[1] - a[1]) / length) * reach]
  }
  const u = towards(before, from)
  const v = towards(to, after)
  const handles: readonly Point[] = [from, [from[0] + u[0], from[1] + u[1]], [to[0] - v[0], to[1] - v[1]], to]
  return Array.from({ length: POINTS }, (_, k): Point => {
    const t = (k + 1) / (POINTS + 1)
    const weights = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t ** 2 * (1 - t), t ** 3]
    const mix = (axis: 0 | 1) => handles.reduce((sum, handle, i) => sum + (weights[i] ?? 0) * handle[axis], 0)
    return [mix(0), mix(1)]
  })
}
