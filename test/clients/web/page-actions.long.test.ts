import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Params } from '../../../src/daemon/protocol/index.ts'
import { runsBrowserTests } from '../../support/browser.ts'
import { pageTests } from '../../support/page.ts'
import { until } from '../../support/until.ts'

const layer = (label: string, color: string, d: string) =>
  `<g inkscape:groupmode="layer" inkscape:label="${label}" stroke="${color}"><path d="${d}"/></g>`
const HILLS = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
  width="100mm" height="60mm" viewBox="0 0 100 60" fill="none">${[
    layer('1 sky', '#2a6fb0', 'M10 10H90'),
    layer('2 hills', '#2d7a3a', 'M10 40H90M10 45H90'),
  ].join('')}<image href="photo.jpg" width="5" height="5"/></svg>`
const file = { name: 'Hills.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(HILLS) }

describe.runIf(runsBrowserTests)('a user of the page', () => {
  // The browser reports an error when the daemon restarts, when the restart has ended the session, and when a job is
  // removed while the page asks for its plan.
  const served = pageTests({ expectedErrors: ['net::ERR_', 'WebSocket', '401', 'status of 400 (Bad Request)'] })
  let page: Page
  beforeEach(async () => {
    page = await served.open()
  })
  afterEach(async () => {
    for (const { id } of (await served.client.call('job.list', {})).jobs) {
      await served.client.call('job.cancel', { id }).catch(() => {})
      await served.client.call('job.remove', { id }).catch(() => {})
    }
  })

  const queue = async (...titles: readonly string[]): Promise<void> => {
    for (const title of titles) {
      await served.client.submit({ task: 'text', params: { text: title }, title, plot: { plotter: 'any' } })
    }
    await until(async () =>
      (await served.client.call('job.list', {})).jobs.every(({ status }) => status === 'rendered'),
    )
    // The cards change their heights when the page learns that their jobs are rendered.
    for (const title of titles) await page.locator('.stack .card.rendered', { hasText: title }).waitFor()
  }
  const order = async (): Promise<string[]> =>
    (await served.client.call('job.list', { sort: 'queue' })).jobs.map(({ title }) => title)
  const shown = () => page.locator('.stack .cards:not(.past) .title').allTextContents()

  it('moves a card of the queue before the card that it is dropped on', async () => {
    await queue('one', 'two', 'three')
    const card = (title: string) => page.locator('.stack li', { hasText: title })
    await card('three').dragTo(card('one'))
    await until(async () => (await order())[0] === 'three')
    await until(async () => (await shown())[0] === 'three')
    expect(await shown()).toEqual(await order())
  })

  it('queues for plotting a job that was only rendered, after the page has shown the length of the ink', async () => {
    const { id } = await served.client.submit({ task: 'text', params: { text: 'Only rendered' }, title: 'a card' })
    await served.client.wait([id])
    await page.getByRole('button', { name: /^a card/ }).click()
    await page.getByRole('button', { name: 'Plot it…' }).click()
    await page
      .getByRole('dialog')
      .getByText(/of ink/)
      .waitFor()
    await page.getByRole('dialog').getByLabel('Sheets').fill('2')
    await page.getByRole('dialog').getByRole('button', { name: 'Add to queue' }).click()
    await page.locator('.stack .cards:not(.past) .title', { hasText: 'a card' }).waitFor()
    expect(await served.client.call('job.get', { id })).toMatchObject({ status: 'rendered', plot: { copies: 2 } })
  })

  it('moves a card by Alt and an arrow key, and keeps the focus on it', async () => {
    await queue('one', 'two', 'three')
    await page.getByRole('button', { name: 'one' }).first().focus()
    await page.keyboard.press('Alt+ArrowDown')
    await until(async () => (await shown()).join() === 'two,one,three')
    await page.keyboard.press('Alt+ArrowDown')
    await until(async () => (await shown()).join() === 'two,three,one')
    await page.keyboard.press('Alt+ArrowUp')
    await until(async () => (await shown()).join() === 'two,one,three')
    expect(await order()).toEqual(['two', 'one', 'three'])
  })

  it('holds, releases, cancels and removes a job by the keyboard, and keeps the focus on a card', async () => {
    await queue('one', 'two', 'three')
    const focused = (list: string, title: string) =>
      page.locator(`.stack ${list} .face:focus`).getByText(title, { exact: true }).waitFor()
    const press = async (name: string) => {
      await page.getByRole('button', { name, exact: true }).focus()
      await page.keyboard.press('Enter')
    }
    await press('Hold: two')
    await focused('.aside', 'two')
    await press('Release: two')
    await focused('.cards:not(.aside, .past)', 'two')
    await press('Cancel: two')
    await focused('.past', 'two')
    await press('Cancel: three')
    await focused('.past', 'three')
    await press('Remove: three')
    await focused('.past', 'two')
  })

  it('cannot move a held card by Alt and an arrow key', async () => {
    await queue('one', 'two', 'held')
    const [, , held] = (await served.client.call('job.list', { sort: 'queue' })).jobs
    await served.client.call('job.hold', { id: held?.id ?? '' })
    await page.locator('.stack .aside').getByRole('button', { name: 'held' }).first().focus()
    await page.keyboard.press('Alt+ArrowDown')
    await page.getByRole('button', { name: 'one' }).first().focus()
    await page.keyboard.press('Alt+ArrowDown')
    await until(async () => (await shown()).join() === 'two,one,held')
    expect(await order()).toEqual(['two', 'one', 'held'])
  })

  it('chooses an SVG, sees what will not be drawn, and queues it with the chosen paper and layers', async () => {
    await page.getByRole('button', { name: 'SVG' }).click()
    await page.locator('input[type=file]').setInputFiles(file)
    await page.getByText('100 × 60 mm').waitFor()
    await page.getByText('image will not be drawn').waitFor()
    await page.getByText('Paper:').click()
    await page.getByLabel('Page', { exact: true }).selectOption({ label: 'Tabloid' })
    await page.getByText('Paper: Tabloid').waitFor()
    await page.getByLabel('Page', { exact: true }).selectOption('a5')
    await page.getByLabel('Landscape').check()
    await page.getByLabel('Margin, mm').fill('15')
    const position = page.getByLabel('Position')
    expect(await position.inputValue()).toBe('keep')
    await page.getByLabel('Size', { exact: true }).selectOption('page')
    expect(await position.inputValue()).toBe('center') // the daemon centres a drawing that it scales
    await page.getByText('210 × 148 mm').waitFor()
    await page.getByRole('checkbox', { name: /sky/ }).uncheck()
    await page.getByText('2 strokes').first().waitFor()
    await page.getByRole('button', { name: 'Add to queue' }).click()
    await page.getByText('Added to the queue.').waitFor()
    const [job] = (await served.client.call('job.list', {})).jobs
    expect(job?.plot).toMatchObject({
      layers: [2],
      pageSize: 'a5',
      options: { landscape: true, margin: 15, fit: 'page' },
    })
  })

  it('queues two of three files, and two of three rows of a table: those that plotd can draw', async () => {
    await page.getByRole('button', { name: 'SVG' }).click()
    const input = page.locator('input[type=file]')
    await input.setInputFiles([file, { ...file, name: 'More hills.svg' }, { ...file, buffer: Buffer.from('%!PS') }])
    await page.getByText('“Hills.svg” is a PostScript file').waitFor()
    await page.getByRole('checkbox', { name: 'Draw More hills' }).uncheck()
    await page.getByRole('button', { name: 'Add 1 job' }).waitFor()
    await page.getByRole('checkbox', { name: 'Draw More hills' }).check()
    await page.getByRole('button', { name: 'Add 2 jobs' }).click()
    await until(async () => (await order()).length === 2)
    expect((await order()).sort()).toEqual(['Hills', 'More hills'])

    const csv = 'Name,Message\nAda,Hello\nBob,🎉\nCleo,Bye'
    await input.setInputFiles({ name: 'guests.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
    await page.getByRole('img', { name: 'Sheet with Birthday for Ada' }).waitFor()
    await page.getByText('1 bad row').waitFor()
    const names = page.getByRole('group', { name: 'Columns' }).getByLabel('Name')
    await names.selectOption('not used')
    await page.getByText('1 bad row').waitFor({ state: 'detached' })
    await names.selectOption('recipient')
    await page.getByRole('button', { name: 'Add 2 cards, leave out 1 row' }).click()
    await until(async () => (await order()).length === 4)
    expect((await order()).sort()).toEqual(['Birthday for Ada', 'Birthday for Cleo', 'Hills', 'More hills'])
  })

  it('can end a search after all jobs but one are gone', async () => {
    const { client } = served
    await queue('one', 'two')
    const [, two] = (await client.call('job.list', { sort: 'queue' })).jobs
    await page.getByLabel('Search jobs').fill('two')
    await page.getByRole('button', { name: 'Cancel: one' }).waitFor({ state: 'detached' })
    await client.call('job.cancel', { id: two?.id ?? '' })
    await client.call('job.remove', { id: two?.id ?? '' })
    await page.getByText('No job matches.').waitFor()
    await page.getByLabel('Search jobs').fill('')
    await page.getByRole('button', { name: 'Cancel: one' }).waitFor()
  })

  it('opens the words and settings of a job in the form, and queues the edited job as a new one', async () => {
    const { client } = served
    const params = { recipient: 'Ada', message: 'Hello', template: 'wedding' }
    const plot = { plotter: 'any', copies: 3, pageSize: '220x160mm' }
    await client.submit({ task: 'postcard', params, priority: 60, plot })
    await page.locator('.stack .face', { hasText: 'Ada' }).click()
    await page.locator('.details').getByText('Hello').waitFor()
    await page.getByRole('button', { name: 'Edit and queue again…' }).click()
    await page.getByText('Paper: 220x160mm').waitFor() // the form of the job has replaced the empty one
    expect(await page.getByLabel('Page', { exact: true }).inputValue()).toBe('220x160mm')
    await page.getByLabel('Message').fill('Good bye')
    await page.locator('.send .primary:not([disabled])').click()
    await page.getByText('Added to the queue.').waitFor()
    const { jobs } = await client.call('job.list', {})
    const newest = jobs.reduce((a, b) => (b.createdAt > a.createdAt ? b : a))
    expect(jobs).toHaveLength(2)
    expect(newest).toMatchObject({ priority: 60, plot })
    expect((await client.call('job.get', { id: newest.id })).params).toMatchObject({ ...params, message: 'Good bye' })
  })

  it('sees the resume dialog close when another client retries or cancels the job', async () => {
    const { client } = served
    await queue('Cut off')
    const id = (await client.call('job.list', {})).jobs[0]?.id ?? ''
    const { params, ...job } = await client.call('job.get', { id })
    const progress = { phase: 'plot', done: 1, of: 9, planHash: '0'.repeat(64), plotter: 'axi' } as const
    const interrupted = { ...job, params, status: 'plotting', progress } as Params<'job.import'>['jobs'][number]
    const dialog = page.getByRole('dialog')
    for (const method of ['job.retry', 'job.cancel'] as const) {
      await client.call('job.cancel', { id })
      await client.call('job.remove', { id })
      await client.call('job.import', { jobs: [interrupted] })
      await page.getByRole('button', { name: 'Choose how to continue…' }).first().click()
      await dialog.waitFor()
      await client.call(method, { id })
      await dialog.waitFor({ state: 'detached' })
    }
  })

  it('resumes an interrupted job from the place in a stroke that the user chooses', async () => {
    const { client } = served
    const lines = Array.from({ length: 60 }, (_, i) => `M10 ${10 + i}H90`).join('')
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="80mm" viewBox="0 0 100 80">
      <path d="${lines}" stroke="#000" fill="none"/></svg>`
    const plot = { plotter: 'any', options: { keepOrder: true } }
    const { id } = await client.submit({ task: 'svg', params: { svg }, title: 'Sixty lines', plot })
    await page.getByRole('button', { name: 'Ready…' }).click()
    await page.getByRole('button', { name: 'The sheet is in place: draw' }).click()
    await until(async () => ((await client.call('job.get', { id })).progress?.done ?? 0) > 12)
    await served.started.restart()
    await page.goto(served.started.daemon.loginLink())
    await page.getByRole('button', { name: 'Choose how to continue…' }).first().click()
    const place = page.getByLabel('Continue with stroke')
    await page.getByRole('button', { name: /^(Continue with stroke|Draw the .*cut)/ }).waitFor()
    const cut = Number(await place.inputValue())
    await page.getByRole('button', { name: 'Ten strokes back' }).click()
    expect(Number(await place.inputValue())).toBe(cut - 10)
    await page.getByRole('button', { name: '5 mm of ink forward' }).click()
    await page.getByText('mm into stroke').waitFor()
    await page.getByRole('button', { name: `Continue 5 mm into stroke ${cut - 10}` }).click()
    await page.locator('.past .card.finished').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    await page.locator('.past .card', { hasText: 'Sixty lines' }).hover()
    await page.getByRole('button', { name: 'Plot again: Sixty lines' }).click()
    await until(async () => (await order()).filter((title) => title === 'Sixty lines').length === 2)
  })
})
