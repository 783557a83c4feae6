import { execFileSync } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type MemoryServer, memoryServer, TOKEN } from '../support/memory-server.ts'

let daemon: MemoryServer
beforeAll(async () => {
  daemon = await memoryServer()
  await mkdir(join(daemon.config.output, 'cards'), { recursive: true })
  await writeFile(join(daemon.config.output, 'cards/ä b.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  await writeFile(join(daemon.config.state, 'secret.svg'), 'secret')
  await symlink(join(daemon.config.state, 'secret.svg'), join(daemon.config.output, 'link.svg'))
  execFileSync('mkfifo', [join(daemon.config.output, 'pipe.svg')])
  await mkdir(`${daemon.config.output}-of-others`)
  await writeFile(`${daemon.config.output}-of-others/a.svg`, 'secret')
})
afterAll(() => daemon.close())

const get = (path: string) => fetch(`${daemon.url}${path}`, { headers: { authorization: `Bearer ${TOKEN}` } })

it('the server sends an SVG so that no script of the SVG runs, and a browser treats the SVG as another site', async () => {
  const response = await get(`/output/cards/${encodeURIComponent('ä b.svg')}`)
  expect(await response.text()).toContain('<svg')
  expect(response.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'x-content-type-options': 'nosniff',
    'content-type': 'image/svg+xml',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  })
})

it('the server follows no link that leads out of the output folder', async () => {
  const response = await get('/output/link.svg')
  expect(response.status).toBe(404)
  expect(await response.text()).not.toContain('secret')
})

it('the server sends no file of a folder whose name only begins with the name of the output folder', async () => {
  const response = await get('/output/..%2foutput-of-others%2fa.svg')
  expect(response.status).toBe(404)
  expect(await response.text()).not.toContain('secret')
})

it('the server does not wait for the writer of a named pipe', async () => {
  expect((await get('/output/pipe.svg')).status).toBe(404)
})

it('the server answers 404 for missing files, and for folders', async () => {
  expect((await get('/output/none.svg')).status).toBe(404)
  expect((await get('/output/cards')).status).toBe(404)
})
