import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { openTransport } from '../../../src/plotter/transport/transport.ts'

let server: WebSocketServer | undefined
afterEach(() => {
  for (const client of server?.clients ?? []) client.terminate()
  server?.close()
})

/** A board that sends its own messages in text frames, and answers each message in a binary frame. */
async function board() {
  const cookies: (string | undefined)[] = []
  const frames: boolean[] = []
  const listening = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  server = listening
  listening.on('connection', (socket, request) => {
    cookies.push(request.headers.cookie)
    socket.send('CURRENT_ID:1')
    socket.on('message', (data, isBinary) => {
      frames.push(isBinary)
      socket.send('PING')
      socket.send(Buffer.from(`[${(data as Buffer).toString().trim()}]\nok\n`))
    })
  })
  await once(listening, 'listening')
  const { port } = listening.address() as AddressInfo
  return { url: `ws://127.0.0.1:${port}`, cookies, frames, listening }
}

it('a WebSocket carries bytes in binary frames, drops the board’s text frames, and sends another cookie for each connection', async () => {
  const { url, cookies, frames } = await board()
  const [one, two] = [await openTransport(url), await openTransport(url)]
  one.write('$I\n')
  const [bytes] = (await once(one, 'data')) as [Buffer]
  expect(bytes.toString()).toBe('[$I]\nok\n')
  expect(frames).toEqual([true])
  expect(new Set(cookies).size).toBe(2)
  one.destroy()
  two.destroy()
})

it('a WebSocket closes when the board hangs up, and is refused when there is no board', async () => {
  const { url, listening } = await board()
  const stream = await openTransport(url)
  const closed = new Promise((resolve) => stream.once('close', resolve))
  for (const client of listening.clients) client.terminate()
  await closed
  listening.close()
  await once(listening, 'close')
  await expect(openTransport(url)).rejects.toMatchObject({ code: 'ERR_TRANSPORT' })
})
