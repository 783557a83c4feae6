import { stripVTControlCharacters } from 'node:util'
import { spawn } from '@lydell/node-pty'
import { CLI } from './run.ts'

/** A command line on a terminal of its own. */
export class Terminal {
  readonly ended: Promise<number>
  readonly #pty: ReturnType<typeof spawn>
  #output = ''

  constructor(words: readonly string[], state: string, cols = 80) {
    const env = { ...process.env, PLOTD_STATE: state, NO_COLOR: '1' } as Record<string, string>
    this.#pty = spawn(process.execPath, [CLI, ...words], { cols, rows: 24, env })
    this.#pty.onData((text) => {
      this.#output += text
    })
    this.ended = new Promise((resolve) => this.#pty.onExit(({ exitCode }) => resolve(exitCode)))
  }

  /** All text that has appeared on the terminal, as one line with single spaces. */
  get text(): string {
    return stripVTControlCharacters(this.#output).replaceAll(/\s+/g, ' ')
  }

  /** The lines that have appeared on the terminal. */
  get lines(): string[] {
    return stripVTControlCharacters(this.#output).split(/\r?\n/)
  }

  type(text: string): void {
    this.#pty.write(text)
  }
}
