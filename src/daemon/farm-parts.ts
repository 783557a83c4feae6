import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { PlotdError, toPlotdError } from '../errors.ts'
import type { Farm, HostView } from '../spool/index.ts'
import { type Config, hostName } from './config/schema.ts'
import type { TaskCatalog } from './custom-tasks/index.ts'
import { aboutHere, checkAgainst, FarmFiles, LOST_MS, offeredTasks, Peers } from './farm/index.ts'
import type { Uploads } from './files/index.ts'
import type { HostParts } from './methods/index.ts'
import type { WirePlotter } from './protocol/index.ts'
import type { Machine, ThreadPoolOptions } from './render/index.ts'
import type { HostFiles } from './server/index.ts'

/** Longest wait to see whether a silent host is lost, ms. This host measures the silence only from its own start. */
const SILENCE_MS = 1.5 * LOST_MS
const RETRY_MS = 500

const isPresent = ({ silentMs, isStarting }: HostView): boolean => silentMs < LOST_MS && !isStarting

const LOOPBACK = /^https?:\/\/(127\.|localhost|\[::1\])/

export interface FarmPartsOptions {
  readonly config: Config
  /** The farm that shares the queue; undefined for a daemon with a queue of its own. */
  readonly farm: Farm | undefined
  readonly uploads: Uploads
  readonly version: string
  readonly log: Logger
  /** Called at each change of a plotter of another host. */
  readonly changed: (plotter: WirePlotter) => void
  /** Called with the name of a plotter that is gone: no other host has it now. */
  readonly removed: (plotter: string) => void
}

/** A daemon's parts for the other hosts that share its queue. Without a farm there are no other hosts. */
export class FarmParts {
  readonly peers: Peers | undefined
  readonly #options: FarmPartsOptions
  readonly #files: FarmFiles | undefined
  readonly #plans: string
  readonly #uploads: string
  readonly #copies: string
  #about = { plotters: [], modules: {}, fonts: {} } as Awaited<ReturnType<typeof aboutHere>>
  #taskNames: readonly string[] = []
  #url = ''

  constructor(options: FarmPartsOptions) {
    this.#options = options
    const { config, farm, uploads, log, changed, removed } = options
    this.#plans = join(config.state, 'plans')
    this.#uploads = join(config.state, 'uploads')
    this.#copies = join(config.state, 'copies')
    if (farm === undefined) return
    this.peers = new Peers({ farm, own: config.plotters.map(({ name }) => name), log, changed, removed })
    this.#files = new FarmFiles({
      peers: this.peers,
      host: farm.host,
      output: config.output,
      uploads,
      log,
      plans: this.#plans,
      uploadsFolder: this.#uploads,
      copies: this.#copies,
    })
  }

  get host(): string {
    return this.#options.farm?.host ?? hostName(this.#options.config)
  }

  /** With these options the thread pools fetch files from other hosts, and write SVGs into the folder of this host. */
  get threadOptions(): ThreadPoolOptions {
    return this.#files ? { contents: this.#files, outputPrefix: `${this.host}/` } : {}
  }

  /** The plotter of this name on another host; for 'any', all plotters of other hosts. */
  machines(plotter: string): readonly Machine[] {
    return this.peers?.machines(plotter) ?? []
  }

  /** The tasks that this host renders; undefined means all. */
  tasks(): readonly string[] | undefined {
    return this.peers && offeredTasks(this.#taskNames, this.#about, this.peers.others)
  }

  /** Whether this host reports the metrics of the queue. The first host by name does, and lost hosts do not count. */
  get isFirst(): boolean {
    const others = this.peers?.others.filter(({ silentMs }) => silentMs < LOST_MS) ?? []
    return others.every(({ id }) => this.host < id)
  }

  /**
   * Connects to the other hosts, and compares this host's tasks and fonts with theirs.
   *
   * @throws PlotdError ERR_CONFIG when the tasks or fonts of two hosts conflict (see `checkAgainst`); ERR_SPOOL_WRITE
   */
  async connect(catalog: TaskCatalog, plotters: readonly WirePlotter[]): Promise<void> {
    if (!this.peers) return
    this.#taskNames = Object.keys(catalog.tasks)
    this.#about = await aboutHere(this.#options.config, catalog, plotters)
    await this.peers.start()
    await this.#pastLostHosts(() => this.#checkAgainstOthers())
  }

  async #checkAgainstOthers(): Promise<void> {
    const hosts = (await this.#options.farm?.hosts()) ?? []
    const others = hosts.filter(({ id }) => id !== this.host)
    checkAgainst(this.#about, others.filter(isPresent))
  }

  /**
   * Repeats a step while a silent host prevents the step. That host is soon lost, and a lost host prevents nothing.
   * When a host that answers prevents the step, the step is not repeated.
   *
   * @throws the error of the step
   */
  async #pastLostHosts(step: () => Promise<void>): Promise<void> {
    const end = performance.now() + SILENCE_MS
    for (let isFirst = true; ; isFirst = false) {
      try {
        return await step()
      } catch (thrown) {
        const { code, detail, message } = toPlotdError(thrown)
        const { host } = detail
        if (code !== 'ERR_CONFIG' || typeof host !== 'string') throw thrown
        if (this.peers?.peer(host)?.isReached === true || performance.now() >= end) throw thrown
        if (isFirst) this.#options.log.warn({ host }, `${message}; plotd waits to see whether host ${host} is silent`)
      }
      await delay(RETRY_MS)
    }
  }

  /**
   * Publishes the offer of this host: its address, version, plotters, tasks and fonts.
   *
   * @throws PlotdError ERR_CONFIG when a plotter's name is taken, or as `connect` does; ERR_SPOOL_WRITE
   */
  async publish(listensAt: string): Promise<void> {
    const { config, farm, version, log } = this.#options
    this.#url = config.farm.url ?? listensAt
    if (farm === undefined) return
    if (LOOPBACK.test(this.#url)) {
      log.warn(
        { url: this.#url },
        'other machines cannot reach this host: set `host` to an address of the network, or set `farm.url`',
      )
    }
    const plotters = config.plotters.map(({ name }) => name)
    const offer = { url: this.#url, version, plotters, tasks: this.#taskNames, about: this.#about }
    await this.#pastLostHosts(() => farm.publish(offer))
    // Another host may have started at the same moment.
    await this.#checkAgainstOthers()
  }

  get hosts(): HostParts {
    const { config, version } = this.#options
    return {
      here: () => ({
        name: this.host,
        here: true,
        url: this.#url,
        version,
        silentMs: 0,
        lost: false,
        reached: true,
        problems: [],
        plotters: config.plotters.map(({ name }) => name),
      }),
      others: () => this.peers?.list(this.#about) ?? [],
      forget: async (name) => {
        if (!this.peers) throw new PlotdError('ERR_HOST', 'this daemon shares its queue with no other host')
        await this.peers.forget(name)
      },
    }
  }

  get hostFiles(): HostFiles {
    return {
      path: (name) => {
        const [kind, hash = ''] = name.split('/') // 'plan/', 'upload/' or 'svg/' and the hash
        const folders: Readonly<Record<string, string>> = { plan: this.#plans, upload: this.#uploads }
        return join(folders[kind ?? ''] ?? this.#copies, hash)
      },
      copyUpload: async (sha256) => this.#files?.copyUpload(sha256),
      take: async (name, bytes) => {
        if (!this.#files) throw new PlotdError('ERR_FORBIDDEN', 'this daemon shares its queue with no other host')
        await this.#files.take(name, bytes)
      },
    }
  }

  /** Finds an SVG of any host. @throws PlotdError ERR_FILE without a farm, or when no host that answers has the SVG */
  async findOutput(path: string) {
    if (this.#files) return this.#files.findRecord({ path })
    throw new PlotdError('ERR_FILE', `there is no output ${JSON.stringify(path)}`, { path })
  }

  /** Of the copies of other hosts' SVGs, removes those that were made more than `retention.days` ago. */
  async removeOldCopies(): Promise<void> {
    await this.#files?.removeOldCopies(this.#options.config.retention.days)
  }

  close(): void {
    this.peers?.close()
  }
}
