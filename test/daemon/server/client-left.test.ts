import { once } from 'node:events'
import { connect } from 'node:net'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
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
])('a client that leaves in the middle of %s is no error of the daemon', async (request, rest) => {
  lines.splice(0)
  const socket = connect(daemon.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`${request} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n${rest}`)
  // After these requests the daemon surely reads the body.
  for (let i = 0; i < 20; i++) await fetch(`${daemon.url}/healthz`)
  socket.resetAndDestroy()
  await expect.poll(() => lines.length).toBeGreaterThan(0)
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 20, msg: expect.stringContaining('the client went away') })
  expect(daemon.bugs).toEqual([])
})
