import { describe, expect, it, onTestFinished } from 'vitest'
import { hasBrowser, inkOnSheet, visit } from '../../support/browser.ts'
import { until } from '../../support/desk.ts'
import { pageTests } from '../../support/page.ts'

/** A machine without a browser cannot try the page; CI installs one and says so loudly when it is missing. */
describe.runIf(hasBrowser)('the page in a real browser', () => {
  const house = pageTests()

  it('takes a postcard from the form to ink, and shows it grow', async () => {
    const page = await house.open()
    await page.getByLabel('Recipient').fill('Ada')
    await page.getByLabel('Message').fill('Hello')
    await page.getByText(/of ink/).waitFor() // the preview is on the sheet, with its figures
    await until(async () => (await inkOnSheet(page)).dark > 200)
    const whole = (await inkOnSheet(page)).dark
    await page.getByRole('button', { name: 'Put it in the queue' }).click()
    await page.getByRole('button', { name: 'The sheet is down: draw' }).click()
    await page.getByText(/is drawing/).waitFor()
    const ink = async () => (await inkOnSheet(page)).dark
    await until(async () => (await ink()) < 0.8 * whole) // the sheet is the job's: what is to come is pale
    await page.getByRole('button', { name: 'Pause' }).click()
    const soFar = await ink()
    await page.getByRole('button', { name: 'Go on' }).click()
    await until(async () => (await ink()) > soFar + 0.05 * whole)
    await page.locator('.past .card.finished').waitFor()
  })

  it('keeps the token out of the address bar', async () => {
    const page = await house.open()
    expect(page.url()).not.toContain(house.started.daemon.token)
  })

  it('says how to come in to a visitor without a token', async () => {
    const visited = await visit(house.started.daemon.url)
    onTestFinished(() => visited.close())
    await visited.page.getByText('plotd open').waitFor()
  })

  it('shows what another client does, as it happens', async () => {
    const page = await house.open()
    const { id } = await house.client.submit({
      task: 'text',
      params: { text: 'later' },
      title: 'A late line',
      hold: true,
    })
    await page.getByRole('heading', { name: 'Held aside' }).waitFor()
    await page.getByRole('button', { name: 'Release: A late line' }).waitFor({ state: 'attached' })
    await house.client.call('job.cancel', { id })
    await page.getByRole('heading', { name: 'Held aside' }).waitFor({ state: 'detached' })
  })

  it('has ink on the sheet at every distance, painted by a thread of its own, and the way of the pen on request', async () => {
    const page = await house.open()
    await page.getByLabel('Recipient').fill('Ada')
    await page.getByText(/of ink/).waitFor()
    const isDark = async () => (await inkOnSheet(page)).dark > 200
    const look = async () => (await inkOnSheet(page)).sum
    await until(isDark)
    const sheet = page.locator('main canvas')
    await sheet.focus()
    for (const key of ['+', '+', '+', 'ArrowLeft', 'ArrowUp']) await page.keyboard.press(key)
    const near = await look()
    await until(async () => (await isDark()) && (await look()) !== near) // sharp, after it was stretched
    await page.keyboard.press('0')
    await until(isDark)
    const without = await look()
    await page.getByLabel('moves with the pen up').check()
    await until(async () => (await look()) !== without)
  })
})
