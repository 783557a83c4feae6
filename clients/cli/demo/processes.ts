import { rmSync } from 'node:fs'
import { copyFile, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EXIT } from '../errors/exit-codes.ts'
import { Child, type Line } from './child.ts'
import type { Fidelity } from './fidelity.ts'

export interface HouseOptions {
  /** Times as fast as a real plotter. */
  readonly speed: number
  readonly page: string
  readonly output: string
  readonly ink: string
  /** Told what the simulated plotter says: its ink as it is drawn. */
  readonly hear: (line: Line) => void
}

/** All that a demo needs, in processes and a folder of its own, and gone afterwards however it ends. */
export class House {
  readonly folder: string
  readonly #children: Child[] = []
  #simulator: Child | undefined

  static async open(): Promise<House> {
    return new House(await mkdtemp(join(tmpdir(), 'plotd-demo-')))
  }

  private constructor(folder: string) {
    this.folder = folder
    process.once('exit', () => this.#raze())
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => void this.close().finally(() => process.exit(EXIT.interrupted)))
    }
  }

  /** A plotter made of software. @returns its serial port */
  async plotter({ speed, page, ink, hear }: HouseOptions): Promise<string> {
    const compare = join(this.folder, 'drawing.svg')
    // the queue of firmware 3 keeps a fast board busy over a slow computer's hiccups
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
    this.#simulator = this.#start(words, hear)
    return String((await this.#simulator.line('ready'))['path'])
  }

  /** A daemon with that plotter. @returns where its state is */
  async daemon(port: string, { output, speed }: HouseOptions): Promise<string> {
    const state = join(this.folder, 'state')
    const plotter = `axidraw=serial:${port}?speed=${speed}`
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

  /** The plotter is switched off: it writes down its ink and holds it against the drawing. */
  async ink(drawing: string): Promise<Fidelity> {
    await copyFile(drawing, join(this.folder, 'drawing.svg'))
    const ended = this.#simulator?.line('ended')
    await this.#simulator?.end()
    const { inkMm, drawingMm } = (await ended) ?? {}
    return { inkMm: Number(inkMm), drawingMm: Number(drawingMm) }
  }

  async close(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.end()))
    this.#raze()
  }

  #start(words: readonly string[], hear?: (line: Line) => void): Child {
    const child = new Child(words, hear)
    this.#children.push(child)
    return child
  }

  #raze(): void {
    for (const child of this.#children) if (child.running) child.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
