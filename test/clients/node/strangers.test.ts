import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { connect, enqueue } from '../../../clients/node/index.ts'

let server: Server | undefined
afterEach(() => server?.close())

/** A program that is no daemon. @returns the address at which it answers each request */
async function stranger(answer: (socket: Socket) => void): Promise<{ url: string; token: string }> {
  server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => answer(socket))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 'x' }
}

const isStranger = { code: 'ERR_DAEMON_AWAY', message: expect.stringContaining('a program other than plotd answers') }

describe('a client of a program that is no daemon', () => {
  it.each(['null', '5', '[]', '[null]', '{"error":"Not found"}', '{"error":null}', '<html>'])(
    'says in its error that another program answers, after the answer %s',
    async (body) => {
      const daemon = await stranger((socket) => socket.end(`HTTP/1.1 404 No\r\n\r\n${body}`))
      await expect(connect(daemon)).rejects.toMatchObject(isStranger)
      await expect(enqueue('text', {}, { daemon })).rejects.toMatchObject(isStranger)
    },
  )

  it('throws ERR_DAEMON_AWAY when the connection is lost within the answer to the handshake', async () => {
    const daemon = await stranger((socket) => {
      socket.write('HTTP/1.1 502 No\r\nContent-Length: 100\r\n\r\nabc', () => socket.resetAndDestroy())
    })
    await expect(connect(daemon)).rejects.toMatchObject({ code: 'ERR_DAEMON_AWAY' })
  })

  it('reads an endless answer to the handshake only in part', async () => {
    const daemon = await stranger((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      const more = () => socket.write(Buffer.alloc(64 * 1024), () => socket.writable && more())
      more()
    })
    await expect(connect(daemon)).rejects.toMatchObject(isStranger)
  })
})
