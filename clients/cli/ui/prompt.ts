import { createInterface, type Interface } from 'node:readline'
import { PlotdError } from '../../../src/errors.ts'

/** A request to press Enter. */
export class Prompt {
  #lines: Interface | undefined

  /**
   * Waits for Enter, then calls `onEnter`. `close` ends the wait, and so does another call of `enter`. An Enter from
   * before the question does not count: such an Enter is not an answer, and could grant a sheet that is not there.
   */
  enter(question: string, onEnter: () => void): void {
    this.close()
    const lines = openLines()
    this.#lines = lines
    let isEarly = true
    lines.on('line', () => {
      if (isEarly) return
      this.close()
      onEnter()
    })
    // The terminal may hold lines from before the question. After one whole turn, the event loop has read them all.
    const show = () => {
      isEarly = false
      if (this.#lines !== lines) return
      lines.setPrompt(question)
      lines.prompt()
    }
    setImmediate(() => setImmediate(show))
  }

  close(): void {
    this.#lines?.close()
    this.#lines = undefined
  }
}

/** @returns the answer @throws PlotdError ERR_PARAMS when the input ends before an answer, as at Ctrl-D */
export async function ask(question: string): Promise<string> {
  const lines = openLines()
  return new Promise((resolve, reject) => {
    lines.question(question, (answer) => {
      resolve(answer.trim())
      lines.close()
    })
    const remedy = 'Give the command again, and answer.'
    lines.once('close', () => reject(new PlotdError('ERR_PARAMS', 'The input ended before an answer', { remedy })))
  })
}

/** Whether the user answers yes. Enter alone is no. @throws PlotdError as `ask` */
export const confirms = async (question: string): Promise<boolean> => /^y(es)?$/i.test(await ask(`${question} [y/N] `))

function openLines(): Interface {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  return lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
}
