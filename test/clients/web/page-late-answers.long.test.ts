import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { holdAnswers, runsBrowserTests } from '../../support/browser.ts'
import { pageTests } from '../../support/page.ts'
import { until } from '../../support/until.ts'

describe.runIf(runsBrowserTests)('a page whose answers arrive late', () => {
  const served = pageTests({
    prepare: async ({ client }) => {
      for (const title of ['One', 'Two']) {
        const { id } = await client.submit({ task: 'text', params: { text: title }, title })
        await until(async () => (await client.call('job.get', { id })).status === 'finished')
      }
      await client.submit({ task: 'text', params: { text: 'x' }, title: 'Failed', timeoutMs: 1 })
      await until(async () => (await client.call('job.list', { status: ['failed'] })).total > 0)
    },
  })

  const card = (page: Page, title: string) => page.locator('.card .face', { hasText: title })
  const sheet = (page: Page, title: string) => page.getByRole('img', { name: `Sheet with ${title}` })
  /** Waits until the page has handled all earlier answers, by two requests whose answers come after them. */
  const settle = async (page: Page): Promise<void> => {
    await page.getByRole('button', { name: 'Pause queue' }).click()
    await page.getByRole('button', { name: 'Resume queue' }).click()
    await page.getByRole('button', { name: 'Pause queue' }).waitFor()
  }

  it('keeps the chosen job on the sheet when an older preview arrives', async () => {
    const page = await served.open()
    const previews = await holdAnswers(page, ({ method, params }) => {
      const { recipient } = (params['params'] ?? {}) as { recipient?: string }
      return method === 'preview.render' && recipient === 'Zoe'
    })
    await page.reload()
    await page.getByLabel('Recipient').fill('Zoe')
    await until(() => previews.length > 0)
    await card(page, 'One').click()
    await sheet(page, 'One').waitFor()
    for (const release of previews) release()
    await settle(page)
    expect(await sheet(page, 'One').count()).toBe(1)
  })

  it('ignores the log of the earlier job when it arrives after the user has chosen another', async () => {
    const page = await served.open()
    const [failed] = (await served.client.call('job.list', { status: ['failed'] })).jobs
    const logs = await holdAnswers(page, ({ method, params }) => method === 'job.logs' && params['id'] === failed?.id)
    await page.reload()
    await card(page, 'Failed').click()
    await until(() => logs.length > 0)
    await card(page, 'Two').click()
    await sheet(page, 'Two').waitFor()
    for (const release of logs) release()
    await settle(page)
    expect(await page.locator('.log').count()).toBe(0)
  })
})
