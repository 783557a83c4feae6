import { createInterface, type Interface } from 'node:readline'

export class Prompt {
  readonly isOpen: boolean
  #lines: Interface | undefined

  constructor(isOpen: boolean) {
    this.isOpen = isOpen
  }

  /** Waits for Enter, then calls `onEnter`. `close` ends the wait. */
  enter(question: string, onEnter: () => void): void {
    this.#lines ??= createInterface({ input: process.stdin, output: process.stderr })
    this.#lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    this.#lines.question(question, () => {
      this.close()
      onEnter()
    })
  }

  async ask(question: string): Promise<string> {
    const lines = createInterface({ input: process.stdin, output: process.stderr })
    lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    return new Promise((resolve) => {
      lines.question(question, (answer) => {
        lines.close()
        resolve(answer.trim())
      })
    })
  }

  close(): void {
    this.#lines?.close()
    this.#lines = undefined
  }
}
