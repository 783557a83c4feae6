import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'

/**
 * A shell that is told lines and starts programs for us. To start one ourselves is a fork, which copies the table of all
 * our memory: with a large plan at hand that takes 20 ms, in which the loop stands, on whichever thread it is done. So
 * the shell is started while this process is small, and ends with it: its input ends however this process does.
 */
export class SmallShell {
  readonly #script: string
  readonly #onTrouble: (why: string) => void
  #child: ChildProcess | undefined
  #isOver = false

  /**
   * @param script  for sh; it reads the lines, and should end with its input
   * @param onTrouble  told each line of its stderr, and why there is no shell
   */
  constructor(script: string, onTrouble: (why: string) => void) {
    this.#script = script
    this.#onTrouble = onTrouble
    this.#child = this.#started()
  }

  /** To another shell, if that one has died. */
  say(line: string): void {
    if (this.#isOver) return
    this.#child ??= this.#started()
    this.#child.stdin?.write(`${line}\n`)
  }

  /** It reads what was said, and ends. */
  end(): void {
    this.#isOver = true
    this.#child?.stdin?.end()
  }

  /** In a session of its own: Ctrl-C is for us, and what the shell is for goes on until we are done. */
  #started(): ChildProcess {
    const child = spawn('sh', ['-c', this.#script], { stdio: ['pipe', 'ignore', 'pipe'], detached: true })
    child.on('error', ({ message }) => this.#onTrouble(message))
    child.on('exit', () => {
      if (this.#child === child) this.#child = undefined
    })
    child.stdin.on('error', () => {})
    createInterface({ input: child.stderr }).on('line', this.#onTrouble)
    child.unref()
    ;(child.stderr as unknown as Socket).unref()
    return child
  }
}
