import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'

/**
 * A shell that runs a script for the daemon. The script reads lines and starts programs. To start a program, a process
 * copies its own page table. For a daemon with a large plan in memory, this copy blocks the event loop for 20 ms. So
 * the daemon starts the shell while the daemon is small, and later the shell starts the programs. When the daemon ends,
 * the input of the shell ends, and then the shell ends.
 */
export class HelperShell {
  readonly #script: string
  readonly #onProblem: (message: string) => void
  #child: ChildProcess | undefined
  #isEnded = false

  /**
   * @param script     for sh: reads lines, and ends when its input ends
   * @param onProblem  called with each line of the shell's stderr, and with the reason when there is no shell
   */
  constructor(script: string, onProblem: (message: string) => void) {
    this.#script = script
    this.#onProblem = onProblem
    this.#child = this.#start()
  }

  /** Sends a line. When the last shell has died, starts another shell. */
  send(line: string): void {
    if (this.#isEnded) return
    this.#child ??= this.#start()
    this.#child.stdin?.write(`${line}\n`)
  }

  /** Ends the shell after it has read the lines that were sent. */
  end(): void {
    this.#isEnded = true
    this.#child?.stdin?.end()
  }

  /**
   * Starts the shell in a session of its own. So Ctrl-C reaches only the daemon. While the daemon stops, it still needs
   * the shell.
   */
  #start(): ChildProcess {
    const child: ChildProcess = spawn('sh', ['-c', this.#script], { stdio: ['pipe', 'ignore', 'pipe'], detached: true })
    const forget = (): void => {
      if (this.#child === child) this.#child = undefined
    }
    child.on('error', ({ message }) => {
      forget()
      this.#onProblem(message)
    })
    child.on('exit', forget)
    if (!child.stdin || !child.stderr) return child // the process has no file descriptor left
    child.stdin.on('error', () => {})
    createInterface({ input: child.stderr }).on('line', this.#onProblem)
    child.unref()
    ;(child.stderr as unknown as Socket).unref()
    return child
  }
}
