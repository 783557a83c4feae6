import type { HpglModel } from './models.ts'

type Point = readonly [x: number, y: number]

/** Converts the program's coordinates to plotter units. SC scales between P1 and P2 (IP), and RO rotates. */
export class Scaling {
  readonly #model: HpglModel
  p1: Point
  p2: Point
  isRotated = false
  /** The arguments of SC: xmin, xmax, ymin, ymax. */
  user: readonly [number, number, number, number] | undefined
  /** The window to which ink is clipped (IW). */
  window: readonly [x1: number, y1: number, x2: number, y2: number]

  constructor(model: HpglModel) {
    this.#model = model
    this.p1 = model.p1
    this.p2 = model.p2
    this.window = this.limits
  }

  /** The hard-clip limits after rotation. */
  get limits(): readonly [number, number, number, number] {
    const { width, height } = this.#model
    return this.isRotated ? [0, 0, height, width] : [0, 0, width, height]
  }

  /** Sets the state after DF. */
  reset(): void {
    this.user = undefined
    this.window = this.limits
  }

  /** Sets the state after IN. */
  initialize(): void {
    this.isRotated = false
    this.p1 = this.#model.p1
    this.p2 = this.#model.p2
    this.reset()
  }

  /** Converts the program's coordinates to plotter units before rotation. */
  toUnits([x, y]: Point): Point {
    if (!this.user) return [Math.round(x), Math.round(y)]
    const [x1, x2, y1, y2] = this.user
    const scale = (v: number, low: number, high: number, from: number, to: number) =>
      from + ((v - low) / (high - low)) * (to - from)
    return [Math.round(scale(x, x1, x2, this.p1[0], this.p2[0])), Math.round(scale(y, y1, y2, this.p1[1], this.p2[1]))]
  }

  /** Converts the lengths of the program (PR, CI) to plotter units, without the offset. */
  lengthToUnits([dx, dy]: Point): Point {
    if (!this.user) return [dx, dy]
    const [x1, x2, y1, y2] = this.user
    return [(dx * (this.p2[0] - this.p1[0])) / (x2 - x1), (dy * (this.p2[1] - this.p1[1])) / (y2 - y1)]
  }

  /** RO90 rotates the coordinate system by 90° counter-clockwise, and moves the origin to the corner at x = width. */
  toMachine([x, y]: Point): Point {
    return this.isRotated ? [this.#model.width - y, x] : [x, y]
  }

  fromMachine([x, y]: Point): Point {
    return this.isRotated ? [y, this.#model.width - x] : [x, y]
  }

  /**
   * The part of a vector inside the window, from `from` towards `to`; undefined when no part is inside. A real plotter
   * moves its pen to the edge of the window and lifts it there.
   */
  clip(from: Point, to: Point): readonly [Point, Point] | undefined {
    const [x1, y1, x2, y2] = this.window
    let t0 = 0
    let t1 = 1
    const dx = to[0] - from[0]
    const dy = to[1] - from[1]
    for (const [p, q] of [
      [-dx, from[0] - x1],
      [dx, x2 - from[0]],
      [-dy, from[1] - y1],
      [dy, y2 - from[1]],
    ] as const) {
      if (p === 0) {
        if (q < 0) return undefined
      } else if (p < 0) t0 = Math.max(t0, q / p)
      else t1 = Math.min(t1, q / p)
    }
    if (t0 > t1) return undefined
    const point = (t: number): Point => [Math.round(from[0] + t * dx), Math.round(from[1] + t * dy)]
    return [point(t0), point(t1)]
  }
}
