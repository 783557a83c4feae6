import type { Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connect } from '../../../clients/node/index.ts'
import type { Role } from '../../../src/daemon/protocol/roles.ts'
import { PLOTTER, runsBrowserTests, visit } from '../../support/browser.ts'
import { failJob } from '../../support/fail-job.ts'
import { interruptedJob } from '../../support/interrupted-job.ts'
import { pageTests } from '../../support/page.ts'
import { until } from '../../support/until.ts'

const ROLES: readonly Role[] = ['watch', 'submit', 'own', 'operate']
const text = (title: string) => ({ task: 'text', params: { text: title }, title })

describe.runIf(runsBrowserTests)('the page of a session', () => {
  const secrets = new Map<Role, string>()
  const served = pageTests({
    prepare: async ({ client, daemon }) => {
      for (const role of ROLES)
        secrets.set(role, (await client.call('token.new', { name: `${role}-token`, role })).secret)
      const own = await connect({ url: daemon.url, token: secrets.get('own') ?? '' })
      for (const [of, by] of [
        ['Mine', own],
        ['Theirs', client],
      ] as const) {
        await by.submit({ ...text(`${of} to draw`), plot: { plotter: 'any' }, batch: { name: of, row: 1 } })
        await by.submit(text(`${of} in the file`))
        await failJob(by, `${of} failed`)
      }
      own.close()
      await until(async () => (await client.call('job.list', { status: ['queued', 'started'] })).total === 0)
      await interruptedJob(client, 'Theirs cut', 3)
    },
  })

  /** The page of a role, and the messages of the answers that refuse something to this role. */
  async function open(role: Role): Promise<{ page: Page; refusals: string[] }> {
    const visited = await visit(`${served.started.daemon.url}/#token=${secrets.get(role)}`)
    onTestFinished(() => visited.close())
    const { page } = visited
    await page.getByRole('heading', { name: 'Queue' }).waitFor() // a reload before the login would lose the link
    const refusals: string[] = []
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if (String(payload).includes('ERR_FORBIDDEN')) refusals.push(String(payload))
      }),
    )
    await page.reload() // the page opened its first connection before the test listened
    await page.getByRole('button', { name: /^Theirs to draw/ }).waitFor()
    await page.getByRole('button', { name: 'Cards: batch Theirs' }).waitFor()
    return { page, refusals }
  }
  /** The sorted names of the buttons and selects in all tabs, except cards, tabs, zoom and the form of a new job. */
  async function controls(page: Page): Promise<string[]> {
    const names: string[] = []
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click()
      const shown = page.locator('button:not(.face, [role=tab], .zoom *, .compose *), select:not(.compose *)')
      names.push(...(await shown.evaluateAll((all) => all.map((one) => one.ariaLabel ?? one.textContent ?? ''))))
    }
    return [...new Set(names)].sort()
  }
  const FOR_ALL = ['Cards: batch Mine', 'Cards: batch Theirs', 'Log out', 'Show']
  const FOR_SUBMIT = [
    'Edit and queue again…',
    ...['Mine', 'Theirs'].flatMap((of) => [`Render again: ${of} failed`, `Render again: ${of} in the file`]),
  ]
  const FOR_OWN = [
    'Cancel: Mine to draw',
    'Cancel…: batch Mine',
    'Hold: Mine to draw',
    'Hold: batch Mine',
    'Plot…: Mine in the file',
    'Remove: Mine failed',
    'Remove: Mine in the file',
    'Retry: Mine failed',
  ]

  it.each([
    ['watch', [], []],
    ['submit', FOR_SUBMIT, []],
    ['own', [...FOR_SUBMIT, ...FOR_OWN], ['Mine to draw']],
  ] as const)('offers the role %s only what it may do', async (role, offered, movable) => {
    const { page, refusals } = await open(role)
    await page.getByRole('button', { name: /^Theirs to draw/ }).click()
    expect(await controls(page)).toEqual([...FOR_ALL, ...offered].sort())
    expect(await page.locator('[draggable=true] .title').allTextContents()).toEqual(movable)
    const tabs = await page.getByRole('tab').allTextContents()
    expect(tabs).toEqual([...(role === 'watch' ? [] : ['Compose']), 'Details', 'Plotters'])
    await page.goto(`${page.url().split('#')[0]}#farm`)
    await page.getByRole('heading', { name: PLOTTER }).first().waitFor()
    expect(await page.locator('.farm-rooms').locator('button, input').count()).toBe(0)
    expect(refusals).toEqual([])
  })

  it('offers an operator the controls of all jobs and plotters', async () => {
    const { page, refusals } = await open('operate')
    await page.getByRole('button', { name: /^Theirs to draw/ }).click()
    const theirs = FOR_OWN.map((name) => name.replace('Mine', 'Theirs'))
    const more = ['Pause queue', 'Top: Mine to draw', 'Cancel: Theirs cut', 'Choose how to continue…', 'Align', 'Set']
    expect(await controls(page)).toEqual(expect.arrayContaining([...FOR_OWN, ...theirs, ...FOR_SUBMIT, ...more]))
    expect(refusals).toEqual([])
  })

  it('lets the owner of an interrupted job give up its sheet, but lets only an operator continue on the sheet', async () => {
    const { client } = served
    const own = await connect({ url: served.started.daemon.url, token: secrets.get('own') ?? '' })
    const { id } = await own.submit({ ...text('Mine cut'), plot: { plotter: 'any' } })
    own.close()
    await interruptedJob(client, 'Mine cut', 3, id)
    const { page, refusals } = await open('own')
    await page.getByRole('button', { name: /^Mine cut/ }).click()
    await page.getByRole('tab', { name: 'Details' }).click()
    await page.getByRole('tabpanel').getByRole('button', { name: 'Choose how to continue…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Only an operator may continue on this sheet.').waitFor()
    const buttons = ['Start again on a new sheet', 'Cancel the job…', 'Not now']
    expect(await dialog.locator('.controls button').allTextContents()).toEqual(buttons)
    await dialog.getByRole('button', { name: 'Start again on a new sheet' }).click()
    await until(async () => (await client.call('job.get', { id })).status === 'rendered')
    expect(refusals).toEqual([])
  })
})
