import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { svgToPng } from '../../../src/svg/index.ts'
import { holdAnswers, inkOnSheet, runsBrowserTests } from '../../support/browser.ts'
import { SVG_FONT } from '../../support/font-file.ts'
import { pageTests } from '../../support/page.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { until } from '../../support/until.ts'

const layer = (label: string, y: number) =>
  `<g inkscape:groupmode="layer" inkscape:label="${label}"><path d="M10 ${y}H90"/></g>`
const TWO_PENS = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
  width="100mm" height="60mm" viewBox="0 0 100 60" fill="none" stroke="black">${layer('1 sky', 10)}${layer('2 hills', 40)}</svg>`

const TWO_SIDES = TWO_PENS.replace('1 sky', '1 front').replace('2 hills', '!1 back')

describe.runIf(runsBrowserTests)('the page', () => {
  const fonts = tempFolder()
  const served = pageTests({ config: { fonts } })

  it('names the layer of the next pen, lets the user move the pen meanwhile, and shows the job’s log', async () => {
    const page = await served.open()
    const { client } = served
    const { id } = await client.submit({
      task: 'svg',
      params: { svg: TWO_PENS },
      title: 'Two pens',
      plot: { plotter: 'any' },
    })
    await page.getByRole('button', { name: 'Ready…' }).click()
    await page.getByRole('button', { name: 'The sheet is in place: draw' }).click()
    const sentence = page.locator('.status p')
    await sentence.getByText('Put in pen 2 (hills).').waitFor()
    expect((await client.call('job.get', { id })).progress?.done).toBe(1)
    await page.getByRole('tab', { name: 'Plotters' }).click()
    await page.getByRole('button', { name: 'Pen up' }).click() // the user may move the pen of a paused plotter
    await page.getByRole('banner').getByRole('button', { name: 'Continue' }).click()
    await page.locator('.past .card.finished').waitFor()
    await page.getByRole('button', { name: /^Two pens/ }).click()
    await page.getByText('Log', { exact: true }).click()
    const { entries } = await client.call('job.logs', { id })
    expect(entries.length).toBeGreaterThan(0)
    const log = page.locator('.log li')
    await until(async () => (await log.count()) === entries.length)
    expect(await log.last().textContent()).toContain(entries.at(-1)?.message)
  })

  it('lets the user show two corners of the turned sheet and then continue the job', async () => {
    const page = await served.open()
    const { client } = served
    const options = { register: true }
    const { id } = await client.submit({ task: 'svg', params: { svg: TWO_SIDES }, title: 'Card', plot: { options } })
    await until(async () => (await client.call('job.get', { id })).status === 'rendered')
    await client.call('plotter.ready', { name: 'axidraw' })
    await page.locator('.status p').getByText('Turn the sheet over: next comes the back of the sheet').waitFor()
    await page.getByRole('tab', { name: 'Plotters' }).click()
    const orientation = page.getByRole('group', { name: 'How the sheet lies' })
    await orientation.getByText('The job waits for two corners.').waitFor()
    await orientation.getByRole('button', { name: 'Top left' }).click()
    await orientation.getByText('One mark.').waitFor()
    await client.call('plotter.jog', { name: 'axidraw', dx: 100, dy: 61 })
    await orientation.getByRole('button', { name: 'Bottom right' }).click()
    await orientation.getByText('2 marks show that the sheet is turned by').waitFor()
    expect(await orientation.getByRole('button', { pressed: true }).allTextContents()).toEqual([
      'Top left',
      'Bottom right',
    ])
    await orientation.getByRole('button', { name: 'Continue' }).click()
    await until(async () => (await client.call('job.get', { id })).status === 'finished')
    await orientation.waitFor({ state: 'detached' })
  })

  it('shows a photo as strokes, and adds it to the queue', async () => {
    const page = await served.open()
    const bar = '<svg width="40" height="30"><rect width="30" height="12" x="5" y="9"/></svg>'
    const png = await svgToPng(bar, { width: 160 })
    await page.getByRole('button', { name: 'Photo' }).click()
    const picture = { name: 'Bar.png', mimeType: 'image/png', buffer: Buffer.from(png) }
    await page.locator('input[type=file]').setInputFiles(picture)
    await page.getByText(/of ink/).waitFor()
    await until(async () => (await inkOnSheet(page)).dark > 200)
    await page.getByRole('button', { name: 'Add to queue' }).click()
    await page.locator('.stack .title', { hasText: 'Bar (squiggle)' }).waitFor()
    const job = (await served.client.call('job.list', { sort: 'queue' })).jobs.find(({ task }) => task === 'photo')
    await served.client.call('job.cancel', { id: job?.id ?? '' })
  })

  it('shows the speed that another client set, sets a pen height, and takes back both', async () => {
    const page = await served.open()
    await page.getByRole('tab', { name: 'Plotters' }).click()
    const speed = page.getByRole('spinbutton', { name: 'Speed, %' })
    expect(await speed.inputValue()).toBe('')
    expect(await speed.getAttribute('placeholder')).toContain('100')
    await served.client.call('plotter.adjust', { name: 'axidraw', speedPercent: 80 })
    await until(async () => (await speed.inputValue()) === '80')
    await page.getByLabel('Pen down, %').fill('25')
    await page.getByRole('button', { name: 'Set', exact: true }).click()
    const adjusted = async () => (await served.client.call('plotter.get', { name: 'axidraw' })).adjusted
    await until(async () => (await adjusted()).penDownPercent === 25)
    expect(await adjusted()).toEqual({ speedPercent: 80, penDownPercent: 25 })
    await page.getByRole('button', { name: 'Back to planned' }).click()
    await until(async () => Object.keys(await adjusted()).length === 0)
    await until(async () => (await speed.inputValue()) === '')
  })

  it('asks for no fresh sheet and offers no grant while a plotter is in maintenance', async () => {
    const page = await served.open()
    await page.getByRole('tab', { name: 'Plotters' }).click()
    await page.getByText('Idle. Needs a fresh sheet.').waitFor()
    await served.client.call('plotter.maintenance', { name: 'axidraw', reason: 'new belt' })
    await page.getByText(/In maintenance: new belt\./).waitFor()
    await page.getByText('Idle. Needs a fresh sheet.').waitFor({ state: 'hidden' })
    expect(await page.getByRole('button', { name: 'Ready…' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Back into service' }).click()
    await page.getByRole('button', { name: 'Ready…' }).waitFor()
  })

  it('marks a preview that is older than the form, until the new preview arrives', async () => {
    const page = await served.open()
    await page.getByLabel('Recipient').fill('Ada')
    await page.getByRole('img', { name: 'Sheet with Birthday for Ada' }).waitFor()
    await page.evaluate(`{
      globalThis.marks = []
      const sheet = document.querySelector('.sheet')
      new MutationObserver(() => marks.push(sheet.ariaBusy)).observe(sheet, { attributeFilter: ['aria-busy'] })
    }`)
    const marks = () => page.evaluate('marks.join()')
    await page.getByRole('radio', { name: 'Wedding' }).check({ force: true })
    await until(async () => (await marks()) === 'true,false')
    await page.getByLabel('Recipient').fill('')
    await page.getByText('Out of date').waitFor()
  })

  it('shows a new preview after a change of the font in the preview', async () => {
    const file = join(fonts, 'boxes.svg')
    writeFileSync(file, SVG_FONT)
    const page = await served.open()
    const composition = { task: 'text', values: { text: { text: 'AAA', font: 'boxes' } } }
    await page.evaluate(`sessionStorage.setItem('plotd.composition', ${JSON.stringify(JSON.stringify(composition))})`)
    await page.reload()
    await page.locator('.figures').getByText('· 3 strokes ·').waitFor()
    writeFileSync(file, SVG_FONT.replace('550 0 Z"', '550 0 Z M 100 100 L 500 600"'))
    await page.locator('.figures').getByText('· 6 strokes ·').waitFor()
  })

  it('checks the rows of a table, and renders the pictures of the designs, again after a change of the fonts', async () => {
    const page = await served.open()
    let checks = 0
    const samples: string[] = []
    await holdAnswers(page, ({ method, params }) => {
      const text = JSON.stringify(params)
      if (method === 'job.check') checks++
      if (method === 'preview.render' && !text.includes('Zoltan')) samples.push(text)
      return false
    })
    await page.reload()
    await page.getByRole('button', { name: 'SVG' }).click()
    const csv = Buffer.from('Name,Message\nZoltan,Hello')
    await page.locator('input[type=file]').setInputFiles({ name: 'guests.csv', mimeType: 'text/csv', buffer: csv })
    await page.getByRole('button', { name: 'Add 1 card' }).waitFor()
    await page.locator('.pictures img').first().waitFor()
    const [first = ''] = samples.splice(0)
    checks = 0
    writeFileSync(join(fonts, 'others.svg'), SVG_FONT)
    await until(() => checks > 0)
    await until(() => samples.includes(first))
  })

  it('checks several files again after a change of the fonts', async () => {
    const page = await served.open()
    let previews = 0
    await holdAnswers(page, ({ method, params }) => {
      if (method === 'preview.render' && params['task'] === 'svg') previews++
      return false
    })
    await page.reload()
    await page.getByRole('button', { name: 'SVG' }).click()
    const file = (name: string) => ({ name, mimeType: 'image/svg+xml', buffer: Buffer.from(TWO_PENS) })
    await page.locator('input[type=file]').setInputFiles([file('One.svg'), file('Two.svg')])
    await page.getByRole('button', { name: 'Add 2 jobs', disabled: false }).waitFor()
    previews = 0
    writeFileSync(join(fonts, 'third.svg'), SVG_FONT)
    await until(() => previews === 2)
    await page.getByRole('button', { name: 'Add 2 jobs', disabled: false }).waitFor()
  })

  it('shows the edited drawing when the SVG of a job was edited and another client then asks for ink', async () => {
    const page = await served.open()
    const { client, started } = served
    const svg = (d: string) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="60mm" viewBox="0 0 100 60" fill="none" stroke="#000"><path d="${d}"/></svg>`
    const { id } = await client.submit({ task: 'svg', params: { svg: svg('M10 10H90') }, title: 'Edited' })
    await client.wait([id])
    await page.getByRole('button', { name: /^Edited/ }).click()
    await page.getByText('Pen-up moves').waitFor() // the page has the plan
    const picture = () => page.locator('.card', { hasText: 'Edited' }).locator('img').getAttribute('src')
    const pictureBefore = await picture()
    const path = (await client.call('job.get', { id })).result?.path ?? ''
    writeFileSync(join(started.config.output, path), svg('M10 10H90V50H10zM20 20H80V40H20z'))
    const newPlan = page.waitForResponse(`**/plan/${id}`)
    await client.call('job.plot', { ids: [id], plot: { plotter: 'axidraw' } })
    expect((await newPlan).ok()).toBe(true)
    await until(async () => (await picture()) !== pictureBefore)
    await client.call('job.cancel', { id })
  })
})
