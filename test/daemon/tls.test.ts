import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, request as plainly } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { askAt } from '../../clients/node/ask.ts'
import { PlotdClient } from '../../clients/node/client.ts'
import { nodeTransport } from '../../clients/node/connect.ts'
import { configSchema } from '../../src/daemon/config/schema.ts'
import { exposureWarning } from '../../src/daemon/server/listener.ts'
import { certificateFor } from '../support/certificate.ts'
import { type MemoryServer, memoryServer, TOKEN } from '../support/memory-server.ts'
import { removeFolder } from '../support/remove-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'plotd-tls-'))
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const { cert, key } = certificateFor('localhost', 'plotter.lan')
const tls = { cert: file('cert.pem', cert), key: file('key.pem', key) }

let daemon: MemoryServer
beforeAll(async () => {
  daemon = await memoryServer({ tls, hosts: ['localhost'] })
})
afterAll(async () => {
  await daemon.close()
  removeFolder(folder)
})
const bearer = { authorization: `Bearer ${TOKEN}` }

const get = (ca: string | undefined, path = '/healthz', headers = {}): Promise<number | string> =>
  new Promise((resolve) => {
    const options = { host: 'localhost', port: daemon.port, path, headers, agent: false, ...(ca ? { ca } : {}) }
    const requested = request(options, (response) => resolve(response.resume().statusCode ?? 0))
    requested.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    requested.end()
  })

describe('with `tls` in the configuration', () => {
  it('the server speaks HTTPS, and its address has the name in `hosts`', async () => {
    expect(daemon.url).toBe(`https://localhost:${daemon.port}`)
    expect(await get(cert)).toBe(200)
    expect(await get(undefined)).toMatch(/SELF_SIGNED/)
  })

  it.each(['::1', '[::1]'])(
    'an IPv6 address in `hosts` is in brackets in the address of the server: %s',
    async (name) => {
      const other = await memoryServer({ tls, hosts: [name] })
      expect(other.url).toBe(`https://[::1]:${other.port}`)
      await other.close()
    },
  )

  it('the server encrypts WebSockets too, and refuses a page that was loaded over plain HTTP', async () => {
    const open = (origin: string) =>
      new Promise<string | number>((resolve) => {
        const headers = { ...bearer, origin }
        const socket = new WebSocket(`wss://localhost:${daemon.port}/v1`, ['plotd'], { ca: cert, headers })
        socket.on('open', () => {
          resolve('open')
          socket.close()
        })
        socket.on('unexpected-response', (_, response) => {
          resolve(response.statusCode ?? 0)
          response.destroy()
        })
        socket.on('error', () => {})
      })
    expect(await open(`https://localhost:${daemon.port}`)).toBe('open')
    expect(await open(`http://localhost:${daemon.port}`)).toBe(403)
  })

  it('a client that does not accept the certificate says so, and how to accept it', async () => {
    const address = { url: daemon.url, token: TOKEN }
    const client = new PlotdClient(address, nodeTransport(address))
    const refused = {
      code: 'ERR_DAEMON_AWAY',
      message: `this computer does not accept the certificate of ${daemon.url} (DEPTH_ZERO_SELF_SIGNED_CERT)`,
      detail: { remedy: expect.stringContaining('NODE_EXTRA_CA_CERTS') },
    }
    await expect(client.open()).rejects.toMatchObject(refused)
    await expect(askAt(address, 'server.info', {})).rejects.toMatchObject(refused)
  })

  it('a client says when the scheme of the address may be the wrong one', async () => {
    const plain = daemon.url.replace('https:', 'http:')
    const withTls = { code: 'ERR_DAEMON_AWAY', detail: { remedy: expect.stringContaining('begins with https://') } }
    for (const address of [
      { url: plain, token: TOKEN },
      { url: plain, token: TOKEN, verify: true },
    ]) {
      const client = new PlotdClient(address, nodeTransport(address))
      await expect(client.open()).rejects.toMatchObject(withTls)
      await expect(askAt(address, 'server.info', {})).rejects.toMatchObject(withTls)
    }
    const server = createServer().listen(0, 'localhost')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const noTls = { code: 'ERR_DAEMON_AWAY', detail: { remedy: expect.stringContaining('begins with http://') } }
    const address = { url: `https://localhost:${port}`, token: TOKEN }
    await expect(askAt(address, 'server.info', {})).rejects.toMatchObject(noTls)
    server.close()
  })

  it('the server answers nothing to a client that speaks plain HTTP', async () => {
    const outcome = await new Promise((resolve) => {
      const request = plainly({ host: 'localhost', port: daemon.port, headers: bearer, agent: false }, resolve)
      request.on('error', ({ message }) => resolve(message))
      request.end()
    })
    expect(outcome).toMatch(/socket hang up|ECONNRESET/)
  })

  it.each([
    ['does not exist', { cert: join(folder, 'none.pem'), key: tls.key }],
    ['belongs to another key', { cert: tls.cert, key: file('other.pem', certificateFor('localhost').key) }],
    ['is invalid', { cert: file('not.pem', 'hello'), key: tls.key }],
  ])('the daemon does not start when the certificate %s', async (_, wrong) => {
    await expect(memoryServer({ tls: wrong })).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: expect.stringMatching(/^tls: /),
    })
  })
})

describe('the configuration', () => {
  const config = (host: string, more = {}) => configSchema.parse({ state: '-', host, ...more })

  it('gives a warning when `host` is an address that other computers can reach, and `tls` is missing', () => {
    expect(
      ['0.0.0.0', '::', '192.168.1.4', 'plotter.lan'].map((host) => exposureWarning(config(host)) === undefined),
    ).toEqual(Array(4).fill(false))
    expect(['127.0.0.1', '127.0.1.1', '::1', 'localhost'].map((host) => exposureWarning(config(host)))).toEqual(
      Array(4).fill(undefined),
    )
    expect(exposureWarning(config('0.0.0.0', { tls }))).toBeUndefined()
  })
})
