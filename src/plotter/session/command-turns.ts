import type { PlotdError } from '../../errors.ts'
import { Turns } from '../../turns.ts'

/** Runs work for one plotter, one piece at a time. A stop ends the commands of users. */
export class CommandTurns extends Turns {
  /** Aborts at the next stop. */
  #nextStop = new AbortController()
  #isClosed = false
  /** Number of commands that wait or run. */
  #commands = 0
  /** Settles when the last command that began has ended. */
  #commandEnd: Promise<unknown> = Promise.resolve()

  /** Whether `close` was called. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /**
   * Runs a user's command. A stop aborts the command's signal. After a stop, a command that still waited never begins.
   *
   * @throws the errors of `work`; the reason of a stop
   */
  async command<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal } = this.#nextStop
    this.#commands++
    try {
      return await this.run(() => {
        signal.throwIfAborted()
        const result = work(signal)
        this.#commandEnd = result.catch(() => {})
        return result
      })
    } finally {
      this.#commands--
    }
  }

  /** Stops all commands. Resolves when the command under way has ended. @returns whether there was a command */
  async stop(why: PlotdError): Promise<boolean> {
    const hadCommand = this.#commands > 0
    this.#nextStop.abort(why)
    if (!this.#isClosed) this.#nextStop = new AbortController()
    await this.#commandEnd
    return hadCommand
  }

  /** Stops all commands, also those that come later. */
  async close(why: PlotdError): Promise<void> {
    this.#isClosed = true
    await this.stop(why)
  }
}
