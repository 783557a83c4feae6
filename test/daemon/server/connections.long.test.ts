import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect as dial, type Socket } from 'node:net'
import { join } from 'node:path'
import { connect as dialTls } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { connect } from '../../../clients/node/index.ts'
import { Connections } from '../../../src/daemon/protocol/connections.ts'
import { listenOnAddress } from '../../../src/daemon/server/listener.ts'
import { certificateFor } from '../../support/certificate.ts'
import { type MemoryServer, memoryServer, TOKEN } from '../../support/memory-server.ts'
import { tempFolder } from '../../support/temp-folder.ts'

let daemon: MemoryServer
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await daemon.close()
})

const bearer = { authorization: `Bearer ${TOKEN}` }

/** What a client without a valid token sends to keep its connection. */
const HALF_SENT: Readonly<Record<string, string>> = {
  nothing: '',
  'half a header': 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ',
  'half a body':
    'POST /rpc HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
  'half a body to a path that needs no token':
    'GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx',
  'a request, and then nothing': 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'half an upgrade':
    'GET /v1 HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n',
  'an upgrade with a wrong token':
    'GET /v1 HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: plotd, plotd.token.guess\r\n\r\n',
}

/**
 * An upload that lacks two of its seven bytes. Node ends a connection that is idle for some seconds between two
 * requests, but not a connection with an upload under way.
 */
const HALF_UPLOAD = `PUT /uploads HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${bearer.authorization}\r\nContent-Length: 7\r\n\r\nabcde`

async function flood(count: number, text: string): Promise<void> {
  for (let i = 0; i < count; i += 100) {
    await Promise.all(
      Array.from({ length: 100 }, async () => {
        const socket = dial({ port: daemon.port, host: '127.0.0.1', allowHalfOpen: true })
        socket.on('error', () => {})
        socket.resume()
        sockets.push(socket)
        await once(socket, 'connect')
        socket.write(text)
      }),
    )
  }
}

const follower = async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${daemon.port}/v1`, ['plotd'], { headers: bearer })
  await once(socket, 'open')
  return socket
}

const openSockets = () => sockets.filter(({ readable }) => readable).length

describe('connections that show no valid token', () => {
  it.each(Object.entries(HALF_SENT))('and send %s keep out no client with a token', async (_, text) => {
    daemon = await memoryServer()
    const before = await follower()
    await flood(text === '' ? 3000 : 700, text)
    expect((await fetch(`${daemon.url}/metrics`, { headers: bearer })).status).toBe(200)
    await using client = await connect({ ...daemon.address, reconnect: false })
    expect(await client.call('job.list', {})).toMatchObject({ total: 0 })
    before.send(JSON.stringify({ jsonrpc: '2.0', id: 5, method: 'server.info' }))
    const [answer] = (await once(before, 'message')) as [Buffer]
    expect(answer.toString()).toContain('"id":5')
    before.terminate()
    await expect.poll(openSockets).toBeLessThanOrEqual(512)
  })

  it('are closed oldest first, but a connection with a token and an upload under way stays open', async () => {
    daemon = await memoryServer()
    const remaining = dial({ port: daemon.port, host: '127.0.0.1' })
    sockets.push(remaining)
    const get = 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n'
    remaining.write(`${get}Authorization: ${bearer.authorization}\r\n\r\n`)
    await once(remaining, 'data')
    remaining.write(HALF_UPLOAD)
    await flood(600, '')
    const open = (some: readonly Socket[]) => some.filter(({ readable }) => readable).length
    await expect.poll(() => open(sockets.slice(1))).toBe(512)
    expect(open(sockets.slice(-500))).toBe(500)
    expect(remaining.readable).toBe(true)
  })

  it('are closed in the middle of a TLS handshake, too', async () => {
    const folder = tempFolder()
    const tls = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
    const { cert, key } = certificateFor('localhost')
    writeFileSync(tls.cert, cert)
    writeFileSync(tls.key, key)
    daemon = await memoryServer({ tls, hosts: ['localhost'] })
    await flood(700, '\u0016\u0003\u0001')
    const client = dialTls({ port: daemon.port, host: '127.0.0.1', rejectUnauthorized: false })
    sockets.push(client)
    await once(client, 'secureConnect')
    client.write(`GET /metrics HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${bearer.authorization}\r\n\r\n`)
    const [answer] = (await once(client, 'data')) as [Buffer]
    expect(answer.toString()).toContain('200 OK')
    client.write(HALF_UPLOAD)
    await flood(600, '')
    const uploaded = new Promise<void>((resolve) => {
      let text = ''
      client.on('data', (bytes: Buffer) => {
        text += bytes.toString()
        if (text.includes('201 Created')) resolve()
      })
    })
    client.write('fg')
    await uploaded
    await expect.poll(openSockets).toBeLessThanOrEqual(513)
  })

  it('have 10 s to send their header, and 120 s to send their request', async () => {
    daemon = await memoryServer()
    const { server } = await listenOnAddress(daemon.config)
    expect(server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 120_000 })
    server.close()
  })
})

it('a new connection gets a place when all anonymous connections have a request under way', async () => {
  daemon = await memoryServer()
  const server = createServer((_, response) => void response.write('begun'))
  new Connections(server, { anonymous: 3, clients: 3 })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const begin = async () => {
    const socket = dial({ port, host: '127.0.0.1' })
    sockets.push(socket)
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(socket, 'data')
    return socket
  }
  const [oldest] = [await begin(), await begin(), await begin(), await begin()]
  await expect.poll(() => oldest?.readable).toBe(false)
  expect(openSockets()).toBe(3)
  server.close()
})

it('a token that may not operate takes at most half of the connections', async () => {
  daemon = await memoryServer({ limits: { connections: 10 } })
  const { secret } = await daemon.tokens.add('guest', 'watch')
  const headers = { authorization: `Bearer ${secret}` }
  const outcomes: string[] = []
  for (let i = 0; i < 12; i++) {
    const socket = new WebSocket(`ws://127.0.0.1:${daemon.port}/v1`, ['plotd'], { headers })
    sockets.push({ destroy: () => socket.terminate(), readable: true } as unknown as Socket)
    outcomes.push(
      await new Promise<string>((resolve) => {
        socket.once('open', () => resolve('open')).on('error', () => resolve('refused'))
      }),
    )
  }
  expect(outcomes.filter((each) => each === 'open')).toHaveLength(5)
  const master = await follower()
  master.terminate()
})
