import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { buildPage, fastPlotter, hasBrowser, inkOnSheet, type Visit, visit } from '../../support/browser.ts'
import { type StartedDaemon, startedDaemon } from '../../support/daemon.ts'
import { until } from '../../support/desk.ts'

/** A machine without a browser cannot try the page; CI installs one and says so loudly when it is missing. */
describe.runIf(hasBrowser)('the page in a real browser', () => {
  let started: StartedDaemon
  let visited: Visit | undefined
  const link = () => `${started.daemon.url}/#token=${started.daemon.token}`

  beforeAll(async () => {
    buildPage()
    started = await startedDaemon({ plotters: fastPlotter(40) })
  }, 60_000)
  afterEach(async () => {
    await visited?.close()
    visited = undefined
  })
  afterAll(() => started.close())

  it('takes a postcard from the form to ink, and shows it grow', async () => {
    visited = await visit(link())
    const { page, complaints } = visited
    await page.getByLabel('Recipient').fill('Ada')
    await page.getByLabel('Message').fill('Hello')
    await page.getByText(/of ink/).waitFor() // the preview is on the sheet, with its figures
    await until(async () => (await inkOnSheet(page)).dark > 200)
    const whole = (await inkOnSheet(page)).dark
    await page.getByRole('button', { name: 'Put it in the queue' }).click()
    await page.getByRole('button', { name: 'The sheet is down: draw' }).click({ timeout: 20_000 })
    await page.getByText(/is drawing/).waitFor()
    const ink = async () => (await inkOnSheet(page)).dark
    await until(async () => (await ink()) < 0.8 * whole) // the sheet is the job's: what is to come is pale
    await page.getByRole('button', { name: 'Pause' }).click()
    const soFar = await ink()
    await page.getByRole('button', { name: 'Go on' }).click()
    await until(async () => (await ink()) > soFar + 0.05 * whole)
    await page.locator('.past .card.finished').waitFor({ timeout: 60_000 })
    expect(complaints).toEqual([])
  }, 120_000)

  it('keeps the token out of the address bar', async () => {
    visited = await visit(link())
    await visited.page.getByRole('heading', { name: 'Queue' }).waitFor()
    expect(visited.page.url()).not.toContain(started.daemon.token)
  })

  it('says how to come in to a visitor without a token', async () => {
    visited = await visit(started.daemon.url)
    await visited.page.getByText('plotd open').waitFor()
  })

  it('shows what another client does, as it happens', async () => {
    visited = await visit(link())
    const { page } = visited
    await page.getByRole('heading', { name: 'Queue' }).waitFor()
    const { id } = await started.client.submit({
      task: 'text',
      params: { text: 'later' },
      title: 'A late line',
      hold: true,
    })
    await page.getByRole('heading', { name: 'Held aside' }).waitFor()
    await page.getByRole('button', { name: 'Release: A late line' }).waitFor({ state: 'attached' })
    await started.client.call('job.cancel', { id })
    await page.getByRole('heading', { name: 'Held aside' }).waitFor({ state: 'detached' })
  })

  it('has ink on the sheet at every distance, painted by a thread of its own, and the way of the pen on request', async () => {
    visited = await visit(link())
    const { page, complaints } = visited
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
    expect(complaints).toEqual([])
  })
})
