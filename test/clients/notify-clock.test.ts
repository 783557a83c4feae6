import { once } from 'node:events'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { FeedListener } from '../../clients/node/feed.ts'
import { connect, type PlotdClient } from '../../clients/node/index.ts'
import { Notifier } from '../../clients/notify/notifier.ts'
import { emptyOutbox, type Outbox } from '../../clients/notify/outbox.ts'
import { configSchema } from '../../src/daemon/config/schema.ts'
import { startedDaemon } from '../support/daemon.ts'
import { failJob } from '../support/fail-job.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

it('a notifier that was installed while the clock stood in the future sends messages when the clock is right', async () => {
  const state = await mkdtemp(join(tempFolder(), 'notify-'))
  const file = join(state, 'notify.json')
  await writeFile(file, JSON.stringify(emptyOutbox(Date.now() + 31_536_000_000)))
  let received = 0
  const receiver = createServer((_, response) => {
    received++
    response.end()
  })
  await once(receiver.listen(0, '127.0.0.1'), 'listening')
  const { port } = receiver.address() as AddressInfo
  const channels = [{ name: 'hook', kind: 'webhook', url: `http://127.0.0.1:${port}/` }]
  const { notify } = configSchema.parse({ state, notify: { channels } })
  const served = await startedDaemon({})
  const client = await connect({ url: served.daemon.url, token: served.daemon.token })
  const notifier = await Notifier.open({ client, notify, state, log: () => {} })
  await until(async () => (JSON.parse(await readFile(file, 'utf8')) as Outbox).since <= Date.now())
  await failJob(served.client)
  await until(async () => received > 0)
  await notifier.close()
  await served.close()
  receiver.close()
  expect(received).toBe(1)
})

it('a channel whose delivery failed while the clock stood in the future tries again when the clock is right', async () => {
  let [now, status, received] = [Date.now() + 31_536_000_000, 503, 0]
  const receiver = createServer((_, response) => {
    received++
    response.writeHead(status).end()
  })
  await once(receiver.listen(0, '127.0.0.1'), 'listening')
  const { port } = receiver.address() as AddressInfo
  const channels = [{ name: 'hook', kind: 'webhook', url: `http://127.0.0.1:${port}/` }]
  const state = tempFolder()
  const { notify } = configSchema.parse({ state, notify: { channels } })
  let listener: FeedListener = () => {}
  const failed = { id: 'J1', title: 'card', status: 'failed', endedAt: now + 1, priority: 50, order: 1 }
  const snapshot = { type: 'snapshot', seq: 1, total: 1, plotters: [], paused: [], jobs: [failed] }
  const tell = () => listener(snapshot as unknown as Parameters<FeedListener>[0])
  const client = {
    subscribe: async (given: FeedListener) => {
      listener = given
      tell()
      return { close: () => {} }
    },
    close: () => {},
  } as unknown as PlotdClient
  let waits = 0
  const after = () => {
    waits++
    return () => {}
  }
  const notifier = await Notifier.open({ client, notify, state, log: () => {}, now: () => now, after })
  await until(() => waits > 0)
  ;[now, status] = [Date.now(), 200]
  tell()
  await until(() => received === 2)
  await notifier.close()
  receiver.close()
})
