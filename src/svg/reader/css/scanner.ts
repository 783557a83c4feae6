/** Powers of ten that a double holds exactly, so that division by one of them rounds correctly. */
const POWERS = Array.from({ length: 23 }, (_, i) => 10 ** i)

/** About the largest single precision number. Browsers treat a larger one as an error. */
const LARGEST = 3.4e38

const isDigit = (code: number): boolean => code >= 48 && code <= 57
const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13 && code !== 11)

/**
 * Reads numbers by the grammar of SVG path data. A 5 MB file is mostly numbers, so the scanner makes no string for a
 * number of at most 15 digits without an exponent. `1.` is no number; `.5.5` is two numbers.
 */
export class Scanner {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  get isDone(): boolean {
    return this.at >= this.text.length
  }

  /** Character code at the current position; NaN at the end. */
  peek(): number {
    return this.text.charCodeAt(this.at)
  }

  skipSpace(): void {
    while (isSpace(this.text.charCodeAt(this.at))) this.at++
  }

  /** Skips white space with at most one comma. @returns whether there was a comma */
  skipSeparator(): boolean {
    this.skipSpace()
    if (this.peek() !== 44) return false
    this.at++
    this.skipSpace()
    return true
  }

  /** The number at the current position; NaN, without moving, when there is none or it is too large. */
  number(): number {
    const { text } = this
    const start = this.at
    let i = start
    const sign = text.charCodeAt(i)
    if (sign === 43 || sign === 45) i++

    let mantissa = 0
    let digits = 0
    let decimals = 0
    for (let code = text.charCodeAt(i); isDigit(code); code = text.charCodeAt(++i)) {
      mantissa = mantissa * 10 + code - 48
      digits++
    }
    if (text.charCodeAt(i) === 46) {
      if (!isDigit(text.charCodeAt(i + 1))) return Number.NaN
      for (let code = text.charCodeAt(++i); isDigit(code); code = text.charCodeAt(++i)) {
        mantissa = mantissa * 10 + code - 48
        digits++
        decimals++
      }
    }
    if (digits === 0) return Number.NaN
    const end = exponentEnd(text, i)
    if (end < 0) return Number.NaN
    const exact = end === i && digits <= 15
    const size = exact ? mantissa / (POWERS[decimals] ?? 1) : Math.abs(Number(text.slice(start, end)))
    if (size > LARGEST) return Number.NaN
    this.at = end
    return sign === 45 ? -size : size
  }

  /** A flag of an arc: one character, 0 or 1, which needs no separator after it. NaN for any other character. */
  flag(): number {
    const code = this.peek()
    if (code !== 48 && code !== 49) return Number.NaN
    this.at++
    return code - 48
  }
}

/**
 * The end of an exponent that begins at `i`. Returns `i` when there is no exponent: an `e` before `m` or `x` begins a
 * unit, and an `e` at the end of the text counts as a unit. Returns -1 when the exponent has no digits, because
 * browsers then read no number.
 */
function exponentEnd(text: string, i: number): number {
  const e = text.charCodeAt(i)
  if (e !== 101 && e !== 69) return i
  const sign = text.charCodeAt(i + 1)
  let end = sign === 43 || sign === 45 ? i + 2 : i + 1
  if (!isDigit(text.charCodeAt(end))) return i + 1 === text.length || sign === 109 || sign === 120 ? i : -1
  while (isDigit(text.charCodeAt(end))) end++
  return end
}
