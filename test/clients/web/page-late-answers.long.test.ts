import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { holdAnswers, PLOTTER, runsBrowserTests } from '../../support/browser.ts'
import { failJob } from '../../support/fail-job.ts'
import { pageTests } from '../../support/page.ts'
import { until } from '../../support/until.ts'

describe.runIf(runsBrowserTests)('a page whose answers arrive late', () => {
  const served = pageTests({
    expectedErrors: ['WebSocket', 'status of 400', 'status of 404'],
    prepare: async ({ client }) => {
      for (const title of ['One', 'Two']) {
        const { id } = await client.submit({ task: 'text', params: { text: title }, title })
        await until(async () => (await client.call('job.get', { id })).status === 'finished')
      }
      await failJob(client, 'Failed')
      await until(async () => (await client.call('job.list', { status: ['failed'] })).total > 0)
    },
  })

  const card = (page: Page, title: string) => page.locator('.card .face', { hasText: title })
  const sheet = (page: Page, title: string) => page.getByRole('img', { name: `Sheet with ${title}` })
  /** Waits for the answers to two new requests: by then, the page has handled all earlier answers. */
  const settle = async (page: Page): Promise<void> => {
    await page.getByRole('button', { name: 'Pause queue' }).click()
    await page.getByRole('button', { name: 'Resume queue' }).click()
    await page.getByRole('button', { name: 'Pause queue' }).waitFor()
  }

  it('says that it is loading until its script has arrived', async () => {
    const page = await served.open()
    let release = (): void => {}
    const isSeen = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route('**/assets/*.js', async (route) => {
      await isSeen
      await route.continue()
    })
    await page.reload({ waitUntil: 'commit' })
    await page.getByText('Loading…').waitFor()
    release()
    await card(page, 'One').waitFor()
    expect(await page.getByText('Loading…').isVisible()).toBe(false)
  })

  it('names no number of cards until the rows of a table are checked', async () => {
    const page = await served.open()
    const checks = await holdAnswers(page, ({ method }) => method === 'job.check')
    await page.reload()
    await page.getByRole('button', { name: 'SVG' }).click()
    const csv = Buffer.from('Name,Message\nAda,Hello\nBob,Bye')
    await page.locator('input[type=file]').setInputFiles({ name: 'guests.csv', mimeType: 'text/csv', buffer: csv })
    await page.getByText('Checking the rows…').waitFor()
    await page.getByRole('button', { name: 'Add cards', disabled: true }).waitFor()
    await until(() => {
      for (const check of checks.splice(0)) check()
      return page.getByRole('button', { name: 'Add 2 cards' }).isVisible()
    })
  })

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

  it('ignores the log of an earlier job if the log arrives after the user has chosen another job', async () => {
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

  it('asks for the log of the chosen job again when the user opens the log', async () => {
    const page = await served.open()
    const logs = await holdAnswers(page, ({ method }) => method === 'job.logs')
    await page.reload()
    await card(page, 'Failed').click()
    await until(() => logs.length > 0)
    for (const release of logs.splice(0)) release()
    await page.getByText('Log', { exact: true }).click()
    await until(() => logs.length > 0)
  })

  it('says that it reads the later of two files until this file is read', async () => {
    const page = await served.open()
    const reads = await holdAnswers(page, ({ method }) => method === 'document.describe')
    await page.reload()
    await page.getByRole('button', { name: 'SVG' }).click()
    const drop = async (name: string): Promise<void> => {
      const count = reads.length
      const file = { name, mimeType: 'text/markdown', buffer: Buffer.from(`# ${name}`) }
      await page.locator('input[type=file]').setInputFiles(file)
      await until(() => reads.length > count)
    }
    await drop('first.md')
    await drop('second.md')
    // The notice appears 1 s after a drop. This timer begins later and takes as long, so it ends after both notices.
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 1000))')
    const reading = page.getByText('plotd is reading the files…')
    await reading.waitFor()
    reads[0]?.()
    await settle(page)
    expect(await reading.count()).toBe(1)
    reads[1]?.()
    await reading.waitFor({ state: 'detached' })
  })

  it('queues a card once when the user opens another tab while the page sends the card', async () => {
    const page = await served.open()
    const answers = await holdAnswers(page, ({ method }) => method === 'job.submit')
    await page.reload()
    await page.getByLabel('Recipient').fill('Once')
    await page.getByText(/of ink/).waitFor()
    const add = page.getByRole('button', { name: 'Add to queue' })
    await add.click()
    await until(() => answers.length > 0)
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Add to queue')
    await page.getByRole('tab', { name: 'Details' }).click()
    await page.getByRole('tab', { name: 'Compose' }).click()
    await page.getByText('Sending…').waitFor()
    await add.dispatchEvent('click')
    for (const release of answers) release()
    await page.getByText('Added to the queue.').waitFor()
    expect(answers).toHaveLength(1)
    await page.getByLabel('Recipient').fill('Another')
    await page.getByText('Added to the queue.').waitFor({ state: 'detached' })
    const { jobs } = await served.client.call('job.list', { status: ['queued', 'started', 'rendered'] })
    expect(jobs.map(({ title }) => title)).toEqual([expect.stringContaining('Once')])
    for (const { id } of jobs) await served.client.call('job.cancel', { id })
  })

  it('disables the button that sends a grant until the answer arrives', async () => {
    const page = await served.open()
    const answers = await holdAnswers(page, ({ method }) => method === 'plotter.ready')
    await page.reload()
    await page.getByRole('tab', { name: 'Plotters' }).click()
    await page.getByRole('button', { name: 'Ready…' }).click()
    const grant = page.getByRole('button', { name: 'Grant 1 sheet' })
    await grant.click()
    await until(() => answers.length > 0)
    expect(await grant.isDisabled()).toBe(true)
    for (const release of answers) release()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await served.client.call('plotter.unready', { name: PLOTTER })
  })

  it('offers to continue only at the place that the dialog shows', async () => {
    const lines = Array.from({ length: 60 }, (_, i) => `M10 ${10 + i}H90`).join('')
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="80mm" viewBox="0 0 100 80">
      <path d="${lines}" stroke="#000" fill="none"/></svg>`
    const { id } = await served.client.submit({ task: 'svg', params: { svg }, title: 'Cut', plot: { plotter: 'any' } })
    await until(async () => (await served.client.call('job.get', { id })).status === 'rendered')
    await served.client.call('plotter.ready', { name: PLOTTER })
    await until(async () => ((await served.client.call('job.get', { id })).progress?.done ?? 0) > 3)
    await served.started.restart()
    const page = await served.open()
    const places = await holdAnswers(page, ({ method, params }) => method === 'job.place' && params['from'] === 2)
    await page.reload()
    await page.getByRole('button', { name: 'Choose how to continue…' }).first().click()
    await page.getByLabel('Continue with stroke').fill('1')
    await page.getByRole('button', { name: 'Continue with stroke 1', exact: true }).waitFor()
    for (const box of await page.getByRole('dialog').getByRole('checkbox').all()) await box.check()
    await page.getByLabel('Continue with stroke').fill('3')
    await until(() => places.length > 0)
    const resume = page.getByRole('button', { name: /^Continue with/ })
    expect(await resume.isDisabled()).toBe(true)
    for (const release of places) release()
    await page.getByRole('button', { name: 'Continue with stroke 3', exact: true }).waitFor()
    expect(await resume.isDisabled()).toBe(false)
  })

  it('asks again and again for the open log of a job that has not ended', async () => {
    const page = await served.open()
    const logs = await holdAnswers(page, ({ method }) => method === 'job.logs')
    await page.reload()
    const nextAnswer = async (): Promise<void> => {
      await until(() => logs.length > 0)
      for (const release of logs.splice(0)) release()
    }
    await card(page, 'Cut').click()
    await nextAnswer()
    await page.getByText('Log', { exact: true }).click()
    for (let i = 0; i < 3; i++) await nextAnswer()
  })

  it('asks for no further log before the last one arrives, however late', async () => {
    const page = await served.open()
    await page.clock.install()
    const logs = await holdAnswers(page, ({ method }) => method === 'job.logs')
    await page.reload()
    await card(page, 'Cut').click()
    await until(() => logs.length > 0)
    for (const release of logs.splice(0)) release()
    await page.getByText('Log', { exact: true }).click()
    await until(() => logs.length > 0)
    await page.clock.runFor(20_000)
    await settle(page)
    expect(logs.length).toBe(1)
  })

  it('asks for no log while the page is hidden, and keeps the last log when later requests fail, which it says once', async () => {
    const page = await served.open()
    await page.clock.install()
    let mayAnswer = true
    let requests = 0
    await page.routeWebSocket(/\/v1$/, (socket) => {
      const daemon = socket.connectToServer()
      socket.onMessage((text) => {
        const { id, method } = JSON.parse(String(text)) as { id: number; method: string }
        if (method === 'job.logs') requests++
        const error = { code: -32000, message: 'lost', data: { code: 'ERR_INTERNAL', detail: {} } }
        if (mayAnswer || method !== 'job.logs') daemon.send(text)
        else socket.send(JSON.stringify({ jsonrpc: '2.0', id, error }))
      })
    })
    await page.reload()
    await card(page, 'Cut').click()
    const log = page.getByText('Log', { exact: true })
    await log.click()
    mayAnswer = false
    const isAsked = async (): Promise<boolean> => {
      const before = requests
      await page.clock.runFor(10_000)
      await settle(page)
      return requests > before
    }
    await until(isAsked)
    const notice = page.getByText('lost')
    await notice.getByRole('button', { name: 'Close' }).click()
    await until(isAsked)
    expect([await log.isVisible(), await notice.count()]).toEqual([true, 0])
    await page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, value: true })`)
    await until(async () => !(await isAsked()))
    await page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, value: false })`)
    await until(isAsked)
  })

  it('does not treat the shown place as home when the plotter loses its position afterwards', async () => {
    const { client } = served
    await client.call('plotter.motors', { name: PLOTTER, on: false })
    const page = await served.open()
    await page.getByRole('button', { name: 'Choose how to continue…' }).first().click()
    const dialog = page.getByRole('dialog')
    const isAtHome = dialog.getByLabel('I have moved the carriage to home')
    await isAtHome.check()
    await dialog.getByRole('button', { name: 'Show the place, pen up' }).click()
    await isAtHome.waitFor({ state: 'detached' })
    await client.call('plotter.motors', { name: PLOTTER, on: false })
    await dialog.getByRole('button', { name: /^Continue with stroke|^Draw the .*cut stroke/ }).click()
    await dialog.getByText('make sure that the carriage stands at home').waitFor()
    expect((await client.call('job.list', { status: ['interrupted'] })).total).toBe(1)
  })
})
