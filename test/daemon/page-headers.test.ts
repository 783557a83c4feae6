import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { page } from '../../src/daemon/server/page.ts'
import { removeFolder } from '../support/remove-folder.ts'

let folder: string
let server: Server
let url: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plotd-page-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html>')
  writeFileSync(join(folder, 'assets', 'index.js'), 'start()')
  const serve = page(folder)
  server = createServer((request, response) => {
    if (!serve(request, response)) response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(() => {
  server.close()
  server.closeAllConnections()
  removeFolder(folder)
})

it('the server sends the page so that it loads nothing from elsewhere and no other page can frame it', async () => {
  const { headers } = await fetch(url)
  const policy = headers.get('content-security-policy') ?? ''
  expect(policy.split('; ')).toEqual(
    expect.arrayContaining([
      ...["default-src 'none'", "frame-ancestors 'none'", "connect-src 'self'", "script-src 'self'"],
      ...["base-uri 'none'", "form-action 'none'"],
    ]),
  )
  expect(policy).not.toMatch(/script-src[^;]*(unsafe|\*|http)/)
  expect(Object.fromEntries(headers)).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
  })
})

it('the server still sends the whole page when its files are gone, as during an update', async () => {
  removeFolder(folder)
  const home = await fetch(`${url}/?login`)
  expect(home.headers.get('content-type')).toBe('text/html;charset=utf-8')
  expect(await home.text()).toBe('<!doctype html>')
  const script = await fetch(`${url}/assets/index.js`)
  expect(script.headers.get('content-type')).toBe('text/javascript')
  expect(await script.text()).toBe('start()')
  expect((await fetch(`${url}/assets`)).status).toBe(404)
})

it('the server answers with the whole file when the end of a range lies before its start', async () => {
  const answer = await fetch(`${url}/assets/index.js`, { headers: { range: 'bytes=5-2' } })
  expect([answer.status, await answer.text()]).toEqual([200, 'start()'])
})

it('the server does not send a file that the browser already has', async () => {
  const etag = (await fetch(url)).headers.get('etag') ?? ''
  expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304)
})
