import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fastPlotter, PLOTTER, runsBrowserTests } from '../../support/browser.ts'
import { pageTests } from '../../support/page.ts'
import { until } from '../../support/until.ts'

const layer = (label: string, d: string) =>
  `<g inkscape:groupmode="layer" inkscape:label="${label}" stroke="#000"><path d="${d}"/></g>`
const HILLS = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
  width="100mm" height="60mm" viewBox="0 0 100 60" fill="none">${layer('sky', 'M10 10H90')}${layer('sea', 'M10 40H90')}</svg>`
const file = (name: string) => ({ name, mimeType: 'image/svg+xml', buffer: Buffer.from(HILLS) })

describe.runIf(runsBrowserTests)('a user who gives files to the page', () => {
  const served = pageTests({
    expectedErrors: ['ERR_FAILED'],
    config: {
      plotters: [...fastPlotter(40), ...fastPlotter(40).map((plotter) => ({ ...plotter, name: 'other' }))],
      pens: [{ name: 'blue' }, { name: 'red' }],
    },
  })

  it('sees the limit for a file that is too large, and the page does not take the file', async () => {
    const page = await served.open()
    const large = join(served.started.folder, 'Large.svg')
    writeFileSync(large, HILLS)
    truncateSync(large, 200_000_000)
    await page.getByRole('button', { name: 'SVG' }).click()
    await page.locator('input[type=file]').setInputFiles(large)
    await page.getByText('“Large.svg”: it has 200 MB, and plotd takes files of at most 67 MB.').waitFor()
    expect(await page.locator('.drop strong').count()).toBe(0)
  })

  it('sees the file that was chosen last, although the upload of an earlier file ends later', async () => {
    const page = await served.open()
    const uploads: (() => void)[] = []
    await page.route('**/uploads', async (route) => {
      if (uploads.length === 0) await new Promise<void>((resolve) => uploads.push(resolve))
      await route.continue()
    })
    await page.getByRole('button', { name: 'SVG' }).click()
    const input = page.locator('input[type=file]')
    await input.setInputFiles(file('Early.svg'))
    await until(() => uploads.length > 0)
    await input.setInputFiles(file('Late.svg'))
    const chosen = page.locator('.drop strong')
    await chosen.getByText('Late').waitFor()
    const answer = page.waitForResponse('**/uploads')
    for (const release of uploads) release()
    await (await answer).finished()
    // After a round trip to the daemon, a page that wrongly takes the early file has taken it.
    await page.getByRole('button', { name: 'Pause queue' }).click()
    await page.getByRole('button', { name: 'Resume queue' }).click()
    await page.getByRole('button', { name: 'Pause queue' }).waitFor()
    expect(await chosen.textContent()).toBe('Late')
  })

  it('chooses the pen of a layer for the plotter of the job, and for no other plotter', async () => {
    const page = await served.open()
    await page.getByRole('button', { name: 'SVG' }).click()
    await page.locator('input[type=file]').setInputFiles(file('Hills.svg'))
    const plotter = page.locator('.send-settings label', { hasText: 'Plotter' }).locator('select')
    await plotter.selectOption(PLOTTER)
    await page.getByLabel('Pen of the layer sea').selectOption('red')
    const pensOf = async (name: string) => (await served.client.call('plotter.get', { name })).layerPens
    await until(async () => (await pensOf(PLOTTER)) !== undefined)
    expect(await pensOf(PLOTTER)).toEqual([{ layer: 'sea', pen: 'red' }])
    await plotter.selectOption('other')
    await page.getByLabel('Pen of the layer sky').selectOption('blue')
    await until(async () => (await pensOf('other')) !== undefined)
    expect(await pensOf('other')).toEqual([{ layer: 'sky', pen: 'blue' }])
    expect(await pensOf(PLOTTER)).toEqual([{ layer: 'sea', pen: 'red' }])
  })

  it('queues all layers of several files, although only one layer of an earlier file was chosen', async () => {
    const page = await served.open()
    await page.getByRole('button', { name: 'SVG' }).click()
    const input = page.locator('input[type=file]')
    await input.setInputFiles(file('Earlier.svg'))
    await page.getByRole('checkbox', { name: /sky/ }).uncheck()
    await input.setInputFiles([file('One.svg'), file('Two.svg')])
    await page.getByRole('button', { name: 'Add 2 jobs' }).click()
    const jobs = async () => (await served.client.call('job.list', {})).jobs
    await until(async () => (await jobs()).length === 2)
    expect((await jobs()).map(({ plot }) => plot?.layers)).toEqual([undefined, undefined])
  })

  it('refuses a file with losses among several files when Strict is chosen, also without a plotter', async () => {
    const page = await served.open()
    await page.getByRole('button', { name: 'SVG' }).click()
    const ink = '<path d="M5 5h20" stroke="black"/><image width="9" height="9" href="a.png"/>'
    const lossy = `<svg xmlns="http://www.w3.org/2000/svg" width="90mm" height="90mm" viewBox="0 0 90 90">${ink}</svg>`
    const other = { name: 'Lossy.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(lossy) }
    await page.locator('input[type=file]').setInputFiles([file('One.svg'), other])
    await page.getByRole('button', { name: 'Add 2 jobs' }).waitFor()
    await page.locator('.send-settings label', { hasText: 'Plotter' }).locator('select').selectOption('')
    await page.getByRole('checkbox', { name: /^Strict/ }).check()
    await page.getByRole('button', { name: 'Add 1 job' }).waitFor()
    await page.locator('.files li', { hasText: 'Lossy' }).locator('.problem').waitFor()
  })

  it('keeps the columns that the user chose for a table while another tab is open', async () => {
    const page = await served.open()
    await page.getByRole('button', { name: 'SVG' }).click()
    const buffer = Buffer.from('Name,Nickname\nAda,Countess')
    await page.locator('input[type=file]').setInputFiles({ name: 'guests.csv', mimeType: 'text/csv', buffer })
    const columns = page.getByRole('group', { name: 'Columns' }).locator('select')
    await columns.nth(0).selectOption('not used')
    await columns.nth(1).selectOption('recipient')
    await page.getByRole('img', { name: 'Sheet with Birthday for Countess' }).waitFor()
    await page.getByRole('tab', { name: 'Plotters' }).click()
    await page.getByRole('tab', { name: 'Compose' }).click()
    expect(await columns.nth(1).inputValue()).toBe('recipient')
  })

  it('can queue the cards of a table when a preview fails, and sees why it failed', async () => {
    const page = await served.open()
    await page.routeWebSocket(/\/v1$/, (socket) => {
      const daemon = socket.connectToServer()
      socket.onMessage((text) => {
        const { id, method, params } = JSON.parse(String(text)) as { id: number; method: string; params: object }
        const error = { code: -32000, message: 'busy', data: { code: 'ERR_TIMEOUT', detail: {} } }
        const isRow = method === 'preview.render' && JSON.stringify(params).includes('Bob')
        if (isRow) socket.send(JSON.stringify({ jsonrpc: '2.0', id, error }))
        else daemon.send(text)
      })
    })
    await page.reload()
    await page.getByRole('button', { name: 'SVG' }).click()
    const buffer = Buffer.from('Name,Message\nAda,Hello\nBob,Bye')
    await page.locator('input[type=file]').setInputFiles({ name: 'guests.csv', mimeType: 'text/csv', buffer })
    await page.getByText('The preview of row 3 failed: busy').waitFor()
    await page.getByRole('button', { name: 'Add 2 cards', disabled: false }).click()
    const jobs = async () => (await served.client.call('job.list', { task: 'postcard' })).jobs
    await until(async () => (await jobs()).length === 2)
    for (const { id } of await jobs()) await served.client.call('job.cancel', { id })
  })

  it('sees why a table cannot be read when the code that reads tables does not load', async () => {
    const page = await served.open()
    await page.getByRole('button', { name: 'SVG' }).click()
    await page.route('**/assets/*.js', (route) => route.abort())
    const buffer = Buffer.from('Name,Message\nAda,Hello')
    await page.locator('input[type=file]').setInputFiles({ name: 'guests.csv', mimeType: 'text/csv', buffer })
    await page.locator('p.problem').getByText('Failed to fetch').waitFor()
  })

  it('no longer sees an earlier file on the sheet after choosing a table', async () => {
    const page = await served.open()
    await page.getByRole('button', { name: 'SVG' }).click()
    const input = page.locator('input[type=file]')
    await input.setInputFiles(file('Hills.svg'))
    const sheet = page.getByRole('img', { name: 'Sheet with Hills' })
    await sheet.waitFor()
    await input.setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from('Colour\nred') })
    await page.getByText('Choose the column that gives the recipient.').waitFor()
    expect(await sheet.count()).toBe(0)
  })

  it('sees that the page takes only the first of two tables', async () => {
    const page = await served.open()
    await page.getByRole('button', { name: 'SVG' }).click()
    const csv = (name: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from('Colour\nred') })
    await page.locator('input[type=file]').setInputFiles([csv('a.csv'), csv('b.csv')])
    await page.getByText('“b.csv”: the page takes one table at a time.').waitFor()
    await page.getByText('a.csv').waitFor()
  })

  it('no longer sees the message about a refused file after choosing another file', async () => {
    const page = await served.open()
    await page.getByRole('button', { name: 'SVG' }).click()
    const input = page.locator('input[type=file]')
    await input.setInputFiles({ name: 'old.ps', mimeType: '', buffer: Buffer.from('%!PS') })
    const message = page.getByText('“old.ps” is a PostScript file')
    await message.waitFor()
    await input.setInputFiles(file('Hills.svg'))
    await page.locator('.drop strong').getByText('Hills').waitFor()
    await message.waitFor({ state: 'detached' })
  })

  it('sees that the page still reads the files, until a slow upload ends', async () => {
    const page = await served.open()
    const uploads: (() => void)[] = []
    await page.route('**/uploads', async (route) => {
      await new Promise<void>((resolve) => uploads.push(resolve))
      await route.continue()
    })
    await page.getByRole('button', { name: 'SVG' }).click()
    await page.locator('input[type=file]').setInputFiles(file('Hills.svg'))
    const message = page.getByText('plotd is reading the files…')
    await message.waitFor()
    await until(() => uploads.length > 0)
    for (const release of uploads) release()
    await page.locator('.drop strong').getByText('Hills').waitFor()
    await message.waitFor({ state: 'detached' })
  })

  it('sees the whole name of a file in the form, although the name is one long word', async () => {
    const page = await served.open()
    await page.getByRole('button', { name: 'SVG' }).click()
    await page.locator('input[type=file]').setInputFiles(file(`${'L'.repeat(120)}.svg`))
    const name = page.locator('.drop strong')
    await name.getByText('LLL').waitFor()
    const right = async (box: Promise<{ x: number; width: number } | null>) => {
      const { x = 0, width = 0 } = (await box) ?? {}
      return x + width
    }
    expect(await right(name.boundingBox())).toBeLessThan(await right(page.locator('.drop').boundingBox()))
  })

  it('sees why a PDF cannot be read, and what to do, in two sentences', async () => {
    const page = await served.open()
    await page.getByRole('button', { name: 'SVG' }).click()
    const input = page.locator('input[type=file]')
    await input.setInputFiles({ name: 'bad.pdf', mimeType: '', buffer: Buffer.from('%PDF-1.4 nothing') })
    await page.getByText(/^“bad.pdf”: the PDF cannot be read: .*[^.]\. Open it in a viewer/).waitFor()
  })

  it('can choose the same file again after a change of the file', async () => {
    const page = await served.open()
    await page.getByRole('button', { name: 'SVG' }).click()
    const input = page.locator('input[type=file]')
    await input.setInputFiles(file('Hills.svg'))
    await page.locator('.drop strong').getByText('Hills').waitFor()
    // A browser reports no change when the input has the chosen file already.
    expect(await input.inputValue()).toBe('')
  })
})
