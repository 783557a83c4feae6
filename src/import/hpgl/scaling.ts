type Point = readonly [x: number, y: number]

/** P1 and P2 until a file sets them, as on an HP 7475A with A4 paper. */
const P1: Point = [603, 521]
const P2: Point = [10_603, 7721]

/** User units. SC gives either the ranges of user units between P1 and P2, or a factor. */
interface UserUnits {
  readonly origin: Point
  /** Plotter units of one user unit. */
  readonly factor: Point
  /** The place of `origin`, plotter units. */
  readonly at: Point
}

/** Converts the units of a file to plotter units, by scale (IP, SC) and rotation (RO). */
export class Scaling {
  p1: Point = P1
  p2: Point = P2
  /** The sides of the sheet that PS describes. */
  sheet: Point | undefined
  #hasPoints = false
  #user: (() => UserUnits) | undefined
  #quarters = 0

  reset(): void {
    this.defaultPoints()
    this.#user = undefined
    this.#quarters = 0
  }

  /** IP without numbers sets P1 and P2 to the corners of the sheet that PS describes, or to the plotter's defaults. */
  defaultPoints(): void {
    this.#hasPoints = false
    this.p1 = this.sheet === undefined ? P1 : [0, 0]
    this.p2 = this.sheet ?? P2
  }

  /** IP sets P1 and P2, plotter units. When both are equal on an axis, P2 moves by one unit, as on a plotter. */
  points(p1: Point, p2: Point): void {
    this.#hasPoints = true
    this.p1 = p1
    this.p2 = [p2[0] === p1[0] ? p2[0] + 1 : p2[0], p2[1] === p1[1] ? p2[1] + 1 : p2[1]]
  }

  /** PS sets the sides of the sheet. The x axis lies along the longer side. */
  paper(length: number, width: number): void {
    this.sheet = [Math.max(length, width), Math.min(length, width)]
    if (!this.#hasPoints) this.defaultPoints()
  }

  get diagonal(): number {
    return Math.hypot(this.p2[0] - this.p1[0], this.p2[1] - this.p1[1])
  }

  /** Width and height between P1 and P2, plotter units. */
  get size(): Point {
    return [this.p2[0] - this.p1[0], this.p2[1] - this.p1[1]]
  }

  /** RO rotates by quarters of a turn. */
  rotate(degrees: number): void {
    this.#quarters = ((Math.round(degrees / 90) % 4) + 4) % 4
  }

  /** SC sets user units or, without parameters, removes them. @returns whether the parameters are valid */
  scale(numbers: readonly number[]): boolean {
    const [x0 = 0, x1 = 0, y0 = 0, y1 = 0, kind = 0, left = 50, bottom = 50] = numbers
    if (numbers.length === 0) this.#user = undefined
    if (numbers.length < 4) return numbers.length === 0
    if (kind === 2) {
      if (x1 === 0 || y1 === 0) return false
      this.#user = () => ({ origin: [x0, y0], factor: [x1, y1], at: this.p1 })
      return true
    }
    if (x0 === x1 || y0 === y1) return false
    this.#user = () => {
      const [width, height] = this.size
      const factor: Point = [width / (x1 - x0), height / (y1 - y0)]
      if (kind !== 1) return { origin: [x0, y0], factor, at: this.p1 }
      const even = Math.min(Math.abs(factor[0]), Math.abs(factor[1]))
      const fx = Math.sign(factor[0]) * even
      const fy = Math.sign(factor[1]) * even
      const spareX = width - fx * (x1 - x0)
      const spareY = height - fy * (y1 - y0)
      const corner: Point = [this.p1[0] + (spareX * left) / 100, this.p1[1] + (spareY * bottom) / 100]
      return { origin: [x0, y0], factor: [fx, fy], at: corner }
    }
    return true
  }

  /** Converts a place in the units of the file to plotter units. */
  place([x, y]: Point): Point {
    const user = this.#user?.()
    const [px, py] = user
      ? [user.at[0] + (x - user.origin[0]) * user.factor[0], user.at[1] + (y - user.origin[1]) * user.factor[1]]
      : [x, y]
    return this.rotatePoint([px, py])
  }

  /** Converts plotter units to the units of the file. */
  unitsAt(place: Point): Point {
    const [x, y] = this.#rotateBack(place)
    const user = this.#user?.()
    return user
      ? [user.origin[0] + (x - user.at[0]) / user.factor[0], user.origin[1] + (y - user.at[1]) / user.factor[1]]
      : [x, y]
  }

  /** Converts a difference of places in the units of the file to plotter units. */
  difference([dx, dy]: Point): Point {
    const [fx, fy] = this.#user?.().factor ?? [1, 1]
    return this.rotatePoint([dx * fx, dy * fy])
  }

  /** Plotter units of one unit of the file, on the axis with the larger scale. */
  get factor(): number {
    return Math.max(...(this.#user?.().factor.map(Math.abs) ?? [1]))
  }

  /** Rotates a point as RO requires. */
  rotatePoint([x, y]: Point): Point {
    if (this.#quarters === 1) return [-y, x]
    if (this.#quarters === 2) return [-x, -y]
    return this.#quarters === 3 ? [y, -x] : [x, y]
  }

  #rotateBack([x, y]: Point): Point {
    if (this.#quarters === 1) return [y, -x]
    if (this.#quarters === 2) return [-x, -y]
    return this.#quarters === 3 ? [-y, x] : [x, y]
  }
}
