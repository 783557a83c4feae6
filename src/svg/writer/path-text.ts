import { at, type Strokes, x, y } from '../../geometry/drawing.ts'
import { short } from './number.ts'

/** Character codes of signs in numbers. */
const ZERO = 48
const COMMA = 44
const DOT = 46
const MINUS = 45
const SPACE = 32
/** Character codes of path commands. */
const MOVE = 77
const LINE = 76
const CLOSE = 122
/** `PathText` itself formats the numbers below this size, micrometres. `short` formats all others. */
const FAST = 2 ** 31
/** Free bytes that the buffer keeps for a vertex: more than the longest text of a vertex with the tags around it. */
const ROOM = 128

/**
 * Writes the paths of many strokes, digit by digit, into one buffer. A drawing has tens of thousands of numbers, and a
 * string for each would take most of the time. The data of each path equals the result of `strokesPath` for the stroke.
 */
export class PathText {
  #bytes = Buffer.allocUnsafe(1 << 14)
  #length = 0

  /** Writes stroke `i` as an element such as `<path d="M1,2L3,4 5,6z"/>`, and a line break. */
  path({ points, starts }: Strokes, i: number): void {
    const first = at(starts, i)
    const last = at(starts, i + 1) - 1
    const isClosed = last - first > 2 && x(points, first) === x(points, last) && y(points, first) === y(points, last)
    this.#put('<path d="')
    for (let v = first; v <= (isClosed ? last - 1 : last); v++) {
      this.#vertex(points, v, v === first ? MOVE : v === first + 1 ? LINE : SPACE)
    }
    if (first === last) this.#vertex(points, first, LINE)
    if (isClosed) this.#bytes[this.#length++] = CLOSE
    this.#put('"/>\n')
  }

  toString(): string {
    return this.#bytes.toString('latin1', 0, this.#length)
  }

  #vertex(points: Float64Array, v: number, command: number): void {
    if (this.#length + ROOM > this.#bytes.length) this.#grow()
    this.#bytes[this.#length++] = command
    this.#number(x(points, v), 'x')
    this.#bytes[this.#length++] = COMMA
    this.#number(y(points, v), 'y')
  }

  #number(value: number, what: string): void {
    const thousandths = Math.round(value * 1000)
    const size = Math.abs(thousandths)
    if (!(size < FAST)) {
      this.#put(short(value, what))
      return
    }
    const bytes = this.#bytes
    let end = this.#length
    if (thousandths < 0) bytes[end++] = MINUS
    const whole = (size / 1000) | 0
    const rest = (size - 1000 * whole) | 0
    const most = (whole / 10) | 0
    let place = 1
    while (place <= most) place *= 10
    for (let left = whole; place >= 1; place = (place / 10) | 0) {
      const digit = (left / place) | 0
      bytes[end++] = ZERO + digit
      left -= digit * place
    }
    if (rest > 0) {
      const tenths = (rest / 100) | 0
      const hundredths = ((rest / 10) | 0) - 10 * tenths
      const last = rest - 10 * ((rest / 10) | 0)
      bytes[end++] = DOT
      bytes[end++] = ZERO + tenths
      if (hundredths > 0 || last > 0) bytes[end++] = ZERO + hundredths
      if (last > 0) bytes[end++] = ZERO + last
    }
    this.#length = end
  }

  #put(text: string): void {
    if (this.#length + text.length + ROOM > this.#bytes.length) this.#grow()
    this.#length += this.#bytes.write(text, this.#length, 'latin1')
  }

  #grow(): void {
    const larger = Buffer.allocUnsafe(2 * this.#bytes.length)
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}
