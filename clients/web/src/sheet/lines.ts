import type { SheetPlan } from './plan.ts'

export type Context = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D

/** As thick as a 0.3 mm pen, but never thinner than a hairline on the screen. `pixel` is one of the screen's, mm. */
export function pen(context: Context, color: string, pixel: number): void {
  context.strokeStyle = color
  context.lineWidth = Math.max(0.3, 0.9 * pixel)
  context.lineCap = 'round'
  context.lineJoin = 'round'
  context.setLineDash([])
}

/**
 * Adds one stroke to the path. Vertices nearer than `least` mm to the one before are passed over: at half a pixel nobody
 * sees them, and a drawing of a million vertices has no more than the screen has.
 */
export function trace(context: Context, { points, starts }: SheetPlan, stroke: number, least: number): void {
  const [first, last] = [starts[stroke] as number, (starts[stroke + 1] as number) - 1]
  let [x, y] = [points[2 * first] as number, points[2 * first + 1] as number]
  context.moveTo(x, y)
  if (first === last) context.lineTo(x + 0.01, y)
  for (let i = first + 1; i <= last; i++) {
    const [toX, toY] = [points[2 * i] as number, points[2 * i + 1] as number]
    if (i < last && Math.abs(toX - x) < least && Math.abs(toY - y) < least) continue
    context.lineTo(toX, toY)
    x = toX
    y = toY
  }
}

/** Strokes `from` … `to - 1`, every vertex of them. */
export function strokes(context: Context, plan: SheetPlan, from: number, to: number): void {
  context.beginPath()
  for (let s = from; s < to; s++) trace(context, plan, s, 0)
  context.stroke()
}
