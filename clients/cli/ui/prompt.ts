import { createInterface, type Interface } from 'node:readline'
import { PlotdError } from '../../../src/errors.ts'

/** Questions to the user at the terminal. */
export class Prompt {
  /** Whether a user can answer. */
  readonly canAsk: boolean
  #lines: Interface | undefined

  constructor(canAsk: boolean) {
    this.canAsk = canAsk
  }

  /** Waits for Enter, then calls `onEnter`. `close` ends the wait, and so does another call of `enter`. */
  enter(question: string, onEnter: () => void): void {
    this.close()
    this.#lines = createInterface({ input: process.stdin, output: process.stderr })
    this.#lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    this.#lines.question(question, () => {
      this.close()
      onEnter()
    })
  }

  /** @returns the answer @throws PlotdError ERR_PARAMS when the input ends before an answer, as at Ctrl-D */
  async ask(question: string): Promise<string> {
    const lines = createInterface({ input: process.stdin, output: process.stderr })
    lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    return new Promise((resolve, reject) => {
      lines.question(question, (answer) => {
        resolve(answer.trim())
        lines.close()
      })
      const remedy = 'Give the command again, and answer.'
      lines.once('close', () => reject(new PlotdError('ERR_PARAMS', 'The input ended before an answer', { remedy })))
    })
  }

  close(): void {
    this.#lines?.close()
    this.#lines = undefined
  }
}
