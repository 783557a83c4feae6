import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { MqttBridge } from '../../clients/notify/mqtt.ts'
import type { Need } from '../../clients/notify/needs.ts'
import { until } from '../support/until.ts'
import { wirePlotter } from '../support/wire.ts'

interface Published {
  readonly topic: string
  readonly body: string
}

const published: Published[] = []
let acknowledges = false
/** The answer to the next connection: 0 accepts it, 135 is “not authorized”. */
let connectCode = 0
let acknowledge = (): void => {}
let press = (_plotter: string): void => {}
/** Sends the retained state of a plotter, as a broker does after a subscription. */
let tellState = (_plotter: string): void => {}
let cut = (): void => {}
let connections = 0
/** The number of all connections so far. */
let opened = 0
const granted: string[] = []
/** The packets that subscribe. */
const subscribed: string[] = []
const logged: string[] = []
let broker: Server
let bridge: MqttBridge

/** The topic, the number and the body of a packet that publishes. `packet` begins after its type and length. */
function read(packet: Buffer): Published & { readonly id: Buffer } {
  const end = 2 + packet.readUInt16BE(0)
  return {
    topic: packet.toString('utf8', 2, end),
    id: packet.subarray(end, end + 2),
    body: packet.toString('utf8', end + 3),
  }
}

/** Serves a client: sends `connectCode` when it connects, and acknowledges its messages if `acknowledges` is set. */
function serve(socket: Socket): void {
  let bytes = Buffer.alloc(0)
  let ids: Buffer[] = []
  acknowledge = () => {
    for (const id of ids.splice(0)) socket.write(Buffer.concat([Buffer.of(0x40, 2), id]))
  }
  const send = (type: number, topic: string, body: string) => {
    const rest = Buffer.concat([Buffer.of(0, topic.length), Buffer.from(topic), Buffer.of(0), Buffer.from(body)])
    socket.write(Buffer.concat([Buffer.of(type, rest.length), rest]))
  }
  press = (name) => send(0x30, `plotd/shop/${name}/ready/set`, 'PRESS')
  tellState = (name) => send(0x31, `plotd/shop/${name}/state`, 'idle')
  cut = () => socket.destroy()
  connections++
  opened++
  socket.on('close', () => connections--)
  socket.on('error', () => {})
  socket.on('data', (data: Buffer) => {
    bytes = Buffer.concat([bytes, data])
    for (;;) {
      const lengthBytes = (bytes[1] ?? 0) < 128 ? 1 : 2
      const length = ((bytes[1] ?? 0) & 127) + (lengthBytes === 2 ? 128 * (bytes[2] ?? 0) : 0)
      const end = 1 + lengthBytes + length
      if (bytes.length < Math.max(3, end)) return
      const [type = 0] = bytes
      const packet = bytes.subarray(1 + lengthBytes, end)
      bytes = bytes.subarray(end)
      if (type >> 4 === 1) socket.write(Buffer.of(0x20, 3, 0, connectCode, 0))
      if (type >> 4 === 8) subscribed.push(packet.toString('latin1'))
      if (type >> 4 !== 3) continue
      const { id, ...message } = read(packet)
      published.push(message)
      ids = [...ids, id]
      if (acknowledges) acknowledge()
    }
  })
}

const need = (title: string, plotter = 'axi'): Need => ({ key: title, kind: 'fault', title, text: '', plotter })
const plotter = wirePlotter({ is: 'idle', ready: false })
const bodiesOf = (topic: string) => published.filter((each) => each.topic === topic).map(({ body }) => body)
const titles = () => bodiesOf('plotd/shop/axi/event').map((body) => (JSON.parse(body) as { title: string }).title)

beforeEach(async () => {
  // The bridge looks at the time of day for a standstill: every second, and at each press. Here the time stands still.
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] })
  published.length = granted.length = logged.length = subscribed.length = 0
  acknowledges = false
  connectCode = opened = 0
  broker = createServer(serve)
  await once(broker.listen(0, '127.0.0.1'), 'listening')
  const url = `mqtt://127.0.0.1:${(broker.address() as AddressInfo).port}`
  const options = { url, node: 'shop', ready: true, version: '1' }
  bridge = new MqttBridge(options, {
    ready: async (name, job) => void granted.push(`${name} ${job}`),
    log: (message) => logged.push(message),
  })
  await bridge.open()
  await until(() => bodiesOf('plotd/shop/status').length === 1)
})
afterEach(async () => {
  acknowledges = true
  acknowledge()
  await bridge.close()
  broker.close()
  vi.useRealTimers()
})

it('while the broker does not acknowledge, the last hundred events of a plotter wait for the broker', async () => {
  for (let i = 0; i < 250; i++) bridge.publishEvent(need(`e${i}`))
  bridge.publishEvent(need('fence', 'bob'))
  await until(() => bodiesOf('plotd/shop/bob/event').length === 1)
  expect(titles()).toEqual(['e0'])
  acknowledges = true
  acknowledge()
  await until(() => titles().at(-1) === 'e249')
  expect(titles()).toEqual(['e0', ...Array.from({ length: 100 }, (_, i) => `e${150 + i}`)])
})

it('while the broker does not acknowledge, only the newest state of a plotter waits for the broker', async () => {
  for (let queue = 0; queue <= 50; queue++) bridge.show([{ plotter, queue, secondsLeft: 0 }], [])
  bridge.publishEvent(need('fence'))
  await until(() => titles().length === 1)
  expect(bodiesOf('plotd/shop/axi/queue')).toEqual(['0'])
  acknowledges = true
  acknowledge()
  await until(() => bodiesOf('plotd/shop/axi/queue').at(-1) === '50')
  expect(bodiesOf('plotd/shop/axi/queue')).toEqual(['0', '50'])
})

it('a press that waited while the process stood still gives no grant, and the connection ends', async () => {
  const sheet = (job: string): Need => ({ ...need(`sheet of ${job}`), kind: 'sheet', job })
  bridge.show([], [sheet('J1')])
  press('axi')
  await until(() => granted.length === 1)
  bridge.show([], [sheet('J2')])
  vi.setSystemTime(Date.now() + 3_600_000)
  press('axi')
  await until(() => connections === 0)
  expect(granted).toEqual(['axi J1'])
  expect(logged.join()).toMatch('may be old')
})

it('the broker is asked to mark each press that it retains, because such a press never counts', async () => {
  await until(() => subscribed.some((packet) => packet.includes('plotd/shop/+/ready/set')))
  // QoS 1, “retain as published”, and no retained message after the subscription.
  expect(subscribed.join()).toContain(`plotd/shop/+/ready/set${String.fromCharCode(1 + 8 + (2 << 4))}`)
})

it('when a broker refuses the connection, the bridge connects again, and publishes its status once the broker accepts', async () => {
  connectCode = 135
  cut()
  await until(() => connections === 0)
  for (const tries of [2, 3]) {
    await vi.advanceTimersByTimeAsync(5000)
    await until(() => opened === tries && connections === 0)
  }
  expect(logged).toEqual(['mqtt: Connection refused: Not authorized'])
  connectCode = 0
  await vi.advanceTimersByTimeAsync(5000)
  await until(() => bodiesOf('plotd/shop/status').length === 2)
})

it('the broker loses the device of a plotter that left the configuration, and keeps the other devices', async () => {
  acknowledges = true
  tellState('old')
  tellState('axi')
  bridge.show([{ plotter, queue: 0, secondsLeft: 0 }], [])
  const configOf = (name: string) => bodiesOf(`homeassistant/device/plotd_shop_${name}/config`)
  await until(() => configOf('old').length === 1)
  expect(configOf('old')).toEqual([''])
  for (const topic of ['state', 'queue', 'left']) await until(() => bodiesOf(`plotd/shop/old/${topic}`)[0] === '')
  tellState('late')
  await until(() => configOf('late').length === 1)
  expect(configOf('axi')).toEqual([expect.stringContaining('Plotter axi')])
})
