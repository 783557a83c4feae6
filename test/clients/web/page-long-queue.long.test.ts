import { describe, expect, it } from 'vitest'
import { runsBrowserTests } from '../../support/browser.ts'
import { pageTests } from '../../support/page.ts'

const JOBS = 1300

describe.runIf(runsBrowserTests)('a page with a long queue', () => {
  const served = pageTests({
    prepare: async ({ client }) => {
      await client.call('queue.pause', {})
      const job = { task: 'text', params: { text: 'x' }, runAt: Date.now() + 86_400_000 }
      for (let from = 0; from < JOBS; from += 650) {
        await client.call('job.submitAll', {
          jobs: Array.from({ length: 650 }, (_, i) => ({ ...job, title: `${from + i}` })),
        })
      }
    },
  })

  it('counts all jobs, and shows more of them when the user asks', async () => {
    const page = await served.open()
    await page
      .getByText(`${JOBS.toLocaleString('en')} jobs`, { exact: false })
      .first()
      .waitFor()
    expect(await page.locator('ol.cards > li').count()).toBe(100)
    await page.getByRole('button', { name: '1,200 more' }).click()
    expect(await page.locator('ol.cards > li').count()).toBe(600)
    await page.getByRole('button', { name: '700 more' }).waitFor()
  })

  it('keeps the focus on the last card that it shows, while the user moves the card down', async () => {
    const page = await served.open()
    const cards = page.locator('ol.cards > li')
    const last = cards.nth(99)
    const title = (await last.locator('.title').textContent()) ?? ''
    await last.locator('.face').focus()
    await page.keyboard.press('Alt+ArrowDown')
    await cards
      .nth(100)
      .locator('.title', { hasText: new RegExp(`^${title}$`) })
      .waitFor()
    expect(await page.locator('.face:focus .title').textContent()).toBe(title)
  })
})
