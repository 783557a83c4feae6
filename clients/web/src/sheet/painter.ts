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
}

/** Work a frame may take before it gives way, ms: zooming 100,000 strokes stays smooth. */
const SLICE_MS = 9
const BATCH = 400

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

  /** Darken strokes that were executed since the picture was drawn: a few strokes at a time, no redraw. */
  advance(plan: SheetPlan, from: number, to: number, ratio: number, inks: Inks): void {
    const context = this.#front.getContext('2d')
    if (!context || !this.#shown) return
    const { scale, x, y } = this.#shown
    context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * x, ratio * y)
    pen(context, inks.drawn, 1 / scale)
    strokes(context, plan, from, to)
    context.setTransform(1, 0, 0, 1, 0, 0)
  }
}

type Context = OffscreenCanvasRenderingContext2D

function* picture(context: Context, scene: Scene, inks: Inks, pixel: number): Generator<void, void, void> {
  const { plan, image, width, height } = scene
  context.shadowColor = inks.shadow
  context.shadowBlur = 14
  context.shadowOffsetY = 3
  context.fillStyle = inks.paper
  context.fillRect(0, 0, width, height)
  context.shadowColor = 'transparent'
  if (image) context.drawImage(image, 0, 0, width, height)
  yield
  if (!plan) return
  if (scene.travel) yield* travel(context, plan, inks, pixel)
  const executed = scene.executed ?? strokesOf(plan)
  yield* inBatches(context, plan, executed, strokesOf(plan), inks.toCome, pixel)
  yield* inBatches(context, plan, 0, executed, inks.drawn, pixel)
}

function* inBatches(context: Context, plan: SheetPlan, from: number, to: number, color: string, pixel: number) {
  for (let i = from; i < to; i += BATCH) {
    pen(context, color, pixel)
    strokes(context, plan, i, Math.min(to, i + BATCH))
    yield
  }
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
    if (s % BATCH === 0) {
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
