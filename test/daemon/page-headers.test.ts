import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { page } from '../../src/daemon/server/page.ts'
import { removeFolder } from '../support/remove-folder.ts'

it('the server sends the page so that it loads nothing from elsewhere and no other page can frame it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plotd-page-'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html>')
  const serve = page(folder)
  const server = createServer((request, response) => void serve(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { headers } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
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
  server.close()
  removeFolder(folder)
})
