import { expect, it } from 'vitest'
import { startedDaemon } from '../support/daemon.ts'
import { until } from '../support/desk.ts'
import { INHIBIT, inhibitFolder } from '../support/inhibit.ts'

const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="40mm" viewBox="0 0 40 40">' +
  '<path d="M5 5H20M5 9H20" fill="none" stroke="black"/></svg>'

it.runIf(process.platform === 'linux')('the computer is kept awake while a plotter draws, and only then', async () => {
  const desk = await inhibitFolder()
  await desk.put('systemd-inhibit', INHIBIT)
  const plotd = await startedDaemon({ plotters: [{ name: 'axi', url: 'sim:ebb?speed=20', profile: 'axidraw-v3' }] })
  const status = async () => (await plotd.client.call('job.get', { id })).status
  await until(async () => (await plotd.client.call('plotter.get', { name: 'axi' })).state.is === 'idle')
  const { id } = await plotd.client.submit({ task: 'svg', params: { svg }, plot: { plotter: 'axi' } })
  await until(async () => (await status()) === 'rendered')
  expect(desk.said()).toBe('')
  await plotd.client.call('plotter.ready', { name: 'axi' })
  await until(async () => (await status()) === 'finished' && desk.times('released') === 1)
  expect(desk.times('asked')).toBe(1)
  await plotd.close()
  desk.remove()
})
