import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pino } from 'pino'
import { configSchema } from '../../../src/daemon/config/schema.ts'
import { type Daemon, startDaemon } from '../../../src/daemon/daemon.ts'
import { DEFAULT_PROFILE } from '../../../src/plotter/profiles/index.ts'
import { removeFolder } from '../../support/remove-folder.ts'
import { sharedThreads } from '../../support/shared-threads.ts'
import { until } from '../../support/until.ts'
import { CLI, plotd, type Ran } from './run.ts'

/** A daemon with its own state folder, for command lines: in this process, or `plotd serve` as a child process. */
export class ServedDaemon {
  readonly folder: string
  readonly #plotters: readonly string[]
  #url = ''
  #process: ChildProcess | undefined
  #daemon: Daemon | undefined

  /** @param plotters  each as `name=url` */
  static async start(...plotters: readonly string[]): Promise<ServedDaemon> {
    const served = new ServedDaemon(plotters)
    await served.#startHere()
    return served
  }

  /** Starts `plotd serve` as a process. */
  static async startProcess(...plotters: readonly string[]): Promise<ServedDaemon> {
    const served = new ServedDaemon(plotters)
    await served.#startProcess()
    return served
  }

  private constructor(plotters: readonly string[]) {
    this.folder = mkdtempSync(join(tmpdir(), 'plotd-cli-'))
    this.#plotters = plotters
  }

  get url(): string {
    return this.#url
  }

  async #startHere(): Promise<void> {
    const plotters = this.#plotters.map((text) => {
      const [name = '', ...url] = text.split('=')
      return { name, url: url.join('='), profile: DEFAULT_PROFILE }
    })
    const places = { state: join(this.folder, 'state'), output: join(this.folder, 'output') }
    const config = configSchema.parse({ port: 0, ...places, plotters, render: { workers: 1 } })
    this.#daemon = await startDaemon(config, pino({ level: 'silent' }), sharedThreads({}))
    this.#url = this.#daemon.url
  }

  async #startProcess(): Promise<void> {
    const words = ['serve', '--json', '--port', '0', '--log-level', 'error', '--workers', '1']
    const flags = this.#plotters.flatMap((plotter) => ['--plotter', plotter])
    const places = ['--state', join(this.folder, 'state'), '--output', join(this.folder, 'output')]
    const child = spawn(process.execPath, [CLI, ...words, ...flags, ...places], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#process = child
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    this.#url = JSON.parse(line).url
  }

  /** Stops the daemon of this process, in mid-stroke if it plots, and starts it again on the same state. */
  async restart(): Promise<void> {
    await this.#daemon?.close({ now: true })
    await this.#startHere()
  }

  /** Runs a command line that finds this daemon by its state folder. */
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

  /** Repeats the command, less often with time, until its answer meets the condition. */
  async until(
    words: readonly string[],
    wanted: (lines: readonly Record<string, unknown>[]) => boolean,
  ): Promise<Record<string, unknown>[]> {
    let lines: Record<string, unknown>[] = []
    await until(async () => {
      lines = await this.json(...words)
      return wanted(lines)
    }, 100)
    return lines
  }

  /** Waits until the first plotter is connected and idle. */
  async linked(): Promise<void> {
    await this.until(['plotters'], ([one]) => (one?.['state'] as { is?: string } | undefined)?.is === 'idle')
  }

  /** Waits until exactly one job is rendered and waits for ink. */
  async rendered(): Promise<void> {
    await this.until(['list', '--status', 'rendered'], (jobs) => jobs.length === 1)
  }

  /** Waits until at least this number of strokes of a job is on paper. @returns how many are on paper */
  async drawn(id: string, strokes: number): Promise<number> {
    const drawnOf = (job = {}) => (job as { progress?: { done: number } }).progress?.done ?? 0
    const [job] = await this.until(['show', id], ([shown]) => drawnOf(shown) >= strokes)
    return drawnOf(job)
  }

  /** Stops the daemon, as Ctrl-C does, and keeps its folder. */
  async halt(): Promise<void> {
    await this.#end('SIGINT')
  }

  /** Stops the daemon and removes its folder. @returns the exit code of its process; null without a process */
  async stop(): Promise<number | null> {
    const code = await this.#end('SIGTERM')
    removeFolder(this.folder)
    return code
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    await this.#daemon?.close()
    this.#daemon = undefined
    if (!this.#process) return null
    const closed = once(this.#process, 'close')
    this.#process.kill(signal)
    this.#process = undefined
    const [code] = await closed
    return code as number | null
  }
}
