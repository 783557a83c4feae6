import { inkRuns } from './inks.ts'
import { pen, strokes } from './lines.ts'
import { picture } from './paint.ts'
import type { NewPlan, Painted, Wanted } from './paint-thread.ts'
import type { SheetPlan } from './plan.ts'
import type { Frame, Inks, Scene } from './scene.ts'
import { BEYOND, moved, showsAll, type View, windowOf } from './view.ts'

/** A finished picture, and where the paper lies on it. */
interface Shown {
  readonly view: View
  readonly picture: CanvasImageSource & { readonly width: number; readonly height: number }
}

/**
 * Has strokes painted by a thread of its own and keeps the last complete picture. Until the next is there, that one is
 * shown, stretched to the present view, so that a pan or zoom answers at once whatever the drawing.
 */
export class Painter {
  readonly #thread = new Worker(new URL('./paint-thread.ts', import.meta.url), { type: 'module' })
  readonly #front = new OffscreenCanvas(1, 1)
  #plan: SheetPlan | undefined
  #shown: Shown | undefined
  /** The whole sheet, less sharp: for what the last picture does not cover. */
  #far: (Shown & { readonly picture: ImageBitmap }) | undefined
  #number = 0
  #waiting: ((bitmap: ImageBitmap) => void) | undefined

  constructor() {
    this.#thread.onmessage = ({ data: { number, bitmap } }: MessageEvent<Painted>) => {
      if (number === this.#number) this.#waiting?.(bitmap)
      else bitmap.close()
    }
  }

  /** Whether a picture is being painted. */
  get busy(): boolean {
    return this.#waiting !== undefined
  }

  /** The last complete picture, as it lies under `view`. */
  show(context: CanvasRenderingContext2D, view: View, ratio: number): void {
    if (!this.#shown) return
    const place = ({ view: was, picture }: Shown): [number, number, number, number] => {
      const k = view.scale / was.scale
      return [(view.x - was.x * k) * ratio, (view.y - was.y * k) * ratio, picture.width * k, picture.height * k]
    }
    const near = place(this.#shown)
    const { width, height } = context.canvas
    const [left, top, across, down] = near
    const covers = left <= 0 && top <= 0 && left + across >= width && top + down >= height
    if (this.#far && !covers) {
      context.drawImage(this.#far.picture, ...place(this.#far))
      context.clearRect(...near)
    }
    context.drawImage(this.#shown.picture, ...near)
  }

  forget(): void {
    this.#number++
    this.#waiting = undefined
    this.#shown = undefined
    this.#far?.picture.close()
    this.#far = undefined
  }

  close(): void {
    this.forget()
    this.#thread.terminate()
  }

  /** Paint anew; `completed` is called when the new picture is the one that `show` shows. */
  draw(scene: Scene, view: View, frame: Frame, inks: Inks, completed: () => void): void {
    const number = ++this.#number
    const { plan, image: _, ...rest } = scene
    if (!plan) {
      this.#waiting = undefined
      this.#image(scene, view, frame, inks)
      completed()
      return
    }
    if (plan !== this.#plan) this.#send({ plan })
    this.#plan = plan
    const all = showsAll(view, frame.width, frame.height, scene)
    const wider = all ? { view, frame } : widened(view, frame)
    this.#waiting = (bitmap) => {
      this.#waiting = undefined
      this.#fit(bitmap.width, bitmap.height).drawImage(bitmap, 0, 0)
      this.#shown = { view: wider.view, picture: this.#front }
      if (all) {
        this.#far?.picture.close()
        this.#far = { view, picture: bitmap }
      } else bitmap.close()
      completed()
    }
    this.#send({ number, scene: rest, ...wider, inks })
  }

  /** One stroke in the pen's colour, on the canvas itself: it may change with each key press. */
  mark(context: CanvasRenderingContext2D, plan: SheetPlan, stroke: number, view: View, ratio: number, inks: Inks) {
    context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.x, ratio * view.y)
    pen(context, inks.pen, 1.6 / view.scale)
    strokes(context, plan, stroke, stroke + 1)
  }

  /** Darken strokes that were executed since the picture was drawn: a few strokes at a time, no redraw. */
  advance(plan: SheetPlan, from: number, to: number, ratio: number, inks: Inks): void {
    const context = this.#front.getContext('2d')
    if (!context || !this.#shown) return
    const { scale, x, y } = this.#shown.view
    context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * x, ratio * y)
    for (const run of inkRuns(plan, from, to)) {
      pen(context, run.color ?? inks.drawn, 1 / scale)
      strokes(context, plan, run.from, run.to)
    }
  }

  #send(message: NewPlan | Wanted): void {
    this.#thread.postMessage(message)
  }

  /** A ready-made picture cannot go to the thread, and takes no time here. */
  #image(scene: Scene, view: View, { width, height, ratio }: Frame, inks: Inks): void {
    const context = this.#fit(Math.round(width * ratio), Math.round(height * ratio))
    context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.x, ratio * view.y)
    const sight = { window: windowOf(view, width, height), pixel: 1 / view.scale, boxes: new Float32Array() }
    for (const _ of picture(context, scene, inks, sight));
    this.#shown = { view, picture: this.#front }
  }

  /** The front canvas, empty and of that size. */
  #fit(width: number, height: number): OffscreenCanvasRenderingContext2D {
    if (this.#front.width !== width) this.#front.width = width
    if (this.#front.height !== height) this.#front.height = height
    const context = this.#front.getContext('2d')
    if (!context) throw new Error('no canvas to draw on')
    context.reset()
    return context
  }
}

/** Room around what is seen, so that a pan has something to show before the next picture is there. */
function widened(view: View, { width, height, ratio }: Frame): { readonly view: View; readonly frame: Frame } {
  const [dx, dy] = [Math.round(BEYOND * width), Math.round(BEYOND * height)]
  return { view: moved(view, dx, dy), frame: { width: width + 2 * dx, height: height + 2 * dy, ratio } }
}
