/**
 * The room `demo`: the processes of `plotd demo` (here and in `child`), its display (`show`) and the comparison of ink
 * (`fidelity`).
 */
import { rmSync } from 'node:fs'
import { copyFile, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EXIT } from '../errors/exit-codes.ts'
import { Child, type Line } from './child.ts'
import type { Fidelity } from './fidelity.ts'

export interface DemoOptions {
  /** Speed, as a multiple of the speed of a real plotter. */
  readonly speed: number
  readonly page: string
  readonly output: string
  readonly ink: string
  /** Called with each line that the simulated plotter prints. */
  readonly onLine: (line: Line) => void
}

/** The daemon and the simulated plotter of a demo. `close` ends both processes and removes their temporary folder. */
export class DemoProcesses {
  readonly folder: string
  readonly #children: Child[] = []
  #simulator: Child | undefined

  static async open(): Promise<DemoProcesses> {
    return new DemoProcesses(await mkdtemp(join(tmpdir(), 'plotd-demo-')))
  }

  private constructor(folder: string) {
    this.folder = folder
    process.once('exit', () => this.#remove())
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => void this.close().finally(() => process.exit(EXIT.interrupted)))
    }
  }

  /** Starts the simulated plotter. @returns its serial port */
  async plotter({ speed, page, ink, onLine }: DemoOptions): Promise<string> {
    const compare = join(this.folder, 'drawing.svg')
    // The long queue of firmware 3 keeps a fast board busy even on a slow computer.
    const words = [
      'simulate',
      'ebb',
      '--firmware',
      '3.0.3',
      '--speed',
      String(speed),
      '--page',
      page,
      '--ink',
      ink,
      '--compare',
      compare,
    ]
    this.#simulator = this.#start(words, onLine)
    return String((await this.#simulator.line('ready'))['path'])
  }

  /** Starts the daemon. @returns its state folder */
  async daemon(port: string, { output, speed }: DemoOptions): Promise<string> {
    const state = join(this.folder, 'state')
    const plotter = `axidraw=serial:${port}?speed=${speed}&patience=10`
    const words = [
      'serve',
      '--port',
      '0',
      '--plotter',
      plotter,
      '--state',
      state,
      '--output',
      output,
      '--log-level',
      'error',
    ]
    await this.#start(words).line('ready')
    return state
  }

  /** Ends the simulated plotter. @returns the distances between its ink and the drawing */
  async ink(drawing: string): Promise<Fidelity> {
    await copyFile(drawing, join(this.folder, 'drawing.svg'))
    const ended = this.#simulator?.line('ended')
    await this.#simulator?.end()
    const { inkMm, drawingMm } = (await ended) ?? {}
    return { inkMm: Number(inkMm), drawingMm: Number(drawingMm) }
  }

  async close(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.end()))
    this.#remove()
  }

  #start(words: readonly string[], onLine?: (line: Line) => void): Child {
    const child = new Child(words, onLine)
    this.#children.push(child)
    return child
  }

  #remove(): void {
    for (const child of this.#children) if (child.isRunning) child.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
