import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { FeedListener } from '../../clients/node/feed.ts'
import type { PlotdClient } from '../../clients/node/index.ts'
import { MqttBridge } from '../../clients/notify/mqtt.ts'
import { Notifier } from '../../clients/notify/notifier.ts'
import { emptyOutbox } from '../../clients/notify/outbox.ts'
import { configSchema } from '../../src/daemon/config/schema.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

let state: string
let receiver: Server
/** The ids of the received messages. */
let received: unknown[]
let status: number
let log: string[]
/** The calls for which the notifier has set a timer. */
let timers: (() => void)[]
let notifier: Notifier

/** Makes notify.json unwritable, as a full disk does. */
const block = () => mkdirSync(join(state, 'notify.json.new'))
const unblock = () => rmdirSync(join(state, 'notify.json.new'))
const waitingOnDisk = () =>
  (JSON.parse(readFileSync(join(state, 'notify.json'), 'utf8')) as { waiting: unknown[] }).waiting

beforeEach(async () => {
  state = tempFolder()
  received = []
  log = []
  timers = []
  status = 200
  receiver = createServer((request, response) => {
    received.push(request.headers['webhook-id'])
    if (received.length === 1) block()
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
  const { notify } = configSchema.parse({ state, notify: { channels: [{ name: 'hook', kind: 'webhook', url }] } })
  const failed = { id: 'J1', title: 'card', status: 'failed', endedAt: 2, priority: 50, order: 1 }
  const client = {
    subscribe: async (listener: FeedListener) => {
      const snapshot = { type: 'snapshot', seq: 1, total: 1, plotters: [], paused: [], jobs: [failed] }
      listener(snapshot as unknown as Parameters<FeedListener>[0])
      return { close: () => {} }
    },
    close: () => {},
  } as unknown as PlotdClient
  const after = (_: number, call: () => void) => {
    timers.push(call)
    return () => void timers.splice(timers.indexOf(call) >>> 0, 1)
  }
  notifier = await Notifier.open({ client, notify, state, log: (line) => log.push(line), now: () => 1, after })
})
afterEach(async () => {
  await notifier.close()
  receiver.close()
})

it('while notify.json cannot be written, the notifier sends a message once, and logs only that it cannot write', async () => {
  await until(() => timers.length === 1)
  expect(log).toEqual([expect.stringContaining('notify.json')])
  unblock()
  timers[0]?.()
  await until(() => waitingOnDisk().length === 0)
  expect(received).toHaveLength(1)
})

it('the notifier sends a message again when its delivery failed while notify.json could not be written', async () => {
  status = 503
  await until(() => timers.length === 1)
  expect(log).toEqual([
    'hook: the message “failed” was not delivered (HTTP 503)',
    expect.stringContaining('notify.json'),
  ])
  status = 200
  unblock()
  timers[0]?.()
  await until(() => waitingOnDisk().length === 0)
  expect(received).toEqual([received[0], received[0]])
})

it('the broker gets the state while notify.json cannot be written, also after the clock was set back', async () => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'notify.json'), JSON.stringify(emptyOutbox(5)))
  vi.spyOn(MqttBridge.prototype, 'open').mockResolvedValue()
  const show = vi.spyOn(MqttBridge.prototype, 'show').mockReturnValue()
  const { notify } = configSchema.parse({ state: folder, notify: { mqtt: { url: 'mqtt://127.0.0.1:1' } } })
  const client = {
    subscribe: async () => ({ close: () => {} }),
    call: async () => ({ version: '1' }),
    close: () => {},
  } as unknown as PlotdClient
  const failures: string[] = []
  const ofBroker = await Notifier.open({
    ...{ client, notify, state: folder, now: () => 1, after: () => () => {} },
    log: (line) => failures.push(line),
  })
  mkdirSync(join(folder, 'notify.json.new'))
  await until(() => failures.length > 0)
  expect(show).toHaveBeenCalled()
  await ofBroker.close()
  vi.restoreAllMocks()
})
