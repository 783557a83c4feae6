/** grbl's receive buffer has 128 bytes, of which it uses 127. */
const RX_BYTES = 127

/** The receive buffer. Bytes that do not fit are lost, and so are bytes while interrupts are off. */
export class Receiver {
  #text = ''
  lost = 0
  fullest = 0
  /** Interrupts are off until then, ms: during an EEPROM write and at start-up. */
  deafUntil = 0

  get free(): number {
    return RX_BYTES + 1 - this.#text.length
  }

  get hasLine(): boolean {
    return this.#text.includes('\n')
  }

  /** Whether a byte at `now` is lost because interrupts are off. */
  misses(now: number): boolean {
    if (now >= this.deafUntil) return false
    this.lost++
    return true
  }

  /** CR and LF both end a line, so CR LF is a line and an empty line, and both are answered. */
  keep(char: string): void {
    if (this.#text.length >= RX_BYTES) this.lost++
    else this.#text += char === '\r' ? '\n' : char
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
