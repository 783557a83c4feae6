import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { namesOf, networkAccess } from '../../../src/daemon/server/access.ts'
import { type MemoryServer, memoryServer, TOKEN } from '../../support/memory-server.ts'
import { until } from '../../support/until.ts'

let daemon: MemoryServer
beforeAll(async () => {
  daemon = await memoryServer({
    hosts: ['plotter.lan'],
    limits: { connections: 3, uploadBytes: 2000, messagesPerSecond: 50 },
  })
})
afterAll(() => daemon.close())

type Headers = Record<string, string>
const bearer = { authorization: `Bearer ${TOKEN}` }
const ask = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'server.info' })

/** Sends by node:http, because fetch ignores a Host header that its caller sets. */
function send(
  method: string,
  path: string,
  headers: Headers,
  body = '',
): Promise<{ status: number; body: string; headers: Headers }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port: daemon.port, method, path, headers, agent: false },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers as Headers }),
        )
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
const rpc = (headers: Headers) =>
  send('POST', '/rpc', { 'content-type': 'application/json', ...bearer, ...headers }, ask)

/** @returns 'open as' and the subprotocol that the daemon chose, or the HTTP status of its refusal */
function upgrade(headers: Headers, protocols: string[] = ['plotd'], path = '/v1'): Promise<string | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${daemon.port}${path}`, protocols, { headers })
    socket.on('open', () => {
      socket.on('close', () => resolve(`open as ${socket.protocol}`))
      socket.close()
    })
    socket.on('unexpected-response', (_, response) => {
      resolve(response.statusCode ?? 0)
      response.destroy()
    })
    socket.on('error', () => {})
  })
}

describe('access by HTTP', () => {
  it('admits a program that has the token', async () => {
    expect((await rpc({})).status).toBe(200)
  })

  it.each([
    ['no token', { authorization: '' }, 401],
    ['another token', { authorization: 'Bearer something-else-of-it' }, 401],
    ['the token and more', { authorization: `Bearer ${TOKEN}x` }, 401],
    ['a name rebound by DNS', { host: 'evil.example' }, 403],
    ['a name that begins like the daemon’s', { host: 'localhost.evil.example' }, 403],
    ['the daemon’s name with another port', { host: 'localhost:1' }, 403],
    ['another site’s page, even with the token', { origin: 'https://evil.example' }, 403],
    ['a page on another port of this machine', { origin: 'http://localhost:3000' }, 403],
    ['a page at a bare address', { origin: 'http://192.0.2.7' }, 403],
    ['a page of unknown origin', { origin: 'null' }, 403],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    ['a form, which a browser sends without a preflight', { 'content-type': 'text/plain' }, 400],
  ])('refuses %s', async (_, headers, status) => {
    expect((await rpc(headers as Headers)).status).toBe(status)
  })

  it('accepts the daemon’s own host names and its own page', async () => {
    const own = [`localhost:${daemon.port}`, '127.0.0.1', `[::1]:${daemon.port}`, `plotter.lan:${daemon.port}`]
    for (const host of own) expect((await rpc({ host })).status).toBe(200)
    expect((await rpc({ origin: `http://localhost:${daemon.port}` })).status).toBe(200)
  })

  it('never takes the token from the address', async () => {
    const headers = { 'content-type': 'application/json' }
    expect((await send('POST', `/rpc?token=${TOKEN}`, headers, ask)).status).toBe(401)
  })

  it('changes nothing by GET, and shows a client without a token only that the daemon runs', async () => {
    expect((await send('GET', '/rpc', bearer)).status).toBe(404)
    expect(JSON.parse((await send('GET', '/healthz', {})).body)).toEqual({ ok: true })
    expect((await send('GET', '/output/x.svg', {})).status).toBe(401)
    expect((await send('PUT', '/uploads', {}, 'x')).status).toBe(401)
  })
})

describe('the WebSocket server', () => {
  it('takes the token in a header, or as a second subprotocol from the daemon’s page', async () => {
    expect(await upgrade(bearer)).toBe('open as plotd')
    const page = { origin: `http://127.0.0.1:${daemon.port}` }
    expect(await upgrade(page, ['plotd', `plotd.token.${TOKEN}`])).toBe('open as plotd')
  })

  it.each([
    ['no token', {}, ['plotd'], '/v1', 401],
    ['another token as subprotocol', {}, ['plotd', 'plotd.token.wrong-wrong-wrong'], '/v1', 401],
    ['another site’s page, even with the token', { ...bearer, origin: 'https://evil.example' }, ['plotd'], '/v1', 403],
    ['a rebound name', { ...bearer, host: 'evil.example' }, ['plotd'], '/v1', 403],
    ['a token in the address', {}, ['plotd'], `/v1?token=${TOKEN}`, 401],
    ['another path', bearer, ['plotd'], '/v2', 400],
  ])('refuses %s before the upgrade', async (_, headers, protocols, path, status) => {
    expect(await upgrade(headers as Headers, protocols, path)).toBe(status)
  })

  it('says that it speaks HTTP/1.1 when a client offers HTTP/2', async () => {
    const { status, body } = await send('GET', '/healthz', { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c' })
    expect([status, body]).toEqual([400, expect.stringContaining('plotd speaks HTTP/1.1')])
  })

  it('sends with a refusal the headers that all answers have', async () => {
    const handshake = { connection: 'Upgrade', upgrade: 'websocket' }
    expect(await send('GET', '/v1', handshake)).toMatchObject({
      status: 401,
      headers: { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' },
    })
  })

  it('admits no more clients than the limit', async () => {
    const three = await Promise.all([daemon.client(), daemon.client(), daemon.client()])
    expect(await upgrade(bearer)).toBe(413)
    for (const client of three) client.close()
    await until(async () => (await upgrade(bearer)) === 'open as plotd')
  })

  it('answers a binary message, a broken message and messages beyond the limit with errors, and keeps the connection', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${daemon.port}/v1`, ['plotd'], { headers: bearer })
    await new Promise((resolve) => socket.on('open', resolve))
    const answers: { error?: { data: { code: string } }; result?: unknown }[] = []
    socket.on('message', (data) => answers.push(JSON.parse((data as Buffer).toString())))
    socket.send(Buffer.from(ask))
    socket.send('{{{{')
    for (let i = 0; i < 1000; i++) socket.send(ask)
    await expect.poll(() => answers.length).toBe(1002)
    const codes = answers.map(({ error }) => error?.data.code)
    expect(codes.filter((code) => code === 'ERR_PROTOCOL')).toHaveLength(2)
    expect(codes.filter((code) => code === 'ERR_LIMIT').length).toBeGreaterThan(50)
    socket.close()
  })
})

describe('the names of a daemon', () => {
  const port = 7475
  const isAdmitted = (host: string, hosts: readonly string[], url: string): boolean => {
    const access = networkAccess(namesOf(host, hosts), { address: host, port, scheme: 'http' }, () => undefined)
    const { host: header, origin } = new URL(url)
    try {
      access.checkSource({ headers: { host: header, origin } })
      return true
    } catch {
      return false
    }
  }

  it.each([
    ['2001:0db8:0:0::1', [], 'http://[2001:0db8:0:0::1]:7475'],
    ['127.0.0.1', ['fd00::5'], 'http://[fd00::5]:7475'],
    ['127.0.0.1', ['[FD00::5]'], 'http://[fd00::5]:7475'],
    ['127.0.0.1', ['Müller.local'], 'http://müller.local:7475'],
  ])('are admitted in the form in which a client’s URL has them: host %s, hosts %j', (host, hosts, url) => {
    expect(isAdmitted(host, hosts, url)).toBe(true)
    expect(isAdmitted(host, hosts, 'http://[fd00::6]:7475')).toBe(false)
  })

  it.each([
    [7475, 'localhost:7475'],
    [80, 'localhost'],
  ])('lead a page from localhost to the address 127.0.0.1, on port %i', (port, host) => {
    const endpoint = { address: '127.0.0.1', port, scheme: 'http' } as const
    const access = networkAccess(namesOf('127.0.0.1', []), endpoint, () => undefined)
    expect(access.properOrigin({ headers: { host }, url: '/' })).toBe(`http://127.0.0.1:${port}`)
  })

  it('do not come from a URL: a URL in `hosts` admits none of its parts', () => {
    for (const host of ['http', 'plotter.lan', 'ada']) {
      const wrong = ['http://plotter.lan', 'plotter.lan/page', 'ada@plotter.lan', 'ada\\plotter.lan']
      expect(isAdmitted('127.0.0.1', wrong, `http://${host}:7475`)).toBe(false)
    }
  })
})

describe('the server', () => {
  it('answers two uploads of the same bytes alike, and refuses an upload that is too large', async () => {
    const two = await Promise.all([1, 2].map(() => send('PUT', '/uploads', bearer, 'the same bytes')))
    expect(two.map(({ status }) => status)).toEqual([201, 201])
    expect(two[0]?.body).toBe(two[1]?.body)
    expect((await send('PUT', '/uploads', bearer, 'x'.repeat(3000))).status).toBe(413)
  })

  it.each(['../token', '..%2ftoken', '%2e%2e/token', 'a/../../token', '/etc/passwd', 'token%00.svg'])(
    'sends no file outside the output folder: %s',
    async (path) => {
      const { status, body } = await send('GET', `/output/${encodeURI(path).replaceAll('%25', '%')}`, bearer)
      expect([400, 404]).toContain(status)
      expect(body).not.toContain(TOKEN)
    },
  )
})
