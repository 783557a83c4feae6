import { describe, expect, it } from 'vitest'
import type { Caller, Handlers } from '../../../src/daemon/methods/handlers.ts'
import { hostHandlers } from '../../../src/daemon/methods/hosts.ts'
import { rpc } from '../../../src/daemon/server/rpc.ts'

const LIMITS = { depth: 9, entries: 1000, values: 10_000, batch: 9, outgoingBytes: 10_000 }
const caller: Caller = {
  identity: { name: 'shop', role: 'operate', isHost: true, createdAt: 0 },
  isAlive: () => true,
}

/** Sends `plotter.adjust` as text. @returns the changes that the plotter got, and the error code of the answer */
async function adjust(percents: string, isPassedOn: boolean) {
  const changes: unknown[] = []
  const own = { 'plotter.adjust': (change: unknown) => void changes.push(change) } as unknown as Handlers
  const host = { here: () => ({}) as never, others: () => [], forget: async () => {} }
  const server = rpc({ ...own, ...hostHandlers(host, () => own) }, LIMITS, () => {})
  const params = `{"name": "axi", ${percents}}`
  const passedOn = `{"method": "plotter.adjust", "params": ${params}, "by": {"name": "ada", "role": "operate"}}`
  const call = isPassedOn ? `"host.call", "params": ${passedOn}` : `"plotter.adjust", "params": ${params}`
  const text = await server.answer(Buffer.from(`{"jsonrpc": "2.0", "id": 1, "method": ${call}}`), caller)
  return { changes, code: JSON.parse(String(text)).error?.data.code }
}

describe.each([
  ['of a client', false],
  ['that another host passes on', true],
])('plotter.adjust %s', (_, isPassedOn) => {
  it.each([
    '"speedPercent": 0',
    '"speedPercent": -0',
    '"speedPercent": 0.99',
    '"speedPercent": -1',
    '"speedPercent": 401',
    '"speedPercent": 1e999',
    '"speedPercent": null',
    '"speedPercent": "50"',
    '"penUpPercent": -1',
    '"penUpPercent": 100.1',
    '"penDownPercent": -1e-9',
    '"penDownPercent": 1e999',
  ])('refuses %s before it reaches the plotter', async (percents) => {
    expect(await adjust(percents, isPassedOn)).toEqual({ changes: [], code: 'ERR_PARAMS' })
  })

  it.each(['"speedPercent": 1', '"speedPercent": 400', '"penUpPercent": 0, "penDownPercent": 100'])(
    'accepts %s',
    async (percents) => {
      const { changes, code } = await adjust(percents, isPassedOn)
      expect([changes.length, code]).toEqual([1, undefined])
    },
  )
})
