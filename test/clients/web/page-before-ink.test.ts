import type { Page } from 'playwright-core'
import { afterEach, describe, expect, it } from 'vitest'
import { inkOnSheet, runsBrowserTests } from '../../support/browser.ts'
import { itLong } from '../../support/fuzz.ts'
import { pageTests } from '../../support/page.ts'
import { until } from '../../support/until.ts'

/** Forty lines of 80 mm, drawn from top to bottom. */
const LINES = Array.from({ length: 40 }, (_, i) => `M10 ${10 + i}H90`).join('')
const FOUR_LINES = LINES.slice(0, LINES.indexOf('M10 14'))
const lines = (extra = '', path = LINES) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="60mm" viewBox="0 0 100 60">
    <path d="${path}" fill="none" stroke="black"/>${extra}</svg>`
/** An image is a loss. A text in a font that plotd lacks is drawn in another font, which is a note. */
const LOSS_AND_NOTE =
  '<image href="photo.jpg" width="5" height="5"/><text x="10" y="55" font-family="Garamond">Ada</text>'
const plot = { plotter: 'any', options: { keepOrder: true } }

describe.runIf(runsBrowserTests)('the page', () => {
  const served = pageTests({
    speed: 20,
    expectedErrors: ['net::ERR_', 'WebSocket', '401', 'status of 400 (Bad Request)', 'status of 404 (Not Found)'],
  })
  const status = (page: Page) => page.locator('.statuses')
  const dialog = (page: Page) => page.getByRole('dialog')
  const plotter = () => served.client.call('plotter.get', { name: 'axidraw' })
  const job = (id: string) => served.client.call('job.get', { id })
  const submitted = (title: string, svg = lines(), copies = 1) =>
    served.client.submit({ task: 'svg', params: { svg }, title, plot: { ...plot, copies } })
  const rendered = async (title: string, svg?: string) => {
    const { id } = await submitted(title, svg)
    await until(async () => (await job(id)).status === 'rendered')
    return id
  }
  /** A plot that a restart of the daemon interrupts after a few strokes. */
  const interrupted = async (title: string) => {
    const id = await rendered(title)
    await served.client.call('plotter.ready', { name: 'axidraw' })
    await until(async () => ((await job(id)).progress?.done ?? 0) > 3)
    await served.started.restart()
    await until(async () => (await plotter()).state.is === 'idle')
    return id
  }
  const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click()

  afterEach(async () => {
    const { client } = served
    await client.call('queue.resume', {})
    for (const { id } of (await client.call('job.list', {})).jobs)
      await client.call('job.cancel', { id }).catch(() => {})
    await until(async () => ['idle', 'offline'].includes((await plotter()).state.is))
    for (const { id } of (await client.call('job.list', {})).jobs) await client.call('job.remove', { id })
    if ((await plotter()).grant) await client.call('plotter.unready', { name: 'axidraw' })
  })

  it('shows for how many sheets, by whose grant and for how long a plotter is ready, and takes the grant back', async () => {
    const page = await served.open()
    await served.client.call('plotter.ready', { name: 'axidraw', sheets: 3 })
    const line = status(page)
    await line.getByText(/axidraw is ready for the next 3 sheets/).waitFor()
    const words = await line.textContent()
    expect(words).toContain('master')
    expect(words).toMatch(/(29|30) minutes/)
    await page.getByRole('tab', { name: 'Plotters' }).click()
    await page
      .locator('.plotter')
      .getByText(/Ready for the next 3 sheets.*master.*minutes/)
      .waitFor()
    await press(page, 'Take grant back')
    await line.getByText('The queue is empty').waitFor()
    expect((await plotter()).grant).toBeUndefined()
    expect(await page.getByText(/ready for/i).count()).toBe(0)
  })

  itLong('shows the job that a plotter is ready for, until the job is canceled', async () => {
    const page = await served.open()
    const id = await rendered('Ada')
    await served.client.call('queue.pause', {})
    await served.client.call('plotter.ready', { name: 'axidraw' })
    await status(page)
      .getByText(/axidraw is ready for Ada/)
      .waitFor()
    await served.client.call('job.cancel', { id })
    await status(page).getByText('The queue is empty').waitFor()
  })

  it('shows size, time, losses and notes of a job in the dialog that asks for a sheet, and sends the grant', async () => {
    const page = await served.open()
    const id = await rendered('Lossy', lines(LOSS_AND_NOTE, FOUR_LINES))
    await press(page, 'Ready…')
    const request = dialog(page)
    await request.getByText('100 × 60 mm').waitFor()
    await request
      .getByText(/\d+ (seconds?|minutes?)/)
      .first()
      .waitFor()
    const losses = request.getByRole('list', { name: 'Will not be drawn' })
    const notes = request.getByRole('list', { name: 'Notes' })
    await losses.getByText('image').waitFor()
    await notes.getByText('rowmans').waitFor()
    expect(await losses.getByText('rowmans').count()).toBe(0)
    const color = (list: string) =>
      page.evaluate(`getComputedStyle(document.querySelector('dialog .${list} li')).color`)
    expect(await color('losses')).not.toBe(await color('notes'))
    await press(page, 'The sheet is in place: draw')
    await until(async () => ['plotting', 'finished'].includes((await job(id)).status))
    await request.waitFor({ state: 'detached' })
  })

  itLong('distinguishes losses from notes in the preview of a new job and in the details of a job', async () => {
    const page = await served.open()
    await page.getByRole('button', { name: 'SVG' }).click()
    const file = { name: 'Lossy.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(lines(LOSS_AND_NOTE)) }
    await page.locator('input[type=file]').setInputFiles(file)
    const inSheet = (name: string) => page.locator('main').getByRole('list', { name })
    await inSheet('Will not be drawn').getByText('image').waitFor()
    await inSheet('Notes').getByText('rowmans').waitFor()
    await page.locator('.send').getByText('Not everything will be drawn').waitFor()
    await press(page, 'Add to queue')
    await page.locator('.stack .card', { hasText: 'Lossy' }).getByText('1 loss').waitFor()
    await page.locator('.stack .face', { hasText: 'Lossy' }).click()
    const details = page.locator('.details')
    await details.getByText('100 × 60 mm').waitFor()
    await details.getByRole('list', { name: 'Will not be drawn' }).getByText('image').waitFor()
    await details.getByRole('list', { name: 'Notes' }).getByText('rowmans').waitFor()
  })

  it('names the interrupted job and its choices, and proposes no other job on its sheet', async () => {
    const id = await interrupted('Half drawn')
    await rendered('Next', lines('', FOUR_LINES))
    const page = await served.open()
    await status(page)
      .getByText(/Half drawn was interrupted after stroke \d+ of 40/)
      .waitFor()
    expect(await page.getByRole('button', { name: 'Ready…' }).count()).toBe(0)
    expect(await page.getByRole('button', { name: 'The sheet is in place: draw' }).count()).toBe(0)
    await page.getByRole('tab', { name: 'Plotters' }).click()
    await page
      .locator('.plotter')
      .getByText(/sheet of the interrupted job Half drawn lies here/)
      .waitFor()

    await press(page, 'Choose how to continue…')
    for (const choice of [/^(Continue with|Draw the .*cut)/, 'Start again on a new sheet', 'Cancel the job…']) {
      await dialog(page).getByRole('button', { name: choice }).waitFor()
    }
    await press(page, 'Not now')

    await press(page, 'Draw another job…')
    const draw = dialog(page).getByRole('button', { name: 'The sheet is in place: draw' })
    expect(await draw.isDisabled()).toBe(true)
    await dialog(page).getByLabel('A new sheet is down: the sheet of Half drawn was taken off').check()
    await draw.click()
    await page.locator('.past .card.finished', { hasText: 'Next' }).waitFor()
    expect((await job(id)).status).toBe('interrupted')

    await press(page, 'Choose how to continue…')
    const resume = dialog(page).getByRole('button', { name: /^(Continue with|Draw the .*cut)/ })
    expect(await resume.isDisabled()).toBe(true)
    await dialog(page)
      .getByLabel(/The sheet of Half drawn was taken off.*lies exactly where it lay/)
      .check()
    await resume.click()
    await page.locator('.past .card.finished', { hasText: 'Half drawn' }).waitFor()
  })

  it('asks before it cancels a job that has ink on paper, and then shows only that ink', async () => {
    const page = await served.open()
    const id = await rendered('Cut short')
    await page.locator('.stack .face', { hasText: 'Cut short' }).click()
    await until(async () => (await inkOnSheet(page)).dark > 200)
    const whole = (await inkOnSheet(page)).dark
    await served.client.call('plotter.ready', { name: 'axidraw' })
    await until(async () => ((await job(id)).progress?.done ?? 0) > 3)
    await served.client.call('job.pause', { id }) // so that the plot does not end before a slow browser cancels it
    await until(async () => (await job(id)).status === 'paused')
    await status(page).getByRole('button', { name: 'Cancel' }).click()
    await dialog(page)
      .getByText(/\d+ of 40 strokes/)
      .waitFor()
    await page.keyboard.press('Enter') // the dialog begins with the focus on “Keep the job”
    await dialog(page).waitFor({ state: 'detached' })
    expect((await job(id)).status).toBe('paused')
    await status(page).getByRole('button', { name: 'Cancel' }).click()
    await press(page, 'Cancel the job')
    await until(async () => (await job(id)).status === 'canceled')
    const { done = 0 } = (await job(id)).progress ?? {}
    expect(done).toBeLessThan(40)
    await page
      .locator('.past .card', { hasText: 'Cut short' })
      .getByText(`canceled after ${done} of 40 strokes`)
      .waitFor()
    // The sheet is blank while it is painted again.
    await until(async () => {
      const { dark } = await inkOnSheet(page)
      return dark > whole * ((done - 2) / 40) && dark < whole * ((done + 2) / 40)
    })
  })

  itLong('cancels a job without ink immediately, and shows nothing of the job as drawn', async () => {
    const page = await served.open()
    const id = await rendered('Never drawn')
    await page.locator('.stack .face', { hasText: 'Never drawn' }).click()
    await until(async () => (await inkOnSheet(page)).dark > 200)
    await page.locator('.stack .card', { hasText: 'Never drawn' }).hover()
    await press(page, 'Cancel: Never drawn')
    await until(async () => (await job(id)).status === 'canceled')
    await page.locator('.past .card', { hasText: 'Never drawn' }).getByText('canceled, nothing drawn').waitFor()
    await until(async () => (await inkOnSheet(page)).dark < 50)
  })

  itLong('asks for the next sheet of a job before it asks for a sheet for the next job', async () => {
    const page = await served.open()
    const { id } = await submitted('Twice', lines('', FOUR_LINES), 2)
    await until(async () => (await job(id)).status === 'rendered')
    await rendered('Next')
    await served.client.call('plotter.ready', { name: 'axidraw' })
    await status(page)
      .getByText(/axidraw needs a fresh sheet.*sheet 2 of 2 of Twice/)
      .waitFor()
    await press(page, 'Ready…')
    await press(page, 'The sheet is in place: draw')
    await page.locator('.past .card.finished', { hasText: 'Twice' }).waitFor()
    await status(page)
      .getByText(/axidraw needs a fresh sheet.*to draw Next/)
      .waitFor()
  })
})
