import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { packageRoot } from '../../src/threads.ts'

export interface BoardReport {
  /** Times that the board stood in mid-stroke because the next command was not there. */
  readonly gaps: number
  readonly longestMs: number
  /** Gaps no longer than the board's own process was kept from running. */
  readonly excused: number
  /** The longest that it was kept from running. */
  readonly heldUpMs: number
  /** Motor steps that left ink. */
  readonly steps: number
}

/** A simulated EBB that shares its processor with nobody of ours. */
export class BoardChild {
  readonly url: string
  readonly #process: ChildProcess

  private constructor(child: ChildProcess, url: string) {
    this.#process = child
    this.url = url
  }

  static async start(firmware: string): Promise<BoardChild> {
    const stdio = ['ignore', 'pipe', 'inherit', 'ipc'] as const
    const child = spawn(process.execPath, [join(packageRoot, 'dist/bench/small/board.js'), firmware], {
      stdio: [...stdio],
    })
    const [url] = (await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line')) as [string]
    return new BoardChild(child, url)
  }

  async report(): Promise<BoardReport> {
    const answer = once(this.#process, 'message')
    this.#process.send({})
    const [report] = (await answer) as [BoardReport]
    return report
  }

  async close(): Promise<void> {
    this.#process.kill('SIGKILL')
    await once(this.#process, 'exit')
  }
}
