import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { connect, type PlotdClient } from '../../clients/node/index.ts'
import { SUBPROTOCOL } from '../../src/daemon/protocol/constants.ts'
import { threadScript } from '../../src/threads.ts'
import { bareWebSocket } from './bare-websocket.ts'
import type { Open } from './engines.ts'
import { postcard } from './postcard.ts'

/**
 * The whole path of a submit: WebSocket, JSON-RPC, the task's schema, the spool, and the answer when a job is durable.
 * The clients connect to the daemon's socket file, as plotd's own client does. BullMQ in `engines.ts` also uses a
 * socket file. The clients share the machine with the daemon, so each is a `bareWebSocket`, which needs little
 * processor time.
 */
export const wholeDaemon: Open = async (folder, clients) => {
  const script = fileURLToPath(threadScript('bench/spool/serve'))
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const { url, socket, token } = await greeting(child)
  const headers = { authorization: `Bearer ${token}`, 'sec-websocket-protocol': SUBPROTOCOL }
  const all = await Promise.all(Array.from({ length: clients }, () => bareWebSocket(socket, headers)))
  await warm(await connect({ url, socket, token }))
  let next = 0
  return {
    name: 'plotd, the whole daemon over WebSocket',
    group: 1,
    submit: async () => {
      const id = next++
      const answer = await all[id % clients]?.ask(call(id))
      if (answer?.includes('"status":"held"') !== true) throw new Error(`not taken: ${answer}`)
    },
    close: async () => {
      for (const { close } of all) close()
      child.kill()
      await once(child, 'close')
    },
  }
}

/** Warms the daemon up, because its threads first load their modules, which takes processor time. */
async function warm(client: PlotdClient): Promise<void> {
  const request = postcard() as Parameters<PlotdClient['submit']>[0]
  const jobs = Array.from({ length: 4 }, () => client.submit(request))
  for (const job of jobs) for await (const { status } of client.watch((await job).id)) if (status === 'failed') break
  client.close()
}

interface Greeting {
  readonly url: string
  readonly socket: string
  readonly token: string
}

async function greeting(child: ChildProcess): Promise<Greeting> {
  if (child.stdout === null) throw new Error('the daemon has no output')
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return JSON.parse(line.toString()) as Greeting
}

/** A submit of a held job, so that nothing is rendered during the measurement. It has a key, like a client's submit. */
const call = (id: number): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: 'job.submit',
    params: { idempotencyKey: randomUUID(), ...postcard(), hold: true },
  })
