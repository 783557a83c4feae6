import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { discover } from '../../../clients/node/discover.ts'
import { connect } from '../../../clients/node/index.ts'
import { runSimulator } from '../../../src/plotter/simulators/index.ts'
import { daemonProcess } from '../../support/processes.ts'
import { until } from '../../support/until.ts'

/** Length of the standstill, ms. After 20 s or more, a daemon executes no call that was sent during the standstill. */
const STILL_MS = 21_000

it('a grant that was sent while the daemon stood still moves no pen when the daemon continues', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plotd-still-'))
  const simulator = await runSimulator('ebb')
  const state = join(folder, 'state')
  const settings = { port: 0, state, output: join(folder, 'output') }
  const plotters = [{ name: 'ada', url: `${simulator.url}?patience=10`, profile: 'axidraw-v3' }]
  const daemon = await daemonProcess({ ...settings, plotters })
  onTestFinished(async () => {
    await daemon.kill('SIGKILL')
    await simulator.close()
  })
  const { token } = await discover({ url: daemon.url, state })
  const client = await connect({ url: daemon.url, token })
  const plotter = () => client.call('plotter.get', { name: 'ada' })
  await until(async () => (await plotter()).state.is === 'idle')
  const { id } = await client.call('job.submit', {
    task: 'svg',
    params: { svg: '<svg width="20mm" height="20mm" viewBox="0 0 20 20"><path d="M2 2H18" stroke="#000"/></svg>' },
    plot: { plotter: 'ada' },
  })
  await until(async () => (await client.call('job.get', { id })).status === 'rendered')

  daemon.process.kill('SIGSTOP')
  const overWebSocket = expect(client.call('plotter.ready', { name: 'ada' })).rejects.toMatchObject({
    code: 'ERR_DAEMON_AWAY',
  })
  const overHttp = expect(
    fetch(`${daemon.url}/rpc`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'plotter.ready', params: { name: 'ada' } }),
    }),
  ).rejects.toThrow('fetch failed')
  await wait(STILL_MS)
  daemon.process.kill('SIGCONT')
  await Promise.all([overWebSocket, overHttp])

  await until(() =>
    plotter().then(
      () => true,
      () => false,
    ),
  )
  expect(await plotter()).toMatchObject({ state: { is: 'idle', ready: false } })
  expect((await plotter()).grant).toBeUndefined()
  await client.call('plotter.ready', { name: 'ada' })
  await until(() => simulator.board.ink.strokeCount === 1)
  client.close()
  expect(await daemon.kill('SIGTERM')).toBe(0)
})
