import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../../../clients/node/ask.ts'
import { connect } from '../../../clients/node/index.ts'
import { runsBrowserTests, type Visit, visit } from '../../support/browser.ts'
import { buildPage } from '../../support/build-page.ts'
import { freePort } from '../../support/free-port.ts'
import { itLong } from '../../support/fuzz.ts'
import { type Child, daemonProcess } from '../../support/processes.ts'
import { removeFolder } from '../../support/remove-folder.ts'
import { until } from '../../support/until.ts'

const plotters = [{ name: 'axi', profile: 'axidraw-v3', url: 'sim:ebb?speed=4&firmware=3.0.3' }]
const plot = { plotter: 'any' }

describe.runIf(runsBrowserTests)('the page after an interruption', () => {
  let folder: string
  let daemon: Child & { url: string }
  let visited: Visit | undefined
  let port: number
  const settings = () => ({
    port,
    state: join(folder, 'state'),
    output: join(folder, 'output'),
    plotters,
  })

  beforeAll(async () => {
    await buildPage()
    folder = await mkdtemp(join(tmpdir(), 'plotd-page-'))
    port = await freePort()
    daemon = await daemonProcess(settings())
  })
  afterEach(() => visited?.close())
  afterAll(async () => {
    await daemon.kill('SIGKILL')
    removeFolder(folder)
  })

  /** The link that `plotd open` opens. */
  const link = async () => (await ask('session.code', {}, { state: join(folder, 'state') })).link

  itLong(
    'says that its session ended with the killed daemon, keeps the input, and shows every job once after `plotd open`',
    async () => {
      const state = join(folder, 'state')
      const client = await connect({ state, reconnect: false })
      const text = 'The daemon is killed while it draws this.\n'.repeat(8)
      const { id } = await client.submit({ task: 'text', params: { text }, plot, title: 'On paper' })
      for (const title of ['Second', 'Third']) {
        await client.submit({ task: 'text', params: { text: title }, title, plot, priority: 20 })
      }
      await until(async () => (await client.call('job.get', { id })).status === 'rendered')

      visited = await visit(await link())
      const { page } = visited
      await page.getByRole('heading', { name: 'Queue' }).waitFor()
      await client.call('plotter.ready', { name: 'axi' })
      await page.getByText(/stroke [1-9]\d* of/).waitFor()
      await page.getByLabel('Recipient').fill('Grace')
      await daemon.kill('SIGKILL')

      await page.getByText('No connection to the daemon').waitFor()
      await page.getByLabel('Message').fill('Typed without a daemon')
      await page.getByRole('button', { name: 'Add to queue' }).click()
      daemon = await daemonProcess(settings())

      await page.getByText('Run `plotd open`').waitFor()
      expect(await page.getByLabel('Message').inputValue()).toBe('Typed without a daemon')
      await page.goto(await link())
      await page.getByText('Nothing moves until you choose').waitFor()
      await page.locator('.cards:not(.past) .title').getByText('Birthday for Grace').waitFor()
      const titles = await page.locator('.stack .cards .title').allTextContents()
      expect(titles).toEqual(['On paper', 'Birthday for Grace', 'Second', 'Third'])
      expect(await page.getByLabel('Recipient').inputValue()).toBe('Grace')
      expect(await page.getByLabel('Message').inputValue()).toBe('Typed without a daemon')

      const after = await connect({ state })
      const { jobs } = await after.call('job.list', { sort: 'queue' })
      expect(jobs.map(({ title }) => title)).toEqual(titles)
      expect(jobs[0]).toMatchObject({ status: 'interrupted' })
      after.close()
    },
  )

  it('keeps the input over a reload', async () => {
    visited = await visit(await link())
    const { page } = visited
    await page.getByLabel('Recipient').fill('Mary')
    await page.reload()
    await page.getByLabel('Recipient').waitFor()
    expect(await page.getByLabel('Recipient').inputValue()).toBe('Mary')
  })
})
