import { PlotdError, toPlotdError } from '../../errors.ts'
import type { Job } from '../../spool/job.ts'
import type { Spool } from '../../spool/spool.ts'
import { type Caller, type Handlers, ownerOf, PASSED_ON } from '../methods/index.ts'
import type { WirePlotter } from '../protocol/index.ts'
import type { Peers } from './peers.ts'

type Handle = (params: unknown, caller: Caller) => unknown

interface Call {
  readonly method: string
  readonly params: unknown
  readonly caller: Caller
  /** The handler of the method: makes the call on this host. */
  readonly handle: Handle
}

export interface ForwardParts {
  readonly peers: Peers
  readonly spool: Pick<Spool, 'get'>
  /** Whether a plotter is on this host. */
  readonly isHere: (plotter: string) => boolean
}

/**
 * The handlers of a host that shares a queue. A call for a plotter of another host, or for a job on such a plotter,
 * goes to that host, with the name and role of the caller's token. `plotter.list` and `plotter.get` are not passed on:
 * they show other hosts' plotters as announced. A call that another host has passed on goes no further.
 */
export function forwarding(handlers: Handlers, parts: ForwardParts): Handlers {
  const forwarder = new Forwarder(parts)
  const localHandles = handlers as unknown as Readonly<Record<string, Handle>>
  const handles = Object.entries(localHandles).map(
    ([method, handle]) => [method, forwarder.forward(method, handle)] as const,
  )
  return Object.fromEntries(handles) as unknown as Handlers
}

class Forwarder {
  readonly #parts: ForwardParts

  constructor(parts: ForwardParts) {
    this.#parts = parts
  }

  /** @returns a handler of the method, which may pass on calls */
  forward(method: string, handle: Handle): Handle {
    const { peers } = this.#parts
    if (method === 'plotter.list') {
      return async (_, caller) => [...(await plottersHere(handle, caller)), ...peers.plotters]
    }
    if (method === 'plotter.get') return (params, caller) => this.#otherPlotter(params) ?? handle(params, caller)
    if (method.startsWith('plotter.')) return (params, caller) => this.#byPlotter(method, params, caller, handle)
    return PASSED_ON.test(method) ? (params, caller) => this.#byJob(method, params, caller, handle) : handle
  }

  #otherPlotter(params: unknown): WirePlotter | undefined {
    return this.#parts.peers.plotters.find(({ name }) => name === (params as { readonly name: string }).name)
  }

  /** Passes a call for a plotter of another host on to that host. */
  #byPlotter(method: string, params: unknown, caller: Caller, handle: Handle): unknown {
    const { name } = params as { readonly name: string }
    const host = caller.isPassedOn ? undefined : this.#otherHost(name)
    return host === undefined ? handle(params, caller) : this.#passOn(host, method, params, caller)
  }

  /**
   * Passes on a call for a job. During a plot, the call goes to the host that draws the job. At other times, the call
   * goes to the host of the plotter that the caller names. When the caller names none, the call goes to the host of the
   * job's last plotter. Without a last plotter, the call goes to the host of the plotter that the job asks for.
   */
  async #byJob(method: string, params: unknown, caller: Caller, handle: Handle): Promise<unknown> {
    if (caller.isPassedOn) return handle(params, caller)
    const { id, plotter } = params as { readonly id: string; readonly plotter?: string }
    const job = await this.#parts.spool.get(id)
    if (job && (job.status === 'plotting' || job.status === 'paused')) {
      return this.#onDrawingHost(job, { method, params, caller, handle })
    }
    const name = plotter ?? plotterOf(job)
    const host = name === undefined ? undefined : this.#otherHost(name)
    return host === undefined ? handle(params, caller) : this.#passOn(host, method, params, caller)
  }

  /**
   * Makes the call on this host first. If this host does not hold the job, makes the call on all reached hosts at the
   * same time. Only the host that draws the job accepts the call. The job's progress names that host. When that host
   * does not answer, the error says so.
   */
  async #onDrawingHost({ progress }: Job, { method, params, caller, handle }: Call): Promise<unknown> {
    try {
      return await handle(params, caller)
    } catch (thrown) {
      const refusal = toPlotdError(thrown)
      if (!mayBeElsewhere(refusal)) throw refusal
      const { peers } = this.#parts
      const drawing = peers.peer(progress?.host ?? '')
      const hosts = new Set([...peers.reached(), ...(drawing ? [drawing] : [])])
      const calls = [...hosts].map(async ({ name }) => this.#passOn(name, method, params, caller))
      const answers = await Promise.allSettled(calls)
      const success = answers.find(({ status }) => status === 'fulfilled')
      if (success?.status === 'fulfilled') return success.value
      const refusals = answers.flatMap((answer) => (answer.status === 'rejected' ? toPlotdError(answer.reason) : []))
      throw refusals.find((error) => !mayBeElsewhere(error)) ?? refusal
    }
  }

  /** The name of the other host that has a plotter; undefined when the plotter is here or unknown. */
  #otherHost(plotter: string): string | undefined {
    return this.#parts.isHere(plotter) ? undefined : this.#parts.peers.hostOf(plotter)?.name
  }

  #passOn(host: string, method: string, params: unknown, { identity }: Caller): Promise<unknown> {
    const peer = this.#parts.peers.peer(host)
    if (!peer) throw new PlotdError('ERR_HOST', `there is no host ${host}`, { host })
    return peer.call(method, params, { name: ownerOf(identity), role: identity.role })
  }
}

/** Whether a host refused a call because the job is on none of its plotters. Another host may then have the job. */
const mayBeElsewhere = ({ detail }: PlotdError): boolean => detail['held'] === false

const plottersHere = async (handle: Handle, caller: Caller): Promise<readonly unknown[]> =>
  (await handle({}, caller)) as readonly unknown[]

function plotterOf(job: Job | undefined): string | undefined {
  const name = job?.progress?.plotter ?? job?.plot?.plotter
  return name === 'any' ? undefined : name
}
