import { type Strokes, stroke, strokeCount } from './drawing.ts'

/** Maximum number of vertices in a writer, and the error when one more is added. */
export interface Capacity {
  readonly vertices: number
  readonly full: () => Error
}

/**
 * Collects strokes in flat arrays whose size doubles as needed. `moveTo` begins a stroke, `lineTo` adds to it, and
 * `take` returns copies of the exact size. After `reset` the arrays are used again, so that the stages between a shape
 * and a drawing (flatten, dash, clip) allocate nothing for each point.
 *
 * Stroke `i` has the vertices `start(i) … end(i) - 1`.
 */
export class StrokeWriter {
  /** x, y interleaved; only the first `2 * vertices` numbers count. */
  points = new Float64Array(32)
  vertices = 0
  strokes = 0
  #starts = new Uint32Array(16)
  readonly #capacity: Capacity | undefined
  readonly #most: number

  constructor(capacity?: Capacity) {
    this.#capacity = capacity
    this.#most = capacity?.vertices ?? Infinity
  }

  /** An empty writer with room for the vertices of these strokes, so that its arrays need not grow. */
  static for({ points }: Pick<Strokes, 'points'>): StrokeWriter {
    const out = new StrokeWriter()
    if (points.length > out.points.length) out.points = new Float64Array(points.length)
    return out
  }

  /** Removes all strokes and keeps the arrays. */
  reset(): this {
    this.vertices = 0
    this.strokes = 0
    return this
  }

  moveTo(x: number, y: number): void {
    this.#begin()
    this.#push(x, y)
  }

  /** Continues the stroke to x, y. @throws RangeError when no stroke was begun */
  lineTo(x: number, y: number): void {
    if (this.strokes === 0) throw new RangeError('lineTo before any moveTo')
    this.#push(x, y)
  }

  /**
   * Continues the stroke with the numbers `from` … `end` − 1 of an array of interleaved coordinates.
   *
   * @throws RangeError when no stroke was begun
   */
  extend(points: Float64Array, from: number, end: number): void {
    if (from >= end) return
    if (this.strokes === 0) throw new RangeError('extend before any moveTo')
    const into = this.#reserve((end - from) / 2)
    this.points.set(points.subarray(from, end), into)
  }

  /** Adds a whole stroke of interleaved coordinates. */
  add(line: ArrayLike<number>): void {
    if (line.length < 2) return
    this.#begin()
    const vertices = line.length >> 1
    const into = this.#reserve(vertices)
    for (let i = 0; i < 2 * vertices; i++) this.points[into + i] = line[i] as number
  }

  /** The index of the first vertex of stroke `i`. */
  start(i: number): number {
    return this.#starts[i] as number
  }

  /** The index after the last vertex of stroke `i`. */
  end(i: number): number {
    return i + 1 < this.strokes ? (this.#starts[i + 1] as number) : this.vertices
  }

  /** Interleaved coordinates of stroke `i`, without a copy. */
  line(i: number): Float64Array<ArrayBuffer> {
    return this.points.subarray(2 * this.start(i), 2 * this.end(i))
  }

  /** The number of vertices of the last stroke. */
  get lastLength(): number {
    return this.strokes === 0 ? 0 : this.vertices - this.start(this.strokes - 1)
  }

  /** Removes the last stroke. Call it only when there is one. */
  drop(): void {
    this.strokes--
    this.vertices = this.start(this.strokes)
  }

  /** Removes every stroke of no length, in place. */
  withoutDots(): this {
    let count = 0
    let vertex = 0
    for (let i = 0; i < this.strokes; i++) {
      const first = this.start(i)
      const end = this.end(i)
      if (this.#isDot(first, end)) continue
      if (vertex !== first) this.points.copyWithin(2 * vertex, 2 * first, 2 * end)
      this.#starts[count++] = vertex
      vertex += end - first
    }
    this.strokes = count
    this.vertices = vertex
    return this
  }

  /** The length of all strokes together, in the unit of the coordinates. */
  get totalLength(): number {
    let length = 0
    for (let i = 0; i < this.strokes; i++) {
      for (let v = 2 * this.start(i) + 2; v < 2 * this.end(i); v += 2) {
        const dx = (this.points[v] as number) - (this.points[v - 2] as number)
        const dy = (this.points[v + 1] as number) - (this.points[v - 1] as number)
        length += Math.hypot(dx, dy)
      }
    }
    return length
  }

  /** Copies of all strokes, which later changes of the writer do not affect. */
  take(): Strokes {
    const starts = this.#starts.slice(0, this.strokes + 1)
    starts[this.strokes] = this.vertices
    return { points: this.points.slice(0, 2 * this.vertices), starts }
  }

  /** The strokes without a copy, valid until the writer changes. */
  view(): Strokes {
    this.#starts[this.strokes] = this.vertices
    return { points: this.points.subarray(0, 2 * this.vertices), starts: this.#starts.subarray(0, this.strokes + 1) }
  }

  #begin(): void {
    if (this.strokes + 1 >= this.#starts.length) {
      const larger = new Uint32Array(2 * this.#starts.length)
      larger.set(this.#starts)
      this.#starts = larger
    }
    this.#starts[this.strokes++] = this.vertices
  }

  #push(x: number, y: number): void {
    const i = 2 * this.vertices++
    if (i + 2 > this.points.length || this.vertices > this.#most) this.#grow()
    this.points[i] = x
    this.points[i + 1] = y
  }

  /** Makes room for more vertices. @returns the index of their first number in `points` */
  #reserve(vertices: number): number {
    const into = 2 * this.vertices
    this.vertices += vertices
    if (2 * this.vertices > this.points.length || this.vertices > this.#most) this.#grow()
    return into
  }

  #grow(): void {
    if (this.#capacity !== undefined && this.vertices > this.#most) throw this.#capacity.full()
    let { length } = this.points
    while (length < 2 * this.vertices) length *= 2
    const larger = new Float64Array(length)
    larger.set(this.points)
    this.points = larger
  }

  #isDot(first: number, end: number): boolean {
    const { points } = this
    for (let i = 2 * first + 2; i < 2 * end; i++) if (points[i] !== points[i - 2]) return false
    return true
  }
}

/** All strokes of several sets as one set, in order. */
export function mergeStrokes(...sets: readonly Strokes[]): Strokes {
  const out = new StrokeWriter()
  for (const set of sets) for (let i = 0; i < strokeCount(set); i++) out.add(stroke(set, i))
  return out.take()
}
