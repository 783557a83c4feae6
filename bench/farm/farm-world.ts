import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type PlotdClient } from '../../clients/node/index.ts'
import { PlotdError } from '../../src/errors.ts'
import { runSimulator } from '../../src/plotter/simulators/index.ts'
import { type Random, randomFrom } from '../../src/tasks/draw/random.ts'
import { DaemonChild } from '../soak/daemon-child.ts'
import { Ledger } from '../soak/ledger.ts'
import type { Plotter, Scene } from '../soak/world.ts'
import { freePort } from './free-port.ts'
import { type Computer, type Network, openNetwork } from './network.ts'
import { newDatabase, type PostgresServer, startPostgres } from './postgres.ts'
import { WireProxy } from './wire-proxy.ts'

/** Maximum number of further starts after a start that failed. A start fails while the database is away. */
const REPEATS = 60

/** The pen lifts fast, and strokes take the time of a real machine. So most faults strike within a stroke. */
const PROFILE = { base: 'axidraw-v3', pen: { raiseMs: 60, lowerMs: 60 } }

/** One host of the farm as a process. `wire` can hold the bytes between the host and the database. */
export class FarmHost {
  readonly name: string
  readonly wire: WireProxy
  /** Undefined when all hosts share the network of this machine. */
  readonly computer: Computer | undefined
  readonly plotters: readonly Plotter[]
  readonly #flags: Readonly<Record<string, unknown>>
  readonly #ledger: Ledger
  #child: DaemonChild | undefined
  #client: PlotdClient | undefined
  #expectsEnd = false
  /** No client gets an answer from a frozen process. */
  #isFrozen = false
  #runsSince = 0

  constructor(
    name: string,
    { wire, computer }: { readonly wire: WireProxy; readonly computer: Computer | undefined },
    plotters: readonly Plotter[],
    flags: Readonly<Record<string, unknown>>,
    ledger: Ledger,
  ) {
    this.name = name
    this.wire = wire
    this.computer = computer
    this.plotters = plotters
    this.#flags = flags
    this.#ledger = ledger
  }

  /** Whether the host runs and is not frozen. */
  get isHere(): boolean {
    return this.#child !== undefined && !this.#isFrozen
  }

  /** Time since the last start or thaw of the host, ms; 0 while the host is ended or frozen. */
  get runsForMs(): number {
    return this.isHere ? performance.now() - this.#runsSince : 0
  }

  /** A client that reconnects by itself. */
  get client(): PlotdClient {
    if (this.#client === undefined) throw new Error(`host ${this.name} was never started`)
    return this.#client
  }

  dial(): Promise<PlotdClient> {
    return connect({
      url: `http://${String(this.#flags['host'])}:${String(this.#flags['port'])}`,
      state: String(this.#flags['state']),
    })
  }

  async start(): Promise<void> {
    for (let left = REPEATS; this.#child === undefined; left--) {
      try {
        this.#expectsEnd = false
        const child = await DaemonChild.start(this.#flags, this.computer?.prefix)
        this.#child = child
        this.#runsSince = performance.now()
        void child.ended.then((how) => {
          if (this.#child !== child || this.#expectsEnd) return
          this.#ledger.violate(`${this.name} ended by itself with ${how}: ${child.complaints.slice(-5).join(' | ')}`)
        })
      } catch (error) {
        if (left === 0) throw error
        this.#ledger.count('starts that were refused')
        await sleep(500)
      }
    }
    this.#client ??= await this.dial()
    this.#ledger.count('starts')
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    this.#expectsEnd = true
    const how = await child?.end(signal)
    this.#child = undefined
    if (signal === 'SIGTERM' && how !== '0') this.#ledger.violate(`${this.name} stopped with ${how}`)
    for (const line of child?.complaints ?? []) {
      if (!line.startsWith('{') || line.includes('"a bug"')) this.#ledger.violate(`${this.name}: ${line}`)
    }
  }

  freeze(): void {
    this.#isFrozen = true
    this.#child?.signal('SIGSTOP')
  }

  thaw(): void {
    this.#child?.signal('SIGCONT')
    this.#isFrozen = false
    this.#runsSince = performance.now()
  }

  setClock(skewMs: number): void {
    this.#child?.setClock(skewMs)
  }

  /** Starts a second host under the name of this host, without plotters. @returns a function that ends that host */
  async startNamesake(): Promise<() => Promise<void>> {
    const { state, output } = this.#flags
    const places = { state: `${String(state)}-2`, output: `${String(output)}-2`, port: await freePort() }
    const other = await DaemonChild.start({ ...this.#flags, ...places, plotters: [] }, this.computer?.prefix)
    return async () => void (await other.end('SIGTERM'))
  }
}

/** 'lowdb': one host with the queue in its folder, and no database. */
export type Engine = 'postgres' | 'lowdb'

export interface FarmOptions {
  readonly engine?: Engine
  readonly seed: number
  readonly names: readonly string[]
  readonly plottersEach: number
  /** A server that runs already, and that `close` stops. By default the farm starts a server. */
  readonly server?: PostgresServer
  /** Changes the URL by which the hosts reach the database. The hosts then bypass their `WireProxy`. */
  readonly servers?: (url: string) => string
  /** Whether the hosts are computers of a `Network`, if this process can make one; default true. */
  readonly isOnNetwork?: boolean
  /** Called with the farm's temporary folder before the hosts start. */
  readonly prepare?: (folder: string) => void
}

/** The hosts, their simulated plotters and the shared database. A plotter outlives its host. */
export class FarmWorld implements Scene {
  readonly name = 'farm'
  readonly random: Random
  readonly ledger = new Ledger()
  readonly folder: string
  readonly hosts: readonly FarmHost[]
  readonly #database: Database | undefined
  /** Undefined when the option `isOnNetwork` is false, or when this process cannot make a network. */
  readonly network: Network | undefined

  private constructor(
    seed: number,
    { folder, hosts, network }: Pick<FarmWorld, 'folder' | 'hosts' | 'network'>,
    database: Database | undefined,
  ) {
    this.random = randomFrom(seed)
    this.folder = folder
    this.#database = database
    this.hosts = hosts
    this.network = network
  }

  static async start(options: FarmOptions): Promise<FarmWorld> {
    const { seed, names, plottersEach, engine = 'postgres', servers, isOnNetwork = true, prepare } = options
    const network = isOnNetwork ? openNetwork() : undefined
    const database = engine === 'lowdb' ? undefined : await databaseOf(options.server, network)
    const folder = await mkdtemp(join(tmpdir(), 'plotd-farm-sweep-'))
    prepare?.(folder)
    const hosts: FarmHost[] = []
    const world = new FarmWorld(seed, { folder, hosts, network }, database)
    for (const name of names) {
      const computer = network?.computer()
      const wire = await WireProxy.to(database?.server.port ?? 0, network?.ip)
      const plotters: Plotter[] = []
      for (let i = 1; i <= plottersEach; i++) {
        const simulator = await runSimulator('ebb')
        plotters.push({ name: `${name}-${i}`, simulator, redrawn: [], allowed: new Set(), notes: [] })
      }
      const flags = {
        host: computer?.ip ?? '127.0.0.1',
        port: await freePort(),
        logLevel: 'warn',
        state: join(folder, name, 'state'),
        output: join(folder, name, 'output'),
        ...(database && { spool: servers?.(database.url) ?? through(wire, database, network), 'farm.name': name }),
        'render.workers': 1,
        'retention.jobs': 5000,
        plotters: plotters.map((plotter) => ({ name: plotter.name, url: plotter.simulator.url, profile: PROFILE })),
      }
      hosts.push(new FarmHost(name, { wire, computer }, plotters, flags, world.ledger))
    }
    for (const host of hosts) await host.start()
    for (const { client } of hosts) {
      for (;;) {
        const plotters = await client.call('plotter.list', {})
        if (plotters.length === world.plotters.length && plotters.every(({ state }) => state.is === 'idle')) break
        await sleep(200)
      }
    }
    return world
  }

  get server(): PostgresServer {
    return this.#required.server
  }

  /** The address of the database itself, without a `WireProxy`. */
  get url(): string {
    return this.#required.url
  }

  get engine(): Engine {
    return this.#database === undefined ? 'lowdb' : 'postgres'
  }

  get #required(): Database {
    if (this.#database === undefined) throw new Error('this farm has no database')
    return this.#database
  }

  get plotters(): readonly Plotter[] {
    return this.hosts.flatMap(({ plotters }) => plotters)
  }

  /** A client of a host chosen at random. Any host will do, because each shows all plotters. */
  get client(): PlotdClient {
    return this.#anyHost().client
  }

  clientOf(plotter: string): PlotdClient | undefined {
    const host = this.hosts.find(({ plotters }) => plotters.some(({ name }) => name === plotter))
    return host?.isHere ? host.client : undefined
  }

  dial(): Promise<PlotdClient> {
    return this.#anyHost().dial()
  }

  async close(): Promise<void> {
    for (const host of this.hosts) {
      host.client.close()
      await host.end('SIGTERM')
      await host.wire.close()
    }
    this.network?.close()
    await Promise.all(this.plotters.map(({ simulator }) => simulator.close()))
    await this.#database?.server.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** A random host among those that run and are not frozen; when there are none, any host. */
  #anyHost(): FarmHost {
    const here = this.hosts.filter(({ isHere }) => isHere)
    const some = here.length === 0 ? this.hosts : here
    const host = some[this.random.whole(0, some.length - 1)]
    if (host === undefined) throw new PlotdError('ERR_DAEMON_AWAY', 'the farm has no host')
    return host
  }
}

interface Database {
  readonly server: PostgresServer
  readonly url: string
}

async function databaseOf(ownServer: PostgresServer | undefined, network: Network | undefined): Promise<Database> {
  const lines = network === undefined ? [] : [`listen_addresses = '127.0.0.1,${network.ip}'`]
  const server = ownServer ?? (await startPostgres({ lines, networks: network === undefined ? [] : [network.subnet] }))
  return { server, url: await newDatabase(server) }
}

function through(wire: WireProxy, { url }: Database, network: Network | undefined): string {
  const spool = new URL(url)
  spool.host = `${network?.ip ?? '127.0.0.1'}:${wire.port}`
  return spool.href
}
