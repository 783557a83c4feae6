import { describe, expect, it } from 'vitest'
import { mailMerge } from '../../../clients/node/index.ts'
import { runsBrowserTests } from '../../support/browser.ts'
import { pageTests } from '../../support/page.ts'
import { until } from '../../support/until.ts'

const TABLE = [
  'recipient,message,street,town,postcode,country',
  ...['Ada', 'Bo', 'Cy', 'Di'].map((name, i) => `${name},Hello,${i + 1} Main Street,Springfield,1000${i},DE`),
].join('\n')

describe.skipIf(!runsBrowserTests)('batches on the page (skipped without Chromium)', () => {
  const page = pageTests({
    prepare: async ({ client }) => {
      const job = { plot: { plotter: 'axidraw', copies: 1 } }
      const params = { template: 'thank-you', size: 'a6' }
      await mailMerge(client, TABLE, { params, job, batch: 'xmas', envelopes: { params: { size: 'c6', flap: 30 } } })
      await until(async () => (await client.call('job.list', { status: ['queued', 'started'] })).total === 0)
    },
  })

  it('show their progress and a small picture of each card, and are ordered, held and canceled as a whole', async () => {
    const screen = await page.open({ width: 1280, height: 900 })
    await screen.getByRole('heading', { name: 'Batches' }).waitFor()
    const line = screen.locator('.batch-line').filter({ hasNotText: 'envelopes' })
    await line.getByText('0 of 4 drawn').waitFor()
    await line.getByRole('button', { name: 'Cards' }).click()
    const pictures = screen.locator('dialog .contact-face img')
    await expect.poll(() => pictures.count()).toBe(4)
    await screen.locator('dialog').getByRole('button', { name: 'Close' }).click()
    const firstOf = async () => (await page.client.call('job.list', { status: ['rendered'] })).jobs[0]?.title
    const before = await firstOf()
    // Ordering the batch of cards moves all cards behind the envelopes.
    await line.getByLabel('Order').selectOption('title')
    await expect.poll(firstOf).not.toBe(before)
    await line.getByRole('button', { name: 'Hold' }).click()
    await line.getByText('0 of 4 drawn, 4 held').waitFor()
    await line.getByRole('button', { name: 'Cancel' }).click()
    await screen.locator('dialog').getByRole('button', { name: 'Cancel the cards' }).click()
    await expect.poll(async () => (await page.client.call('batch.get', { name: 'xmas' })).left).toBe(0)
  })
})
