import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { hasBrowser, holdAnswers } from '../../support/browser.ts'
import { until } from '../../support/desk.ts'
import { pageTests } from '../../support/page.ts'

describe.runIf(hasBrowser)('a page whose answers come late', () => {
  const house = pageTests({
    prepare: async ({ client }) => {
      for (const title of ['One', 'Two']) {
        const { id } = await client.submit({ task: 'text', params: { text: title }, title })
        await until(async () => (await client.call('job.get', { id })).status === 'finished')
      }
      await client.submit({ task: 'text', params: { text: 'x' }, title: 'Failed', output: '../outside.svg' })
      await until(async () => (await client.call('job.list', { status: ['failed'] })).total > 0)
    },
  })

  const card = (page: Page, title: string) => page.locator('.card .face', { hasText: title })
  const sheet = (page: Page, title: string) => page.getByRole('img', { name: `Sheet with ${title}` })
  /** A turn to the daemon and back: what came before it has been seen to. */
  const turn = async (page: Page, name: string) => page.getByRole('button', { name }).click()

  it('leaves the sheet to the job that was chosen while a preview was on its way', async () => {
    const page = await house.open()
    const previews = await holdAnswers(page, ({ method, params }) => {
      const { recipient } = (params['params'] ?? {}) as { recipient?: string }
      return method === 'preview.render' && recipient === 'Zoe'
    })
    await page.reload()
    await page.getByLabel('Recipient').fill('Zoe')
    await until(() => previews.length > 0)
    await card(page, 'One').click()
    await sheet(page, 'One').waitFor()
    for (const letGo of previews) letGo()
    await turn(page, 'Hold all')
    await turn(page, 'Let it go on')
    await page.getByRole('button', { name: 'Hold all' }).waitFor()
    expect(await sheet(page, 'One').count()).toBe(1)
  })

  it('shows the log of the job that was chosen last, in whatever order the logs come', async () => {
    const page = await house.open()
    const [failed] = (await house.client.call('job.list', { status: ['failed'] })).jobs
    const logs = await holdAnswers(page, ({ method, params }) => method === 'job.logs' && params['id'] === failed?.id)
    await page.reload()
    await card(page, 'Failed').click()
    await until(() => logs.length > 0)
    await card(page, 'Two').click()
    await sheet(page, 'Two').waitFor()
    for (const letGo of logs) letGo()
    await turn(page, 'Hold all')
    await turn(page, 'Let it go on')
    await page.getByRole('button', { name: 'Hold all' }).waitFor()
    expect(await page.locator('.log').count()).toBe(0)
  })
})
