/** Parts of each line type in percent of the pattern's length: lines and gaps in turn; a line of 0 is a dot. */
const PATTERNS: Readonly<Record<number, readonly number[]>> = {
  1: [0, 100],
  2: [50, 50],
  3: [70, 30],
  4: [80, 10, 0, 10],
  5: [70, 10, 10, 10],
  6: [50, 10, 10, 10, 10, 10],
  7: [70, 10, 0, 10, 0, 10],
  8: [50, 10, 0, 10, 10, 10, 0, 10],
}
const UNITS_PER_MM = 40
/** Limit on the dashes of one stroke. A stroke with more dashes is drawn as a solid line. */
const MAX_PARTS = 100_000

/** A dashed line. With a negative LT number, each segment has whole patterns, and half a dash at each end. */
export class LineType {
  readonly #pattern: readonly number[]
  readonly #isAdaptive: boolean
  /** Length of the pattern: mm when `#isMm`, else percent of the diagonal from P1 to P2. */
  readonly #length: number
  readonly #isMm: boolean

  private constructor(pattern: readonly number[], isAdaptive: boolean, length: number, isMm: boolean) {
    this.#pattern = pattern
    this.#isAdaptive = isAdaptive
    this.#length = length
    this.#isMm = isMm
  }

  /**
   * The type of `LT number, length, mode`. Undefined for a solid line. The line is solid when the number is unknown, no
   * part of the pattern is above 0, or `length` is not above 0.
   *
   * @param own  the patterns that the file defines, by number
   */
  static of([number = 0, length = 4, mode = 0]: readonly number[], own: ReadonlyMap<number, readonly number[]>) {
    const size = Math.abs(Math.trunc(number))
    if (size === 0) return new LineType([], false, 0, false)
    const pattern = own.get(size) ?? PATTERNS[size]
    return pattern?.some((part) => part > 0) && length > 0
      ? new LineType(pattern, number < 0, length, mode === 1)
      : undefined
  }

  /** The dashes of a line of interleaved coordinates, plotter units. LT0 draws a dot at each end of a segment. */
  parts(line: readonly number[], diagonal: number): number[][] {
    if (this.#pattern.length === 0) return dots(line)
    const period = this.#isMm ? this.#length * UNITS_PER_MM : (this.#length / 100) * diagonal
    if (!(period > 0)) return [[...line]]
    const dashes = new Dashes(this.#pattern, period)
    for (let i = 2; i < line.length; i += 2) {
      const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = line.slice(i - 2, i + 2)
      const length = Math.hypot(x1 - x0, y1 - y0)
      if (this.#isAdaptive) dashes.restart(length / Math.max(1, Math.round(length / period)))
      if (!dashes.segment(x0, y0, x1, y1, length)) return [[...line]]
    }
    return dashes.parts
  }
}

function dots(line: readonly number[]): number[][] {
  const places: number[][] = []
  for (let i = 0; i < line.length; i += 2) places.push(line.slice(i, i + 2))
  return places
}

class Dashes {
  readonly parts: number[][] = []
  readonly #pattern: readonly number[]
  #period: number
  #index = 0
  #left: number
  #isOpen = false

  constructor(pattern: readonly number[], period: number) {
    this.#pattern = pattern
    this.#period = period
    this.#left = this.#size(0)
  }

  /** Restarts the pattern in the middle of its first dash. */
  restart(period: number): void {
    this.#period = period
    this.#index = 0
    this.#left = this.#size(0) / 2
    this.#isOpen = false
  }

  /** Divides a segment into dashes. @returns false when there are too many dashes */
  segment(x0: number, y0: number, x1: number, y1: number, length: number): boolean {
    const place = (along: number): [number, number] => [
      x0 + ((x1 - x0) * along) / length,
      y0 + ((y1 - y0) * along) / length,
    ]
    if (length / this.#period > MAX_PARTS) return false
    for (let passed = 0; passed < length; ) {
      if (this.parts.length > MAX_PARTS) return false
      const step = Math.min(this.#left, length - passed)
      if (this.#index % 2 === 0) this.#draw(place(passed), place(passed + step))
      passed += step
      this.#left -= step
      if (this.#left <= 1e-9) this.#next()
    }
    return true
  }

  #draw(from: [number, number], to: [number, number]): void {
    if (!this.#isOpen) this.parts.push([...from])
    if (from[0] !== to[0] || from[1] !== to[1]) this.parts.at(-1)?.push(...to)
    this.#isOpen = true
  }

  #next(): void {
    this.#index = (this.#index + 1) % (2 * this.#pattern.length)
    this.#left = this.#size(this.#index)
    this.#isOpen = false
  }

  /** A pattern with an odd number of parts swaps lines and gaps in its second round. */
  #size(index: number): number {
    const sum = this.#pattern.reduce((total, part) => total + part, 0) || 1
    return ((this.#pattern[index % this.#pattern.length] ?? 0) / sum) * this.#period
  }
}
