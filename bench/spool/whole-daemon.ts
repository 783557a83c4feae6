import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { connect, type PlotdClient } from '../../clients/node/index.ts'
import { threadScript } from '../../src/threads.ts'
import type { Open } from './engines.ts'
import { postcard } from './postcard.ts'

/** Through everything: a client's call, WebSocket, JSON-RPC, the task's schema, the spool, and back when it is durable. */
export const wholeDaemon: Open = async (folder, clients) => {
  const script = fileURLToPath(threadScript('./serve', import.meta.url))
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const { url, token } = await greeting(child)
  const all = await Promise.all(Array.from({ length: clients }, () => connect({ url, token })))
  await warm(all[0])
  let next = 0
  return {
    name: 'plotd, the whole daemon over WebSocket',
    group: 1,
    submit: () => all[next++ % clients]?.submit(request()),
    close: async () => {
      for (const client of all) client.close()
      child.kill()
      await once(child, 'close')
    },
  }
}

/** A daemon at work, not one that starts: its threads have loaded what they need, which takes both cores a while. */
async function warm(client: PlotdClient | undefined): Promise<void> {
  if (client === undefined) return
  const jobs = Array.from({ length: 4 }, () => client.submit({ ...request(), hold: false }))
  for (const job of jobs) for await (const { status } of client.watch((await job).id)) if (status === 'failed') break
}

async function greeting(child: ChildProcess): Promise<{ url: string; token: string }> {
  if (child.stdout === null) throw new Error('the daemon has no output')
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return JSON.parse(line.toString()) as { url: string; token: string }
}

/** Held, so that the submits are measured and not the rendering that would begin beside them. */
const request = (): Parameters<PlotdClient['submit']>[0] =>
  ({ ...postcard(), hold: true }) as Parameters<PlotdClient['submit']>[0]
