import type { Logger } from 'pino'
import { PlotdError } from '../../errors.ts'
import type { Farm, HostView } from '../../spool/index.ts'
import type { Result, WirePlotter } from '../protocol/index.ts'
import type { Machine } from '../render/index.ts'
import { type About, aboutOf, machinesOf, problemsOf } from './offer.ts'
import { Peer } from './peer.ts'

/** Time between two readings of the other hosts' offers from the shared queue, ms. */
const READ_MS = 2000
/** Time without a sign of life after which a host is lost, ms. */
export const LOST_MS = 20_000

export interface PeersParts {
  readonly farm: Farm
  /**
   * The names of this host's plotters. When another host has a plotter with one of these names, that plotter is left
   * out, because it was moved here from a lost host.
   */
  readonly own: readonly string[]
  readonly log: Logger
  /** Called at each change of a plotter of another host. */
  readonly changed: (plotter: WirePlotter) => void
  /** Called with the name of a plotter that is gone: no other host has it now. */
  readonly removed: (plotter: string) => void
}

/** All other hosts that share the queue. */
export class Peers {
  readonly #parts: PeersParts
  readonly #peers = new Map<string, Peer>()
  #hosts: readonly HostView[] = []
  #abouts = new Map<string, About>()
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(parts: PeersParts) {
    this.#parts = parts
  }

  /** Reads the offers of the hosts now, and again every `READ_MS`. @throws PlotdError ERR_SPOOL_WRITE */
  async start(): Promise<void> {
    await this.#read()
    this.#readLater()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    for (const peer of this.#peers.values()) peer.close()
  }

  /** The other hosts, as the store knows them. */
  get others(): readonly HostView[] {
    return this.#hosts.filter(({ id }) => id !== this.#parts.farm.host)
  }

  /** The peers of all hosts that answer. The host `first` comes before the other hosts. */
  reached(first?: string): readonly Peer[] {
    const all = [...this.#peers.values()].filter(({ isReached }) => isReached)
    return all.sort((a, b) => Number(b.name === first) - Number(a.name === first))
  }

  peer(host: string): Peer | undefined {
    return this.#peers.get(host)
  }

  /** The plotters of all other hosts. */
  get plotters(): readonly WirePlotter[] {
    return [...this.#peers.values()].flatMap((peer) => peer.plotters.filter(({ name }) => this.#has(peer.name, name)))
  }

  /**
   * The other host that has this plotter; undefined when none has it. A plotter that was moved from a lost host has two
   * hosts. Then the host that answers has the plotter. When neither answers, the host that answered last has it.
   */
  hostOf(plotter: string): Peer | undefined {
    const hosts = [...this.#peers.values()].filter((peer) => peer.has(plotter))
    return hosts.sort((a, b) => (a.silentSince === b.silentSince ? 0 : b.silentSince - a.silentSince))[0]
  }

  /** The plotter with this name on another host; for 'any', all plotters of other hosts. */
  machines(plotter: string): readonly Machine[] {
    return [...this.#abouts].flatMap(([host, about]) => {
      const plotterNamed = (name: string) =>
        this.#peers.get(host)?.plotters.find((candidate) => candidate.name === name)
      return machinesOf(about, plotterNamed).filter(
        ({ name }) => this.#has(host, name) && (plotter === 'any' || plotter === name),
      )
    })
  }

  /** The other hosts as clients see them. */
  list(here: About): Result<'host.list'>['hosts'] {
    return this.others.map((host) => ({
      name: host.id,
      here: false,
      url: host.offer?.url ?? '',
      version: host.offer?.version ?? '',
      plotters: host.offer?.plotters ?? [],
      silentMs: Math.round(host.silentMs),
      lost: host.silentMs >= LOST_MS,
      reached: this.#peers.get(host.id)?.isReached === true,
      problems: problemsOf(here, host),
    }))
  }

  /** Forgets a lost host. @throws PlotdError ERR_HOST when there is no lost host of that name; ERR_SPOOL_WRITE */
  async forget(name: string): Promise<void> {
    const wasForgotten = name !== this.#parts.farm.host && (await this.#parts.farm.forgetHost(name))
    if (!wasForgotten) throw new PlotdError('ERR_HOST', `there is no lost host ${JSON.stringify(name)}`, { name })
    await this.#read()
  }

  /** Whether the other host `host` has the plotter now. */
  #has(host: string, plotter: string): boolean {
    return !this.#parts.own.includes(plotter) && this.hostOf(plotter)?.name === host
  }

  #readLater(): void {
    if (this.#isClosed) return
    this.#timer = setTimeout(() => {
      const reading = this.#read().catch((error: unknown) =>
        this.#parts.log.debug({ error }, 'the offers of the hosts could not be read'),
      )
      void reading.then(() => this.#readLater())
    }, READ_MS).unref()
  }

  async #read(): Promise<void> {
    this.#hosts = await this.#parts.farm.hosts()
    if (this.#isClosed) return
    const before = this.plotters
    this.#abouts = new Map(this.others.map((host) => [host.id, aboutOf(host)]))
    const { farm, log } = this.#parts
    for (const [name, peer] of this.#peers) {
      const host = this.others.find(({ id }) => id === name)
      if (host?.offer?.url === peer.url && sameNames(peer, host)) continue
      peer.close()
      this.#peers.delete(name)
    }
    for (const { id: name, offer } of this.others) {
      if (offer === undefined || this.#peers.has(name)) continue
      const plotters = (this.#abouts.get(name)?.plotters ?? []).map(({ view }) => view)
      const changed = (plotter: WirePlotter) => {
        if (this.#has(name, plotter.name)) this.#parts.changed(plotter)
      }
      this.#peers.set(name, new Peer({ name, url: offer.url, secret: farm.secret, plotters, log, changed }))
    }
    const names = new Set(this.plotters.map(({ name }) => name))
    for (const { name } of before) if (!names.has(name)) this.#parts.removed(name)
  }
}

function sameNames(peer: Peer, { offer }: HostView): boolean {
  const names = peer.plotters.map(({ name }) => name)
  return offer?.plotters.length === names.length && names.every((name) => offer.plotters.includes(name))
}
