import { type Bitmap, neighbourOffsets, STEP } from './thin.ts'

/** A stroke in pixels: x and y of the middle of each pixel in turn. */
export type PixelStroke = readonly number[]

/**
 * Traces centre lines one pixel wide: first the strokes between ends and forks, then the loops. A spur is a branch from
 * a fork to an end. A short spur comes from a rough edge, and is left out.
 *
 * @param lines  has a 1 at each pixel of a centre line
 * @param edgeDistance  distance of each pixel to the edge of the ink, in thirds of a pixel
 * @param spur  the longest spur that is left out, in half widths of the ink at its fork
 */
export function strokesIn(
  { width, height }: Bitmap,
  lines: Uint8Array,
  edgeDistance: Uint16Array,
  spur = 1,
): PixelStroke[] {
  const tracer = new Tracer(width, lines, edgeDistance, spur)
  for (let i = width + 1; i < width * (height - 1) - 1; i++) if (lines[i] === 1) tracer.fromNode(i)
  for (let i = width + 1; i < width * (height - 1) - 1; i++) if (lines[i] === 1) tracer.loopAt(i)
  return tracer.strokes
}

class Tracer {
  readonly strokes: PixelStroke[] = []
  readonly #width: number
  readonly #lines: Uint8Array
  readonly #edgeDistance: Uint16Array
  readonly #offsets: readonly number[]
  readonly #isVisited: Uint8Array
  readonly #spur: number

  constructor(width: number, lines: Uint8Array, edgeDistance: Uint16Array, spur: number) {
    this.#spur = spur
    this.#width = width
    this.#lines = lines
    this.#edgeDistance = edgeDistance
    this.#offsets = neighbourOffsets(width)
    this.#isVisited = new Uint8Array(lines.length)
  }

  /** Adds all strokes from an end or a fork. A single pixel becomes a dot. */
  fromNode(i: number): void {
    const degree = this.#degree(i)
    if (degree === 2) return
    if (degree === 0) {
      this.#isVisited[i] = 1
      this.strokes.push(this.#points([i, i]))
      return
    }
    for (const next of this.#next(i)) {
      if (this.#degree(next) === 2) {
        if (this.#isVisited[next] === 0) this.#emit(this.#follow(i, next))
      } else if (next > i) this.#emit([i, next])
    }
  }

  /** Adds the loop through a pixel that no stroke has visited. */
  loopAt(i: number): void {
    if (this.#isVisited[i] === 1 || this.#degree(i) !== 2) return
    this.#isVisited[i] = 1
    const [first = i] = this.#next(i)
    const path = this.#follow(i, first)
    if (path.at(-1) !== i) path.push(i)
    this.strokes.push(this.#points(path))
  }

  /** Follows pixels to an end, to a fork, or until none is left. */
  #follow(from: number, first: number): number[] {
    const path = [from, first]
    let before = from
    let current = first
    while (this.#degree(current) === 2) {
      this.#isVisited[current] = 1
      const next = this.#next(current).find((next) => next !== before && (this.#isVisited[next] === 0 || next === from))
      if (next === undefined) break
      before = current
      current = next
      path.push(current)
      if (current === from) break
    }
    return path
  }

  #emit(path: number[]): void {
    const start = path[0] ?? 0
    const end = path.at(-1) ?? 0
    const fork = this.#degree(start) > 2 ? start : end
    const isSpur = (this.#degree(start) === 1) !== (this.#degree(end) === 1)
    if (isSpur && path.length <= 1 + (this.#spur * (this.#edgeDistance[fork] as number)) / STEP) return
    this.strokes.push(this.#points(path))
  }

  #degree(i: number): number {
    let count = 0
    for (const offset of this.#offsets) count += this.#lines[i + offset] as number
    return count
  }

  #next(i: number): number[] {
    return this.#offsets.map((offset) => i + offset).filter((neighbour) => this.#lines[neighbour] === 1)
  }

  #points(path: readonly number[]): number[] {
    return path.flatMap((i) => [(i % this.#width) + 0.5, Math.floor(i / this.#width) + 0.5])
  }
}

/**
 * Smooths the stairs of pixels in a stroke. In each round, each point moves towards its neighbours. The ends of an open
 * stroke stay.
 */
export function smoothStroke(stroke: PixelStroke, rounds: number): Float64Array<ArrayBuffer> {
  let points = Float64Array.from(stroke)
  const last = points.length - 2
  const isClosed = last > 4 && points[0] === points[last] && points[1] === points[last + 1]
  for (let round = 0; round < rounds; round++) {
    const next = points.slice()
    for (let i = 2; i < last; i++) {
      next[i] = ((points[i - 2] as number) + 2 * (points[i] as number) + (points[i + 2] as number)) / 4
    }
    for (const k of isClosed ? [0, 1] : []) {
      const corner = ((points[last - 2 + k] as number) + 2 * (points[k] as number) + (points[2 + k] as number)) / 4
      next[k] = corner
      next[last + k] = corner
    }
    points = next
  }
  return points
}
