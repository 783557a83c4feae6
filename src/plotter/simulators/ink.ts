import type { Strokes } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'

/**
 * The ink of a simulated pen: vertices in mm, each with its time. A stroke begins when the pen touches the paper, so a
 * pen that only goes down and up leaves a dot.
 */
export class Ink {
  /** The machine's distortion: ink lies at scaleX · x + lean · y and scaleY · y. */
  distortion = { scaleX: 1, scaleY: 1, lean: 0 }
  #writer = new StrokeWriter()
  #times = new Float64Array(1024)
  #isTouching = false
  #length = 0
  #x = 0
  #y = 0

  get strokeCount(): number {
    return this.#writer.strokes
  }

  get vertexCount(): number {
    return this.#writer.vertices
  }

  /** Length of the ink, mm. The ink of an EBB follows the steps, so a slanted line counts as longer than it is. */
  get length(): number {
    return this.#length
  }

  /** Begins a stroke: the pen touches the paper at x, y (mm), at `seconds` on the board's clock. */
  touch(x: number, y: number, seconds: number): void {
    if (this.#isTouching) return
    this.#isTouching = true
    this.#time(seconds)
    ;[this.#x, this.#y] = this.#paper(x, y)
    this.#writer.moveTo(this.#x, this.#y)
  }

  /** Moves the pen to x, y (mm). The pen draws if it touches the paper. */
  to(x: number, y: number, seconds: number): void {
    if (!this.#isTouching) return
    this.#time(seconds)
    const [onX, onY] = this.#paper(x, y)
    this.#writer.lineTo(onX, onY)
    this.#length += Math.hypot(onX - this.#x, onY - this.#y)
    this.#x = onX
    this.#y = onY
  }

  /** Converts a carriage position to a place on the paper, mm. */
  #paper(x: number, y: number): [x: number, y: number] {
    const { scaleX, scaleY, lean } = this.distortion
    return [scaleX * x + lean * y, scaleY * y]
  }

  lift(): void {
    this.#isTouching = false
  }

  newSheet(): void {
    this.#writer = new StrokeWriter()
    this.#isTouching = false
    this.#length = 0
  }

  /** All ink on the present sheet, in the order in which it was drawn. */
  strokes(): Strokes {
    return this.#writer.take()
  }

  /** All ink without a copy, for displays that read it many times a second. The result is valid until the pen moves. */
  view(): Strokes {
    return this.#writer.view()
  }

  /** When each vertex of `strokes()` was drawn, s. */
  times(): Float64Array {
    return this.#times.slice(0, this.#writer.vertices)
  }

  #time(seconds: number): void {
    const n = this.#writer.vertices
    if (n >= this.#times.length) {
      const larger = new Float64Array(2 * this.#times.length)
      larger.set(this.#times)
      this.#times = larger
    }
    this.#times[n] = seconds
  }
}
