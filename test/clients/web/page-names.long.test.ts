import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { fastPlotter, runsBrowserTests } from '../../support/browser.ts'
import { interruptedJob } from '../../support/interrupted-job.ts'
import { pageTests } from '../../support/page.ts'

const NAME = 'Donaudampfschiff'.repeat(4)

/**
 * The texts of visible elements that end outside the window, or are narrower than their content. The elements are
 * buttons (except the one with a job's picture and title), headings, labels in dialogs, and paragraphs about plotters.
 */
const outside = (page: Page) =>
  page.evaluate<string[]>(`[...document.querySelectorAll('button, h2, .plotter p, dialog label')]
    .filter((each) => each.scrollWidth > each.clientWidth + 1 || each.getBoundingClientRect().right > innerWidth)
    .filter((each) => each.checkVisibility() && !each.classList.contains('face'))
    .map((each) => each.textContent)`)

const WINDOWS = [
  ['a computer', { width: 1280, height: 800 }],
  ['a phone', { width: 360, height: 720 }],
] as const

describe.runIf(runsBrowserTests)('a name that is one very long word', () => {
  const served = pageTests({
    config: {
      plotters: fastPlotter(40).map((plotter) => ({ ...plotter, room: NAME, tags: [NAME.slice(0, 40), 'a4'] })),
    },
    prepare: ({ client }) => interruptedJob(client, NAME, 1),
  })

  it.each(WINDOWS)('leaves each button and each heading within the window of %s', async (_, viewport) => {
    const page = await served.open(viewport)
    expect(await outside(page)).toEqual([])
    await page.getByRole('button', { name: 'Show' }).first().click()
    await page.getByRole('heading', { name: NAME }).waitFor()
    expect(await outside(page)).toEqual([])
    await page.getByRole('button', { name: 'Choose how to continue…' }).first().click()
    await page.getByRole('dialog').waitFor()
    expect(await outside(page)).toEqual([])
  })

  it.each(WINDOWS)('leaves the tags and the room of a plotter within the window of %s', async (_, viewport) => {
    const { client } = served
    const { id } = await client.submit({
      task: 'text',
      params: { text: 'x' },
      title: 'Other',
      plot: { plotter: 'any' },
    })
    const page = await served.open(viewport)
    await page.getByRole('tab', { name: 'Compose' }).click()
    await page.getByRole('button', { name: 'a4' }).waitFor()
    expect(await outside(page)).toEqual([])
    await page.getByRole('tab', { name: 'Plotters' }).click()
    await page.getByRole('button', { name: 'Draw another job…' }).last().click()
    await page.getByRole('dialog').waitFor()
    expect(await outside(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.goto(`${page.url().split('#')[0]}#farm`)
    await page.getByRole('button', { name: 'a4' }).waitFor()
    expect(await outside(page)).toEqual([])
    await client.call('job.cancel', { id })
  })
})

describe.runIf(runsBrowserTests)('a name that is written from right to left', () => {
  const served = pageTests()

  it('does not reverse the size that stands after the name', async () => {
    const { client } = served
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="148mm" height="105mm"><path d="M9 9H90" stroke="#000"/></svg>'
    const plot = { plotter: 'any' }
    const { id } = await client.submit({ task: 'svg', params: { svg }, title: 'שלום', plot })
    const page = await served.open()
    await page.getByText(/148 × 105 mm, .*seconds?\./).waitFor()
    const places = await page.evaluate<number[]>(`(() => {
      const text = [...document.querySelector('.status p').childNodes].find((node) => /148/.test(node.data))
      return ['148', '105', 'mm'].map((word) => {
        const range = document.createRange()
        const from = text.data.indexOf(word)
        range.setStart(text, from)
        range.setEnd(text, from + word.length)
        return range.getBoundingClientRect().left
      })
    })()`)
    expect(places).toEqual([...places].sort((a, b) => a - b))
    await client.call('job.cancel', { id })
  })
})
