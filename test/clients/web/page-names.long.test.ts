import { describe, expect, it } from 'vitest'
import { runsBrowserTests } from '../../support/browser.ts'
import { interruptedJob } from '../../support/interrupted-job.ts'
import { pageTests } from '../../support/page.ts'

const NAME = 'Donaudampfschiff'.repeat(4)

describe.runIf(runsBrowserTests)('a name that is one very long word', () => {
  const served = pageTests({ prepare: ({ client }) => interruptedJob(client, NAME, 1) })

  it.each([
    ['a computer', { width: 1280, height: 800 }],
    ['a phone', { width: 360, height: 720 }],
  ])('leaves each button and each heading within the width of %s', async (_, viewport) => {
    const page = await served.open(viewport)
    const outside = () =>
      page.evaluate<string[]>(`[...document.querySelectorAll('button, h2')]
        .filter((each) => each.scrollWidth > each.clientWidth + 1 || each.getBoundingClientRect().right > innerWidth)
        .filter((each) => each.checkVisibility() && !each.classList.contains('face'))
        .map((each) => each.textContent)`)
    expect(await outside()).toEqual([])
    await page.getByRole('button', { name: 'Show' }).first().click()
    await page.getByRole('heading', { name: NAME }).waitFor()
    expect(await outside()).toEqual([])
    await page.getByRole('button', { name: 'Choose how to continue…' }).first().click()
    await page.getByRole('dialog').waitFor()
    expect(await outside()).toEqual([])
  })
})
