import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { connect, type PlotdClient } from '../../clients/node/index.ts'

export interface HostPlotter {
  readonly name: string
  readonly url: string
}

/** One host of the farm: `plotd serve` as a process of its own, and a client of it. */
export class Host {
  readonly name: string
  readonly plotters: readonly HostPlotter[]
  readonly #folder: string
  readonly #spool: string
  #process: ChildProcess | undefined
  #client: PlotdClient | undefined

  constructor(name: string, folder: string, spool: string, plotters: readonly HostPlotter[]) {
    this.name = name
    this.plotters = plotters
    this.#folder = join(folder, name)
    this.#spool = spool
  }

  get client(): PlotdClient {
    if (!this.#client) throw new Error(`host ${this.name} is not started`)
    return this.#client
  }

  async start(): Promise<void> {
    const state = join(this.#folder, 'state')
    await mkdir(this.#folder, { recursive: true })
    const file = join(this.#folder, 'config.json')
    const config = {
      ...{ port: 0, state, output: join(this.#folder, 'output'), logLevel: 'error', spool: this.#spool },
      farm: { name: this.name },
      render: { workers: 1 },
      plotters: this.plotters.map((plotter, i) => ({
        ...{ ...plotter, profile: 'axidraw-v3', room: this.name, tags: ['a5', i === 0 ? 'black' : 'gold'] },
      })),
    }
    await writeFile(file, JSON.stringify(config))
    const main = fileURLToPath(new URL('../../clients/cli/main.js', import.meta.url))
    const child = spawn(process.execPath, [main, 'serve', '--config', file, '--json'], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'], // the host ends when this process ends
    })
    this.#process = child
    const url = await new Promise<string>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`host ${this.name} ended with ${code}`)))
      createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
        const { event, url: address } = JSON.parse(line) as { readonly event?: string; readonly url?: string }
        if (event === 'ready' && address !== undefined) resolve(address)
      })
    })
    this.#client = await connect({ state, url })
  }

  async kill(): Promise<void> {
    this.#client?.close()
    await this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    this.#client?.close()
    await this.#end('SIGTERM')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
}
