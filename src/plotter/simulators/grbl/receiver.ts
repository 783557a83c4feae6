/** grbl's ring of 128 bytes, of which one is never used. */
const RX_BYTES = 127

/** The receive buffer: what does not fit is lost, and so is what comes while the chip is deaf. */
export class Receiver {
  #text = ''
  lost = 0
  fullest = 0
  /** Interrupts are off until then, ms: the EEPROM is being written, or the processor starts. */
  deafUntil = 0

  get free(): number {
    return RX_BYTES + 1 - this.#text.length
  }

  get hasLine(): boolean {
    return this.#text.includes('\n')
  }

  /** A byte that comes at `now` is lost when the chip is deaf. */
  misses(now: number): boolean {
    if (now >= this.deafUntil) return false
    this.lost++
    return true
  }

  /** CR and LF both end a line, so CR LF is a line and an empty one, each answered. */
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
