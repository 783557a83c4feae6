import { once } from 'node:events'
import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { runSimulator } from '../../src/plotter/simulators/index.ts'
import { startedDaemon } from '../support/daemon.ts'
import { until } from '../support/until.ts'

interface Message {
  readonly method?: string
  readonly params?: { readonly seq: number; readonly job?: { readonly id: string; readonly status: string } }
}

it('a client gets the event of a job’s last change before a stopping daemon closes the connection', async () => {
  const simulator = await runSimulator('ebb', { tcp: 0, speed: 5 })
  const plotters = [{ name: 'axi', url: `${simulator.url}?speed=5`, profile: 'axidraw-v3', gate: 'off' as const }]
  const plotd = await startedDaemon({ plotters })
  const { client, daemon } = plotd
  const headers = { authorization: `Bearer ${daemon.token}` }
  const ws = new WebSocket(`${daemon.url.replace('http', 'ws')}/v1`, ['plotd'], { headers })
  const messages: Message[] = []
  ws.on('message', (data) => messages.push(JSON.parse((data as Buffer).toString()) as Message))
  await once(ws, 'open')
  ws.send('{"jsonrpc":"2.0","id":1,"method":"events.subscribe","params":{}}')
  const params = { pattern: 'grid', width: 100, height: 100, cell: 10 }
  const { id } = await client.submit({ task: 'pattern', params, plot: { plotter: 'axi' } })
  await until(async () => ((await client.call('job.get', { id })).progress?.done ?? 0) > 1)

  const ended = once(ws, 'close')
  await plotd.close()
  const [code] = (await ended) as [number]
  expect(code).toBe(1001)
  const last = messages.map(({ params }) => params?.job).filter((job) => job?.id === id)
  expect(last.at(-1)?.status).toBe('interrupted')
  const seqs = messages.flatMap(({ params }) => params?.seq ?? [])
  expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0) + i))
  await simulator.close()
})
