import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { holdAnswers, PLOTTER, runsBrowserTests } from '../../support/browser.ts'
import { pageTests } from '../../support/page.ts'
import { until } from '../../support/until.ts'

/** Lets a test hold back all frames, and the short timers that Preact sets in case no frame comes. */
const HOLD_FRAMES = `{
  const [held, { requestAnimationFrame: frame, setTimeout: timer }] = [[], globalThis]
  let isHeld = false
  globalThis.requestAnimationFrame = (act) => (isHeld ? held.push(act) : frame(act))
  globalThis.setTimeout = (act, ms, ...rest) => (isHeld && ms < 100 ? held.push(act) : timer(act, ms, ...rest))
  globalThis.holdFrames = (hold) => {
    isHeld = hold
    if (!hold) for (const act of held.splice(0)) act()
  }
}`

describe.runIf(runsBrowserTests)('a page whose frames come late', () => {
  const served = pageTests({
    expectedErrors: ['WebSocket'],
    prepare: async ({ client }) => {
      const { id } = await client.submit({ task: 'text', params: { text: 'One' }, title: 'One' })
      await client.wait([id])
    },
  })
  const hold = (page: Page, isHeld: boolean) => page.evaluate(`holdFrames(${isHeld})`)
  /** The page before its first frame, and the messages that it has received. */
  async function open(fragment = ''): Promise<{ page: Page; received: string[] }> {
    const page = await served.open()
    const received: string[] = []
    page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => received.push(String(payload))))
    await page.goto('about:blank')
    await page.addInitScript(`${HOLD_FRAMES}; holdFrames(true)`)
    await page.goto(`${served.started.daemon.url}/${fragment}`)
    await page.getByRole('heading', { name: 'Queue' }).waitFor()
    return { page, received }
  }

  it('shows a job that it receives before its first frame', async () => {
    const { page, received } = await open('#farm')
    const { id } = await served.client.submit({ task: 'text', params: { text: 'x' }, title: 'Early', hold: true })
    await until(() => received.some((message) => message.includes('Early')))
    await hold(page, false)
    await page.locator('.card', { hasText: 'Early' }).waitFor()
    await served.client.call('job.cancel', { id })
  })

  it('follows a link to the view of all plotters before its first frame', async () => {
    const { page } = await open()
    await page.evaluate("location.hash = '#farm'")
    await hold(page, false)
    await page.getByRole('heading', { name: PLOTTER }).waitFor()
  })

  it('takes the layout of a narrow window that the user made narrow before the first frame', async () => {
    const { page } = await open()
    await page.setViewportSize({ width: 600, height: 900 })
    await until(() => page.evaluate("matchMedia('(max-width: 60rem)').matches"))
    await hold(page, false)
    await page.getByRole('tab', { name: 'Queue' }).waitFor()
  })

  it('returns by the Back button to the first tab when the user left that tab before the first frame', async () => {
    const { page } = await open()
    await page.getByRole('tab', { name: 'Plotters' }).click()
    await hold(page, false)
    await page.goBack()
    await page.getByLabel('Recipient').fill('Ada')
  })

  it('keeps the chosen job on the sheet when an older preview arrives before the next frame', async () => {
    const page = await served.open()
    const previews = await holdAnswers(page, ({ method, params }) => {
      const { recipient } = (params['params'] ?? {}) as { recipient?: string }
      return method === 'preview.render' && recipient === 'Zoe'
    })
    await page.addInitScript(HOLD_FRAMES)
    await page.reload()
    await page.getByLabel('Recipient').fill('Zoe')
    await until(() => previews.length > 0)
    await hold(page, true)
    await page.locator('.card .face', { hasText: 'One' }).click()
    const sheet = page.getByRole('img', { name: 'Sheet with One' })
    await sheet.waitFor()
    for (const release of previews) release()
    // The page handles the held answer before the event of this job.
    const { id } = await served.client.submit({ task: 'text', params: { text: 'x' }, title: 'Later', hold: true })
    await hold(page, false)
    await page.locator('.card', { hasText: 'Later' }).waitFor()
    expect(await sheet.count()).toBe(1)
    await served.client.call('job.cancel', { id })
  })
})
