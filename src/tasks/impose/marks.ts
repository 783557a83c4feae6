import { transformStrokes, translation } from '../../geometry/affine.ts'
import type { Strokes } from '../../geometry/drawing.ts'
import { layoutText } from '../../hershey/index.ts'

/** Distance of marks from the trim, mm, so that no mark remains on the piece after the cut. */
export const MARK_OFFSET = 3
/** Usual length of a mark, and the least length to which a knife can be aligned, mm. */
const LENGTH = { usual: 6, least: 2 }

/**
 * A mark outwards from a place on the trim: from `MARK_OFFSET` to at most `room` mm away. Empty when the mark would be
 * too short.
 */
export function mark(x: number, y: number, towards: readonly [dx: number, dy: number], room: number): number[][] {
  const end = Math.min(MARK_OFFSET + LENGTH.usual, room)
  if (end - MARK_OFFSET < LENGTH.least) return []
  const [dx, dy] = towards
  return [[x + MARK_OFFSET * dx, y + MARK_OFFSET * dy, x + end * dx, y + end * dy]]
}

/** Free paper beyond each side of a rectangle, mm. */
export interface Around {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Two marks at each corner of a rectangle, as far as there is room. */
export function cornerMarks(minX: number, minY: number, maxX: number, maxY: number, room: Around): number[][] {
  return [
    ...[minY, maxY].flatMap((y) => [...mark(minX, y, [-1, 0], room.left), ...mark(maxX, y, [1, 0], room.right)]),
    ...[minX, maxX].flatMap((x) => [...mark(x, minY, [0, -1], room.top), ...mark(x, maxY, [0, 1], room.bottom)]),
  ]
}

/** Small text for the user who assembles the sheets, from x = 0. */
export const sheetLabel = (text: string, y: number): Strokes =>
  transformStrokes(translation(0, y), layoutText(text, { size: 2.2 }).strokes)
