import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { CLI, plotd, type Ran } from './run.ts'

/** `plotd serve` in a process of its own, with a state folder of its own. */
export class ServedDaemon {
  readonly folder: string
  readonly #flags: readonly string[]
  #url = ''
  #process: ChildProcess | undefined

  static async start(...flags: readonly string[]): Promise<ServedDaemon> {
    const daemon = new ServedDaemon(mkdtempSync(join(tmpdir(), 'plotd-cli-')), flags)
    await daemon.#start()
    return daemon
  }

  private constructor(folder: string, flags: readonly string[]) {
    this.folder = folder
    this.#flags = flags
  }

  get url(): string {
    return this.#url
  }

  async #start(): Promise<void> {
    const words = ['serve', '--json', '--port', '0', '--log-level', 'error', '--workers', '1', ...this.#flags]
    const places = ['--state', join(this.folder, 'state'), '--output', join(this.folder, 'output')]
    const child = spawn(process.execPath, [CLI, ...words, ...places], { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#process = child
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    this.#url = JSON.parse(line).url
  }

  /** Ends it as a power cut would, and starts it again on the same state. */
  async crash(): Promise<void> {
    await this.#end('SIGKILL')
    await this.#start()
  }

  /** A command line that finds this daemon by its state folder. */
  run(words: readonly string[], env: NodeJS.ProcessEnv = {}, input = ''): Promise<Ran> {
    return plotd(words, { PLOTD_STATE: join(this.folder, 'state'), ...env }, input)
  }

  /** The JSON lines that a command answers with. */
  async json(...words: readonly string[]): Promise<Record<string, unknown>[]> {
    const { code, out, err } = await this.run([...words, '--json'])
    if (code !== 0) throw new Error(`plotd ${words.join(' ')}: ${code} ${err}`)
    return out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  }

  /** Asks until the answer is as wanted; the daemon is another process. */
  async until(
    words: readonly string[],
    wanted: (lines: readonly Record<string, unknown>[]) => boolean,
  ): Promise<Record<string, unknown>[]> {
    for (;;) {
      const lines = await this.json(...words)
      if (wanted(lines)) return lines
      await setTimeout(10)
    }
  }

  /** Waits until the link to the only plotter stands. */
  async linked(): Promise<void> {
    await this.until(['plotters'], ([one]) => (one?.['state'] as { is?: string } | undefined)?.is === 'idle')
  }

  /** Stops it, as Ctrl-C does, and leaves its folder. */
  async halt(): Promise<void> {
    await this.#end('SIGINT')
  }

  /** @returns its exit code */
  async stop(): Promise<number | null> {
    const code = await this.#end('SIGTERM')
    rmSync(this.folder, { recursive: true, force: true })
    return code
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    if (!this.#process) return null
    const closed = once(this.#process, 'close')
    this.#process.kill(signal)
    this.#process = undefined
    const [code] = await closed
    return code as number | null
  }
}
