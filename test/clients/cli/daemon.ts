import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { CLI, plotd, type Ran } from './run.ts'

/** `plotd serve` in a process of its own, with a state folder of its own. */
export class ServedDaemon {
  readonly folder: string
  readonly url: string
  readonly #process: ChildProcess

  static async start(...flags: readonly string[]): Promise<ServedDaemon> {
    const folder = mkdtempSync(join(tmpdir(), 'plotd-cli-'))
    const words = ['serve', '--json', '--port', '0', '--log-level', 'error', ...flags]
    const places = ['--state', join(folder, 'state'), '--output', join(folder, 'output')]
    const child = spawn(process.execPath, [CLI, ...words, ...places], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    return new ServedDaemon(folder, JSON.parse(line).url, child)
  }

  private constructor(folder: string, url: string, child: ChildProcess) {
    this.folder = folder
    this.url = url
    this.#process = child
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

  /** @returns its exit code */
  async stop(): Promise<number | null> {
    const closed = once(this.#process, 'close')
    this.#process.kill('SIGTERM')
    const [code] = await closed
    rmSync(this.folder, { recursive: true, force: true })
    return code as number | null
  }
}
