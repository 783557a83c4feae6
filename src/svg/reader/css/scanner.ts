/** Powers of ten that a double holds exactly: dividing by one of them rounds correctly. */
const POWERS = Array.from({ length: 23 }, (_, i) => 10 ** i)

/** Beyond this a browser's single precision numbers end, and the number is an error. */
const LARGEST = 3.4e38

const isDigit = (code: number): boolean => code >= 48 && code <= 57
const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13 && code !== 11)

/**
 * Reads numbers off a text by the grammar of SVG path data, without making a string of each: a 5 MB file is mostly
 * numbers. `1.` is no number, and `.5.5` are two.
 */
export class Scanner {
  readonly text: string
  at: number

  constructor(text: string, at = 0) {
    this.text = text
    this.at = at
  }

  get done(): boolean {
    return this.at >= this.text.length
  }

  /** Character code at the point of reading; NaN at the end. */
  peek(): number {
    return this.text.charCodeAt(this.at)
  }

  skipSpace(): void {
    while (isSpace(this.text.charCodeAt(this.at))) this.at++
  }

  /** White space with at most one comma. Says whether there was a comma. */
  skipSeparator(): boolean {
    this.skipSpace()
    if (this.peek() !== 44) return false
    this.at++
    this.skipSpace()
    return true
  }

  /** The number that begins here, or NaN, and then the point of reading has not moved. */
  number(): number {
    const { text } = this
    const start = this.at
    let i = start
    const sign = text.charCodeAt(i)
    if (sign === 43 || sign === 45) i++

    let [mantissa, digits, decimals] = [0, 0, 0]
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

  /** A flag of an arc: one character, 0 or 1, that needs no separator after it. NaN when it is something else. */
  flag(): number {
    const code = this.peek()
    if (code !== 48 && code !== 49) return Number.NaN
    this.at++
    return code - 48
  }
}

/**
 * Where an exponent that begins at `i` ends; `i` itself when none does (`1em` has a unit, not an exponent). -1 when it
 * lacks its digits: then the whole is no number, as browsers have it, unless the `e` is the very last.
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
