import { once } from 'node:events'
import { createConnection, Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { Tokens } from '../../src/daemon/auth/tokens.ts'
import type { Handlers } from '../../src/daemon/methods/handlers.ts'
import { Encoded } from '../../src/daemon/protocol/encoded.ts'
import { Bucket } from '../../src/daemon/server/rate-limit.ts'
import { rpc } from '../../src/daemon/server/rpc.ts'
import { Client } from '../../src/daemon/server/websocket-client.ts'
import { PlotdError } from '../../src/errors.ts'
import { type MemoryServer, memoryServer, TOKEN } from '../support/memory-server.ts'
import { replaceFunctions } from '../support/replace-functions.ts'

const compared = { times: 0 }
replaceFunctions('node:crypto', (crypto) => {
  const timingSafeEqual: typeof crypto.timingSafeEqual = (a, b) => {
    compared.times++
    return crypto.timingSafeEqual(a, b)
  }
  return { timingSafeEqual }
})

const LIMITS = { depth: 9, entries: 1000, values: 10_000, batch: 9, outgoingBytes: 1000 }
const operator = { identity: { name: 'shop', role: 'operate', createdAt: 0 }, isAlive: () => true } as const

let daemon: MemoryServer
beforeAll(async () => {
  daemon = await memoryServer({ limits: { messageBytes: 5000 } })
})
afterAll(() => daemon.close())

const dial = async ({ port } = daemon, autoPong = true) => {
  const headers = { authorization: `Bearer ${TOKEN}` }
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1`, ['plotd'], { headers, perMessageDeflate: true, autoPong })
  await once(socket, 'open')
  return socket
}

describe('a WebSocket', () => {
  it('is closed by a message beyond the limit', async () => {
    const socket = await dial()
    const closed = new Promise((resolve) => socket.on('close', resolve))
    socket.send('x'.repeat(6000))
    expect(await closed).toBe(1009)
  })

  it('is not compressed, even when a client offers compression, because a small message could unpack to a large one', async () => {
    const socket = await dial()
    expect(socket.extensions).toBe('')
    socket.close()
  })
})

describe('connections', () => {
  it('with a token are refused beyond `limits.connections` plus a hundred', async () => {
    const server = await memoryServer({ limits: { connections: 3 } })
    const sockets: Socket[] = []
    const answered = async (): Promise<string> => {
      const socket = createConnection(server.port, '127.0.0.1')
      sockets.push(socket)
      socket.write(`GET /metrics HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`)
      const [answer] = (await once(socket, 'data')) as [Buffer]
      return answer.toString().slice(9, 12)
    }
    const statuses = await Promise.all(Array.from({ length: 104 }, answered))
    expect(statuses.sort()).toEqual([...Array(103).fill('200'), '413'])
    for (const socket of sockets.splice(0, 50)) socket.destroy()
    await expect.poll(answered).toBe('200')
    for (const socket of sockets) socket.destroy()
    await server.close()
  })

  it('whose client is gone silently are closed, and connections whose client answers stay open', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const server = await memoryServer()
    const [lively, silent] = [await dial(server), await dial(server, false)]
    const closed = once(silent, 'close')
    const pings = () => Promise.all([lively, silent].map((socket) => once(socket, 'ping')))
    const pinged = pings()
    vi.advanceTimersByTime(30_000)
    await pinged
    lively.send(JSON.stringify(call(1))) // the daemon gets the pong of this socket before this call
    await once(lively, 'message')
    vi.advanceTimersByTime(30_000)
    await closed
    lively.send(JSON.stringify(call(2)))
    const [answer] = await once(lively, 'message')
    expect(String(answer)).toContain('"id":2')
    lively.close()
    await server.close()
    vi.useRealTimers()
  })

  it('stay open while large calls wait for an answer, although the daemon reads no pong in this time', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const server = await memoryServer({ limits: { messageBytes: 5000 } })
    const socket = await dial(server)
    let release = () => {}
    const pending = new Promise<void>((go) => {
      release = go
    })
    const snapshot = server.hub.snapshot.bind(server.hub)
    const asked = vi.spyOn(server.hub, 'snapshot').mockImplementation(async (limit) => {
      await pending
      return snapshot(limit)
    })
    const large = (id: number) => JSON.stringify({ ...call(id), method: 'events.subscribe' }).padEnd(3000)
    for (const id of [1, 2]) socket.send(large(id))
    await expect.poll(() => asked.mock.calls.length).toBe(2)
    for (let beat = 0; beat < 3; beat++) {
      const pinged = once(socket, 'ping')
      vi.advanceTimersByTime(30_000)
      await pinged
    }
    const answered = once(socket, 'message')
    release()
    expect(String((await answered)[0])).toContain('"id":1')
    socket.close()
    await server.close()
    vi.useRealTimers()
  })

  it('stay open while the parts of a message arrive, although the client answers no ping', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const counted = vi.spyOn(Client.prototype, 'countBytes')
    const server = await memoryServer()
    const socket = await dial(server, false)
    for (const part of JSON.stringify(call(1)).match(/.{1,20}/g) ?? []) {
      counted.mockClear()
      socket.send(part, { fin: false })
      await expect.poll(() => counted.mock.calls.length).toBe(1)
      const pinged = once(socket, 'ping')
      vi.advanceTimersByTime(30_000)
      await pinged
    }
    socket.send('')
    expect(String((await once(socket, 'message'))[0])).toContain('"id":1')
    counted.mockRestore()
    socket.close()
    await server.close()
    vi.useRealTimers()
  })

  it('have at most `limits.batch` calls that wait for an answer', async () => {
    const server = await memoryServer({ limits: { batch: 3 } })
    const socket = await dial(server)
    const answers: { id: number; error?: { data: { code: string } } }[] = []
    socket.on('message', (data) => answers.push(JSON.parse((data as Buffer).toString())))
    let release = () => {}
    const pending = new Promise<void>((go) => {
      release = go
    })
    const snapshot = server.hub.snapshot.bind(server.hub)
    vi.spyOn(server.hub, 'snapshot').mockImplementation(async (limit) => {
      await pending
      return snapshot(limit)
    })
    for (let id = 0; id < 5; id++) socket.send(JSON.stringify({ ...call(id), method: 'events.subscribe' }))
    await expect.poll(() => answers.length).toBe(2)
    expect(answers).toMatchObject([3, 4].map((id) => ({ id, error: { data: { code: 'ERR_LIMIT' } } })))
    release()
    await expect.poll(() => answers.length).toBe(5)
    socket.close()
    await server.close()
  })
})

describe('calls that are answered immediately', () => {
  it('are all answered when 2,000 arrive together and `limits.batch` is 50', async () => {
    const server = await memoryServer({ limits: { batch: 50 } })
    const socket = await dial(server)
    const answers: string[] = []
    socket.on('message', (data) => answers.push((data as Buffer).toString()))
    for (const each of calls(2000)) socket.send(JSON.stringify(each))
    await expect.poll(() => answers.length).toBe(2000)
    expect(answers.filter((answer) => answer.includes('"error"'))).toEqual([])
    socket.close()
    await server.close()
  })
})

describe('a daemon that cannot get a file descriptor for another connection', () => {
  it('continues to answer', async () => {
    const listening = vi.spyOn(Server.prototype, 'listen')
    const server = await memoryServer()
    const [listener] = listening.mock.contexts as Server[]
    listening.mockRestore()
    listener?.emit('error', new Error('accept EMFILE'))
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    await server.close()
  })
})

/** A daemon that takes ten calls a second, and twenty at once. */
async function slow(): Promise<MemoryServer> {
  return memoryServer({ limits: { messagesPerSecond: 10 } })
}
const call = (id: number) => ({ jsonrpc: '2.0', id, method: 'server.info', params: {} })
const calls = (count: number) => Array.from({ length: count }, (_, i) => call(i))

describe('the limit on calls a second', () => {
  it('counts every call of a batch: after a batch beyond the limit, it refuses the next calls', async () => {
    const server = await slow()
    const socket = await dial(server)
    const answers: string[] = []
    socket.on('message', (data) => answers.push((data as Buffer).toString()))
    socket.send(JSON.stringify(calls(500)))
    socket.send(JSON.stringify(calls(2)))
    socket.send(JSON.stringify(call(7)))
    await expect.poll(() => answers.length).toBe(3)
    const refused = answers.filter((each) => each.includes('ERR_LIMIT')).map((each) => JSON.parse(each))
    expect(refused).toMatchObject([[{ id: 0 }, { id: 1 }], { id: 7 }])
    expect(answers.filter((each) => each.includes('"id":499'))).toHaveLength(1)
    socket.close()
    await server.close()
  })

  it('counts HTTP calls and uploads together, and refuses those beyond the limit with 429', async () => {
    const server = await slow()
    const post = async (body: unknown) =>
      (
        await fetch(`${server.url}/rpc`, {
          method: 'POST',
          headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      ).status
    expect(await post(calls(500))).toBe(200)
    expect(await post(call(1))).toBe(429)
    const upload = { method: 'PUT', headers: { authorization: `Bearer ${TOKEN}` }, body: 'x' }
    expect((await fetch(`${server.url}/uploads`, upload)).status).toBe(429)
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    await server.close()
  })

  it('refuses each call with its id, also when the id is at the beginning or the end of a long message', async () => {
    const answers = rpc({} as Handlers, LIMITS, () => {})
    const error = new PlotdError('ERR_LIMIT', 'too soon', {})
    const deep = (levels: number) => `{"id":1,"params":${'['.repeat(levels)}${']'.repeat(levels)}}`
    const idIn = (text: string) => JSON.parse(String(answers.refuse(Buffer.from(text), error))).id
    expect(idIn(deep(1000))).toBe(1)
    expect(idIn(deep(50_000))).toBe(1)
    expect(idIn(`{"params":${'['.repeat(50_000)}${']'.repeat(50_000)},"id":"last"}`)).toBe('last')
    expect(idIn(`{"params":{"id":3,"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`)).toBeNull()
    expect(idIn(`{"jsonrpc":"2.0","method":"job.list","id":7,"params":"${'x'.repeat(50_000)}`)).toBe(7)
    expect(idIn('{')).toBeNull()
    // The text in the place of the id is no JSON, so the id of the refusal is null.
    expect(idIn(`{"id":007,"params":"${'x'.repeat(50_000)}"}`)).toBeNull()
    expect(idIn(`{"params":"${'x'.repeat(50_000)}","id":"two\nlines"}`)).toBeNull()
    expect(JSON.parse(String(answers.refuse(Buffer.from('[{"id":"a"},{},{"id":3}]'), error)))).toMatchObject([
      { id: 'a' },
      { id: 3 },
    ])
  })

  it('counts calls beyond the limit against later calls', () => {
    const bucket = new Bucket(10, 0)
    bucket.owe(49)
    expect(Array.from({ length: 100 }, (_, i) => bucket.take(i * 100)).filter((taken) => taken)).toHaveLength(70)
  })
})

describe('the answers', () => {
  const ask = (method: string) => (id: number) => {
    const params = method === 'preview.render' ? { task: 'svg' } : { id: 'x' }
    return { jsonrpc: '2.0', id, method, params }
  }
  const large = { params: 'x'.repeat(400) }
  const encoded = () => new Encoded([Buffer.from(JSON.stringify(large))])
  const handlers = { 'job.get': () => large, 'job.cancel': () => large, 'preview.render': encoded }
  const answered = rpc(handlers as unknown as Handlers, LIMITS, () => {})
  const answers = async (method: string) =>
    JSON.parse(String(await answered.answer(Buffer.from(JSON.stringify([1, 2, 3, 4].map(ask(method)))), operator)))

  it.each(['job.get', 'preview.render'])(
    'to a batch of %s calls have a limit in bytes: each call beyond it gets a refusal with the id of the call',
    async (method) => {
      const batch = await answers(method)
      expect(batch.map(({ id, result }: { id: number; result?: object }) => [id, result !== undefined])).toEqual([
        [1, true],
        [2, true],
        [3, false],
        [4, false],
      ])
      expect(batch[3].error).toMatchObject({ data: { code: 'ERR_LIMIT', detail: { limit: 'outgoingBytes' } } })
    },
  )

  it('to a batch beyond this limit contain none for a notification', async () => {
    const { id: _, ...notification } = ask('job.get')(0)
    const batch = [...[1, 2, 3].map(ask('job.get')), notification]
    const answer = await answered.answer(Buffer.from(JSON.stringify(batch)), operator)
    expect(JSON.parse(String(answer)).map(({ id }: { id: number }) => id)).toEqual([1, 2, 3])
  })

  it('have a limit in bytes, not in characters', async () => {
    const answeredKanji = rpc({ 'job.get': () => '漢'.repeat(400) } as unknown as Handlers, LIMITS, () => {})
    const answer = await answeredKanji.answer(Buffer.from(JSON.stringify(ask('job.get')(1))), operator)
    expect(JSON.parse(String(answer)).error.data).toMatchObject({ code: 'ERR_LIMIT', detail: { maxBytes: 1000 } })
  })

  it('to a batch are all sent when the calls change something, so that no client repeats them', async () => {
    expect((await answers('job.cancel')).filter(({ result }: { result?: object }) => result)).toHaveLength(4)
  })
})

describe('a token', () => {
  it('is compared in constant time with every token, whether it is right or wrong', async () => {
    const tokens = new Tokens(TOKEN, [], { saveMaster: async () => {}, saveOthers: async () => {} })
    const { secret } = await tokens.add('shop', 'submit')
    await tokens.add('shed', 'watch')
    for (const offered of [TOKEN, secret, 'wrong', '']) {
      compared.times = 0
      tokens.find(offered)
      expect(compared.times, offered).toBe(3)
    }
  })

  it('that was revoked is refused with its next message', async () => {
    const answered = rpc({ 'job.list': () => ({ jobs: [], total: 0 }) } as unknown as Handlers, LIMITS, () => {})
    const call = '{"jsonrpc":"2.0","id":1,"method":"job.list","params":{}}'
    expect(String(await answered.answer(Buffer.from(call), operator))).toContain('"total":0')
    expect(String(await answered.answer(Buffer.from(call), { ...operator, isAlive: () => false }))).toContain(
      'ERR_UNAUTHORIZED',
    )
  })
})
