import { isSeen, type Window } from './boxes.ts'
import { inkRuns } from './inks.ts'
import { type Context, pen, trace } from './lines.ts'
import { type SheetPlan, strokesOf } from './plan.ts'
import type { Inks, Scene } from './scene.ts'

/** Vertices between two yields. */
const BATCH = 1500
/** So many moves are dashed; of more nobody could tell dashes, and dashing is slow. */
const DASHED = 3000
/** How dark coloured ink is before it is drawn. */
const PALE = 0.3

/** What a painter knows besides the scene: where to look, a pixel in mm, and the boxes of the strokes. */
export interface Sight {
  readonly window: Window
  readonly pixel: number
  readonly boxes: Float32Array
}

/** Paints a scene, in mm; yields where the painter may stop, so that nothing waits for long. */
export function* picture(context: Context, scene: Scene, inks: Inks, sight: Sight): Generator<void, void, void> {
  const { plan, image, width, height } = scene
  context.shadowColor = inks.shadow
  context.shadowBlur = 14
  context.shadowOffsetY = 3
  context.fillStyle = inks.paper
  context.fillRect(0, 0, width, height)
  context.shadowColor = 'transparent'
  if (image) context.drawImage(image, 0, 0, width, height)
  guides(context, scene, inks, sight.pixel)
  yield
  if (!plan) return
  if (scene.travel) yield* travel(context, plan, inks, sight)
  const executed = scene.executed ?? strokesOf(plan)
  for (const { from, to, color } of inkRuns(plan, executed, strokesOf(plan))) {
    context.globalAlpha = color === undefined ? 1 : PALE
    yield* run(context, plan, from, to, color ?? inks.toCome, sight)
  }
  context.globalAlpha = 1
  for (const { from, to, color } of inkRuns(plan, 0, executed)) {
    yield* run(context, plan, from, to, color ?? inks.drawn, sight)
  }
}

/** The margin, and the edge of what the machine reaches where that lies on the paper. */
function guides(context: Context, { margin = 0, reach, width, height }: Scene, inks: Inks, pixel: number): void {
  context.strokeStyle = inks.travel
  context.lineWidth = pixel
  context.setLineDash([2 * pixel, 3 * pixel])
  if (margin > 0) context.strokeRect(margin, margin, width - 2 * margin, height - 2 * margin)
  if (!reach || (reach.width >= width && reach.height >= height)) return
  context.strokeStyle = inks.pen
  context.beginPath()
  context.moveTo(reach.width, 0)
  context.lineTo(reach.width, reach.height)
  context.lineTo(0, reach.height)
  context.stroke()
}

/** Strokes are as long as they like: a batch ends by its vertices. */
function* run(context: Context, plan: SheetPlan, from: number, to: number, color: string, sight: Sight) {
  const { boxes, window, pixel } = sight
  let vertices = 0
  pen(context, color, pixel)
  context.beginPath()
  for (let s = from; s < to; s++) {
    if (!isSeen(boxes, s, window)) continue
    trace(context, plan, s, pixel / 2)
    vertices += (plan.starts[s + 1] as number) - (plan.starts[s] as number)
    if (vertices < BATCH) continue
    context.stroke()
    yield
    vertices = 0
    context.beginPath()
  }
  context.stroke()
}

/** From home to each stroke, and home again. */
function* travel(context: Context, plan: SheetPlan, inks: Inks, { window, pixel }: Sight) {
  const moves = movesSeen(plan, window)
  const dashed = moves.length / 4 <= DASHED
  context.strokeStyle = inks.travel
  context.lineCap = 'butt'
  context.lineWidth = dashed ? 0.8 * pixel : 0.5 * pixel
  context.setLineDash(dashed ? [4 * pixel, 4 * pixel] : [])
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

/** x, y, x, y of every move that may cross the window. */
function movesSeen({ points, starts }: SheetPlan, { left, top, right, bottom }: Window): number[] {
  const moves: number[] = []
  let [x, y] = [0, 0]
  const go = (toX: number, toY: number): void => {
    const beside = Math.max(x, toX) < left || Math.min(x, toX) > right
    if (!beside && Math.max(y, toY) >= top && Math.min(y, toY) <= bottom) moves.push(x, y, toX, toY)
  }
  for (let s = 0; s + 1 < starts.length; s++) {
    const [first, last] = [starts[s] as number, (starts[s + 1] as number) - 1]
    go(points[2 * first] as number, points[2 * first + 1] as number)
    x = points[2 * last] as number
    y = points[2 * last + 1] as number
  }
  go(0, 0)
  return moves
}
