import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { probe } from '../../clients/printer/index.ts'

it('a probe finds no printer where another program answers, or nothing answers', async () => {
  const server = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = `ipp://127.0.0.1:${(server.address() as AddressInfo).port}/ipp/print`
  expect(await probe(address)).toBeUndefined()
  server.close()
  await once(server, 'close')
  expect(await probe(address)).toBeUndefined()
})
