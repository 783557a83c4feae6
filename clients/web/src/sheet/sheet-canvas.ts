import { inksOf } from './inks-of.ts'
import { Painter } from './painter.ts'
import { rulers } from './rulers.ts'
import type { Inks, Scene } from './scene.ts'
import { fitted, hasMovedOn, moved, type View, zoomed } from './view.ts'

const EMPTY: Scene = { width: 148, height: 105, travel: false }

/** The canvas and the hands on it: keeps the view, asks the painter for pictures, and draws the pen on top. */
export class Desk {
  readonly #canvas: HTMLCanvasElement
  readonly #painter = new Painter()
  readonly #resize: ResizeObserver
  readonly #dark = matchMedia('(prefers-color-scheme: dark)')
  readonly #pointers = new Map<number, { x: number; y: number }>()
  readonly #end = new AbortController()
  #scene = EMPTY
  #identity = ''
  #view: View = { scale: 1, x: 0, y: 0 }
  #fit = true
  /** The view that was last asked of the painter. */
  #asked: View | undefined
  #settle = 0
  #frame = 0
  #inksNow: Inks | undefined

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas
    this.#resize = new ResizeObserver(() => this.#changed())
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
        this.#inksNow = undefined
        this.#redraw()
      },
      { signal },
    )
  }

  close(): void {
    this.#resize.disconnect()
    this.#end.abort()
    clearTimeout(this.#settle)
    cancelAnimationFrame(this.#frame)
    this.#painter.close()
  }

  set(scene: Scene, identity: string): void {
    const before = this.#scene
    this.#scene = scene
    const sameSheet = scene.width === before.width && scene.height === before.height
    if (identity !== this.#identity || !sameSheet) {
      this.#identity = identity
      this.#fit = true
      this.#painter.forget()
      this.#changed()
    } else if (onlyInkGrew(before, scene) && scene.plan) {
      this.#painter.advance(scene.plan, before.executed ?? 0, scene.executed ?? 0, this.#ratio, this.#inks)
      this.#compose()
    } else this.#redraw()
  }

  /** True when the key meant something. */
  key(key: string): boolean {
    const { clientWidth: w, clientHeight: h } = this.#canvas
    const pan = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] }[key]
    if (pan) this.#look(moved(this.#view, pan[0] ?? 0, pan[1] ?? 0))
    else if (key === '+' || key === '=') this.#zoom(1.4, w / 2, h / 2)
    else if (key === '-') this.#zoom(1 / 1.4, w / 2, h / 2)
    else if (key === '0') {
      this.#fit = true
      this.#changed()
    } else return false
    return true
  }

  get #ratio(): number {
    return globalThis.devicePixelRatio || 1
  }

  #changed(): void {
    const { clientWidth: w, clientHeight: h } = this.#canvas
    if (w === 0 || h === 0) return
    this.#canvas.width = Math.round(w * this.#ratio)
    this.#canvas.height = Math.round(h * this.#ratio)
    if (this.#fit) this.#view = fitted(w, h, this.#scene.width, this.#scene.height)
    this.#compose() // a canvas of another size is empty
    this.#redraw()
  }

  #look(view: View): void {
    this.#fit = false
    this.#view = view
    this.#compose()
    const { clientWidth: w, clientHeight: h } = this.#canvas
    if (!this.#painter.busy && (!this.#asked || hasMovedOn(this.#asked, view, w, h))) this.#redraw()
    clearTimeout(this.#settle)
    this.#settle = setTimeout(() => this.#asked !== this.#view && this.#redraw(), 60)
  }

  #zoom(factor: number, x: number, y: number): void {
    const { clientWidth: w, clientHeight: h } = this.#canvas
    this.#look(zoomed(this.#view, factor, x, y, fitted(w, h, this.#scene.width, this.#scene.height).scale))
  }

  #redraw(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas
    if (width === 0 || height === 0) return
    const scene = this.#scene
    this.#asked = this.#view
    this.#painter.draw(scene, this.#view, { width, height, ratio: this.#ratio }, this.#inks, () => {
      this.#catchUp(scene)
      this.#compose()
    })
  }

  /** Ink that was drawn while the painter worked on an older picture. */
  #catchUp(painted: Scene): void {
    const { plan, executed = 0 } = this.#scene
    if (!plan || !onlyInkGrew(painted, this.#scene)) return
    this.#painter.advance(plan, painted.executed ?? 0, executed, this.#ratio, this.#inks)
  }

  /** All that changed since the last frame makes one picture. */
  #compose(): void {
    if (this.#frame !== 0) return
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0
      this.#picture()
    })
  }

  #picture(): void {
    const context = this.#canvas.getContext('2d')
    if (!context) return
    const { clientWidth: w, clientHeight: h } = this.#canvas
    const inks = this.#inks
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height)
    this.#painter.show(context, this.#view, this.#ratio)
    const { plan, mark } = this.#scene
    if (plan && mark !== undefined) this.#painter.mark(context, plan, mark, this.#view, this.#ratio, inks)
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0)
    if (this.#scene.pen) this.#penAt(context, this.#scene.pen, inks)
    rulers(context, this.#view, w, h, inks)
  }

  #penAt(context: CanvasRenderingContext2D, { x, y }: { x: number; y: number }, inks: Inks): void {
    context.fillStyle = inks.pen
    context.beginPath()
    context.arc(this.#view.x + x * this.#view.scale, this.#view.y + y * this.#view.scale, 5, 0, 2 * Math.PI)
    context.fill()
  }

  get #inks(): Inks {
    this.#inksNow ??= inksOf(this.#canvas)
    return this.#inksNow
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
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1]
    this.#pointers.set(event.pointerId, now)
    if (!other) {
      this.#look(moved(this.#view, now.x - before.x, now.y - before.y))
      return
    }
    const apart = (p: { x: number; y: number }): number => Math.hypot(p.x - other.x, p.y - other.y)
    this.#zoom(apart(now) / Math.max(1, apart(before)), (now.x + other.x) / 2, (now.y + other.y) / 2)
  }
}

const onlyInkGrew = (a: Scene, b: Scene): boolean =>
  a.plan !== undefined &&
  a.plan === b.plan &&
  a.travel === b.travel &&
  a.executed !== undefined &&
  (b.executed ?? -1) >= a.executed
