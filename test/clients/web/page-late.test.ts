import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildPage, fastPlotter, hasBrowser, holdAnswers, type Visit, visitDaemon } from '../../support/browser.ts'
import { type StartedDaemon, startedDaemon } from '../../support/daemon.ts'
import { until } from '../../support/desk.ts'

describe.runIf(hasBrowser)('a page whose answers come late', () => {
  let started: StartedDaemon
  let visited: Visit
  beforeAll(async () => {
    buildPage()
    started = await startedDaemon({ plotters: fastPlotter(40) })
    for (const title of ['One', 'Two']) {
      const { id } = await started.client.submit({ task: 'text', params: { text: title }, title })
      await until(async () => (await started.client.call('job.get', { id })).status === 'finished')
    }
    await started.client.submit({ task: 'text', params: { text: 'x' }, title: 'Too slow', timeoutMs: 1 })
    await until(async () => (await started.client.call('job.list', { status: ['failed'] })).total > 0)
  }, 60_000)
  beforeEach(async () => {
    visited = await visitDaemon(started.daemon)
  })
  afterEach(async () => {
    expect(visited.complaints).toEqual([])
    await visited.close()
  })
  afterAll(() => started.close())

  const card = (title: string) => visited.page.locator('.card .face', { hasText: title })
  const sheet = (title: string) => visited.page.getByRole('img', { name: `Sheet with ${title}` })
  /** A turn to the daemon and back: what came before it has been seen to. */
  const turn = async (name: string) => visited.page.getByRole('button', { name }).click()

  it('leaves the sheet to the job that was chosen while a preview was on its way', async () => {
    const { page } = visited
    const previews = await holdAnswers(page, ({ method, params }) => {
      const { recipient } = (params['params'] ?? {}) as { recipient?: string }
      return method === 'preview.render' && recipient === 'Zoe'
    })
    await page.reload()
    await page.getByLabel('Recipient').fill('Zoe')
    await until(() => previews.length > 0)
    await card('One').click()
    await sheet('One').waitFor()
    for (const letGo of previews) letGo()
    await turn('Hold all')
    await turn('Let it go on')
    await page.getByRole('button', { name: 'Hold all' }).waitFor()
    expect(await sheet('One').count()).toBe(1)
  }, 60_000)

  it('shows the log of the job that was chosen last, in whatever order the logs come', async () => {
    const { page } = visited
    const [failed] = (await started.client.call('job.list', { status: ['failed'] })).jobs
    const logs = await holdAnswers(page, ({ method, params }) => method === 'job.logs' && params['id'] === failed?.id)
    await page.reload()
    await card('Too slow').click()
    await until(() => logs.length > 0)
    await card('Two').click()
    await sheet('Two').waitFor()
    for (const letGo of logs) letGo()
    await turn('Hold all')
    await turn('Let it go on')
    await page.getByRole('button', { name: 'Hold all' }).waitFor()
    expect(await page.locator('.log').count()).toBe(0)
  }, 60_000)
})
