import { describe, expect, it, onTestFinished } from 'vitest'
import { inkOnSheet, runsBrowserTests, visit } from '../../support/browser.ts'
import { itLong } from '../../support/fuzz.ts'
import { pageTests } from '../../support/page.ts'
import { until } from '../../support/until.ts'

/**
 * Lets a test hold back the images that the paint thread sends. After a zoom the sheet stretches the old image until a
 * new one comes.
 */
const HOLD_IMAGES = `{
  const held = []
  let isHeld = false
  const { set } = Object.getOwnPropertyDescriptor(Worker.prototype, 'onmessage')
  Object.defineProperty(Worker.prototype, 'onmessage', {
    set(take) {
      set.call(this, (event) => (isHeld ? held.push(() => take(event)) : take(event)))
    },
  })
  globalThis.holdImages = (hold) => {
    isHeld = hold
    if (!hold) for (const take of held.splice(0)) take()
  }
}`

describe.runIf(runsBrowserTests)('the page in Chromium', () => {
  const served = pageTests({ speed: 8 }) // at this speed, even the slowest browser shows the plot before the plot ends

  it('queues a postcard of the form and asks for its sheet, and shows the ink while it is drawn', async () => {
    const page = await served.open()
    await page.getByLabel('Recipient').fill('Ada')
    await page.getByLabel('Message').fill('Hello')
    await page.getByText(/of ink/).waitFor() // the sheet shows the preview and its figures
    await until(async () => (await inkOnSheet(page)).dark > 200)
    const whole = (await inkOnSheet(page)).dark
    await page.getByRole('button', { name: 'Add to queue' }).click()
    await page.getByRole('button', { name: 'Ready…' }).click()
    await page.getByRole('button', { name: 'The sheet is in place: draw' }).click()
    await page.getByText(/is drawing/).waitFor()
    // A screen reader does not read out each new stroke.
    await page.locator('.status [aria-live=off]', { hasText: /stroke \d+ of/ }).waitFor()
    const ink = async () => (await inkOnSheet(page)).dark
    await until(async () => (await ink()) < 0.8 * whole) // the sheet shows the job, and undrawn ink is pale
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    const soFar = await ink()
    await page.getByRole('button', { name: 'Continue' }).click()
    await until(async () => (await ink()) > soFar + 0.05 * whole)
    const [job] = (await served.client.call('job.list', {})).jobs
    await served.client.call('job.cancel', { id: job?.id ?? '' })
    await page.locator('.past .card').waitFor()
  })

  it('keeps the login code out of the address bar', async () => {
    const page = await served.open()
    expect(page.url()).not.toMatch(/login|token/)
  })

  it('shows a visitor without a token how to get access', async () => {
    const visited = await visit(served.started.daemon.url)
    onTestFinished(() => visited.close())
    await visited.page.getByText('plotd open').waitFor()
  })

  it('shows the jobs of another client', async () => {
    const page = await served.open()
    const { id } = await served.client.submit({
      task: 'text',
      params: { text: 'later' },
      title: 'A late line',
      hold: true,
    })
    await page.getByRole('heading', { name: 'On hold' }).waitFor()
    await page.getByRole('button', { name: 'Release: A late line' }).waitFor({ state: 'attached' })
    await served.client.call('job.cancel', { id })
    await page.getByRole('heading', { name: 'On hold' }).waitFor({ state: 'detached' })
  })

  itLong('shows ink when zoomed in and when zoomed out again, and pen-up moves when the user asks', async () => {
    const page = await served.open()
    await page.addInitScript(HOLD_IMAGES)
    await page.reload()
    await page.getByLabel('Recipient').fill('Ada')
    await page.getByText(/of ink/).waitFor()
    const isDark = async () => (await inkOnSheet(page)).dark > 200
    const sumOfPixels = async () => (await inkOnSheet(page)).sum
    await until(isDark)
    await page.evaluate('holdImages(true)')
    await page.locator('main canvas').focus()
    for (const key of ['+', '+', '+', 'ArrowLeft', 'ArrowUp']) await page.keyboard.press(key)
    const stretched = await sumOfPixels()
    await page.evaluate('holdImages(false)')
    await until(async () => (await isDark()) && (await sumOfPixels()) !== stretched)
    await page.keyboard.press('0')
    await until(isDark)
    const without = await sumOfPixels()
    await page.getByLabel('Pen-up moves').check()
    await until(async () => (await sumOfPixels()) !== without)
  })
})
