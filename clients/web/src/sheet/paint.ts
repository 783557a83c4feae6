import { inkRuns, type SheetPlan, strokesOf } from './plan.ts'
import type { Colors, Scene } from './scene.ts'
import { isVisible, type Window } from './view.ts'

/** The drawing context of a canvas, on the page or in `paint-thread`. */
export type Context = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D

/** Number of vertices, or of pen-up moves, between two yields. */
const BATCH = 1500
/** Maximum number of visible pen-up moves that are dashed. More dashed moves take long, and look solid. */
const MAX_DASHED = 3000
/** Opacity of coloured strokes that are not drawn yet, and of an image when `Scene.executed` is set. */
const PALE = 0.3

/** The visible part of the sheet, the size of a screen pixel in mm, and the bounding boxes of the strokes. */
export interface VisiblePart {
  readonly window: Window
  readonly pixel: number
  readonly boxes: Float32Array
}

/** Paints a scene, in mm. Yields after each batch, so that the caller can stop or let other work run. */
export function* paintScene(
  context: Context,
  scene: Scene,
  colors: Colors,
  visible: VisiblePart,
): Generator<void, void, void> {
  const { plan, image, width, height } = scene
  context.shadowColor = colors.shadow
  context.shadowBlur = 14
  context.shadowOffsetY = 3
  context.fillStyle = colors.paper
  context.fillRect(0, 0, width, height)
  context.shadowColor = 'transparent'
  if (image) {
    // An image does not show which strokes are drawn, so the whole image is pale.
    context.globalAlpha = scene.executed === undefined ? 1 : PALE
    context.drawImage(image, 0, 0, width, height)
    context.globalAlpha = 1
  }
  paintGuides(context, scene, colors, visible.pixel)
  yield
  if (!plan) return
  if (scene.travel) yield* paintTravel(context, plan, colors, visible)
  const executed = scene.executed ?? strokesOf(plan)
  for (const { from, to, color } of inkRuns(plan, executed, strokesOf(plan))) {
    context.globalAlpha = color === undefined ? 1 : PALE
    yield* paintRun(context, plan, from, to, color ?? colors.toCome, visible)
  }
  context.globalAlpha = 1
  for (const { from, to, color } of inkRuns(plan, 0, executed)) {
    yield* paintRun(context, plan, from, to, color ?? colors.drawn, visible)
  }
}

/** The margin, and the edge of the plotter's reach if the edge lies on the paper. */
function paintGuides(context: Context, scene: Scene, colors: Colors, pixel: number): void {
  const { margin = 0, reach, width, height } = scene
  context.strokeStyle = colors.travel
  context.lineWidth = pixel
  context.setLineDash([2 * pixel, 3 * pixel])
  if (margin > 0) context.strokeRect(margin, margin, width - 2 * margin, height - 2 * margin)
  if (!reach || (reach.width >= width && reach.height >= height)) return
  context.strokeStyle = colors.pen
  context.beginPath()
  context.moveTo(reach.width, 0)
  context.lineTo(reach.width, reach.height)
  context.lineTo(0, reach.height)
  context.stroke()
}

/** Paints strokes `from` … `to - 1`. Counts a batch in vertices, because a stroke can have any number of them. */
function* paintRun(context: Context, plan: SheetPlan, from: number, to: number, color: string, visible: VisiblePart) {
  const { boxes, window, pixel } = visible
  let vertices = 0
  setPen(context, color, pixel)
  context.beginPath()
  for (let s = from; s < to; s++) {
    if (!isVisible(boxes, s, window)) continue
    addStroke(context, plan, s, pixel / 2)
    vertices += (plan.starts[s + 1] as number) - (plan.starts[s] as number)
    if (vertices < BATCH) continue
    context.stroke()
    yield
    vertices = 0
    context.beginPath()
  }
  context.stroke()
}

/** The pen-up moves: from home to the first stroke, from stroke to stroke, and back home. */
function* paintTravel(context: Context, plan: SheetPlan, colors: Colors, { window, pixel }: VisiblePart) {
  const moves = visibleMoves(plan, window)
  const isDashed = moves.length / 4 <= MAX_DASHED
  context.strokeStyle = colors.travel
  context.lineCap = 'butt'
  context.lineWidth = isDashed ? 0.8 * pixel : 0.5 * pixel
  context.setLineDash(isDashed ? [4 * pixel, 4 * pixel] : [])
  for (let m = 0; m < moves.length; m += BATCH * 4) {
    context.beginPath()
    for (let i = m; i < Math.min(moves.length, m + BATCH * 4); i += 4) {
      context.moveTo(moves[i] as number, moves[i + 1] as number)
      context.lineTo(moves[i + 2] as number, moves[i + 3] as number)
    }
    context.stroke()
    yield
  }
}

/** The pen-up moves whose bounding box meets the window, as x, y, x, y of each, mm. */
function visibleMoves({ points, starts }: SheetPlan, { left, top, right, bottom }: Window): number[] {
  const moves: number[] = []
  let x = 0
  let y = 0
  const move = (toX: number, toY: number): void => {
    const isBeside = Math.max(x, toX) < left || Math.min(x, toX) > right
    if (!isBeside && Math.max(y, toY) >= top && Math.min(y, toY) <= bottom) moves.push(x, y, toX, toY)
  }
  for (let s = 0; s + 1 < starts.length; s++) {
    const first = starts[s] as number
    const last = (starts[s + 1] as number) - 1
    move(points[2 * first] as number, points[2 * first + 1] as number)
    x = points[2 * last] as number
    y = points[2 * last + 1] as number
  }
  move(0, 0)
  return moves
}

/**
 * Sets a line as wide as a 0.3 mm pen, but at least a hairline on the screen.
 *
 * @param pixel  size of a screen pixel, mm
 */
export function setPen(context: Context, color: string, pixel: number): void {
  context.strokeStyle = color
  context.lineWidth = Math.max(0.3, 0.9 * pixel)
  context.lineCap = 'round'
  context.lineJoin = 'round'
  context.setLineDash([])
}

/** Paints strokes `from` … `to - 1` with every vertex. */
export function paintStrokes(context: Context, plan: SheetPlan, from: number, to: number): void {
  context.beginPath()
  for (let s = from; s < to; s++) addStroke(context, plan, s, 0)
  context.stroke()
}

/**
 * Adds one stroke to the path. Skips each vertex, except the last, that is less than `least` mm from the previous
 * painted vertex in x and in y. When `least` is half a pixel, the user cannot see which vertices are skipped.
 */
function addStroke(context: Context, { points, starts }: SheetPlan, stroke: number, least: number): void {
  const first = starts[stroke] as number
  const last = (starts[stroke + 1] as number) - 1
  let x = points[2 * first] as number
  let y = points[2 * first + 1] as number
  context.moveTo(x, y)
  if (first === last) context.lineTo(x + 0.01, y)
  for (let i = first + 1; i <= last; i++) {
    const toX = points[2 * i] as number
    const toY = points[2 * i + 1] as number
    if (i < last && Math.abs(toX - x) < least && Math.abs(toY - y) < least) continue
    context.lineTo(toX, toY)
    x = toX
    y = toY
  }
}

/** Width of the canvas of a thumbnail, in canvas pixels. */
export const THUMBNAIL_PIXELS = 160

/** Paints the first `executed` strokes, and nothing else, on a canvas as wide as a thumbnail. */
export function paintInk(canvas: HTMLCanvasElement, plan: SheetPlan, executed: number): void {
  const scale = THUMBNAIL_PIXELS / plan.width
  canvas.height = Math.round(plan.height * scale)
  const context = canvas.getContext('2d')
  if (!context) return
  context.setTransform(scale, 0, 0, scale, 0, 0)
  const ink = getComputedStyle(canvas).getPropertyValue('--ink').trim()
  for (const { from, to, color } of inkRuns(plan, 0, executed)) {
    setPen(context, color ?? ink, 1 / scale)
    paintStrokes(context, plan, from, to)
  }
}
