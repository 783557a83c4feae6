import type { Bounds } from '../../geometry/bounds.ts'
import { clipStroke } from '../../geometry/clip.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import type { Canvas } from '../draw/canvas.ts'
import type { LineType } from './line-type.ts'
import { Scaling } from './scaling.ts'

/** A point in plotter units. */
export type Point = readonly [x: number, y: number]

/** Colours of the pens until a file sets its own. */
const COLORS = ['#000000', '#000000', '#d40000', '#00801a', '#0044d4', '#008c9e', '#b000b0', '#b38600']

/** Steps of work for a dash. */
const DASH = 10

/** The page that a file draws on, and the state of the pen on it. Places are in plotter units of 0.025 mm, y up. */
export class Page {
  readonly scaling = new Scaling()
  readonly colors = new Map<number, string>()
  /** Soft-clip limits (IW); undefined for none. */
  window: Bounds | undefined
  lineType: LineType | undefined
  lastLineType: LineType | undefined
  #pen = 1
  isDown = false
  at: Point = [0, 0]
  readonly #canvas: Canvas
  readonly #inWindow = new StrokeWriter()
  #line: number[] = []

  constructor(canvas: Canvas) {
    this.#canvas = canvas
  }

  /** The number of the pen, 0 … 255; 0 for none. */
  get pen(): number {
    return this.#pen
  }

  set pen(number: number) {
    this.#pen = Math.max(0, Math.min(255, Math.trunc(number)))
  }

  /** Moves to a place in plotter units, by default with ink when the pen is down. */
  to(next: Point, isDrawn = this.isDown): void {
    this.#canvas.spend(1)
    if (!isDrawn) this.finish()
    else {
      if (this.#line.length === 0) this.#line.push(...this.at)
      this.#line.push(...next)
    }
    this.at = next
  }

  /** Lowers the pen. A pen that is lowered and lifted in place leaves a dot. */
  down(): void {
    this.isDown = true
    if (this.#line.length === 0) this.#line.push(...this.at)
  }

  /** Lifts the pen, which ends its stroke. */
  up(): void {
    this.isDown = false
    this.finish()
  }

  /** Ends the stroke that the pen draws. */
  finish(): void {
    const line = withoutRepeats(this.#line)
    this.#line = []
    if (line.length > 0) this.typedStroke(line)
  }

  /** Draws a separate stroke in the line type. The place of the pen stays as it was. */
  typedStroke(line: readonly number[]): void {
    if (!this.#hasPen()) return
    // A stroke in place is a dot in every line type.
    const dashes = line.length > 2 ? this.lineType?.parts(line, this.scaling.diagonal) : undefined
    this.#canvas.spend(DASH * (dashes?.length ?? 0))
    for (const part of dashes ?? [line]) this.#add(part)
  }

  /** Draws a separate solid stroke. The place of the pen stays as it was. */
  stroke(line: readonly number[]): void {
    this.#canvas.spend(line.length / 2)
    if (this.#hasPen()) this.#add(line)
  }

  /** Whether the plotter has a pen for a stroke. A stroke without a pen is noted. */
  #hasPen(): boolean {
    if (this.pen === 0) this.#canvas.note('not-drawn', 'a stroke after the pen was put away (SP0)', 1)
    return this.pen !== 0
  }

  #add(line: readonly number[]): void {
    const color = this.colors.get(this.pen) ?? COLORS[this.pen] ?? COLORS[1] ?? 'black'
    const write = (line: readonly number[]): void => this.#canvas.add(`pen ${this.pen}`, color, line, this.pen)
    if (this.window === undefined) {
      write(line)
      return
    }
    const parts = this.#inWindow.reset()
    const whole = { points: Float64Array.from(line), starts: Uint32Array.of(0, line.length / 2) }
    clipStroke(whole, 0, this.window, parts)
    for (let i = 0; i < parts.strokes; i++) write([...parts.line(i)])
  }
}

/** Removes each point that equals the point before it. A stroke in place becomes one point. */
function withoutRepeats(line: readonly number[]): readonly number[] {
  const points = line.slice(0, 2)
  for (let i = 2; i < line.length; i += 2)
    if (line[i] !== points.at(-2) || line[i + 1] !== points.at(-1)) points.push(line[i] ?? 0, line[i + 1] ?? 0)
  return points
}
