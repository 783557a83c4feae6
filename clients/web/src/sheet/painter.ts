import { paintScene, paintStrokes, setPen } from './paint.ts'
import type { NewPlan, PaintRequest, PaintResult } from './paint-thread.ts'
import { inkRuns, type SheetPlan } from './plan.ts'
import type { Colors, Frame, Scene } from './scene.ts'
import { MARGIN_SHARE, moveView, showsAll, type View, windowOf } from './view.ts'

/** A complete image of a scene, and the view that it shows. */
interface PaintedView {
  readonly view: View
  readonly image: CanvasImageSource & { readonly width: number; readonly height: number }
}

/**
 * Paints strokes on a worker thread and keeps the last complete image. Before the next image arrives, `show` stretches
 * the last image to the current view, so that a pan or zoom responds immediately.
 */
export class Painter {
  readonly #thread = new Worker(new URL('./paint-thread.ts', import.meta.url), { type: 'module' })
  readonly #canvas = new OffscreenCanvas(1, 1)
  #scene: Scene | undefined
  #colors: Colors | undefined
  #last: PaintedView | undefined
  /** The whole sheet at lower resolution, for the part of the canvas that the last image does not cover. */
  #overview: (PaintedView & { readonly image: ImageBitmap }) | undefined
  #number = 0
  /** Receives the image of the request under way. */
  #take: ((bitmap: ImageBitmap) => void) | undefined

  constructor() {
    this.#thread.onmessage = ({ data: { number, bitmap } }: MessageEvent<PaintResult>) => {
      if (number === this.#number) this.#take?.(bitmap)
      else bitmap.close()
    }
  }

  /** Whether the painter waits for an image from the thread. */
  get isBusy(): boolean {
    return this.#take !== undefined
  }

  /** Draws the last complete image at its place in this view. */
  show(context: CanvasRenderingContext2D, view: View, ratio: number): void {
    if (!this.#last) return
    const boxOf = ({ view: old, image }: PaintedView): [number, number, number, number] => {
      const factor = view.scale / old.scale
      const left = (view.x - old.x * factor) * ratio
      const top = (view.y - old.y * factor) * ratio
      return [left, top, image.width * factor, image.height * factor]
    }
    const box = boxOf(this.#last)
    const { width, height } = context.canvas
    const [left, top, across, down] = box
    const coversAll = left <= 0 && top <= 0 && left + across >= width && top + down >= height
    if (this.#overview && !coversAll) {
      context.drawImage(this.#overview.image, ...boxOf(this.#overview))
      context.clearRect(...box)
    }
    context.drawImage(this.#last.image, ...box)
  }

  /** Drops all images. The image of a request under way is not taken. */
  forget(): void {
    this.#number++
    this.#take = undefined
    this.#last = undefined
    this.#dropOverview()
  }

  #dropOverview(): void {
    this.#overview?.image.close()
    this.#overview = undefined
  }

  close(): void {
    this.forget()
    this.#thread.terminate()
  }

  /** Paints a new image. Calls `onComplete` when `show` can show it. */
  draw(scene: Scene, view: View, frame: Frame, colors: Colors, onComplete: () => void): void {
    const number = ++this.#number
    const { plan, image: _, ...rest } = scene
    const { plan: oldPlan, travel, executed = Infinity } = this.#scene ?? {}
    const isNewPlan = plan !== oldPlan
    const hasLessInk = (scene.executed ?? Infinity) < executed
    if (isNewPlan || hasLessInk || scene.travel !== travel || colors !== this.#colors) this.#dropOverview()
    this.#scene = scene
    this.#colors = colors
    if (!plan) {
      this.#take = undefined
      this.#paintHere(scene, view, frame, colors)
      onComplete()
      return
    }
    if (isNewPlan) this.#send({ plan })
    const isWhole = showsAll(view, frame.width, frame.height, scene)
    const painted = isWhole ? { view, frame } : widen(view, frame)
    this.#take = (bitmap) => {
      this.#take = undefined
      this.#emptyCanvas(bitmap.width, bitmap.height).drawImage(bitmap, 0, 0)
      this.#last = { view: painted.view, image: this.#canvas }
      if (isWhole) {
        this.#overview?.image.close()
        this.#overview = { view, image: bitmap }
      } else bitmap.close()
      onComplete()
    }
    this.#send({ number, scene: rest, ...painted, colors })
  }

  /** Highlights one stroke on the canvas, but not in the kept image: a later `show` removes the highlight. */
  mark(context: CanvasRenderingContext2D, plan: SheetPlan, stroke: number, view: View, ratio: number, colors: Colors) {
    context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.x, ratio * view.y)
    setPen(context, colors.pen, 1.6 / view.scale)
    paintStrokes(context, plan, stroke, stroke + 1)
  }

  /** Adds the ink of strokes `from` … `to - 1`, which the plotter has executed, to the last image. */
  advance(plan: SheetPlan, from: number, to: number, ratio: number, colors: Colors): void {
    const context = this.#canvas.getContext('2d')
    if (!context || !this.#last) return
    const { scale, x, y } = this.#last.view
    context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * x, ratio * y)
    for (const run of inkRuns(plan, from, to)) {
      setPen(context, run.color ?? colors.drawn, 1 / scale)
      paintStrokes(context, plan, run.from, run.to)
    }
  }

  #send(message: NewPlan | PaintRequest): void {
    this.#thread.postMessage(message)
  }

  /** Paints a scene without strokes on this thread, because the page cannot send the scene's image to the worker. */
  #paintHere(scene: Scene, view: View, { width, height, ratio }: Frame, colors: Colors): void {
    const context = this.#emptyCanvas(Math.round(width * ratio), Math.round(height * ratio))
    context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.x, ratio * view.y)
    const visible = { window: windowOf(view, width, height), pixel: 1 / view.scale, boxes: new Float32Array() }
    for (const _ of paintScene(context, scene, colors, visible));
    this.#last = { view, image: this.#canvas }
  }

  #emptyCanvas(width: number, height: number): OffscreenCanvasRenderingContext2D {
    if (this.#canvas.width !== width) this.#canvas.width = width
    if (this.#canvas.height !== height) this.#canvas.height = height
    const context = this.#canvas.getContext('2d')
    if (!context) throw new Error('the browser has no 2d canvas')
    context.reset()
    return context
  }
}

/** The view and frame with a margin on each side, so that a pan shows ink immediately. */
function widen(view: View, { width, height, ratio }: Frame): { readonly view: View; readonly frame: Frame } {
  const dx = Math.round(MARGIN_SHARE * width)
  const dy = Math.round(MARGIN_SHARE * height)
  return { view: moveView(view, dx, dy), frame: { width: width + 2 * dx, height: height + 2 * dy, ratio } }
}
