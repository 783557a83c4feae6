/** A step of an encoded polyline (PE), in the units of the file. */
export type EncodedStep =
  | { readonly is: 'pen'; readonly pen: number }
  | {
      readonly is: 'move'
      readonly x: number
      readonly y: number
      readonly isUp: boolean
      readonly isAbsolute: boolean
    }

/**
 * Decodes PE. Numbers are in base 64, or in base 32 after `7`, low digits first. The last digit of a number has a
 * separate set of characters. The lowest bit is the sign. `<` lifts the pen for the next pair, and `=` makes the next
 * pair absolute. `>` sets the number of fractional bits, and `:` selects a pen.
 */
export function* encodedSteps(text: string): Generator<EncodedStep> {
  const digits = new Digits(text)
  let isUp = false
  let isAbsolute = false
  let fraction = 0
  for (;;) {
    const flag = digits.flag()
    if (flag === undefined) return
    if (flag === '7') digits.narrow()
    else if (flag === '<') isUp = true
    else if (flag === '=') isAbsolute = true
    else if (flag === ':' || flag === '>') {
      const value = digits.number()
      if (value === undefined) return
      if (flag === ':') yield { is: 'pen', pen: value }
      else fraction = value
    } else {
      const x = digits.number()
      const y = digits.number()
      if (x === undefined || y === undefined) return
      yield { is: 'move', x: x / 2 ** fraction, y: y / 2 ** fraction, isUp, isAbsolute }
      isUp = false
      isAbsolute = false
    }
  }
}

class Digits {
  readonly #text: string
  #at = 0
  #base = 64

  constructor(text: string) {
    this.#text = text
  }

  narrow(): void {
    this.#base = 32
  }

  /** The next flag; 'digit' before a number, undefined at the end. */
  flag(): string | undefined {
    for (; this.#at < this.#text.length; this.#at++) {
      // In base 32, some programs set the eighth bit of flags, too.
      const code = this.#text.charCodeAt(this.#at)
      const character = String.fromCharCode(code & 127)
      if ('7<=:>'.includes(character) && (code < 128 || this.#base === 32)) {
        this.#at++
        return character
      }
      if (this.#digit(code) !== undefined) return 'digit'
    }
    return undefined
  }

  /** The next number; undefined when the text ends within it. */
  number(): number | undefined {
    let value = 0
    let factor = 1
    while (this.#at < this.#text.length) {
      const digit = this.#digit(this.#text.charCodeAt(this.#at++))
      if (digit === undefined) continue
      value += digit.value * factor
      factor *= this.#base
      if (digit.isLast) return (value % 2 === 1 ? -1 : 1) * Math.floor(value / 2)
    }
    return undefined
  }

  #digit(code: number): { value: number; isLast: boolean } | undefined {
    if (this.#base === 64) {
      if (code >= 191 && code <= 254) return { value: code - 191, isLast: true }
      return code >= 63 && code <= 126 ? { value: code - 63, isLast: false } : undefined
    }
    const seven = code & 127
    if (seven >= 95 && seven <= 126) return { value: seven - 95, isLast: true }
    return seven >= 63 && seven <= 94 ? { value: seven - 63, isLast: false } : undefined
  }
}
