import { PlotdError } from '../../../errors.ts'
import { at, type Strokes } from '../../../geometry/drawing.ts'
import { grownNumbers } from './outline.ts'

/**
 * Polylines in arrays that grow and are used again: the stages between a shape and the drawing (flatten, dash, clip)
 * hand these on. Polyline `i` is the vertices `starts[i] … end(i) - 1`.
 */
export class Polylines {
  points = new Float64Array(2048)
  starts = new Uint32Array(64)
  vertices = 0
  count = 0
  readonly #most: number

  /** @param most  vertices at a time; one more throws PlotdError ERR_SVG_LIMIT */
  constructor(most: number) {
    this.#most = most
  }

  reset(): this {
    this.vertices = 0
    this.count = 0
    return this
  }

  moveTo(x: number, y: number): void {
    if (this.count + 1 >= this.starts.length) {
      const larger = new Uint32Array(2 * this.count)
      larger.set(this.starts)
      this.starts = larger
    }
    this.starts[this.count++] = this.vertices
    this.lineTo(x, y)
  }

  lineTo(x: number, y: number): void {
    if (this.vertices >= this.#most) throw tooManyPoints(this.#most)
    const i = 2 * this.vertices
    if (i + 2 > this.points.length) this.points = grownNumbers(this.points)
    this.points[i] = x
    this.points[i + 1] = y
    this.vertices++
  }

  start(i: number): number {
    return this.starts[i] ?? 0
  }

  /** One past the last vertex of polyline `i`. */
  end(i: number): number {
    return i + 1 < this.count ? (this.starts[i + 1] ?? 0) : this.vertices
  }

  /** One polyline of others. */
  copy(from: Polylines, i: number): void {
    const [first, end] = [from.start(i), from.end(i)]
    this.moveTo(at(from.points, 2 * first), at(from.points, 2 * first + 1))
    for (let v = first + 1; v < end; v++) this.lineTo(at(from.points, 2 * v), at(from.points, 2 * v + 1))
  }

  /** Vertices of the polyline that was begun last. */
  get lastLength(): number {
    return this.vertices - (this.starts[this.count - 1] ?? 0)
  }

  /** Forget the polyline that was begun last. */
  drop(): void {
    this.count--
    this.vertices = this.starts[this.count] ?? 0
  }

  /** Leave out, in place, what has no length at all. */
  withoutDots(): this {
    let kept = 0
    let vertex = 0
    for (let i = 0; i < this.count; i++) {
      const [first, end] = [this.start(i), this.end(i)]
      if (this.#isDot(first, end)) continue
      if (vertex !== first) this.points.copyWithin(2 * vertex, 2 * first, 2 * end)
      this.starts[kept++] = vertex
      vertex += end - first
    }
    this.count = kept
    this.vertices = vertex
    return this
  }

  #isDot(first: number, end: number): boolean {
    const { points } = this
    for (let i = 2 * first + 2; i < 2 * end; i++) if (points[i] !== points[i - 2]) return false
    return true
  }

  totalLength(): number {
    let length = 0
    for (let i = 0; i < this.count; i++) {
      const line = this.line(i)
      for (let k = 2; k < line.length; k += 2) {
        length += Math.hypot(at(line, k) - at(line, k - 2), at(line, k + 1) - at(line, k - 1))
      }
    }
    return length
  }

  /** Copies, to be kept. */
  take(): Strokes {
    const starts = this.starts.slice(0, this.count + 1)
    starts[this.count] = this.vertices
    return { points: this.points.slice(0, 2 * this.vertices), starts }
  }

  /** Interleaved coordinates of polyline `i`, without a copy. */
  line(i: number): Float64Array<ArrayBuffer> {
    return this.points.subarray(2 * this.start(i), 2 * this.end(i))
  }
}

export function tooManyPoints(most: number): PlotdError {
  return new PlotdError('ERR_SVG_LIMIT', `the SVG has more than ${most} points`, { limit: 'points', most })
}
