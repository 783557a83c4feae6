/** Kinds of segments of an outline. */
export const MOVE = 0
export const LINE = 1
/** Two control points, then the end. */
export const CUBIC = 2
/** Centre, radii, rotation, start angle, sweep (radians), then the exact end. */
export const ARC = 3
export const CLOSE = 4
/**
 * A subpath that begins without a move, at the start of the closed subpath before it. The start of the new subpath is
 * no vertex of the path.
 */
export const RESUME = 5

/** Number of arguments of each kind of segment. */
export const ARGUMENTS: readonly number[] = [2, 2, 6, 9, 0, 2]

/**
 * A shape's outline in user units, not flattened. Each segment is one byte in `ops` and its numbers in `args`. Both
 * arrays grow, and the next shape uses them again. `x`, `y` are the current point.
 */
export class Outline {
  ops = new Uint8Array(16)
  args = new Float64Array(64)
  length = 0
  /** The path data, when the outline is that of a `path` element. */
  data: string | undefined
  x = 0
  y = 0
  #used = 0
  #startX = 0
  #startY = 0
  #isOpen = false

  reset(): this {
    this.length = 0
    this.data = undefined
    this.#used = 0
    this.#isOpen = false
    this.x = 0
    this.y = 0
    return this
  }

  move(x: number, y: number): void {
    this.#begin(MOVE, x, y)
    this.#startX = x
    this.#startY = y
  }

  line(x: number, y: number): void {
    this.#resume()
    const i = this.#segment(LINE)
    this.#end(i, x, y)
  }

  cubic(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this.#resume()
    const i = this.#segment(CUBIC)
    this.args[i] = x1
    this.args[i + 1] = y1
    this.args[i + 2] = x2
    this.args[i + 3] = y2
    this.#end(i + 4, x, y)
  }

  /**
   * Adds a quadratic Bézier as a cubic. Each control point of the cubic lies two thirds of the way from an end to the
   * control point of the quadratic.
   */
  quadratic(x1: number, y1: number, x: number, y: number): void {
    const ax = this.x
    const ay = this.y
    this.cubic(ax + (2 / 3) * (x1 - ax), ay + (2 / 3) * (y1 - ay), x + (2 / 3) * (x1 - x), y + (2 / 3) * (y1 - y), x, y)
  }

  /** An elliptical arc about cx, cy; `rotation`, `start` and `sweep` in radians. */
  arc(
    cx: number,
    cy: number,
    rx: number,
    ry: number,
    rotation: number,
    start: number,
    sweep: number,
    x: number,
    y: number,
  ): void {
    this.#resume()
    const i = this.#segment(ARC)
    this.args.set([cx, cy, rx, ry, rotation, start, sweep], i)
    this.#end(i + 7, x, y)
  }

  /** Closes the subpath. A segment that follows without a move begins at the start of the closed subpath. */
  close(): void {
    if (this.length === 0) return
    this.#segment(CLOSE)
    this.x = this.#startX
    this.y = this.#startY
    this.#isOpen = false
  }

  /** Whether all points and control points lie on one vertical or horizontal line; false for an outline with an arc. */
  isFlat(): boolean {
    let isLevel = true
    let isVertical = true
    let i = 0
    for (let s = 0; s < this.length; s++) {
      const op = this.ops[s] ?? CLOSE
      if (op === ARC) return false
      const end = i + (ARGUMENTS[op] ?? 0)
      for (; i < end; i += 2) {
        isVertical &&= this.args[i] === this.args[0]
        isLevel &&= this.args[i + 1] === this.args[1]
      }
    }
    return isLevel || isVertical
  }

  #resume(): void {
    if (!this.#isOpen) this.#begin(this.length === 0 ? MOVE : RESUME, this.#startX, this.#startY)
  }

  #begin(op: number, x: number, y: number): void {
    this.#isOpen = true
    this.#end(this.#segment(op), x, y)
  }

  /** Adds a segment. @returns the index of its numbers */
  #segment(op: number): number {
    if (this.length === this.ops.length) this.ops = doubleBytes(this.ops)
    if (this.#used + 9 > this.args.length) this.args = doubleNumbers(this.args)
    this.ops[this.length++] = op
    const offset = this.#used
    this.#used += ARGUMENTS[op] ?? 0
    return offset
  }

  #end(i: number, x: number, y: number): void {
    this.args[i] = x
    this.args[i + 1] = y
    this.x = x
    this.y = y
  }
}

function doubleBytes(array: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(2 * array.length)
  larger.set(array)
  return larger
}

/** A copy of an array, twice as long. */
export function doubleNumbers(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * array.length)
  larger.set(array)
  return larger
}
