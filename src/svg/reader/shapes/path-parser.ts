import { at } from '../../../geometry/drawing.ts'
import { Scanner } from '../css/scanner.ts'
import type { Outline } from './outline.ts'

/** Numbers that each command takes at a time. */
const COUNTS: Readonly<Record<string, number>> = { m: 2, l: 2, h: 1, v: 1, c: 6, s: 4, q: 4, t: 2, a: 7, z: 0 }

const isSmooth = (previous: string, curve: 'c' | 'q'): boolean =>
  curve === 'c' ? previous === 'c' || previous === 's' : previous === 'q' || previous === 't'

/**
 * Parses path data into an outline. The segments before the first error are kept (SVG 2, section 9.3.9).
 *
 * @returns whether the text had no error
 */
export function parsePath(data: string, outline: Outline): boolean {
  return new PathParser(data, outline).run()
}

class PathParser {
  readonly #scanner: Scanner
  readonly #outline: Outline
  readonly #values = new Float64Array(7)
  /** The last control point, which S and T mirror. */
  #controlX = 0
  #controlY = 0
  #previous = ''

  constructor(data: string, outline: Outline) {
    this.#scanner = new Scanner(data)
    this.#outline = outline
  }

  run(): boolean {
    const scanner = this.#scanner
    scanner.skipSpace()
    while (!scanner.isDone) {
      const letter = scanner.text[scanner.at] ?? ''
      const command = letter.toLowerCase()
      const count = COUNTS[command]
      if (count === undefined || (this.#previous === '' && command !== 'm')) return false
      scanner.at++
      scanner.skipSpace()
      if (!this.#repeat(command, letter === command, count)) return false
    }
    return true
  }

  /** Reads a command and its repetitions. Repetitions of a move are lines. @returns whether the text had no error */
  #repeat(command: string, isRelative: boolean, count: number): boolean {
    if (count === 0) {
      this.#outline.close()
      this.#previous = 'z'
      return true
    }
    let name = command
    do {
      if (!this.#arguments(name, count)) return false
      this.#apply(name, isRelative)
      this.#previous = name
      if (name === 'm') name = 'l'
      // Browsers accept a comma before the next command too.
      this.#scanner.skipSeparator()
    } while (this.#startsNumber())
    return true
  }

  #startsNumber(): boolean {
    const code = this.#scanner.peek()
    return (code >= 48 && code <= 57) || code === 43 || code === 45 || code === 46
  }

  #arguments(name: string, count: number): boolean {
    for (let i = 0; i < count; i++) {
      if (i > 0) this.#scanner.skipSeparator()
      const value = name === 'a' && (i === 3 || i === 4) ? this.#scanner.flag() : this.#scanner.number()
      if (Number.isNaN(value)) return false
      this.#values[i] = value
    }
    return true
  }

  #apply(name: string, isRelative: boolean): void {
    const outline = this.#outline
    const [ox, oy] = isRelative ? [outline.x, outline.y] : [0, 0]
    const values = this.#values
    const a = at(values, 0)
    const b = at(values, 1)
    const c = at(values, 2)
    const d = at(values, 3)
    const e = at(values, 4)
    const f = at(values, 5)
    const g = at(values, 6)
    if (name === 'm') outline.move(a + ox, b + oy)
    else if (name === 'l') outline.line(a + ox, b + oy)
    else if (name === 'h') outline.line(a + ox, outline.y)
    else if (name === 'v') outline.line(outline.x, a + oy)
    else if (name === 'c') this.#cubic(a + ox, b + oy, c + ox, d + oy, e + ox, f + oy)
    else if (name === 's') this.#cubic(...this.#mirrorControl('c'), a + ox, b + oy, c + ox, d + oy)
    else if (name === 'q') this.#quadratic(a + ox, b + oy, c + ox, d + oy)
    else if (name === 't') this.#quadratic(...this.#mirrorControl('q'), a + ox, b + oy)
    else arcTo(outline, a, b, c, d === 1, e === 1, f + ox, g + oy)
  }

  #mirrorControl(curve: 'c' | 'q'): [x: number, y: number] {
    const { x, y } = this.#outline
    return isSmooth(this.#previous, curve) ? [2 * x - this.#controlX, 2 * y - this.#controlY] : [x, y]
  }

  #cubic(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this.#outline.cubic(x1, y1, x2, y2, x, y)
    this.#controlX = x2
    this.#controlY = y2
  }

  #quadratic(x1: number, y1: number, x: number, y: number): void {
    this.#outline.quadratic(x1, y1, x, y)
    this.#controlX = x1
    this.#controlY = y1
  }
}

const angle = (ux: number, uy: number, vx: number, vy: number): number =>
  Math.atan2(ux * vy - uy * vx, ux * vx + uy * vy)

/**
 * Half of an arc's chord, as a fraction of the radius, below which the arc is a line. The line misses the arc by less
 * than a billionth of the chord. The centre of such an arc is so far away that the points of the arc would be inexact.
 */
const STRAIGHT = 1e-9

/**
 * Adds an arc from the current point to the point x, y. Adds nothing when the two points are equal. Converts end points
 * to centre parameters (SVG 2, appendix B.2.4). A radius of 0 makes a line, and radii that are too small are scaled up
 * (B.2.5).
 *
 * @param degrees  rotation of the ellipse's x axis
 */
function arcTo(
  outline: Outline,
  radiusX: number,
  radiusY: number,
  degrees: number,
  isLarge: boolean,
  isPositive: boolean,
  x: number,
  y: number,
): void {
  const ax = outline.x
  const ay = outline.y
  if (ax === x && ay === y) return
  let rx = Math.abs(radiusX)
  let ry = Math.abs(radiusY)
  if (rx === 0 || ry === 0) {
    outline.line(x, y)
    return
  }

  const phi = (degrees * Math.PI) / 180
  const cos = Math.cos(phi)
  const sin = Math.sin(phi)
  const hx = (ax - x) / 2
  const hy = (ay - y) / 2
  const px = cos * hx + sin * hy
  const py = cos * hy - sin * hx

  const reach = Math.hypot(px / rx, py / ry)
  if (reach < STRAIGHT && !isLarge) {
    outline.line(x, y)
    return
  }
  if (reach > 1) {
    rx *= reach
    ry *= reach
  }
  const ux = px / rx
  const uy = py / ry
  const half = Math.sqrt(Math.max(0, 1 / (ux * ux + uy * uy) - 1)) * (isLarge === isPositive ? -1 : 1)
  const qx = half * rx * uy
  const qy = -half * ry * ux
  const cx = cos * qx - sin * qy + (ax + x) / 2
  const cy = sin * qx + cos * qy + (ay + y) / 2

  const start = Math.atan2((py - qy) / ry, (px - qx) / rx)
  let turn = angle((px - qx) / rx, (py - qy) / ry, (-px - qx) / rx, (-py - qy) / ry)
  if (isPositive && turn < 0) turn += 2 * Math.PI
  if (!isPositive && turn > 0) turn -= 2 * Math.PI
  outline.arc(cx, cy, rx, ry, phi, start, turn, x, y)
}
