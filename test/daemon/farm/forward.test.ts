import { expect, it } from 'vitest'
import type { Identity } from '../../../src/daemon/auth/index.ts'
import { forwarding } from '../../../src/daemon/farm/forward.ts'
import type { Peers } from '../../../src/daemon/farm/peers.ts'
import type { Handlers } from '../../../src/daemon/methods/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import type { Job } from '../../../src/spool/job.ts'

it('a page session acts on another host in the name of the token that opened the session', async () => {
  const callers: unknown[] = []
  const west = { name: 'west', call: async (_method: string, _params: unknown, by: unknown) => void callers.push(by) }
  const peers = { hostOf: () => west, peer: () => west, plotters: [] } as unknown as Peers
  const handlers = { 'plotter.pause': () => {} } as unknown as Handlers
  const forwarded = forwarding(handlers, { peers, spool: { get: async () => undefined }, isHere: () => false })
  const session: Identity = { name: 'page-1', by: 'ada', role: 'own', createdAt: 0 }
  const token: Identity = { name: 'bob', role: 'operate', createdAt: 0 }
  for (const identity of [session, token]) {
    await forwarded['plotter.pause']({ name: 'axi', now: false }, { identity, isAlive: () => true })
  }
  expect(callers).toEqual([
    { name: 'ada', role: 'own' },
    { name: 'bob', role: 'operate' },
  ])
})

it('a command for a job on a host that does not answer is refused with the name of that host', async () => {
  const notHere = new PlotdError('ERR_JOB_STATE', 'job 1 is on no plotter now', { held: false })
  const away = new PlotdError('ERR_HOST', 'host east does not answer')
  const refuse = (error: Error) => async () => {
    throw error
  }
  const all = { west: { name: 'west', call: refuse(notHere) }, east: { name: 'east', call: refuse(away) } }
  const peers = {
    reached: () => [all.west],
    peer: (host: 'west' | 'east') => all[host],
    plotters: [],
  } as unknown as Peers
  const handlers = { 'job.pause': refuse(notHere) } as unknown as Handlers
  const job = { id: '1', status: 'plotting', progress: { phase: 'plot', host: 'east' } } as Job
  const spool = { get: async () => job }
  const forwarded = forwarding(handlers, { peers, spool, isHere: () => false })
  const identity: Identity = { name: 'bob', role: 'operate', createdAt: 0 }
  const pause = forwarded['job.pause']({ id: '1', now: false }, { identity, isAlive: () => true })
  await expect(pause).rejects.toBe(away)
})
