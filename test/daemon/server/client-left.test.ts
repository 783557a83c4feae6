import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { goneSignal } from '../../../src/daemon/server/http-messages.ts'
import { type MemoryServer, memoryServer, TOKEN } from '../../support/memory-server.ts'

let daemon: MemoryServer
const lines: string[] = []
beforeAll(async () => {
  daemon = await memoryServer({}, undefined, pino({ level: 'debug' }, { write: (line) => lines.push(line) }))
})
afterAll(() => daemon.close())

it.each([
  ['POST /rpc', 'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"jsonrpc":'],
  ['POST /rpc', 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"jso\r\n'],
  ['PUT /uploads', 'Content-Length: 1000000\r\n\r\n<svg'],
  ['PUT /uploads', 'Transfer-Encoding: chunked\r\n\r\n4\r\n<svg\r\n'],
])('the daemon logs no error when a client leaves in the middle of %s', async (request, rest) => {
  lines.splice(0)
  const socket = connect(daemon.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`${request} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n${rest}`)
  // When these requests have their answers, the daemon has surely begun to read the body.
  for (let i = 0; i < 20; i++) await fetch(`${daemon.url}/healthz`)
  socket.resetAndDestroy()
  await expect.poll(() => lines.length).toBeGreaterThan(0)
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 20, msg: expect.stringContaining('the client went away') })
  expect(daemon.bugs).toEqual([])
})

it('when a client leaves, the signal of each of its requests aborts, also while an earlier request has no answer', async () => {
  const signals: AbortSignal[] = []
  const server = createServer((request, response) => signals.push(goneSignal(request, response)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(3))
  await expect.poll(() => signals.length).toBe(3)
  socket.resetAndDestroy()
  await expect.poll(() => signals.map(({ aborted }) => aborted)).toEqual([true, true, true])
  server.close()
})

it('a connection keeps no listener of a request that has its answer', async () => {
  const server = createServer((request, response) => {
    goneSignal(request, response)
    response.end(String(request.socket.listenerCount('close')))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const counts: (string | undefined)[] = []
  for (let i = 0; i < 3; i++) {
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    let answer = ''
    while (!/\r\n\r\n\d+$/.test(answer)) answer += String((await once(socket, 'data'))[0])
    counts.push(answer.split('\r\n\r\n')[1])
  }
  expect(new Set(counts).size).toBe(1)
  socket.destroy()
  server.close()
})

const post = (method: string, params: object): string => {
  const call = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const head = ['POST /rpc HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${TOKEN}`]
  const fields = ['Content-Type: application/json', `Content-Length: ${call.length}`]
  return [...head, ...fields, '', call].join('\r\n')
}

it('a client whose unsent answers have more bytes than `outgoingBytes` is disconnected', async () => {
  const small = await memoryServer({ limits: { outgoingBytes: 65_536 } })
  const client = await small.client()
  const { id } = await client.call('job.submit', { task: 'pattern', params: { pattern: 'spiral' }, hold: true })
  const socket = connect(small.port, '127.0.0.1')
  socket.on('error', () => {})
  // The answers to all later calls wait for the answer to the first.
  socket.write(post('job.wait', { ids: [id], timeoutMs: 55_000 }) + post('server.info', {}).repeat(500))
  await expect.poll(() => socket.destroyed).toBe(true)
  expect((await fetch(`${small.url}/healthz`)).status).toBe(200)
  await small.close()
})

/** Connects to the daemon. @returns both ends of the connection */
async function bothEnds(): Promise<readonly [client: Socket, server: Socket]> {
  const accepted = new Promise<Socket>((resolve) => {
    const accept = (message: unknown): void => {
      unsubscribe('net.server.socket', accept)
      resolve((message as { readonly socket: Socket }).socket)
    }
    subscribe('net.server.socket', accept)
  })
  const client = connect(daemon.port, '127.0.0.1')
  client.on('error', () => {})
  return [client, await accepted]
}

it('a client that stops reading its answer is disconnected after 5 minutes', async () => {
  mkdirSync(daemon.config.output, { recursive: true })
  writeFileSync(join(daemon.config.output, 'large.svg'), Buffer.alloc(20 << 20))
  const [client, server] = await bothEnds()
  client.write(`GET /output/large.svg HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`)
  await expect.poll(() => server.writableNeedDrain).toBe(true)
  expect(server.timeout).toBe(300_000)
  server.emit('timeout')
  expect(server.destroyed).toBe(true)
  client.destroy()
})

it('a client that waits for its answer is still connected after 5 minutes', async () => {
  const other = await daemon.client()
  const { id } = await other.call('job.submit', { task: 'pattern', params: { pattern: 'spiral' }, hold: true })
  const [client, server] = await bothEnds()
  client.write(post('job.wait', { ids: [id], timeoutMs: 55_000 }))
  await expect.poll(() => server.timeout).toBe(300_000)
  server.emit('timeout')
  await other.call('job.cancel', { id })
  const [answer] = (await once(client, 'data')) as [Buffer]
  expect(answer.toString()).toContain('200 OK')
  client.destroy()
})

it('a client that sends many costly calls at once gets one answer and one refusal, and is disconnected', async () => {
  const slow = await memoryServer({ limits: { messagesPerSecond: 20 } })
  const socket = connect(slow.port, '127.0.0.1')
  let text = ''
  socket.on('data', (data: Buffer) => {
    text += data.toString()
  })
  socket.write(post('rpc.discover', {}).repeat(5))
  await once(socket, 'close')
  expect(text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 429'])
  await slow.close()
})
