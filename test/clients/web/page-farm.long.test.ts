import { describe, expect, it } from 'vitest'
import { violations } from '../../support/axe.ts'
import { holdAnswers, PLOTTER, runsBrowserTests } from '../../support/browser.ts'
import { pageTests } from '../../support/page.ts'
import { until } from '../../support/until.ts'

describe.skipIf(!runsBrowserTests)('the farm on the page', () => {
  const tests = pageTests()
  const plotter = () => tests.client.call('plotter.get', { name: PLOTTER })

  it('takes the chosen plotters out of work for a reason, and shows which of them refuse a command', async () => {
    const page = await tests.open()
    await page.goto(`${page.url().split('#')[0]}#farm`)
    await page.getByRole('button', { name: 'All', exact: true }).click()
    await page.getByRole('button', { name: 'Maintenance…' }).click()
    await page.getByLabel(/^Reason/).fill('new belt')
    await page.getByRole('button', { name: 'Out of work' }).click()
    await page.getByText('In maintenance: 1 plotter.').waitFor()
    expect((await plotter()).maintenance?.reason).toBe('new belt')
    await page.getByRole('button', { name: 'Ready…' }).click()
    await page.getByLabel('Sheets for each plotter').fill('3')
    await page.getByRole('button', { name: 'Grant 3 sheets' }).click()
    await page.getByText(`Failed for ${PLOTTER}:`).waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Back to work' }).click()
    await until(async () => (await plotter()).maintenance === undefined)
    await page.getByRole('link', { name: 'View for a wall' }).click()
    await page.getByText('1 plotter, 0 jobs waiting.').waitFor()
    expect(await violations(page)).toEqual([])
  })

  it('keeps the outcome of the newest command when an older answer arrives late', async () => {
    const page = await tests.open()
    const answers = await holdAnswers(
      page,
      ({ method, params }) => method === 'plotter.maintenance' && params['reason'] === 'new belt',
    )
    await page.goto(`${page.url().split('#')[0]}#farm`)
    await page.reload()
    await page.getByRole('button', { name: 'All', exact: true }).click()
    await page.getByRole('button', { name: 'Maintenance…' }).click()
    await page.getByLabel(/^Reason/).fill('new belt')
    await page.getByRole('button', { name: 'Out of work' }).click()
    await until(() => answers.length > 0)
    await page.getByRole('button', { name: 'Back to work' }).click()
    await page.getByText('Back at work: 1 plotter.').waitFor()
    for (const release of answers) release()
    await tests.client.call('plotter.maintenance', { name: PLOTTER, reason: 'new pen holder' })
    await page.getByText('new pen holder').first().waitFor()
    expect(await page.getByText('Back at work: 1 plotter.').count()).toBe(1)
    await tests.client.call('plotter.maintenance', { name: PLOTTER })
  })
})
