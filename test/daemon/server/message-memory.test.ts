import { once } from 'node:events'
import { connect as dial, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { configSchema } from '../../../src/daemon/config/schema.ts'
import { body } from '../../../src/daemon/server/http-messages.ts'
import { MessageMemory } from '../../../src/daemon/server/message-memory.ts'
import { type MemoryServer, memoryServer, TOKEN } from '../../support/memory-server.ts'

/** Maximum number of bytes that a token may hold, and number of bytes that a test sends of each unfinished message. */
const [HELD, HALF] = [100_000, 30_000]
const limits = { heldBytes: HELD, messageBytes: 60_000 }

let daemon: MemoryServer
beforeEach(async () => {
  daemon = await memoryServer({ limits })
})
const open: { destroy(): void }[] = []
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy()
  await daemon.close()
})

const headersOf = (token: string) => `Host: 127.0.0.1:${daemon.port}\r\nAuthorization: Bearer ${token}\r\n`

/** A text frame whose end is missing. */
function halfFrame(): Buffer {
  const frame = Buffer.alloc(8 + HALF, 0x20)
  frame.set([0x81, 0x80 | 126])
  frame.writeUInt16BE(50_000, 2)
  frame.writeUInt32BE(0, 4)
  return frame
}

/** @returns the code with which the daemon closes the connection */
async function halfSentOverWebSocket(token: string): Promise<{ readonly closed: Promise<number> }> {
  const socket = new WebSocket(`ws://127.0.0.1:${daemon.port}/v1`, ['plotd', `plotd.token.${token}`])
  open.push({ destroy: () => socket.terminate() })
  await once(socket, 'open')
  const closed = once(socket, 'close').then(([code]) => code as number)
  ;(socket as unknown as { _socket: Socket })._socket.write(halfFrame())
  return { closed }
}

async function halfSentByPost(token: string): Promise<{ readonly answer: Promise<string> }> {
  const socket = dial({ port: daemon.port, host: '127.0.0.1', allowHalfOpen: true })
  open.push(socket)
  await once(socket, 'connect')
  const answer = text(socket)
  answer.catch(() => {})
  const head = `POST /rpc HTTP/1.1\r\n${headersOf(token)}Content-Type: application/json\r\nContent-Length: 50000\r\n\r\n`
  socket.write(head + ' '.repeat(HALF))
  return { answer }
}

describe('the bytes of incomplete messages', () => {
  it('stay within the limit over all WebSockets of a token: the daemon closes the oldest WebSockets, with a code', async () => {
    const sent: { readonly closed: Promise<number> }[] = []
    for (let i = 0; i < 6; i++) sent.push(await halfSentOverWebSocket(TOKEN))
    for (const { closed } of sent.slice(0, 3)) expect(await closed).toBe(1013)
    await fetch(`${daemon.url}/healthz`) // by now, the code of any other close would have arrived
    expect(await Promise.race([...sent.slice(3).map(({ closed }) => closed), Promise.resolve('open')])).toBe('open')
  })

  it('stay within the limit over all requests of a token: the daemon answers the oldest request with a refusal', async () => {
    const sent: { readonly answer: Promise<string> }[] = []
    for (let i = 0; i < 6; i++) sent.push(await halfSentByPost(TOKEN))
    expect(await sent[0]?.answer).toMatch(/^HTTP\/1.1 4\d\d [\s\S]*"limit":"heldBytes"/)
  })

  it('do not hinder complete messages, even of the same token', async () => {
    for (let i = 0; i < 6; i++) await halfSentOverWebSocket(TOKEN)
    const client = await daemon.client()
    for (let i = 0; i < 20; i++) {
      const job = { task: 'text', params: { text: 'x'.repeat(5000) }, hold: true }
      expect(await client.submit(job)).toMatchObject({ status: 'held' })
    }
  })

  it('of one token close no WebSocket of another token', async () => {
    const { secret } = await (await daemon.client()).call('token.new', { name: 'other', role: 'watch' })
    const other = await halfSentOverWebSocket(secret)
    const sent: { readonly closed: Promise<number> }[] = []
    for (let i = 0; i < 6; i++) sent.push(await halfSentOverWebSocket(TOKEN))
    expect(await sent[0]?.closed).toBe(1013)
    await fetch(`${daemon.url}/healthz`) // by now, the code of any other close would have arrived
    expect(await Promise.race([other.closed, Promise.resolve('open')])).toBe('open')
  })

  it('do not include refused messages', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${daemon.port}/v1`, ['plotd', `plotd.token.${TOKEN}`])
    open.push({ destroy: () => socket.terminate() })
    await once(socket, 'open')
    for (let i = 0; i < 6; i++) {
      const answer = Promise.race([once(socket, 'message'), once(socket, 'close').then(() => ['closed'])])
      socket.send(Buffer.alloc(HALF))
      expect(String((await answer)[0])).toContain('expected a text message')
    }
  })

  it('do not include pings, however many a client sends', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${daemon.port}/v1`, ['plotd', `plotd.token.${TOKEN}`])
    open.push({ destroy: () => socket.terminate() })
    await once(socket, 'open')
    for (let i = 0; i < 100; i++) {
      for (let n = 0; n < 20; n++) socket.ping('x'.repeat(100))
      await once(socket, 'pong')
    }
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'server.info', params: {} }))
    const [answer] = (await once(socket, 'message')) as [Buffer]
    expect(JSON.parse(answer.toString())).toMatchObject({ id: 1, result: { name: 'plotd' } })
  })
})

describe('the memory of messages', () => {
  const shop = { name: 'shop', role: 'operate', createdAt: 0 } as const
  const counted = () => new MessageMemory(configSchema.parse({ state: '-', limits }).limits)
  const drops: string[] = []
  const fits = (memory: MessageMemory, bytes: number): boolean => {
    drops.length = 0
    const connection = memory.open(shop, ({ code }) => drops.push(code))
    connection.receive(bytes)
    connection.close()
    return drops.length === 0
  }

  it('releases a message once, when its connection ends before its answer', () => {
    const memory = counted()
    memory.open(shop, () => {}).complete(HELD / 2)
    for (let i = 0; i < 10; i++) {
      const connection = memory.open(shop, () => {})
      connection.complete(HELD / 2)
      connection.close()
      connection.release(HELD / 2)
    }
    expect(fits(memory, HELD / 2)).toBe(true)
    expect(fits(memory, HELD / 2 + 1)).toBe(false)
  })

  it('counts the buffers of a message that comes byte by byte, and nothing for pongs of an idle client', () => {
    const memory = counted()
    const [slow, idle] = [memory.open(shop, ({ code }) => drops.push(code)), memory.open(shop, () => {})]
    drops.length = 0
    for (let i = 0; i < HELD / 200; i++) slow.receive(1)
    expect(drops).toEqual([])
    slow.receive(1)
    expect(drops).toEqual(['ERR_LIMIT'])
    for (let i = 0; i < HELD; i++) {
      idle.receive(6)
      idle.receive(-6)
    }
    expect(fits(memory, HELD)).toBe(true)
  })

  it('releases a ping once, when a complete message came in the same chunk', () => {
    const memory = counted()
    const connection = memory.open(shop, () => {})
    for (const ping of [50, 0, 50, 0]) {
      connection.receive(1000 + ping)
      connection.complete(1000)
      connection.receive(-ping)
      connection.release(1000)
    }
    expect(fits(memory, HELD)).toBe(true)
    expect(fits(memory, HELD + 1)).toBe(false)
  })
})

it('a body that comes byte by byte is copied each time that 100 buffers wait', async () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251)
  const buffers = Array.from({ length: 100 }, () => Buffer.alloc(1))
  async function* inHundredBuffers() {
    for (const [i, byte] of bytes.entries()) yield (buffers[i % 100] ?? Buffer.alloc(1)).fill(byte)
  }
  const request = { iterator: inHundredBuffers } as unknown as Parameters<typeof body>[0]
  expect(Buffer.compare(await body(request, 4096), bytes)).toBe(0)
})
