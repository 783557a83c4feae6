import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type Desk, desk, TOKEN } from '../support/desk.ts'

let daemon: Desk
let socket: WebSocket
beforeAll(async () => {
  daemon = await desk()
  socket = new WebSocket(`ws://127.0.0.1:${daemon.port}/v1`, ['plotd'], {
    headers: { authorization: `Bearer ${TOKEN}` },
  })
  await once(socket, 'open')
})
afterAll(async () => {
  socket.terminate()
  await daemon.close()
})

/** What comes back for calls with these ids, which are sent at once; an answer is as long as its id, and somewhat more. */
async function answered(ids: readonly string[]): Promise<unknown[]> {
  const heard: string[] = []
  const all = new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('message', (data: Buffer) => {
      if (heard.push(data.toString()) === ids.length) resolve()
    })
  })
  for (const id of ids) socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'events.unsubscribe' }))
  await all
  socket.removeAllListeners('message')
  return heard.map((text) => JSON.parse(text).id)
}

const AROUND = JSON.stringify({ jsonrpc: '2.0', id: '', result: {} }).length

describe('answers over a WebSocket', () => {
  it('are frames of every length that there are', async () => {
    const ids = [125, 126, 127, 255, 256, 65_535, 65_536, 100_000].map((length) => 'a'.repeat(length - AROUND))
    expect(await answered(ids)).toEqual(ids)
  })

  it('are text in whatever script, whether a byte is a character or not', async () => {
    const ids = ['ascii', 'ümläut', 'ÿ'.repeat(100), 'Ж', '☃'.repeat(30_000), '👋', 'ascii again']
    expect(await answered(ids)).toEqual(ids)
  })
})
