/** Events for the interpreter, in the order of the bytes. */
export interface HpglSink {
  /** A mnemonic, before its parameters. */
  begin(mnemonic: string): void
  /** A complete parameter. A plotter may already move after a pair of parameters. */
  number(value: number): void
  /** A character of a label. */
  character(code: number): void
  /** The end of the instruction. */
  end(): void
  error(number: 1 | 2 | 3): void
}

/** ETX */
const LABEL_END = 3

const isLetter = (c: string): boolean => (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')

/**
 * Parses HP-GL byte by byte: mnemonics of two letters in either case, and numbers separated by commas or spaces. An
 * instruction ends with `;` or at the next mnemonic. A label ends with ETX.
 */
export class HpglParser {
  readonly #sink: HpglSink
  #mnemonic = ''
  #isOpen = false
  #digits = ''
  #isSkipping = false
  #isInLabel = false

  constructor(sink: HpglSink) {
    this.#sink = sink
  }

  reset(): void {
    this.#mnemonic = ''
    this.#isOpen = false
    this.#digits = ''
    this.#isSkipping = false
    this.#isInLabel = false
  }

  byte(code: number): void {
    const char = String.fromCharCode(code)
    if (this.#isInLabel) this.#inLabel(code)
    else if (isLetter(char)) this.#letter(char.toUpperCase())
    else if (this.#isSkipping) this.#skip(char)
    else if (char === ';') this.#end()
    else if (char === ',' || char === ' ' || char === '\r' || char === '\n') this.#number()
    else if (this.#isOpen && /[-+.0-9]/.test(char)) this.#digit(char)
    else if (code > 32) this.#refuse(this.#isOpen ? 3 : 1)
  }

  #letter(char: string): void {
    if (this.#mnemonic.length === 1) {
      const mnemonic = this.#mnemonic + char
      this.#mnemonic = ''
      this.#isSkipping = false
      this.#isOpen = true
      this.#sink.begin(mnemonic)
      this.#isInLabel = mnemonic === 'LB'
      return
    }
    if (this.#isOpen) this.#end()
    this.#mnemonic = char
  }

  #digit(char: string): void {
    if ((char === '-' || char === '+') && this.#digits !== '') this.#number()
    this.#digits += char
  }

  #number(): void {
    if (this.#digits === '') return
    const value = Number(this.#digits)
    this.#digits = ''
    if (Number.isFinite(value) && Math.abs(value) < 2 ** 23) this.#sink.number(value)
    else this.#refuse(3)
  }

  #end(): void {
    this.#number()
    if (this.#mnemonic !== '') this.#sink.error(1)
    this.#mnemonic = ''
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#sink.end()
  }

  #inLabel(code: number): void {
    if (code !== LABEL_END) this.#sink.character(code)
    else {
      this.#isInLabel = false
      this.#isOpen = false
      this.#sink.end()
    }
  }

  #skip(char: string): void {
    if (char !== ';') return
    this.#mnemonic = ''
    this.#isSkipping = false
  }

  /** Skips the rest of the instruction. */
  #refuse(number: 1 | 3): void {
    this.#sink.error(number)
    this.#mnemonic = ''
    this.#digits = ''
    this.#isSkipping = true
    this.#isOpen = false
  }
}
