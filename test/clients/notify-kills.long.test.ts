import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { connect, type PlotdClient } from '../../clients/node/index.ts'
import { randomFrom } from '../../src/tasks/draw/random.ts'
import { packageRoot } from '../../src/threads.ts'
import { failJob } from '../support/fail-job.ts'
import { trials } from '../support/fuzz.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const folder = tempFolder()
const random = randomFrom(7475)
/** Number of kills of a daemon that notifies by webhook. */
const KILLS = trials(17, 5)
/** The test kills a daemon at most this long after two jobs have failed, ms. */
const LIFE_MS = 1500

interface Received {
  readonly id: string
  readonly kind: string
  readonly job: string
}

/** A receiver that accepts a message, refuses it, or closes the connection after it has received the message. */
async function unreliableReceiver() {
  const received: Received[] = []
  let acceptsAll = false
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const chance = acceptsAll ? 0 : random.next()
    if (chance > 0.85) return void response.writeHead(503).end()
    const { type, data } = JSON.parse(body) as { type: string; data: { job?: string } }
    received.push({ id: String(request.headers['webhook-id']), kind: type, job: data.job ?? '' })
    if (chance > 0.7) request.socket.destroy()
    else response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    received,
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}/`,
    acceptAll: () => {
      acceptsAll = true
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** A daemon as `plotd serve` runs it, with its notifier in the same process. */
async function life(config: string): Promise<{ client: PlotdClient; child: ChildProcess }> {
  const main = join(packageRoot, 'dist/clients/cli/main.js')
  const child = spawn(process.execPath, [main, 'serve', '--json', '--config', config], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [line] = (await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line')) as [string]
  const { url } = JSON.parse(line) as { url: string }
  return { client: await connect({ url, state: join(folder, 'state') }), child }
}

it('a message of the outbox arrives under one id, although the daemon is killed repeatedly', async () => {
  const receiver = await unreliableReceiver()
  const config = join(folder, 'plotd.json')
  const plotters = [{ name: 'axi', url: 'sim:ebb', profile: 'axidraw-v3' }]
  const notify = { channels: [{ name: 'hook', kind: 'webhook', url: receiver.url }] }
  const places = { port: 0, state: join(folder, 'state'), output: join(folder, 'output') }
  await writeFile(config, JSON.stringify({ ...places, plotters, notify, logLevel: 'error', render: { workers: 1 } }))
  const outbox = join(folder, 'state/notify.json')
  const jobs: string[] = []
  for (let kill = 0; kill < KILLS; kill++) {
    const { client, child } = await life(config)
    // The notifier may start after the daemon's first line. It ignores jobs that ended before its first start.
    if (kill === 0) await until(() => existsSync(outbox))
    // On a slow computer each kill may come while this job is rendered, so the job has more retries than usual.
    if (kill === 0) {
      const retries = { max: 100, backoffMs: 0 }
      await client.call('job.submit', { task: 'text', params: { text: 'x' }, plot: { plotter: 'axi' }, retries })
    }
    jobs.push(await failJob(client), await failJob(client))
    await sleep(random.next() * LIFE_MS)
    client.close()
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  receiver.acceptAll()
  const { client, child } = await life(config)
  // When the message about this job arrives, the notifier immediately sends all waiting messages to this receiver.
  jobs.push(await failJob(client))
  const missing = () => jobs.filter((job) => !receiver.received.some((each) => each.job === job))
  await expect.poll(missing).toEqual([])
  await expect.poll(() => receiver.received.some(({ kind }) => kind === 'plotd.sheet')).toBe(true)
  client.close()
  child.kill('SIGTERM')
  await once(child, 'exit')
  receiver.close()
  const idsOf = (of: (received: Received) => boolean) => new Set(receiver.received.filter(of).map(({ id }) => id))
  for (const job of jobs) expect(idsOf((each) => each.job === job && each.kind === 'plotd.failed').size).toBe(1)
  expect(idsOf(({ kind }) => kind === 'plotd.sheet').size).toBe(1)
  const repeats = receiver.received.length - idsOf(() => true).size
  console.log(
    `${KILLS} kills, ${jobs.length + 1} needs, ${receiver.received.length} messages, ${repeats} of them repeats`,
  )
}, 1_800_000)
