import type { Strokes } from './drawing.ts'

/**
 * Collects strokes into growing flat arrays: `moveTo` begins a stroke, `lineTo` adds to it, `take` hands over
 * exact-size copies. Doubling keeps the cost per point constant, and nothing is allocated per point.
 */
export class StrokeWriter {
  #points = new Float64Array(64)
  #starts = new Uint32Array(16)
  #vertices = 0
  #strokes = 0

  get strokes(): number {
    return this.#strokes
  }

  get vertices(): number {
    return this.#vertices
  }

  /** Begin a stroke at x, y (mm). */
  moveTo(x: number, y: number): void {
    if (this.#strokes + 1 >= this.#starts.length) this.#starts = grown(this.#starts)
    this.#starts[this.#strokes++] = this.#vertices
    this.#push(x, y)
  }

  /** Continue the stroke to x, y (mm). @throws RangeError when no stroke was begun */
  lineTo(x: number, y: number): void {
    if (this.#strokes === 0) throw new RangeError('lineTo before any moveTo')
    this.#push(x, y)
  }

  /** Continue the stroke by interleaved coordinates of others, from an index of numbers up to another. */
  extend(points: Float64Array, from: number, end: number): void {
    if (from >= end) return
    if (this.#strokes === 0) throw new RangeError('extend before any moveTo')
    const into = 2 * this.#vertices
    while (into + end - from > this.#points.length) this.#points = grown(this.#points)
    this.#points.set(points.subarray(from, end), into)
    this.#vertices += (end - from) / 2
  }

  /** A whole stroke of interleaved coordinates. */
  add(line: ArrayLike<number>): void {
    if (line.length < 2) return
    if (this.#strokes + 1 >= this.#starts.length) this.#starts = grown(this.#starts)
    this.#starts[this.#strokes++] = this.#vertices
    const vertices = line.length >> 1
    const from = 2 * this.#vertices
    while (from + 2 * vertices > this.#points.length) this.#points = grown(this.#points)
    for (let i = 0; i < 2 * vertices; i++) this.#points[from + i] = line[i] as number
    this.#vertices += vertices
  }

  take(): Strokes {
    const starts = this.#starts.slice(0, this.#strokes + 1)
    starts[this.#strokes] = this.#vertices
    return { points: this.#points.slice(0, 2 * this.#vertices), starts }
  }

  #push(x: number, y: number): void {
    if (2 * this.#vertices + 2 > this.#points.length) this.#points = grown(this.#points)
    this.#points[2 * this.#vertices] = x
    this.#points[2 * this.#vertices + 1] = y
    this.#vertices++
  }
}

function grown<T extends Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(array: T): T {
  const larger = array instanceof Float64Array ? new Float64Array(2 * array.length) : new Uint32Array(2 * array.length)
  larger.set(array)
  return larger as T
}
