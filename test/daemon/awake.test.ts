import { expect, it } from 'vitest'
import { startedDaemon } from '../support/daemon.ts'
import { INHIBIT, inhibitFolder } from '../support/inhibit.ts'
import { until } from '../support/until.ts'

const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="40mm" viewBox="0 0 40 40">' +
  '<path d="M5 5H20M5 9H20" fill="none" stroke="black"/></svg>'

it.runIf(process.platform === 'linux')('the computer is kept awake while a plotter draws, and only then', async () => {
  const inhibitor = await inhibitFolder()
  await inhibitor.put('systemd-inhibit', INHIBIT)
  const plotd = await startedDaemon({ plotters: [{ name: 'axi', url: 'sim:ebb?speed=20', profile: 'axidraw-v3' }] })
  const status = async () => (await plotd.client.call('job.get', { id })).status
  await until(async () => (await plotd.client.call('plotter.get', { name: 'axi' })).state.is === 'idle')
  const { id } = await plotd.client.submit({ task: 'svg', params: { svg }, plot: { plotter: 'axi' } })
  await until(async () => (await status()) === 'rendered')
  expect(inhibitor.output()).toBe('')
  await plotd.client.call('plotter.ready', { name: 'axi' })
  await until(async () => (await status()) === 'finished' && inhibitor.times('released') === 1)
  expect(inhibitor.times('asked')).toBe(1)
  await plotd.close()
  inhibitor.remove()
})
