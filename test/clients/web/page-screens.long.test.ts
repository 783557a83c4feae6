import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { violations } from '../../support/axe.ts'
import { PLOTTER, runsBrowserTests } from '../../support/browser.ts'
import type { StartedDaemon } from '../../support/daemon.ts'
import { pageTests } from '../../support/page.ts'
import { until } from '../../support/until.ts'

const HILLS = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
  width="100mm" height="60mm" viewBox="0 0 100 60" fill="none">
  <g inkscape:groupmode="layer" inkscape:label="1 sky" stroke="#2a6fb0"><path d="M10 10H90"/></g>
  <g inkscape:groupmode="layer" inkscape:label="2 hills" stroke="#2d7a3a"><path d="M10 40H90M10 45H90"/></g>
  <image href="photo.jpg" width="5" height="5"/></svg>`
const LINES = Array.from({ length: 40 }, (_, i) => `M10 ${10 + i}H90`).join('')
const LONG = `<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="60mm" viewBox="0 0 100 60"><path d="${LINES}" fill="none" stroke="black"/></svg>`

/** Opens a tab on a phone. A wide window shows the queue and the form of a new job side by side. */
async function openTab(page: Page, name: 'Queue' | 'Compose'): Promise<void> {
  if (await page.getByRole('tab', { name: 'Queue' }).isVisible()) await page.getByRole('tab', { name }).click()
}

/** The screens of the page, each with the steps that lead to it from the previous screen. */
const SCREENS: readonly (readonly [screen: string, open: (page: Page) => Promise<unknown>])[] = [
  ['the first screen', (page) => page.getByRole('button', { name: /^Cut/ }).waitFor()],
  [
    'the tasks',
    async (page) => {
      await openTab(page, 'Compose')
      await page.getByRole('button', { name: 'Postcard' }).waitFor()
    },
  ],
  [
    'a postcard and its preview',
    async (page) => {
      await page.getByLabel('Recipient').fill('Ada')
      await page.getByText(/of ink/).waitFor()
    },
  ],
  [
    'the fonts, and a field with a problem',
    async (page) => {
      await page.getByText('More', { exact: true }).click()
      await page.getByLabel('Seed').fill('99999999999')
      await page.getByLabel('Greeting font').click()
      await page.getByRole('list', { name: 'Fonts' }).getByRole('button').first().waitFor()
      await page.getByRole('button', { name: 'Correct seed' }).click()
      await page.getByText('Expected at most 4294967295').waitFor()
    },
  ],
  [
    'a corrected seed',
    async (page) => {
      await page.getByLabel('Seed').fill('7')
      await page.getByText('Expected at most').waitFor({ state: 'detached' })
    },
  ],
  ['patterns', (page) => page.getByRole('button', { name: 'Pattern' }).click()],
  ['text', (page) => page.getByRole('button', { name: 'Text' }).click()],
  ['a photo', (page) => page.getByRole('button', { name: 'Photo' }).click()],
  [
    'an SVG with layers, warnings and its paper',
    async (page) => {
      await page.getByRole('button', { name: 'SVG' }).click()
      const file = { name: 'Hills.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(HILLS) }
      await page.locator('input[type=file]').setInputFiles(file)
      await page.getByText('image will not be drawn').waitFor()
      await page.getByText('Paper:').click()
    },
  ],
  [
    'several files, and a message',
    async (page) => {
      const file = (name: string, text: string) => ({ name, mimeType: '', buffer: Buffer.from(text) })
      await page
        .locator('input[type=file]')
        .setInputFiles([file('a.svg', HILLS), file('b.svg', LONG), file('c.ps', '%!PS-Adobe-3.0')])
      await page.getByText('“c.ps” is a PostScript file').waitFor()
      await page.getByRole('button', { name: 'Add 2 jobs' }).waitFor()
    },
  ],
  [
    'a mail merge',
    async (page) => {
      await page.getByRole('alert').getByRole('button').click()
      await page.locator('.panel').getByRole('button', { name: 'Close' }).click()
      const buffer = Buffer.from('Name,Message\nAda,Hello\nBob,🎉\nCleo,Bye')
      await page.locator('input[type=file]').setInputFiles({ name: 'guests.csv', mimeType: 'text/csv', buffer })
      await page.getByRole('button', { name: 'Add 2 cards, leave out 1 row' }).waitFor()
      await page.getByRole('button', { name: 'Last card' }).click()
      await page.getByText(/2 cards, .* of drawing/).waitFor()
      await page.locator('.panel').getByRole('button', { name: 'Close' }).click()
    },
  ],
  ['the plotters', (page) => page.getByRole('tab', { name: 'Plotters' }).click()],
  [
    'a job and its log',
    async (page) => {
      await openTab(page, 'Queue')
      await page.getByRole('button', { name: /^Cut/ }).click()
      await page.getByText('Log', { exact: true }).click()
      await page.getByText('Parameters', { exact: true }).click()
    },
  ],
  [
    'an interrupted job',
    async (page) => {
      await page.getByRole('button', { name: 'Choose how to continue…' }).first().click()
      await page.getByRole('dialog').waitFor()
    },
  ],
]

/** Submits a job that ends, a job on hold, and a job that a restart interrupts. */
async function threeJobs(started: StartedDaemon): Promise<void> {
  const { client } = started
  await client.submit({ task: 'text', params: { text: 'done' }, title: 'Done card' })
  await client.submit({ task: 'text', params: { text: 'later' }, title: 'Held', hold: true })
  const { id } = await client.submit({
    task: 'svg',
    params: { svg: LONG },
    title: 'Cut',
    plot: { plotter: 'axidraw', options: { keepOrder: true } },
  })
  const status = async () => client.call('job.get', { id })
  await until(async () => (await status()).status === 'rendered')
  await client.call('plotter.ready', { name: 'axidraw' })
  await until(async () => ((await status()).progress?.done ?? 0) > 3)
  await started.restart()
}

describe.runIf(runsBrowserTests)('the page', () => {
  const served = pageTests({ speed: 10, prepare: threeJobs })

  const WINDOWS = [
    ['a computer', { width: 1280, height: 800 }],
    ['a phone', { width: 390, height: 844 }],
  ] as const
  it.each(WINDOWS)('on each listed screen passes axe in both themes and fits the width of %s', async (_, viewport) => {
    const page = await served.open(viewport)
    const faults: Record<string, readonly string[]> = {}
    for (const [screen, open] of SCREENS) {
      await page.emulateMedia({ colorScheme: 'light' })
      await open(page)
      const fits = await page.evaluate('document.documentElement.scrollWidth <= innerWidth')
      const light = await violations(page)
      // The themes differ in colours alone.
      await page.emulateMedia({ colorScheme: 'dark' })
      const dark = await violations(page, ['color-contrast'])
      const all = [...light, ...dark.map((each) => `dark: ${each}`), ...(fits ? [] : ['wider than the window'])]
      if (all.length > 0) faults[screen] = all
    }
    expect(faults).toEqual({})
  })

  it('keeps paper light when the user forces dark colours, so that the ink on the paper is visible', async () => {
    const page = await served.open()
    await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' })
    await page.locator('.thumb').first().waitFor()
    const color = await page.evaluate('getComputedStyle(document.querySelector(".thumb")).backgroundColor')
    expect(color).toBe('rgb(254, 253, 249)')
  })

  it('shows a tall drawing on a wide page in its own proportions, within the small sheet', async () => {
    const page = await served.open()
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="50mm" height="90mm" viewBox="0 0 50 90"><path d="M5 5H45V85" fill="none" stroke="black"/></svg>'
    const plot = { plotter: 'any', pageSize: 'a5', options: { landscape: true } }
    await served.client.submit({ task: 'svg', params: { svg }, title: 'Tall', plot })
    const image = page.locator('.card').filter({ hasText: 'Tall' }).locator('.thumb img')
    await image.waitFor()
    const [inner, outer] = [await image.boundingBox(), await image.locator('..').boundingBox()]
    expect(inner).toEqual(outer)
    expect(await page.evaluate('getComputedStyle(document.querySelector(".thumb img")).objectFit')).toBe('contain')
  })

  it('keeps sheet, form and tabs in sight on a phone, and opens the next tab by an arrow key', async () => {
    const page = await served.open({ width: 390, height: 844 })
    await page.getByRole('tab', { name: 'Queue' }).focus()
    expect(await page.getByLabel('Recipient').count()).toBe(0)
    await page.keyboard.press('ArrowRight')
    await page.getByLabel('Recipient').fill('Ada')
    await page.getByText(/of ink/).waitFor()
    expect(await page.getByRole('heading', { name: 'Queue' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Add to queue' }).scrollIntoViewIfNeeded()
    const box = async (selector: string) => (await page.locator(selector).boundingBox()) ?? { y: -1, height: 0 }
    const [sheet, figures, panel, tabs] = [
      await box('main canvas'),
      await box('.figures'),
      await box('.panel'),
      await box('.tabs'),
    ]
    expect(sheet.y).toBeGreaterThan(0)
    expect(sheet.y + sheet.height).toBeLessThanOrEqual(figures.y + 1)
    expect(panel.y).toBeLessThan(0.6 * 844)
    expect(tabs.y + tabs.height).toBe(844)
    await page.getByRole('tab', { name: 'Compose' }).focus()
    await page.keyboard.press('End')
    expect(await page.getByRole('tab', { name: 'Plotters' }).getAttribute('aria-selected')).toBe('true')
    // Each tab begins at its top, although the form was scrolled down.
    expect(await page.evaluate('document.querySelector(".panel").scrollTop')).toBe(0)
    await page.keyboard.press('ArrowRight')
    await page.getByRole('heading', { name: 'Queue' }).waitFor()
  })

  it('prints the whole content of a tab, without controls', async () => {
    const page = await served.open({ width: 700, height: 500 })
    await page.emulateMedia({ media: 'print' })
    expect(await page.getByRole('tab').first().isVisible()).toBe(false)
    expect(
      await page
        .getByRole('button', { name: /^Cancel/ })
        .first()
        .isVisible(),
    ).toBe(false)
    const height = (selector: string) => page.evaluate<number>(`document.querySelector('${selector}').scrollHeight`)
    expect(await height('html')).toBeGreaterThan(await height('.panel'))
  })

  it('returns to the queue by the Back button after the user has opened a job on a phone', async () => {
    const page = await served.open({ width: 390, height: 844 })
    await page.locator('.card .face').first().click()
    await page.locator('.details').waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'Queue' }).waitFor()
  })

  it('shows the content of an opened tab, even in a window that is too low for both the sheet and the tab', async () => {
    const page = await served.open({ width: 720, height: 450 })
    await page.getByRole('tab', { name: 'Plotters' }).click()
    const top = async () => (await page.getByRole('heading', { name: PLOTTER }).boundingBox())?.y ?? 450
    await until(async () => (await top()) >= 0 && (await top()) < 225)
  })
})
