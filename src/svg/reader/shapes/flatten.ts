import { at } from '../../../geometry/drawing.ts'
import type { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import { ARC, ARGUMENTS, CLOSE, CUBIC, MOVE, type Outline, RESUME } from './outline.ts'

/** Maximum number of halvings of a curve. The 2^16 pieces of a page-wide curve are far shorter than a pen's width. */
const MAX_HALVINGS = 16
const MAX_ARC_PIECES = 1 << 16

/** Second halves of split curves. Each has three points here, because its first point is the end of the first half. */
const stack = new Float64Array(6 * (MAX_HALVINGS + 1))
const depths = new Uint8Array(MAX_HALVINGS + 1)

/**
 * Flattens an outline to polylines, in its own units. No point of a curve is further than `tolerance` from its
 * polyline, if `MAX_HALVINGS` and `MAX_ARC_PIECES` permit that. A move without a segment after it leaves no polyline,
 * as in browsers. A segment of no length leaves two equal vertices.
 */
export function flatten(outline: Outline, tolerance: number, into: StrokeWriter): void {
  const { ops, args, length } = outline
  let i = 0
  let x = 0
  let y = 0
  let startX = 0
  let startY = 0
  let isBareMove = false
  for (let s = 0; s < length; s++) {
    const op = at(ops, s)
    const end = i + at(ARGUMENTS, op)
    if (op === MOVE || op === RESUME) {
      if (isBareMove) into.drop()
      x = startX = at(args, i)
      y = startY = at(args, i + 1)
      into.moveTo(x, y)
    } else if (op === CLOSE) {
      if (s > 0 && at(ops, s - 1) !== CLOSE) into.lineTo(startX, startY)
    } else {
      const ex = at(args, end - 2)
      const ey = at(args, end - 1)
      if (op === CUBIC) cubic(x, y, args, i, tolerance, into)
      else if (op === ARC) arc(args, i, tolerance, into)
      into.lineTo(ex, ey)
      x = ex
      y = ey
    }
    isBareMove = op === MOVE
    i = end
  }
  if (isBareMove) into.drop()
}

/**
 * Writes the inner points of a cubic Bézier. The curve is halved (de Casteljau) until `isFlat` holds. The second half
 * waits on the stack. The variables are plain, because destructured arrays would double the time for files with
 * millions of curves.
 */
function cubic(ax: number, ay: number, args: Float64Array, i: number, tolerance: number, into: StrokeWriter): void {
  const limit = 16 * tolerance * tolerance
  let x0 = ax
  let y0 = ay
  let x1 = at(args, i)
  let y1 = at(args, i + 1)
  let x2 = at(args, i + 2)
  let y2 = at(args, i + 3)
  let x3 = at(args, i + 4)
  let y3 = at(args, i + 5)
  let depth = 0
  let top = 0
  for (;;) {
    if (depth >= MAX_HALVINGS || isFlat(x0, y0, x1, y1, x2, y2, x3, y3, limit)) {
      if (top === 0) return
      into.lineTo(x3, y3)
      const b = --top * 6
      x0 = x3
      y0 = y3
      x1 = at(stack, b)
      y1 = at(stack, b + 1)
      x2 = at(stack, b + 2)
      y2 = at(stack, b + 3)
      x3 = at(stack, b + 4)
      y3 = at(stack, b + 5)
      depth = at(depths, top)
      continue
    }
    const mx = (x1 + x2) / 2
    const my = (y1 + y2) / 2
    const b = top * 6
    stack[b + 2] = (x2 + x3) / 2
    stack[b + 3] = (y2 + y3) / 2
    stack[b + 4] = x3
    stack[b + 5] = y3
    x1 = (x0 + x1) / 2
    y1 = (y0 + y1) / 2
    x2 = (x1 + mx) / 2
    y2 = (y1 + my) / 2
    stack[b] = (mx + at(stack, b + 2)) / 2
    stack[b + 1] = (my + at(stack, b + 3)) / 2
    x3 = (x2 + at(stack, b)) / 2
    y3 = (y2 + at(stack, b + 1)) / 2
    depths[top++] = ++depth
  }
}

/**
 * Whether no point of a cubic can be further from the chord than the tolerance, with `limit` = 16 tolerance². By
 * Fischer's bound, |curve - chord|² ≤ (max(ux², vx²) + max(uy², vy²)) / 16.
 */
function isFlat(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  x3: number,
  y3: number,
  limit: number,
): boolean {
  const ux = 3 * x1 - 2 * x0 - x3
  const uy = 3 * y1 - 2 * y0 - y3
  const vx = 3 * x2 - 2 * x3 - x0
  const vy = 3 * y2 - 2 * y3 - y0
  return Math.max(ux * ux, vx * vx) + Math.max(uy * uy, vy * vy) <= limit
}

/**
 * Writes the inner points of an elliptical arc. Below `MAX_ARC_PIECES`, the sagitta of a step on the larger radius is
 * at most the tolerance.
 */
function arc(args: Float64Array, i: number, tolerance: number, into: StrokeWriter): void {
  const cx = at(args, i)
  const cy = at(args, i + 1)
  const rx = at(args, i + 2)
  const ry = at(args, i + 3)
  const rotation = at(args, i + 4)
  const start = at(args, i + 5)
  const sweep = at(args, i + 6)
  const sagitta = Math.min(1, tolerance / Math.max(rx, ry))
  const step = 2 * Math.acos(1 - sagitta)
  const pieces = Math.min(MAX_ARC_PIECES, Math.max(2, Math.ceil(Math.abs(sweep) / step)))
  const cos = Math.cos(rotation)
  const sin = Math.sin(rotation)
  for (let k = 1; k < pieces; k++) {
    const t = start + (sweep * k) / pieces
    const ux = rx * Math.cos(t)
    const uy = ry * Math.sin(t)
    into.lineTo(cx + cos * ux - sin * uy, cy + sin * ux + cos * uy)
  }
}
