import { describe, expect, it } from 'vitest'
import { violations } from '../../support/axe.ts'
import { fastPlotter, holdAnswers, PLOTTER, runsBrowserTests } from '../../support/browser.ts'
import { pageTests } from '../../support/page.ts'
import { until } from '../../support/until.ts'

describe.skipIf(!runsBrowserTests)('the farm on the page', () => {
  const tests = pageTests()
  const plotter = () => tests.client.call('plotter.get', { name: PLOTTER })

  it('takes the chosen plotters out of service for a reason, and shows which of them refuse a command', async () => {
    const page = await tests.open()
    await page.goto(`${page.url().split('#')[0]}#farm`)
    await page.getByRole('button', { name: 'All', exact: true }).click()
    await page.getByRole('button', { name: 'Maintenance…' }).click()
    await page.getByLabel(/^Reason/).fill('new belt')
    await page.getByRole('button', { name: 'Out of service' }).click()
    await page.getByText('In maintenance: 1 plotter.').waitFor()
    expect((await plotter()).maintenance?.reason).toBe('new belt')
    await page.getByRole('button', { name: 'Ready…' }).click()
    await page.getByLabel('Sheets for each plotter').fill('3')
    await page.getByRole('button', { name: 'Grant 3 sheets' }).click()
    await page.getByText(`Failed for ${PLOTTER}:`).waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Back into service' }).click()
    await until(async () => (await plotter()).maintenance === undefined)
    await page.getByRole('link', { name: 'View for a wall' }).click()
    await page.locator('.wall').getByText('1 plotter, 0 jobs waiting.').waitFor()
    expect(await violations(page)).toEqual([])
  })

  it('does not clear the form for a new job when the user visits the farm and comes back', async () => {
    const page = await tests.open()
    await page.getByRole('button', { name: 'SVG' }).click()
    const buffer = Buffer.from('Guest,Note\nAda,Hello')
    await page.locator('input[type=file]').setInputFiles({ name: 'guests.csv', mimeType: 'text/csv', buffer })
    const guests = page.getByRole('group', { name: 'Columns' }).getByLabel('Guest')
    await guests.selectOption('recipient')
    await page.getByRole('tab', { name: 'Plotters' }).click()
    await page.evaluate("location.hash = '#farm'")
    await page.getByRole('link', { name: 'View for a wall' }).click()
    await page.getByRole('link', { name: 'Back', exact: true }).click()
    const back = page.getByRole('link', { name: 'Back to the page' })
    await back.waitFor()
    expect(await page.locator('main:visible').count()).toBe(1)
    await back.click()
    await page.getByRole('tab', { name: 'Compose' }).click()
    expect(await guests.inputValue()).toBe('recipient')
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
    await page.getByRole('button', { name: 'Out of service' }).click()
    await until(() => answers.length > 0)
    await page.getByRole('button', { name: 'Back into service' }).click()
    await page.getByText('Back in service: 1 plotter.').waitFor()
    for (const release of answers) release()
    await tests.client.call('plotter.maintenance', { name: PLOTTER, reason: 'new pen holder' })
    await page.getByText('new pen holder').first().waitFor()
    expect(await page.getByText('Back in service: 1 plotter.').count()).toBe(1)
    await tests.client.call('plotter.maintenance', { name: PLOTTER })
  })
})

describe.runIf(runsBrowserTests)('a page of many plotters', () => {
  const names = Array.from({ length: 20 }, (_, i) => `p${i}`)
  const served = pageTests({
    config: {
      plotters: [...fastPlotter(40), ...names.map((name) => ({ name, profile: 'axidraw-v3', url: 'sim:ebb' }))],
    },
    prepare: ({ client }) =>
      Promise.all(
        names.map(async (name) => {
          await until(async () => (await client.call('plotter.get', { name })).state.is === 'idle')
          await client.call('plotter.ready', { name, sheets: 1 })
        }),
      ),
  })

  it('shows the whole sheet in the window, although the status tells of twenty plotters that are ready', async () => {
    const page = await served.open()
    await page.getByText('p19 is ready').waitFor()
    const { y = 0, height = 0 } = (await page.locator('main canvas').boundingBox()) ?? {}
    expect(y + height).toBeLessThanOrEqual(800)
    expect(height).toBeGreaterThan(200)
    expect(await page.evaluate('document.documentElement.scrollHeight <= innerHeight')).toBe(true)
  })
})
