import { harmless } from './text.ts'

/** Lines at the end of a terminal that are drawn in place. When the output is not a terminal, nothing is drawn. */
export class Live {
  readonly #out: NodeJS.WriteStream
  readonly isLive: boolean
  #lines = 0

  constructor(out: NodeJS.WriteStream = process.stderr) {
    this.#out = out
    this.isLive = out.isTTY === true && process.env['TERM'] !== 'dumb'
  }

  draw(lines: readonly string[]): void {
    if (!this.isLive) return
    const up = this.#lines > 0 ? `\u001b[${this.#lines}A\r` : ''
    // \u001b[J also clears the rest of a previous picture with more lines.
    this.#out.write(`${up}${lines.map((line) => `\u001b[2K${harmless(line)}\n`).join('')}\u001b[J`)
    this.#lines = lines.length
  }

  /** Leaves the picture on the screen; the next one comes below. */
  keep(): void {
    this.#lines = 0
  }

  clear(): void {
    if (this.isLive && this.#lines > 0) this.#out.write(`\u001b[${this.#lines}A\r\u001b[J`)
    this.#lines = 0
  }
}
