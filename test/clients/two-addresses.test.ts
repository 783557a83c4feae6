import dns from 'node:dns'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { connect } from '../../clients/node/index.ts'
import { MqttBridge } from '../../clients/notify/mqtt.ts'
import { testChannels } from '../../clients/notify/notifier.ts'
import { configSchema } from '../../src/daemon/config/schema.ts'
import { openTransport } from '../../src/plotter/transport/transport.ts'
import { freePort } from '../support/free-port.ts'
import { until } from '../support/until.ts'

type Found = (error: null, addresses: readonly { readonly address: string; readonly family: number }[]) => void

const ADDRESSES = [
  { address: '127.0.0.2', family: 4 },
  { address: '127.0.0.3', family: 4 },
]

let port: number
/** The message about Node's errors, one error for each address. */
let refused: string

beforeEach(async () => {
  port = await freePort()
  refused = ADDRESSES.map(({ address }) => `connect ECONNREFUSED ${address}:${port}`).join('; ')
  const lookup = (_host: string, _options: object, found: Found) => process.nextTick(found, null, ADDRESSES)
  vi.spyOn(dns, 'lookup').mockImplementation(lookup as unknown as typeof dns.lookup)
})
afterEach(() => {
  vi.restoreAllMocks()
})

it('a test of channels reports a failure with its reason when no address of a host answers', async () => {
  const channels = [{ name: 'hook', kind: 'webhook', url: `http://two.test:${port}/` }]
  const { notify } = configSchema.parse({
    state: '/nowhere',
    output: '/nowhere',
    notify: { channels, mqtt: { url: `mqtt://two.test:${port}` } },
  })
  expect(Object.fromEntries(await testChannels(notify, undefined, 'msg_test'))).toEqual({
    hook: refused,
    mqtt: refused,
  })
})

it('the log of MQTT names the reason when no address of the broker answers', async () => {
  const log: string[] = []
  const options = { url: `mqtt://two.test:${port}`, node: 'shop', ready: false, version: '1' }
  const bridge = new MqttBridge(options, { ready: async () => {}, log: (line) => log.push(line) })
  await bridge.open()
  await until(() => log.length > 0)
  expect(log[0]).toBe(`mqtt: ${refused}`)
  await bridge.close()
})

it('a client names the reason when no address of the daemon answers', async () => {
  const url = `http://two.test:${port}`
  const message = `no daemon answers at ${url} (${refused})`
  await expect(connect({ url, token: 'abc' })).rejects.toMatchObject({ code: 'ERR_DAEMON_AWAY', message })
})

it.each(['tcp', 'ws'])('a plotter at %s:// names the reason when no address of its host answers', async (scheme) => {
  const url = `${scheme}://two.test:${port}`
  const message = `${url} could not be reached: ${refused}`
  await expect(openTransport(url)).rejects.toMatchObject({ code: 'ERR_TRANSPORT', message })
})
