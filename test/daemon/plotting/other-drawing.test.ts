import { appendFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { WireJob } from '../../../src/daemon/protocol/index.ts'
import { type StartedDaemon, startedDaemon } from '../../support/daemon.ts'
import { until } from '../../support/until.ts'

let plotd: StartedDaemon
beforeAll(async () => {
  plotd = await startedDaemon({ plotters: [{ name: 'axi', url: 'sim:ebb?speed=100', profile: 'axidraw-v3' }] })
  await until(async () => (await plotd.client.call('plotter.get', { name: 'axi' })).state.is === 'idle')
})
afterAll(() => plotd.close())

const svgWithLineTo = (x: number) =>
  '<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="40mm" viewBox="0 0 40 40">' +
  `<path d="M5 5H${x}" fill="none" stroke="black"/></svg>`
const job = (id: string) => plotd.client.call('job.get', { id })
const ready = () => plotd.client.call('plotter.ready', { name: 'axi' })

async function rendered(x: number): Promise<WireJob> {
  const plot = { plotter: 'axi', copies: 1 }
  const { id } = await plotd.client.submit({ task: 'svg', params: { svg: svgWithLineTo(x) }, output: 'card.svg', plot })
  await until(async () => (await job(id)).status === 'rendered')
  return job(id)
}
const outputOf = ({ result }: WireJob) => join(plotd.config.output, result?.path ?? '')
const hasEnded = async (id: string) => ['finished', 'failed'].includes((await job(id)).status)

it('a job whose file was replaced by the file of another job fails before ink, and a retry renders into a new file', async () => {
  const first = await rendered(20)
  await rm(outputOf(first))
  const other = await rendered(30)
  expect(other.result?.path).toBe(first.result?.path)
  await ready()
  await until(() => hasEnded(first.id))
  const { status, error, touched } = await job(first.id)
  expect({ status, error, touched }).toMatchObject({ status: 'failed', error: { code: 'ERR_FILE' }, touched: false })
  expect(error?.message).toContain(`card.svg now has the drawing of job ${other.id}`)
  await plotd.client.call('job.retry', { id: first.id })
  await ready()
  await until(() => hasEnded(other.id))
  await until(async () => (await job(first.id)).status === 'rendered')
  expect((await job(first.id)).result?.path).toBe('card-2.svg')
  await plotd.client.call('job.cancel', { id: first.id })
})

it('a file that a user has edited is drawn', async () => {
  const edited = await rendered(25)
  await appendFile(outputOf(edited), '<!-- edited -->')
  await ready()
  await until(() => hasEnded(edited.id))
  expect((await job(edited.id)).status).toBe('finished')
})
