import { expect, it } from 'vitest'
import type { Identity } from '../../../src/daemon/auth/index.ts'
import { forwarding } from '../../../src/daemon/farm/forward.ts'
import type { Peers } from '../../../src/daemon/farm/peers.ts'
import type { Handlers } from '../../../src/daemon/methods/index.ts'

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
