import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { connect } from '../../clients/node/index.ts'
import { Notifier } from '../../clients/notify/index.ts'
import { configSchema } from '../../src/daemon/config/schema.ts'
import { startedDaemon } from '../support/daemon.ts'
import { failJob } from '../support/fail-job.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const temp = tempFolder()

it('when a receiver asks for a pause, the notifier sends nothing to its channel until the pause is over', async () => {
  const times: number[] = []
  let now = Date.now()
  const limited = createServer((_, response) => {
    const isEarly = now - (times.at(-1) ?? 0) < 60_000
    times.push(now)
    response.writeHead(isEarly ? 429 : 200, { 'retry-after': '60' }).end()
  })
  await once(limited.listen(0, '127.0.0.1'), 'listening')
  const state = await mkdtemp(join(temp, 'notify-'))
  await writeFile(join(state, 'notify.json'), JSON.stringify({ installation: 'x', since: 0, waiting: [], known: [] }))
  const served = await startedDaemon({})
  for (let i = 0; i < 3; i++) await failJob(served.client)
  const url = `http://127.0.0.1:${(limited.address() as AddressInfo).port}/`
  const channels = [{ name: 'limited', kind: 'webhook', url }]
  const { notify } = configSchema.parse({ state, notify: { channels } })
  const client = await connect({ url: served.daemon.url, token: served.daemon.token })
  const after = (ms: number, call: () => void) => {
    const timer = setImmediate(() => {
      now += ms
      call()
    })
    return () => clearImmediate(timer)
  }
  const notifier = await Notifier.open({ client, notify, state, log: () => {}, now: () => now, after })
  await until(() => times.length >= 2 && notifier.waiting.length === 0)
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0))
  expect(gaps.map((ms) => Math.round(ms / 1000))).toEqual([0, 60, 0, 60])
  await notifier.close()
  await served.close()
  limited.close()
})
