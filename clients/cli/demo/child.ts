import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type ErrorCode, PlotdError } from '../../../src/errors.ts'

/** A line that `plotd … --json` says. */
export interface Line {
  readonly event?: string
  readonly [field: string]: unknown
}

/** Long enough to write down a sheet of ink on a slow machine. */
const PATIENCE_MS = 60_000

/**
 * Another plotd process that speaks JSON lines. It has a channel to this one, and ends when that closes: however
 * this process dies, none is left behind.
 */
export class Child {
  readonly #process: ChildProcess
  readonly #waiting: { readonly event: string; resolve(line: Line): void; reject(error: Error): void }[] = []
  readonly #hear: (line: Line) => void
  #trouble = ''

  constructor(words: readonly string[], hear: (line: Line) => void = () => {}) {
    const main = fileURLToPath(new URL('../main.js', import.meta.url))
    this.#hear = hear
    this.#process = spawn(process.execPath, [main, ...words, '--json'], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    const { stdout, stderr } = this.#process
    if (stdout) createInterface({ input: stdout }).on('line', (text) => this.#said(text))
    stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#trouble = (this.#trouble + text).slice(-4000)
    })
    this.#process.once('close', () => this.#gone())
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null
  }

  /** The next line about this event. @throws PlotdError with what the process said when it ends first */
  line(event: string): Promise<Line> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ event, resolve, reject })
      if (!this.running) this.#gone()
    })
  }

  /** Ask it to end, and make it end when it does not. */
  async end(): Promise<void> {
    if (!this.running) return
    const closed = once(this.#process, 'close')
    this.#process.kill('SIGTERM')
    const timer = setTimeout(() => this.kill(), PATIENCE_MS)
    await closed
    clearTimeout(timer)
  }

  kill(): void {
    this.#process.kill('SIGKILL')
  }

  #said(text: string): void {
    const line = JSON.parse(text) as Line
    const next = this.#waiting.findIndex(({ event }) => event === line.event)
    if (next >= 0) this.#waiting.splice(next, 1)[0]?.resolve(line)
    this.#hear(line)
  }

  #gone(): void {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#complaint())
  }

  /** The error that it printed, as the error it was. */
  #complaint(): PlotdError {
    const last = this.#trouble.trim().split('\n').at(-1) ?? ''
    try {
      const { error } = JSON.parse(last) as { error: { code: ErrorCode; message: string } }
      return new PlotdError(error.code, error.message)
    } catch {
      return new PlotdError(
        'ERR_INTERNAL',
        `a process of the demo ended early: ${this.#trouble.trim() || 'it said nothing'}`,
      )
    }
  }
}
