import { describe, expect, it, onTestFinished } from 'vitest'
import { runsBrowserTests, visit } from '../../support/browser.ts'
import { isLong, sample } from '../../support/fuzz.ts'
import { pageTests } from '../../support/page.ts'

describe.runIf(runsBrowserTests)('the login of the page', () => {
  const served = pageTests({ expectedErrors: ['401', '429', '503', 'WebSocket'] })
  const stored = (page: { evaluate(script: string): Promise<unknown> }) =>
    page.evaluate("localStorage.getItem('plotd.session')")
  const add = async (name: string, role: 'watch' | 'submit' | 'operate') =>
    (await served.client.call('token.new', { name, role })).secret
  const sessions = async () =>
    (await served.client.call('token.list', {})).tokens.flatMap(({ name, by }) => (by === undefined ? [] : [name]))

  it.each(sample(['token=x', 'login=x', 'login=', `token=${'x'.repeat(32)}`], 1))(
    'is not changed by an invalid link: #%s',
    async (fragment) => {
      const page = await served.open()
      const before = await stored(page)
      const { url } = served.started.daemon
      await page.goto(`${url}/#${fragment}`) // as a link of another site does while the page is open
      if (fragment !== 'login=') await page.getByText('You are still logged in as before').waitFor()
      await page.goto('about:blank')
      await page.goto(`${url}/#${fragment}`) // and as a link that opens the page
      await page.getByRole('button', { name: 'Log out', disabled: false }).waitFor()
      expect(await stored(page)).toBe(before)
    },
  )

  it.runIf(isLong)('is not changed by a link that permits less', async () => {
    const page = await served.open()
    const before = await stored(page)
    const secret = await add('guest', 'watch')
    await page.goto(`${served.started.daemon.url}/#token=${secret}`)
    await page.getByText('This link permits less (watch) than your session (operate)').waitFor()
    expect(await stored(page)).toBe(before)
    expect((await served.client.call('token.list', {})).tokens.filter(({ by }) => by === 'guest')).toEqual([])
  })

  it.runIf(isLong)('is not changed by a link while the daemon does not say what the session permits', async () => {
    const page = await served.open()
    const before = await stored(page)
    const secret = await add('visitor', 'watch')
    const link = `${served.started.daemon.url}/#token=${secret}`
    const answers = [
      [429, '{"error":{"message":"too many requests"}}', 'too many requests'],
      [503, 'upstream is away', `${served.started.daemon.url} answers with HTTP 503`],
    ] as const
    for (const [status, body, why] of answers) {
      await page.unroute('**/session')
      await page.route('**/session', (route) =>
        route.request().method() === 'GET' ? route.fulfill({ status, body }) : route.continue(),
      )
      await page.goto(link)
      await page.getByText(`plotd did not accept this link: ${why}.`).waitFor()
    }
    expect(await stored(page)).toBe(before)
    expect((await served.client.call('token.list', {})).tokens.filter(({ by }) => by === 'visitor')).toEqual([])
  })

  it.runIf(isLong)('continues with a link that permits more, and ends the previous session', async () => {
    const [watch, operate] = [await add('watcher', 'watch'), await add('worker', 'operate')]
    const visited = await visit(`${served.started.daemon.url}/#token=${watch}`)
    onTestFinished(() => visited.close())
    const { page } = visited
    await page.getByRole('heading', { name: 'Queue' }).waitFor()
    expect(await stored(page)).not.toBe(watch)
    await page.goto(`${served.started.daemon.url}/#token=${operate}`)
    await expect
      .poll(async () => (await served.client.call('token.list', {})).tokens.map(({ by }) => by))
      .toEqual(expect.not.arrayContaining(['watcher']))
    await page.getByRole('button', { name: 'Pause queue' }).waitFor()
    expect(page.url()).not.toMatch(/token|login/)
    expect(Object.values((await page.evaluate('({...localStorage})')) as object).join()).not.toContain(operate)
  })

  it('ends by a button, and begins again in all tabs when one tab logs in', async () => {
    const page = await served.open()
    await page.getByLabel('Recipient').fill('Ada')
    const [name = ''] = (await sessions()).slice(-1)
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.getByText('This page is logged out').waitFor()
    expect(await stored(page)).toBeNull()
    expect(await sessions()).not.toContain(name)

    const other = await page.context().newPage()
    await other.goto(served.started.daemon.loginLink())
    await other.getByRole('heading', { name: 'Queue' }).waitFor()
    await page.getByText('This page is logged out').waitFor({ state: 'detached' })
    expect(await page.getByLabel('Recipient').inputValue()).toBe('Ada')
    await other.close()
  })

  it('ends when another client revokes the session of the page by name', async () => {
    const page = await served.open()
    const [name = ''] = (await sessions()).slice(-1)
    await served.client.call('token.revoke', { name })
    await page.getByText('This page is logged out').waitFor()
    await page.reload()
    await page.getByText('opens this page and logs you in').waitFor()
  })

  it.runIf(isLong)('is refused with a link that was used before', async () => {
    const page = await served.open()
    const before = await stored(page)
    const link = served.started.daemon.loginLink()
    await page.goto(link)
    await expect.poll(() => stored(page)).not.toBe(before) // the page has used the link
    const visited = await visit(link)
    onTestFinished(() => visited.close())
    await visited.page.getByText('the login code was used before').waitFor()
  })
})
