import { createServer, type Server, type Socket } from 'node:net'
import { type Strokes, strokeCount } from '../../src/geometry/drawing.ts'
import { type RunningSimulator, runSimulator } from '../../src/plotter/simulators/index.ts'
import type { Random } from '../../src/tasks/draw/random.ts'

export interface TakenSheet {
  readonly plotter: string
  /** The job that the feeder brought this sheet for; undefined for ink before the feeder brought a sheet. */
  readonly job: string | undefined
  readonly ink: Strokes
}

/** Boards of two kinds. Both kinds count their steps, so they usually know the carriage's place after a cut. */
export const PLOTTERS = [
  { name: 'north', dialect: 'ebb', profile: 'axidraw-v3' },
  { name: 'east', dialect: 'ebb', profile: 'axidraw-v3' },
  { name: 'south', dialect: 'grbl', profile: 'grbl-servo' },
  { name: 'west', dialect: 'grbl', profile: 'grbl-servo' },
] as const

/** A plotter with the sheet that lies on it. */
interface Bed {
  readonly simulator: RunningSimulator
  job: string | undefined
  /** Number of strokes on the sheet when the feeder jammed. No ink may follow before the operator clears the jam. */
  jammedAt: number | undefined
}

/**
 * Four simulated plotters with feeders. The plotters outlive the daemon. The feeder is a program that calls this class
 * over TCP. The class takes the sheet off and puts a fresh one down, or reports a jam.
 */
export class FourPlotters {
  readonly taken: TakenSheet[] = []
  readonly wrong: string[] = []
  jams = 0
  /** How often a cable was pulled. */
  unplugged = 0
  #feeds = 0
  #isOpen = true
  readonly #beds: ReadonlyMap<string, Bed>
  readonly #server: Server
  readonly #random: Random
  readonly #jamShare: number
  readonly #cutSheets: readonly number[]
  readonly #sockets = new Set<Socket>()

  private constructor(
    beds: ReadonlyMap<string, Bed>,
    server: Server,
    random: Random,
    { jams, cutSheets }: { readonly jams: number; readonly cutSheets: readonly number[] },
  ) {
    this.#beds = beds
    this.#cutSheets = cutSheets
    this.#server = server
    this.#random = random
    this.#jamShare = jams
    server.on('connection', (socket) => this.#answer(socket))
  }

  /**
   * @param jams       fraction of the feeds that jam
   * @param cutSheets  numbers of the feeds after which the cable is pulled in a stroke. The first feed is number 1. A
   *   feed that jams has no number
   */
  static async start(
    speed: number,
    random: Random,
    mishaps: { readonly jams: number; readonly cutSheets: readonly number[] },
  ): Promise<FourPlotters> {
    const beds = new Map<string, Bed>()
    for (const { name, dialect } of PLOTTERS) {
      const simulator = await runSimulator(dialect, { tcp: 0, speed })
      beds.set(name, { simulator, job: undefined, jammedAt: undefined })
    }
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new FourPlotters(beds, server, random, mishaps)
  }

  get names(): string[] {
    return [...this.#beds.keys()]
  }

  urlOf(name: string): string {
    return this.#bed(name).simulator.url
  }

  /**
   * The command that the daemon calls to change the sheet. Bash opens TCP connections itself, so the script needs no
   * other program.
   */
  get feeder(): readonly string[] {
    const { port } = this.#server.address() as { port: number }
    const script = [
      `exec 3<>/dev/tcp/127.0.0.1/${port}`,
      'echo "$FEED_PLOTTER $FEED_JOB" >&3',
      'read -r answer <&3',
      'test "$answer" = ok || { echo "$answer"; exit 1; }',
    ]
    return ['bash', '-c', script.join('; ')]
  }

  /** Pushes the carriage home by hand, for a board that does not know the carriage's place. */
  pushHome(name: string): void {
    this.#bed(name).simulator.board.pushHome()
  }

  /** Takes off the sheet and clears a jam. */
  clear(name: string): void {
    const bed = this.#bed(name)
    this.#takeOff(name, bed)
    bed.job = undefined
    bed.jammedAt = undefined
  }

  async close(): Promise<void> {
    this.#isOpen = false
    for (const name of this.names) this.clear(name)
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
    for (const { simulator } of this.#beds.values()) await simulator.close()
  }

  #answer(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket))
    socket.setEncoding('utf8').once('data', (text: string) => {
      const [plotter = '', job = ''] = text.trim().split(' ')
      socket.end(`${this.#feed(plotter, job)}\n`)
    })
  }

  #feed(name: string, job: string): string {
    const bed = this.#bed(name)
    if (bed.jammedAt !== undefined) this.wrong.push(`${name}: a sheet is fed for ${job} into a jam`)
    if (bed.simulator.board.isPenDown) this.wrong.push(`${name}: a sheet is fed for ${job} under a pen that is down`)
    if (this.#random.next() < this.#jamShare) {
      bed.jammedAt = strokeCount(bed.simulator.board.ink.strokes())
      return `jam ${++this.jams}`
    }
    this.#takeOff(name, bed)
    bed.job = job
    if (this.#cutSheets.includes(++this.#feeds)) void this.#unplug(bed)
    return 'ok'
  }

  /** Pulls the cable during the next stroke. */
  async #unplug({ simulator: { board } }: Bed): Promise<void> {
    while (this.#isOpen && !board.isPenDown) await new Promise((resolve) => setTimeout(resolve, 1))
    if (!this.#isOpen) return
    this.unplugged++
    board.cable.cut()
  }

  #takeOff(plotter: string, { simulator, job, jammedAt }: Bed): void {
    const ink = simulator.board.ink.strokes()
    if (jammedAt !== undefined && strokeCount(ink) !== jammedAt)
      this.wrong.push(`${plotter}: ink on a sheet after a jam`)
    if (strokeCount(ink) > 0) this.taken.push({ plotter, job, ink })
    simulator.board.ink.newSheet()
  }

  #bed(name: string): Bed {
    const bed = this.#beds.get(name)
    if (bed) return bed
    throw new Error(`there is no plotter ${name}`)
  }
}
