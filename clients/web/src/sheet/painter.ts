import { inkRuns } from './inks.ts'
import { type SheetPlan, strokesOf } from './plan.ts'
import type { View } from './view.ts'

export interface Inks {
  readonly paper: string
  readonly shadow: string
  readonly drawn: string
  readonly toCome: string
  readonly travel: string
  readonly pen: string
  readonly ruler: string
  readonly desk: string
}

export interface Scene {
  readonly plan?: SheetPlan
  /** A picture instead of strokes: people's SVGs and previews. */
  readonly image?: CanvasImageSource
  readonly width: number
  readonly height: number
  /** Strokes on paper; all when absent. */
  readonly executed?: number
  readonly travel: boolean
  readonly pen?: { readonly x: number; readonly y: number }
  /** A stroke to point at: the one to go on with. */
  readonly mark?: number
  /** Border that is to stay free, mm. */
  readonly margin?: number
  /** How far the machine comes from the corner, mm. */
  readonly reach?: { readonly width: number; readonly height: number }
}

/** Work a frame may take before it gives way, ms: zooming 100,000 strokes stays smooth. */
const SLICE_MS = 9
/** Vertices between two looks at the clock. */
const BATCH = 1500
const TRAVELS = 400
/** How dark coloured ink is before it is drawn. */
const PALE = 0.3

/**
 * Draws a scene in slices on a back canvas and swaps it in when it is complete. Until then the last complete picture
 * is shown, stretched to the present view, so that a pan or zoom answers at once whatever the drawing.
 */
export class Painter {
  readonly #front: OffscreenCanvas
  readonly #back: OffscreenCanvas
  #shown: View | undefined
  #job = 0

  constructor() {
    this.#front = new OffscreenCanvas(1, 1)
    this.#back = new OffscreenCanvas(1, 1)
  }

  /** The last complete picture, as it lies under `view`. */
  show(context: CanvasRenderingContext2D, view: View, ratio: number): void {
    if (!this.#shown) return
    const k = view.scale / this.#shown.scale
    const [dx, dy] = [(view.x - this.#shown.x * k) * ratio, (view.y - this.#shown.y * k) * ratio]
    context.drawImage(this.#front, dx, dy, this.#front.width * k, this.#front.height * k)
  }

  forget(): void {
    this.#shown = undefined
    this.#job++
  }

  /** Draw anew; `completed` is called when the new picture is the one that `show` shows. */
  draw(
    scene: Scene,
    view: View,
    width: number,
    height: number,
    ratio: number,
    inks: Inks,
    completed: () => void,
  ): void {
    const job = ++this.#job
    this.#back.width = width * ratio
    this.#back.height = height * ratio
    const context = this.#back.getContext('2d')
    if (!context) return
    context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.x, ratio * view.y)
    const work = picture(context, scene, inks, 1 / view.scale)
    const slice = (): void => {
      if (job !== this.#job) return
      const end = performance.now() + SLICE_MS
      let { done } = work.next()
      while (!done && performance.now() < end) done = work.next().done
      if (done) finish()
      else requestAnimationFrame(slice)
    }
    const finish = (): void => {
      const front = this.#front.getContext('2d')
      this.#front.width = this.#back.width
      this.#front.height = this.#back.height
      front?.drawImage(this.#back, 0, 0)
      this.#shown = view
      completed()
    }
    slice()
  }

  /** One stroke in the pen's colour, on the canvas itself: it may change with each key press. */
  mark(
    context: CanvasRenderingContext2D,
    plan: SheetPlan,
    stroke: number,
    view: View,
    ratio: number,
    inks: Inks,
  ): void {
    context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.x, ratio * view.y)
    pen(context, inks.pen, 1.6 / view.scale)
    strokes(context, plan, stroke, stroke + 1)
  }

  /** Darken strokes that were executed since the picture was drawn: a few strokes at a time, no redraw. */
  advance(plan: SheetPlan, from: number, to: number, ratio: number, inks: Inks): void {
    const context = this.#front.getContext('2d')
    if (!context || !this.#shown) return
    const { scale, x, y } = this.#shown
    context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * x, ratio * y)
    for (const run of inkRuns(plan, from, to)) {
      pen(context, run.color ?? inks.drawn, 1 / scale)
      strokes(context, plan, run.from, run.to)
    }
    context.setTransform(1, 0, 0, 1, 0, 0)
  }
}

type Context = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D

function* picture(context: Context, scene: Scene, inks: Inks, pixel: number): Generator<void, void, void> {
  const { plan, image, width, height } = scene
  context.shadowColor = inks.shadow
  context.shadowBlur = 14
  context.shadowOffsetY = 3
  context.fillStyle = inks.paper
  context.fillRect(0, 0, width, height)
  context.shadowColor = 'transparent'
  if (image) context.drawImage(image, 0, 0, width, height)
  guides(context, scene, inks, pixel)
  yield
  if (!plan) return
  if (scene.travel) yield* travel(context, plan, inks, pixel)
  const executed = scene.executed ?? strokesOf(plan)
  for (const { from, to, color } of inkRuns(plan, executed, strokesOf(plan))) {
    context.globalAlpha = color === undefined ? 1 : PALE
    yield* inBatches(context, plan, from, to, color ?? inks.toCome, pixel)
  }
  context.globalAlpha = 1
  for (const { from, to, color } of inkRuns(plan, 0, executed)) {
    yield* inBatches(context, plan, from, to, color ?? inks.drawn, pixel)
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

function* inBatches(context: Context, plan: SheetPlan, from: number, to: number, color: string, pixel: number) {
  for (let i = from; i < to; ) {
    const until = batchEnd(plan, i, to)
    pen(context, color, pixel)
    strokes(context, plan, i, until)
    i = until
    yield
  }
}

/** Strokes are as long as they like: a batch ends by its vertices. */
function batchEnd({ starts }: SheetPlan, from: number, to: number): number {
  let end = from + 1
  while (end < to && (starts[end] ?? 0) - (starts[from] ?? 0) < BATCH) end++
  return end
}

/** As thick as a 0.3 mm pen, but never thinner than a hairline on the screen. */
function pen(context: Context, color: string, pixel: number): void {
  context.strokeStyle = color
  context.lineWidth = Math.max(0.3, 0.9 * pixel)
  context.lineCap = 'round'
  context.lineJoin = 'round'
  context.setLineDash([])
}

function strokes(context: Context, { points, starts }: SheetPlan, from: number, to: number): void {
  context.beginPath()
  for (let s = from; s < to; s++) {
    const [first = 0, end = 0] = [starts[s], starts[s + 1]]
    context.moveTo(points[2 * first] ?? 0, points[2 * first + 1] ?? 0)
    for (let i = first + 1; i < end; i++) context.lineTo(points[2 * i] ?? 0, points[2 * i + 1] ?? 0)
    if (end === first + 1) context.lineTo((points[2 * first] ?? 0) + 0.01, points[2 * first + 1] ?? 0)
  }
  context.stroke()
}

function* travel(context: Context, { points, starts }: SheetPlan, inks: Inks, pixel: number) {
  let [x, y] = [0, 0]
  for (let s = 0; s + 1 < starts.length; s++) {
    if (s % TRAVELS === 0) {
      if (s > 0) context.stroke()
      yield
      context.strokeStyle = inks.travel
      context.lineWidth = 0.8 * pixel
      context.setLineDash([4 * pixel, 4 * pixel])
      context.beginPath()
    }
    const [first = 0, end = 0] = [starts[s], starts[s + 1]]
    context.moveTo(x, y)
    context.lineTo(points[2 * first] ?? 0, points[2 * first + 1] ?? 0)
    x = points[2 * end - 2] ?? 0
    y = points[2 * end - 1] ?? 0
  }
  context.moveTo(x, y)
  context.lineTo(0, 0)
  context.stroke()
}
