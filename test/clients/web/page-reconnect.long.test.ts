import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Line, lineOf, PLOTTER, runsBrowserTests } from '../../support/browser.ts'
import { interruptedJob } from '../../support/interrupted-job.ts'
import { pageTests } from '../../support/page.ts'
import { until } from '../../support/until.ts'

describe.runIf(runsBrowserTests)('a page that loses its connection for a moment', () => {
  const served = pageTests({ expectedErrors: ['WebSocket', 'status of 400', 'status of 404', 'ERR_FAILED'] })
  let page: Page
  let line: Line

  beforeEach(async () => {
    const { client } = served
    for (const { id } of (await client.call('job.list', {})).jobs) {
      await client.call('job.cancel', { id }).catch(() => {})
      await client.call('job.remove', { id })
    }
    page = await served.open()
    line = await lineOf(page)
    await page.reload()
    await page.getByText('The queue is empty').waitFor()
  })

  it('connects again, also when nothing has changed meanwhile', async () => {
    await line.cut()
    await page.getByText('No connection to the daemon').waitFor()
    line.mend()
    await page.getByText('The queue is empty').waitFor()
  })

  it('notices that no bytes arrive any more, and connects again', async () => {
    await page.clock.install()
    await page.reload()
    await page.getByText('The queue is empty').waitFor()
    line.silence()
    await page.clock.runFor(30_000)
    await page.getByText('The queue is empty').waitFor()
    await page.clock.runFor(60_000)
    await page.getByText('No connection to the daemon').waitFor()
    line.mend()
    await page.getByText('The queue is empty').waitFor()
  })

  it('asks for the tasks again when the daemon may be another one', async () => {
    const asked = () => line.methods.filter((method) => method === 'task.list').length
    await until(() => asked() === 1)
    await line.cut()
    line.mendAndForget()
    await until(() => asked() === 2)
  })

  it('shows, after the reconnect, the picture of a job, although the first fetch of the picture failed', async () => {
    await page.route('**/output/**', (route) => route.abort())
    const { id } = await served.client.submit({ task: 'text', params: { text: 'Late' }, title: 'Late' })
    const failed = page.waitForEvent('requestfailed')
    await served.client.wait([id])
    await failed
    await line.cut()
    await page.getByText('No connection to the daemon').waitFor()
    await page.unroute('**/output/**')
    line.mend()
    await page.locator('.card', { hasText: 'Late' }).locator('img').waitFor()
  })

  it('keeps the input of the form when the user opens another tab meanwhile', async () => {
    await page.getByLabel('Recipient').fill('Ada')
    await line.cut()
    await page.getByText('No connection to the daemon').waitFor()
    await page.getByRole('tab', { name: 'Plotters' }).click()
    await page.getByRole('tab', { name: 'Compose' }).click()
    expect(await page.getByLabel('Recipient').inputValue()).toBe('Ada')
  })

  it('keeps the reason for maintenance that it could not send', async () => {
    await page.getByRole('tab', { name: 'Plotters' }).click()
    await page.getByRole('button', { name: 'Maintenance…' }).click()
    await page.getByLabel('Reason').fill('new belt')
    await line.cut()
    await page.getByText('No connection to the daemon').waitFor()
    await page.getByRole('button', { name: 'Out of service' }).click()
    await page.getByRole('dialog').getByRole('alert').waitFor()
    expect(await page.getByLabel('Reason').inputValue()).toBe('new belt')
  })

  it('says in the view of all plotters (#farm) that the shown state is old', async () => {
    await page.goto(`${page.url().split('#')[0]}#farm`)
    await page.getByRole('heading', { name: PLOTTER }).waitFor()
    const words = page.getByText('No connection: the shown state is old.')
    expect(await words.count()).toBe(0)
    await line.cut()
    await words.waitFor()
    line.mend()
    await words.waitFor({ state: 'detached' })
  })

  it('forgets the chosen stroke when the plot was continued and interrupted again meanwhile', async () => {
    const id = await interruptedJob(served.client, 'Cut twice', 1)
    await page.getByRole('button', { name: 'Choose how to continue…' }).first().click()
    const stroke = page.getByLabel('Continue with stroke')
    await page.getByRole('button', { name: 'one stroke forward' }).click()
    expect(await stroke.inputValue()).toBe('3')
    await line.cut()
    await interruptedJob(served.client, 'Cut twice', 5, id)
    line.mendAndForget() // if the page showed the job between the two interruptions, it would close the dialog
    await page.getByText('5 of 9 strokes are certainly on the paper').waitFor()
    expect(await stroke.inputValue()).toBe('6')
  })

  it('asks again whether the sheet was taken off, because now the sheet of another job lies on the plotter', async () => {
    const id = await interruptedJob(served.client, 'First', 1)
    await page.getByRole('tab', { name: 'Plotters' }).click()
    await page.getByRole('button', { name: 'Draw another job…' }).first().click()
    await page.getByLabel('the sheet of First was taken off').check()
    await line.cut()
    await interruptedJob(served.client, 'Second', 5, id)
    line.mend()
    const second = page.getByLabel('the sheet of Second was taken off')
    await second.waitFor()
    expect(await second.isChecked()).toBe(false)
    expect(await page.getByRole('button', { name: 'Grant 1 sheet' }).isDisabled()).toBe(true)
  })
})
