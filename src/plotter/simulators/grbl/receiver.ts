/** The receive buffer. Bytes that do not fit are lost, and so are bytes that arrive before `deafUntil`. */
export class Receiver {
  #text = ''
  readonly #bytes: number
  readonly #endsWithCrLf: boolean
  #last = ''
  /** Bytes lost so far. */
  lost = 0
  /** Largest fill of the buffer so far, bytes. */
  fullest = 0
  /** Time until which bytes are lost, ms: during an EEPROM write, at start-up, and after a reset in motion. */
  deafUntil = 0

  /**
   * @param bytes         usable size of the buffer
   * @param endsWithCrLf  whether CR LF is one end of a line, not two
   */
  constructor(bytes: number, endsWithCrLf: boolean) {
    this.#bytes = bytes
    this.#endsWithCrLf = endsWithCrLf
  }

  get free(): number {
    return this.#bytes + 1 - this.#text.length
  }

  get hasLine(): boolean {
    return this.#text.includes('\n')
  }

  /** Whether a byte at `now` is lost because of `deafUntil`. */
  isDeaf(now: number): boolean {
    if (now >= this.deafUntil) return false
    this.lost++
    return true
  }

  /**
   * Adds a byte to the buffer. CR and LF both end a line. So grbl 1.1 reads CR LF as the end of a line and an empty
   * line, and answers both.
   */
  keep(char: string): void {
    const before = this.#last
    this.#last = char
    if (this.#endsWithCrLf && char === '\n' && before === '\r') return
    const kept = char === '\r' ? '\n' : char
    if (this.#text.length < this.#bytes) this.#text += kept
    else {
      this.lost++
      // grbl reads a line while the line comes, and forgets what is too long for a line
      if (kept === '\n' && !this.hasLine) this.#text = `${this.#text.slice(0, -1)}\n`
    }
    this.fullest = Math.max(this.fullest, this.#text.length)
  }

  takeLine(): string {
    const end = this.#text.indexOf('\n')
    const line = this.#text.slice(0, end)
    this.#text = this.#text.slice(end + 1)
    return line
  }

  clear(): void {
    this.#text = ''
  }
}
