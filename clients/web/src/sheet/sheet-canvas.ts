import { Painter } from './painter.ts'
import { drawRulers } from './rulers.ts'
import type { Colors, Scene } from './scene.ts'
import { fitView, moveView, needsRepaint, type View, zoomView } from './view.ts'

const EMPTY: Scene = { width: 148, height: 105, travel: false }

/**
 * The visible canvas. `SheetCanvas` keeps the view, and changes the view by pointer and keys. `Painter` paints the
 * paper and the ink; `SheetCanvas` adds the pen and the rulers.
 */
export class SheetCanvas {
  readonly #canvas: HTMLCanvasElement
  readonly #painter = new Painter()
  readonly #resize: ResizeObserver
  readonly #dark = matchMedia('(prefers-color-scheme: dark)')
  readonly #pointers = new Map<number, { x: number; y: number }>()
  readonly #end = new AbortController()
  #scene = EMPTY
  #identity = ''
  #view: View = { scale: 1, x: 0, y: 0 }
  /** Whether the view shows the whole sheet at each size of the canvas. False after the user zoomed or panned. */
  #isFitted = true
  /** The view of the last paint request. */
  #requested: View | undefined
  #settleTimer: ReturnType<typeof setTimeout> | undefined
  #frame = 0
  #colorsNow: Colors | undefined

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas
    this.#resize = new ResizeObserver(() => this.#layOut())
    this.#resize.observe(canvas)
    const { signal } = this.#end
    canvas.addEventListener('wheel', (event) => this.#wheel(event), { passive: false, signal })
    canvas.addEventListener('pointerdown', (event) => this.#down(event), { signal })
    canvas.addEventListener('pointermove', (event) => this.#move(event), { signal })
    for (const type of ['pointerup', 'pointercancel'] as const) {
      canvas.addEventListener(type, (event) => this.#pointers.delete(event.pointerId), { signal })
    }
    canvas.addEventListener('dblclick', () => this.key('0'), { signal })
    this.#dark.addEventListener(
      'change',
      () => {
        this.#colorsNow = undefined
        this.#repaint()
      },
      { signal },
    )
  }

  close(): void {
    this.#resize.disconnect()
    this.#end.abort()
    clearTimeout(this.#settleTimer)
    cancelAnimationFrame(this.#frame)
    this.#painter.close()
  }

  /** Shows a scene. When `identity` or the size of the sheet has changed, the view shows the whole sheet. */
  set(scene: Scene, identity: string): void {
    const before = this.#scene
    this.#scene = scene
    const hasSameSize = scene.width === before.width && scene.height === before.height
    if (identity !== this.#identity || !hasSameSize) {
      this.#identity = identity
      this.#isFitted = true
      this.#painter.forget()
      this.#layOut()
    } else if (onlyInkGrew(before, scene) && scene.plan) {
      this.#painter.advance(scene.plan, before.executed ?? 0, scene.executed ?? 0, this.#ratio, this.#colors)
      this.#requestFrame()
    } else this.#repaint()
  }

  /** Handles a key: arrows pan, + and − zoom, 0 fits the sheet. @returns whether the key has a meaning here */
  key(key: string): boolean {
    const { clientWidth: w, clientHeight: h } = this.#canvas
    const pan = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] }[key]
    if (pan) this.#setView(moveView(this.#view, pan[0] ?? 0, pan[1] ?? 0))
    else if (key === '+' || key === '=') this.#zoom(1.4, w / 2, h / 2)
    else if (key === '-') this.#zoom(1 / 1.4, w / 2, h / 2)
    else if (key === '0') {
      this.#isFitted = true
      this.#layOut()
    } else return false
    return true
  }

  get #ratio(): number {
    return globalThis.devicePixelRatio || 1
  }

  #layOut(): void {
    const { clientWidth: w, clientHeight: h } = this.#canvas
    if (w === 0 || h === 0) return
    this.#canvas.width = Math.round(w * this.#ratio)
    this.#canvas.height = Math.round(h * this.#ratio)
    if (this.#isFitted) this.#view = fitView(w, h, this.#scene.width, this.#scene.height)
    // A canvas that changes its size loses its content.
    this.#requestFrame()
    this.#repaint()
  }

  #setView(view: View): void {
    this.#isFitted = false
    this.#view = view
    this.#requestFrame()
    const { clientWidth: w, clientHeight: h } = this.#canvas
    if (!this.#painter.isBusy && (!this.#requested || needsRepaint(this.#requested, view, w, h))) this.#repaint()
    clearTimeout(this.#settleTimer)
    this.#settleTimer = setTimeout(() => this.#requested !== this.#view && this.#repaint(), 60)
  }

  #zoom(factor: number, x: number, y: number): void {
    const { clientWidth: w, clientHeight: h } = this.#canvas
    const fittedScale = fitView(w, h, this.#scene.width, this.#scene.height).scale
    this.#setView(zoomView(this.#view, factor, x, y, fittedScale))
  }

  #repaint(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas
    if (width === 0 || height === 0) return
    const scene = this.#scene
    this.#requested = this.#view
    this.#painter.draw(scene, this.#view, { width, height, ratio: this.#ratio }, this.#colors, () => {
      this.#catchUp(scene)
      this.#requestFrame()
    })
  }

  /** Adds the ink that the plotter has drawn since the paint request. */
  #catchUp(painted: Scene): void {
    const { plan, executed = 0 } = this.#scene
    if (!plan || !onlyInkGrew(painted, this.#scene)) return
    this.#painter.advance(plan, painted.executed ?? 0, executed, this.#ratio, this.#colors)
  }

  /** Draws once per frame, however many changes there were. */
  #requestFrame(): void {
    if (this.#frame !== 0) return
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0
      this.#draw()
    })
  }

  #draw(): void {
    const context = this.#canvas.getContext('2d')
    if (!context) return
    const { clientWidth: w, clientHeight: h } = this.#canvas
    const colors = this.#colors
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height)
    this.#painter.show(context, this.#view, this.#ratio)
    const { plan, mark } = this.#scene
    if (plan && mark !== undefined) this.#painter.mark(context, plan, mark, this.#view, this.#ratio, colors)
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0)
    if (this.#scene.pen) this.#drawPen(context, this.#scene.pen, colors)
    drawRulers(context, this.#view, w, h, colors)
  }

  #drawPen(context: CanvasRenderingContext2D, { x, y }: { x: number; y: number }, colors: Colors): void {
    context.fillStyle = colors.pen
    context.beginPath()
    context.arc(this.#view.x + x * this.#view.scale, this.#view.y + y * this.#view.scale, 5, 0, 2 * Math.PI)
    context.fill()
  }

  get #colors(): Colors {
    this.#colorsNow ??= colorsOf(this.#canvas)
    return this.#colorsNow
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault()
    this.#zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), event.offsetX, event.offsetY)
  }

  #down(event: PointerEvent): void {
    this.#canvas.setPointerCapture(event.pointerId)
    this.#pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY })
  }

  #move(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId)
    if (!before) return
    const now = { x: event.offsetX, y: event.offsetY }
    const otherPointer = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1]
    this.#pointers.set(event.pointerId, now)
    if (!otherPointer) {
      this.#setView(moveView(this.#view, now.x - before.x, now.y - before.y))
      return
    }
    const distanceTo = (p: { x: number; y: number }): number => Math.hypot(p.x - otherPointer.x, p.y - otherPointer.y)
    this.#zoom(
      distanceTo(now) / Math.max(1, distanceTo(before)),
      (now.x + otherPointer.x) / 2,
      (now.y + otherPointer.y) / 2,
    )
  }
}

/** Whether the painted images of both scenes are equal, except that `b` may have more executed strokes. */
const onlyInkGrew = (a: Scene, b: Scene): boolean =>
  a.plan !== undefined &&
  a.plan === b.plan &&
  a.travel === b.travel &&
  a.executed !== undefined &&
  (b.executed ?? -1) >= a.executed

/** The colours of the stylesheet, which differ between light and dark. */
function colorsOf(element: Element): Colors {
  const style = getComputedStyle(element)
  const color = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    paper: color('paper'),
    shadow: color('shadow'),
    drawn: color('ink'),
    toCome: color('ink-pale'),
    travel: color('travel'),
    pen: color('pen'),
    ruler: color('quiet'),
    backdrop: color('backdrop'),
  }
}
