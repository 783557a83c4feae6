import { PlotdError, toPlotdError } from '../../errors.ts'
import type { Job } from '../../spool/job.ts'
import type { Spool } from '../../spool/spool.ts'
import { type Caller, type Handlers, PASSED_ON } from '../methods/index.ts'
import type { Peers } from './peers.ts'

type Handle = (params: unknown, caller: Caller) => unknown

export interface ForwardParts {
  readonly peers: Peers
  readonly spool: Pick<Spool, 'get'>
  /** Whether a plotter is on this host. */
  readonly isHere: (plotter: string) => boolean
}

/**
 * The handlers of a host that shares a queue. They pass on a call for a plotter of another host to that host, with the
 * name and role of the caller. They never pass on a call that another host has passed on.
 */
export function forwarding(handlers: Handlers, { peers, spool, isHere }: ForwardParts): Handlers {
  const own = handlers as unknown as Readonly<Record<string, Handle>>
  const passOn = (host: string, method: string, params: unknown, { identity }: Caller) => {
    const peer = peers.peer(host)
    if (!peer) throw new PlotdError('ERR_HOST', `there is no host ${host}`, { host })
    return peer.call(method, params, identity)
  }
  const otherPlotter = (params: unknown) =>
    peers.plotters.find(({ name }) => name === (params as { readonly name: string }).name)
  const byPlotter =
    (method: string, handle: Handle): Handle =>
    (params, caller) => {
      const { name } = params as { readonly name: string }
      const host = caller.isPassedOn || isHere(name) ? undefined : peers.hostOf(name)?.name
      return host === undefined ? handle(params, caller) : passOn(host, method, params, caller)
    }
  /** Passes on a call for an interrupted job to the host of its sheet, or of the plotter that the caller names. */
  const byJob =
    (method: string, handle: Handle): Handle =>
    async (params, caller) => {
      if (caller.isPassedOn) return handle(params, caller)
      const { id, plotter } = params as { readonly id: string; readonly plotter?: string }
      const job = await spool.get(id)
      if (job && (job.status === 'plotting' || job.status === 'paused')) {
        return onItsHost(method, params, caller, handle)
      }
      const name = plotter ?? plotterOf(job)
      const host = name === undefined || isHere(name) ? undefined : peers.hostOf(name)?.name
      return host === undefined ? handle(params, caller) : passOn(host, method, params, caller)
    }
  /** Asks this host first, then all others at once: only the host that draws a plot knows it. */
  const onItsHost = async (method: string, params: unknown, caller: Caller, handle: Handle): Promise<unknown> => {
    try {
      return await handle(params, caller)
    } catch (thrown) {
      const refusal = toPlotdError(thrown)
      if (refusal.detail['held'] !== false) throw refusal
      const answers = await Promise.allSettled(peers.reached().map(({ name }) => passOn(name, method, params, caller)))
      const success = answers.find(({ status }) => status === 'fulfilled')
      if (success?.status === 'fulfilled') return success.value
      const refusals = answers.flatMap((answer) => (answer.status === 'rejected' ? toPlotdError(answer.reason) : []))
      throw refusals.find(({ detail }) => detail['held'] !== false) ?? refusal
    }
  }
  const handles = Object.entries(own).map(([method, handle]): [string, Handle] => {
    if (method === 'plotter.list') {
      return [method, async (_, caller) => [...(await plottersHere(handle, caller)), ...peers.plotters]]
    }
    if (method === 'plotter.get') return [method, (params, caller) => otherPlotter(params) ?? handle(params, caller)]
    if (method.startsWith('plotter.')) return [method, byPlotter(method, handle)]
    return [method, PASSED_ON.test(method) ? byJob(method, handle) : handle]
  })
  return Object.fromEntries(handles) as unknown as Handlers
}

const plottersHere = async (handle: Handle, caller: Caller): Promise<readonly unknown[]> =>
  (await handle({}, caller)) as readonly unknown[]

function plotterOf(job: Job | undefined): string | undefined {
  const name = job?.progress?.plotter ?? job?.plot?.plotter
  return name === 'any' ? undefined : name
}
