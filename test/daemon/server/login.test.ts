import { createServer, get } from 'node:http'
import { type AddressInfo, connect as connectTo, createServer as createRawServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectTo as clientAt } from '../../../clients/node/connect.ts'
import { digestOf, proofOf, tokenId } from '../../../src/daemon/protocol/hello.ts'
import { type MemoryServer, memoryServer, TOKEN } from '../../support/memory-server.ts'

let daemon: MemoryServer
beforeAll(async () => {
  daemon = await memoryServer()
})
afterAll(() => daemon.close())

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(daemon.url + path, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const who = async (secret: string) => {
  const response = await fetch(`${daemon.url}/session`, { headers: { authorization: `Bearer ${secret}` } })
  return response.ok ? await response.json() : response.status
}

describe('POST /session', () => {
  it('exchanges a code for a page session once, and ends that page session when the code comes again', async () => {
    const { code, link } = await (await daemon.client()).call('session.code', {})
    expect(link).toBe(`${daemon.url}/#login=${code}`)
    const { status, body } = await post('/session', { code })
    expect([status, body]).toMatchObject([201, { role: 'operate', by: 'master', session: expect.any(String) }])
    expect(await who(String(body['session']))).toEqual({ name: body['name'], role: 'operate', by: 'master' })
    expect((await post('/session', { code })).status).toBe(401)
    expect(await who(String(body['session']))).toBe(401)
  })

  it('exchanges the token of a link for a page session with the role of the token', async () => {
    const { secret } = await daemon.tokens.add('guest', 'watch')
    const { status, body } = await post('/session', { token: secret })
    expect([status, body]).toMatchObject([201, { role: 'watch', by: 'guest' }])
    expect(body['session']).not.toBe(secret)
    expect((await post('/session', { token: String(body['session']) })).status).toBe(403)
  })

  it.each([
    ['a code that was never issued', { code: 'x'.repeat(24) }, 401],
    ['an invalid token', { token: 'x'.repeat(32) }, 401],
    ['a code together with a token', { code: 'x', token: TOKEN }, 400],
    ['an empty object', {}, 400],
    ['an unknown key', { secret: TOKEN }, 400],
    ['a body that is no JSON', '{', 400],
    ['a body that is too long', { code: 'x'.repeat(10_000) }, 413],
  ])('refuses %s', async (_, body, status) => {
    expect((await post('/session', body)).status).toBe(status)
  })

  it('refuses the page of another site, and a body of type text/plain, which a form can send', async () => {
    const { code } = daemon.codes.issue(daemon.tokens.master)
    expect((await post('/session', { code }, { 'content-type': 'text/plain' })).status).toBe(400)
    expect((await post('/session', { code }, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await post('/session', { code })).status).toBe(201)
  })
})

describe('a page session', () => {
  it('may end itself, which closes its connections, but a token may not end itself', async () => {
    const { secret } = daemon.tokens.openSession(daemon.tokens.master)
    const page = await clientAt({ url: daemon.url, token: secret }, { reconnect: false })
    const ended = (async () => {
      for await (const _ of page.events());
    })()
    await page.call('session.end', {})
    await expect(ended).rejects.toThrow(/no longer valid|lost/)
    expect(await who(secret)).toBe(401)
    const owner = await daemon.client()
    await expect(owner.call('session.end', {})).rejects.toMatchObject({ code: 'ERR_PARAMS' })
  })

  it('is revoked by its name like a token', async () => {
    const { secret, identity } = daemon.tokens.openSession(daemon.tokens.master)
    const owner = await daemon.client()
    expect((await owner.call('token.list', {})).tokens).toContainEqual(
      expect.objectContaining({ name: identity.name, by: 'master' }),
    )
    await owner.call('token.revoke', { name: identity.name })
    expect(await who(secret)).toBe(401)
  })
})

describe('GET /hello', () => {
  const nonce = 'a-nonce-of-at-least-16'
  const hello = async (query: string) => {
    const response = await fetch(`${daemon.url}/hello?${query}`)
    return { status: response.status, body: (await response.json()) as { proof?: string } }
  }

  it('proves that the daemon knows a token, and only for the address and port that got the request', async () => {
    const digest = digestOf(TOKEN)
    const { body } = await hello(`nonce=${nonce}&token=${tokenId(digest)}`)
    expect(body.proof).toBe(proofOf(digest, nonce, { address: '127.0.0.1', port: daemon.port }))
    expect(body.proof).not.toBe(proofOf(digest, nonce, { address: '::1', port: daemon.port }))
    expect(body.proof).not.toBe(proofOf(digest, nonce, { address: '127.0.0.1', port: daemon.port + 1 }))
  })

  it('proves nothing for page sessions, or for tokens that the daemon does not know', async () => {
    const { secret } = daemon.tokens.openSession(daemon.tokens.master)
    for (const token of ['another-token', secret]) {
      expect((await hello(`nonce=${nonce}&token=${tokenId(digestOf(token))}`)).status).toBe(401)
    }
  })

  it.each([
    ['a missing nonce', ''],
    ['a short nonce', 'nonce=short'],
    ['a long nonce', `nonce=${'x'.repeat(200)}`],
  ])('refuses %s', async (_, query) => {
    expect((await hello(`${query}&token=${tokenId(digestOf(TOKEN))}`)).status).toBe(400)
  })

  it.each(['0.0.0.0', '::1', '::', 'localhost', '127.0.0.5'])(
    'is answered by a daemon that listens on %s',
    async (host) => {
      const elsewhere = await memoryServer({ host })
      const client = await clientAt({ url: elsewhere.url, token: TOKEN, verify: true }, { reconnect: false })
      expect((await client.call('job.list', {})).total).toBe(0)
      client.close()
      await elsewhere.close()
    },
  )

  /** A relay between client and daemon, at another port. @returns its port, and everything that the client sends */
  async function relay(to: number, host = '127.0.0.1') {
    let received = ''
    const server = createRawServer((socket) => {
      const onward = connectTo(to, '127.0.0.1')
      socket.on('data', (chunk) => (received += chunk.toString('latin1')))
      socket.pipe(onward).pipe(socket)
      for (const each of [socket, onward]) each.on('error', () => {})
    })
    await new Promise<void>((listening) => server.listen(0, host, listening))
    return { port: (server.address() as AddressInfo).port, received: () => received, close: () => server.close() }
  }

  it.each(['127.0.0.1', '127.0.0.2', 'localhost'])(
    'does not help a process that listens on %s and relays the request: the client sends no token',
    async (host) => {
      const between = await relay(daemon.port, host)
      const address = { url: `http://${host}:${between.port}`, token: TOKEN, verify: true }
      await expect(clientAt(address, { reconnect: false })).rejects.toMatchObject({ code: 'ERR_DAEMON_AWAY' })
      expect(between.received()).toContain('GET /hello')
      expect(between.received()).not.toContain(TOKEN)
      between.close()
    },
  )

  it('is requested only on the connection that carries the token afterwards', async () => {
    const paths: string[] = []
    const ports = new Set<number | undefined>()
    const server = createServer((request, response) => {
      paths.push(`${request.url}`.replace(/\?.*/, ''))
      ports.add(request.socket.remotePort)
      const query = new URLSearchParams(request.url?.split('?')[1])
      const end = { address: request.socket.localAddress, port: request.socket.localPort }
      response.end(JSON.stringify({ proof: proofOf(digestOf(TOKEN), query.get('nonce') ?? '', end) }))
    })
    server.on('upgrade', (request, socket) => {
      paths.push(`${request.url}`)
      ports.add(request.socket.remotePort)
      socket.end('HTTP/1.1 404 Not Found\r\n\r\n')
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as AddressInfo
    const address = { url: `http://127.0.0.1:${port}`, token: TOKEN, verify: true }
    await expect(clientAt(address, { reconnect: false })).rejects.toMatchObject({ code: 'ERR_DAEMON_AWAY' })
    expect([paths, ports.size]).toEqual([['/hello', '/v1'], 1])
    server.close()
  })

  it('is followed by no token when the connection closes after the proof', async () => {
    let received = ''
    const server = createServer((request, response) => {
      const query = new URLSearchParams(request.url?.split('?')[1])
      const end = { address: request.socket.localAddress, port: request.socket.localPort }
      const proof = proofOf(digestOf(TOKEN), query.get('nonce') ?? '', end)
      response.writeHead(200, { connection: 'close' }).end(JSON.stringify({ proof }))
    })
    server.on('connection', (socket) => socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1'))))
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as AddressInfo
    const address = { url: `http://127.0.0.1:${port}`, token: TOKEN, verify: true }
    await expect(clientAt(address, { reconnect: false })).rejects.toMatchObject({ code: 'ERR_DAEMON_AWAY' })
    expect(received).toContain('GET /hello')
    expect(received).not.toContain(TOKEN)
    server.close()
  })
})

describe('the page', () => {
  it('redirects from localhost, which may lead to another process, to the daemon’s own address', async () => {
    const { status, location } = await new Promise<{ status: number | undefined; location: string | undefined }>(
      (resolve, reject) =>
        get(
          { host: '127.0.0.1', port: daemon.port, path: '/?a=b', headers: { host: `localhost:${daemon.port}` } },
          (response) => {
            response.resume()
            resolve({ status: response.statusCode, location: response.headers.location })
          },
        ).on('error', reject),
    )
    expect([status, location]).toEqual([307, `http://127.0.0.1:${daemon.port}/?a=b`])
  })
})
