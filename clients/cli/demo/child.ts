import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type ErrorCode, PlotdError } from '../../../src/errors.ts'
import { threadScript } from '../../../src/threads.ts'

/** A line of `plotd … --json`. */
export interface Line {
  readonly event?: string
  readonly [field: string]: unknown
}

/** Longest wait for a process to write its ink and end, ms; enough for a slow machine. */
const END_TIMEOUT_MS = 60_000

/**
 * A plotd process that prints JSON lines. The child ends when its channel to this process closes. So the child ends
 * soon after this process, even if this process is killed.
 */
export class Child {
  readonly #process: ChildProcess
  readonly #waiting: { readonly event: string; resolve(line: Line): void; reject(error: Error): void }[] = []
  readonly #onLine: (line: Line) => void
  #stderr = ''

  constructor(words: readonly string[], onLine: (line: Line) => void = () => {}) {
    const main = fileURLToPath(threadScript('clients/cli/main'))
    this.#onLine = onLine
    this.#process = spawn(process.execPath, [main, ...words, '--json'], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    const { stdout, stderr } = this.#process
    if (stdout) createInterface({ input: stdout }).on('line', (text) => this.#receive(text))
    stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-4000)
    })
    this.#process.once('close', () => this.#rejectWaiting())
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null
  }

  /** The next line with this event. @throws PlotdError the error of the process, when it ends first */
  line(event: string): Promise<Line> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ event, resolve, reject })
      if (!this.isRunning) this.#rejectWaiting()
    })
  }

  /** Ends the process with SIGTERM, and after `END_TIMEOUT_MS` with SIGKILL. */
  async end(): Promise<void> {
    if (!this.isRunning) return
    const closed = once(this.#process, 'close')
    this.#process.kill('SIGTERM')
    const timer = setTimeout(() => this.kill(), END_TIMEOUT_MS)
    await closed
    clearTimeout(timer)
  }

  kill(): void {
    this.#process.kill('SIGKILL')
  }

  #receive(text: string): void {
    const line = JSON.parse(text) as Line
    const next = this.#waiting.findIndex(({ event }) => event === line.event)
    if (next >= 0) this.#waiting.splice(next, 1)[0]?.resolve(line)
    this.#onLine(line)
  }

  #rejectWaiting(): void {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#exitError())
  }

  #exitError(): PlotdError {
    const last = this.#stderr.trim().split('\n').at(-1) ?? ''
    try {
      const { error } = JSON.parse(last) as { error: { code: ErrorCode; message: string } }
      return new PlotdError(error.code, error.message)
    } catch {
      return new PlotdError(
        'ERR_INTERNAL',
        `a process of the demo ended early: ${this.#stderr.trim() || 'it printed no error'}`,
      )
    }
  }
}
