import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { objections } from '../../support/axe.ts'
import { hasBrowser } from '../../support/browser.ts'
import type { StartedDaemon } from '../../support/daemon.ts'
import { until } from '../../support/desk.ts'
import { pageTests } from '../../support/page.ts'

const HILLS = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
  width="100mm" height="60mm" viewBox="0 0 100 60" fill="none">
  <g inkscape:groupmode="layer" inkscape:label="1 sky" stroke="#2a6fb0"><path d="M10 10H90"/></g>
  <g inkscape:groupmode="layer" inkscape:label="2 hills" stroke="#2d7a3a"><path d="M10 40H90M10 45H90"/></g>
  <image href="photo.jpg" width="5" height="5"/></svg>`
const LINES = Array.from({ length: 40 }, (_, i) => `M10 ${10 + i}H90`).join('')
const LONG = `<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="60mm" viewBox="0 0 100 60"><path d="${LINES}" fill="none" stroke="black"/></svg>`

/** On a phone the queue and the composer have tabs. */
async function openTab(page: Page, name: 'Queue' | 'Compose'): Promise<void> {
  if (await page.getByRole('tab', { name: 'Queue' }).isVisible()) await page.getByRole('tab', { name }).click()
}

/** The screens of the page, each with the step from the previous one. */
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
  ['the plotters', (page) => page.getByRole('tab', { name: 'Plotters' }).click()],
  [
    'a job and its log',
    async (page) => {
      await openTab(page, 'Queue')
      await page.getByRole('button', { name: /^Cut/ }).click()
      await page.getByText('Log', { exact: true }).click()
    },
  ],
  ['an interrupted job', (page) => page.getByRole('button', { name: 'Choose how to continue…' }).first().click()],
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

describe.runIf(hasBrowser)('every screen of the page', () => {
  const served = pageTests({ speed: 10, prepare: threeJobs })

  it.each([
    ['light, wide', { width: 1280, height: 800 }, 'light'],
    ['dark, wide', { width: 1280, height: 800 }, 'dark'],
    ['light, phone', { width: 390, height: 844 }, 'light'],
    ['dark, phone', { width: 390, height: 844 }, 'dark'],
  ] as const)('passes axe and fits the width of the window: %s', async (_, viewport, scheme) => {
    const page = await served.open(viewport, scheme)
    const found: Record<string, readonly string[]> = {}
    for (const [screen, open] of SCREENS) {
      await open(page)
      const fits = await page.evaluate('document.documentElement.scrollWidth <= innerWidth')
      const all = [...(await objections(page)), ...(fits ? [] : ['wider than the window'])]
      if (all.length > 0) found[screen] = all
    }
    expect(found).toEqual({})
  })

  it('keeps its tabs at the bottom of a phone while the page scrolls, and scrolls to the sheet after a submit', async () => {
    const page = await served.open({ width: 390, height: 844 })
    await page.mouse.wheel(0, 2000)
    const bar = await page.getByRole('tablist').boundingBox()
    expect(bar && bar.y + bar.height).toBe(844)
    expect(await page.getByLabel('Recipient').count()).toBe(0)
    await page.getByRole('tab', { name: 'Compose' }).click()
    await page.getByLabel('Recipient').waitFor()
    expect(await page.getByRole('heading', { name: 'Queue' }).count()).toBe(0)

    await page.getByLabel('Recipient').fill('Ada')
    await page.getByText(/of ink/).waitFor()
    await page.mouse.wheel(0, 2000)
    const scrolled = () => page.evaluate('scrollY')
    await until(async () => Number(await scrolled()) > 0)
    await page.getByRole('button', { name: 'Add to queue' }).click()
    await until(async () => (await scrolled()) === 0)
  })
})
