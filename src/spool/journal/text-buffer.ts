/** Collects text as UTF-8 in a buffer that grows. After `clear` the next text uses the same buffer. */
export class TextBuffer {
  #buffer: Buffer
  #length = 0

  /** @param size  of the first buffer, bytes */
  constructor(size: number) {
    this.#buffer = Buffer.allocUnsafe(size)
  }

  /** In bytes. */
  get length(): number {
    return this.#length
  }

  /** The text so far. An `append` after `clear` may overwrite these bytes. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  append(text: string): void {
    const most = this.#length + 3 * text.length
    if (most > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(2 * most)
      this.#buffer.copy(larger, 0, 0, this.#length)
      this.#buffer = larger
    }
    this.#length += this.#buffer.write(text, this.#length)
  }

  clear(): void {
    this.#length = 0
  }
}
