import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import type { Caller } from '../../clients/printer/caller.ts'
import { closeServer, firstBytes, type HttpOptions, httpServer } from '../../clients/printer/http.ts'
import { STATUS } from '../../clients/printer/ipp/codes.ts'
import { decode } from '../../clients/printer/ipp/decode.ts'
import { encode } from '../../clients/printer/ipp/encode.ts'
import { type Message, stringOf } from '../../clients/printer/ipp/values.ts'
import type { Context } from '../../clients/printer/operations.ts'

const ANSWER: Message = { version: [2, 0], code: 0, requestId: 1, groups: [] }
const local = { is: 'local' } as Caller
const options = {
  tls: undefined,
  operations: { answer: async () => ANSWER },
  callerOf: async () => local,
  identityOf: () => ({}),
  mostBytes: 1000,
  log: () => {},
} as unknown as HttpOptions

const open: { destroy(): void }[] = []
afterEach(() => {
  for (const each of open.splice(0)) each.destroy()
})

async function listen(): Promise<number> {
  const server = httpServer(options)
  open.push({ destroy: () => server.closeAllConnections() }, { destroy: () => void server.close() })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function dial(port: number, text: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  open.push(socket)
  socket.on('error', () => {})
  socket.resume()
  await once(socket, 'connect')
  socket.write(text)
  return socket
}

async function ask(port: number): Promise<{ readonly status: number; readonly body: Buffer }> {
  const response = await fetch(`http://127.0.0.1:${port}/ipp/print/any`, {
    method: 'POST',
    headers: { 'content-type': 'application/ipp' },
    body: new Uint8Array(encode({ ...ANSWER, code: 0x000b })),
  })
  return { status: response.status, body: Buffer.from(await response.arrayBuffer()) }
}

const statusOfAnswer = async (port: number): Promise<number> => (await ask(port)).status
const codeOf = async (port: number): Promise<number> => decode((await ask(port)).body).message.code

it.each([
  ['nothing', ''],
  ['half a header', 'POST /ipp/print/any HTTP/1.1\r\nHost: localhost\r\nX-Slow: '],
  [
    'half a message',
    'POST /ipp/print/any HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/ipp\r\nContent-Length: 900\r\n\r\n\u0002',
  ],
])(
  'while 300 connections send %s, the printer answers a request, and at most 200 of the connections stay open',
  async (_, text) => {
    const port = await listen()
    const sockets: Socket[] = []
    for (let i = 0; i < 300; i++) sockets.push(await dial(port, text))
    expect(await statusOfAnswer(port)).toBe(200)
    await expect.poll(() => sockets.filter(({ readable }) => readable).length).toBeLessThanOrEqual(200)
  },
)

it('a connection that was told to continue stays open while silent ones are closed', async () => {
  const port = await listen()
  const head =
    'POST /ipp/print/any HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/ipp\r\nContent-Length: 900\r\n'
  const busy = await dial(port, `${head}Expect: 100-continue\r\n\r\n`)
  await once(busy, 'data')
  const sockets = [busy]
  for (let i = 0; i < 250; i++) sockets.push(await dial(port, ''))
  await expect.poll(() => sockets.filter(({ readable }) => !readable).length).toBe(51)
  expect(busy.readable).toBe(true)
})

it('the answer to a request whose attributes do not end within 64 KiB names this limit', async () => {
  const port = await listen()
  const name = { is: 'text', value: 'x'.repeat(30_000) } as const
  const head = encode({
    ...ANSWER,
    code: 0x000b,
    groups: [{ tag: 1, attributes: new Map([['a', [name, name, name]]]) }],
  })
  const response = await fetch(`http://127.0.0.1:${port}/ipp/print/any`, {
    method: 'POST',
    headers: { 'content-type': 'application/ipp' },
    body: new Uint8Array(head.subarray(0, 65_536)),
  })
  const { message } = decode(Buffer.from(await response.arrayBuffer()))
  expect(message.code).toBe(0x0408)
  expect(stringOf(message.groups[0]?.attributes.get('status-message'))).toBe(
    'the attributes of the request have more than 65536 bytes',
  )
})

it('when a request comes byte by byte, the printer copies the bytes as soon as it holds 100 buffers', async () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251)
  const buffers = Array.from({ length: 100 }, () => new Uint8Array(1))
  async function* inHundredBuffers(): AsyncGenerator<Uint8Array> {
    for (const [i, byte] of bytes.entries()) yield (buffers[i % 100] ?? new Uint8Array(1)).fill(byte)
  }
  expect(Buffer.compare(await firstBytes(inHundredBuffers()), bytes)).toBe(0)
})

it('a stopping server answers the request under way, refuses new requests, and cuts off a half-sent request after a time limit', async () => {
  let answer: (() => void) | undefined
  const operations = {
    answer: () =>
      new Promise<Message>((resolve) => {
        answer = () => resolve(ANSWER)
      }),
  }
  const server = httpServer({ ...options, operations } as unknown as HttpOptions)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const status = statusOfAnswer(port)
  await expect.poll(() => answer !== undefined).toBe(true)
  const closed = closeServer(server, () => false)
  expect(await codeOf(port)).toBe(STATUS['service-unavailable'])
  answer?.()
  expect(await status).toBe(200)
  await closed

  const other = httpServer(options)
  other.listen(0, '127.0.0.1')
  await once(other, 'listening')
  const half = await dial((other.address() as AddressInfo).port, 'POST /ipp/print/any HTTP/1.1\r\nX-Slow: ')
  await closeServer(other, () => false, 1)
  await expect.poll(() => half.readable).toBe(false)
})

const post = (body: Uint8Array, length = body.length): string =>
  `POST /ipp/print/any HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/ipp\r\nContent-Length: ${length}\r\n\r\n${Buffer.from(body).toString('latin1')}`

/** Sends bytes on a connection and waits for an answer. @returns the status of the IPP message */
async function codeOn(socket: Socket, bytes: string): Promise<number> {
  socket.write(bytes, 'latin1')
  const closed = once(socket, 'close').then(() => Promise.reject(new Error('the connection ended without an answer')))
  closed.catch(() => {})
  let text = ''
  while (!/\r\n\r\n.{4}/s.test(text)) {
    const [part] = (await Promise.race([once(socket, 'data'), closed])) as [Buffer]
    text += part.toString('latin1')
  }
  return Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1').readUInt16BE(2)
}

const withServer = async (more: object = {}) => {
  const server = httpServer({ ...options, ...more } as HttpOptions)
  open.push({ destroy: () => server.closeAllConnections() })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

it('a stopping server keeps the connection of a client that is about to send a document, and refuses the document', async () => {
  const request = encode({ ...ANSWER, code: 0x0005 })
  const { server, port } = await withServer()
  const socket = await dial(port, '')
  expect(await codeOn(socket, post(request))).toBe(STATUS.ok)
  let code: Promise<number> | undefined
  let isAnswered = false
  await closeServer(
    server,
    () => {
      code ??= codeOn(socket, post(request)).finally(() => {
        isAnswered = true
      })
      return !isAnswered
    },
    60_000,
  )
  expect(await code).toBe(STATUS['service-unavailable'])
})

it('a stopping server refuses a document that does not arrive whole in time', async () => {
  const request = encode({ ...ANSWER, code: 0x0002 })
  let isReading = false
  const answer = async (_: Message, { document }: Context) => {
    isReading = true
    await document('none')
    return ANSWER
  }
  const { server, port } = await withServer({ operations: { answer }, mostBytes: 1e6 })
  const socket = await dial(port, '')
  const code = codeOn(socket, post(request, 1e6) + 'x'.repeat(100_000))
  await expect.poll(() => isReading).toBe(true)
  const sending = setInterval(() => socket.write('x'), 5)
  await closeServer(server, () => false, 3000)
  clearInterval(sending)
  expect(await code).toBe(STATUS['service-unavailable'])
})

it.each([
  ['got its answer', true],
  ['closed the connection before the answer', false],
])('the printer knows that a client %s', async (_, isSentExpected) => {
  const request = encode({ ...ANSWER, code: 0x0002 })
  let socket: Socket | undefined
  let isSent: Promise<boolean> | undefined
  const answer = async (_: Message, context: Context) => {
    isSent = context.isSent
    if (!isSentExpected) {
      socket?.destroy()
      await isSent
    }
    return ANSWER
  }
  const { port } = await withServer({ operations: { answer } })
  socket = await dial(port, '')
  socket.write(post(request), 'latin1')
  await expect.poll(() => isSent !== undefined).toBe(true)
  expect(await isSent).toBe(isSentExpected)
})
