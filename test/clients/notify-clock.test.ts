import { once } from 'node:events'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { connect } from '../../clients/node/index.ts'
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
