import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type PlotdClient } from '../../clients/node/index.ts'
import { type RunningSimulator, runSimulator } from '../../src/plotter/simulators/index.ts'
import { type Random, randomFrom } from '../../src/tasks/draw/random.ts'
import { DaemonChild, type Usage, type Weight } from './daemon-child.ts'
import { Ledger } from './ledger.ts'
import { Usages } from './measure.ts'

/** Speed of the simulators, as a multiple of a real plotter's. */
const SPEED = 20
/** Number of ended jobs that a daemon keeps. It is small, so that the daemon's memory soon reaches its maximum. */
const KEPT_JOBS = 500
const PLOTTERS = [
  { name: 'ebb', dialect: 'ebb', profile: { base: 'axidraw-v3', pen: { raiseMs: 60, lowerMs: 60 } } },
  { name: 'grbl', dialect: 'grbl', profile: 'grbl-servo' },
] as const

export interface Plotter {
  readonly name: string
  readonly simulator: RunningSimulator
  /** Lines of the present sheet that the plotter draws again at the operator's request. */
  redrawn: number[]
  /**
   * The jobs that may draw on the present sheet, by a grant or a resume. 'any' after a grant for sheets, and when the
   * answer to `plotter.ready` was lost.
   */
  allowed: Set<string> | 'any'
  /** The last notes of the plotter's operator, for the report of a violation. */
  readonly notes: string[]
}

/** What the operators and clients of one world use: access to its daemon, and the record of the daemon's jobs. */
export interface Scene {
  readonly name: string
  readonly random: Random
  readonly ledger: Ledger
  readonly plotters: readonly Plotter[]
  readonly folder: string
  readonly client: PlotdClient
  /**
   * A client of the daemon that has the plotter. In a farm, undefined while that daemon is ended or frozen. Other hosts
   * learn the state of the plotter later.
   */
  clientOf(plotter: string): PlotdClient | undefined
  dial(): Promise<PlotdClient>
}

/** One daemon, its simulated plotters, and the record of its jobs. The plotters run on when the daemon ends. */
export class World implements Scene {
  readonly name: string
  readonly random: Random
  readonly folder: string
  readonly plotters: readonly Plotter[]
  readonly ledger = new Ledger()
  readonly usages = new Usages<keyof Usage>()
  readonly weights = new Usages<keyof Weight>()
  /** Whether the state folder is on its own small disk, which can be filled. */
  readonly ownDisk: boolean
  #daemon: DaemonChild | undefined
  #client: PlotdClient | undefined
  #expectsEnd = false
  readonly #flags: Record<string, unknown>

  private constructor(name: string, seed: number, folder: string, plotters: readonly Plotter[], ownDisk: boolean) {
    this.name = name
    this.random = randomFrom(seed)
    this.folder = folder
    this.plotters = plotters
    this.ownDisk = ownDisk
    this.#flags = {
      port: 0,
      state: join(folder, 'state'),
      output: join(folder, 'output'),
      logLevel: 'warn',
      'retention.jobs': KEPT_JOBS,
      plotters: plotters.map(({ name, simulator }) => ({
        name,
        url: `${simulator.url}?speed=${SPEED}`,
        profile: PLOTTERS.find((candidate) => candidate.name === name)?.profile,
      })),
    }
  }

  static async start(name: string, seed: number): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), `plotd-soak-${name}-`))
    const ownDisk = mountDisk(folder)
    const plotters = await Promise.all(
      PLOTTERS.map(async ({ name, dialect }): Promise<Plotter> => {
        return {
          name,
          simulator: await runSimulator(dialect, { tcp: 0, speed: SPEED }),
          redrawn: [],
          allowed: new Set(),
          notes: [],
        }
      }),
    )
    await mkdir(join(folder, 'output'))
    const world = new World(name, seed, folder, plotters, ownDisk)
    await world.#begin()
    return world
  }

  get daemon(): DaemonChild {
    if (this.#daemon) return this.#daemon
    throw new Error('no daemon')
  }

  clientOf(): PlotdClient | undefined {
    return this.#client
  }

  /** A client that reconnects by itself after restarts. */
  get client(): PlotdClient {
    if (this.#client) return this.#client
    throw new Error('no client')
  }

  async dial(): Promise<PlotdClient> {
    return connect({ url: this.daemon.url, state: join(this.folder, 'state') })
  }

  /** @param expected  exit codes or signals that count as correct */
  async restart(end: (daemon: DaemonChild) => Promise<string>, expected: readonly string[]): Promise<void> {
    this.#expectsEnd = true
    const how = await end(this.daemon)
    if (!expected.includes(how)) this.ledger.violate(`${this.name}: the daemon ended with ${how}: ${this.#lastWords()}`)
    this.#reportBugs()
    await this.#begin()
  }

  async close(): Promise<void> {
    this.client.close()
    await this.#stopDaemon()
    await Promise.all(this.plotters.map(({ simulator }) => simulator.close()))
    if (this.ownDisk) execFileSync('umount', ['-l', this.folder])
    await rm(this.folder, { recursive: true, force: true })
  }

  async #stopDaemon(): Promise<void> {
    this.#expectsEnd = true
    const how = await this.daemon.end('SIGTERM')
    if (how !== '0') this.ledger.violate(`${this.name}: the daemon stopped with ${how}: ${this.#lastWords()}`)
    this.#reportBugs()
  }

  async #begin(): Promise<void> {
    const daemon = await DaemonChild.start(this.#flags)
    this.#daemon = daemon
    // clients reconnect to the same address
    this.#flags['port'] = Number(new URL(daemon.url).port)
    this.#expectsEnd = false
    void daemon.ended.then((how) => {
      if (this.#daemon === daemon && !this.#expectsEnd) {
        this.ledger.violate(`${this.name}: the daemon ended by itself with ${how}: ${this.#lastWords()}`)
      }
    })
    this.#client ??= await this.dial()
    this.ledger.count('starts')
  }

  /**
   * Reports bugs: a stack or a warning on stderr, or an entry that the log calls a bug. Other errors may come from the
   * faults that `chaos.ts` causes.
   */
  #reportBugs(): void {
    for (const line of this.daemon.complaints) {
      if (!line.startsWith('{') || line.includes('"a bug"')) this.ledger.violate(`${this.name}: ${line}`)
      else this.ledger.count('errors logged')
    }
  }

  #lastWords(): string {
    return this.daemon.complaints.slice(-5).join(' | ')
  }
}

/** Gives the folder its own small file system, if that is allowed. @returns whether it was allowed */
function mountDisk(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512m', 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
