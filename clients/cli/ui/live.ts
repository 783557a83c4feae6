import { harmless } from './text.ts'

/**
 * Draws lines at the end of a terminal's output, each time over the lines of the time before. Draws nothing when the
 * output is not a terminal, or when TERM is `dumb`.
 */
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
    // \u001b[J clears the old lines below, if this method drew more lines before.
    this.#out.write(`${up}${lines.map((line) => `\u001b[2K${harmless(line)}\n`).join('')}\u001b[J`)
    this.#lines = lines.length
  }

  /** Leaves the lines on the screen; the next `draw` begins below them. */
  keep(): void {
    this.#lines = 0
  }

  clear(): void {
    if (this.isLive && this.#lines > 0) this.#out.write(`\u001b[${this.#lines}A\r\u001b[J`)
    this.#lines = 0
  }
}
