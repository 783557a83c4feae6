import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { probe } from '../../clients/printer/index.ts'
import { encode } from '../../clients/printer/ipp/encode.ts'
import { attributes, enumeration, GROUPS, text } from '../../clients/printer/ipp/values.ts'

const answerOf = (model: string) =>
  encode({
    ...{ version: [2, 0], code: 0, requestId: 1 },
    groups: [
      {
        tag: GROUPS.printer,
        attributes: attributes({ 'printer-make-and-model': text(model), 'printer-state': enumeration(3) }),
      },
    ],
  })

async function probed(serve: RequestListener, limitMs?: number) {
  const server = createServer(serve).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = `ipp://127.0.0.1:${(server.address() as AddressInfo).port}/ipp/print`
  const found = await probe(address, limitMs)
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
  return { address, found }
}

it('a probe finds no printer where another program answers, or nothing answers', async () => {
  const { address, found } = await probed((_, response) => response.end('hello'))
  expect(found).toBeUndefined()
  expect(await probe(address)).toBeUndefined()
})

it('a probe finds a printer of plotd, and no printer of another program', async () => {
  const answer = (model: string) => probed((_, response) => response.end(answerOf(model)))
  expect((await answer('plotd pen plotters')).found).toMatchObject({ state: 'idle' })
  expect((await answer('Example LaserWriter')).found).toBeUndefined()
})

it('a probe refuses an answer of more than 64 KiB, and stops waiting for an answer that never ends', async () => {
  const whole = answerOf('plotd pen plotters')
  expect(
    (await probed((_, response) => response.end(Buffer.concat([whole, Buffer.alloc(70_000)])))).found,
  ).toBeUndefined()
  const half: RequestListener = (_, response) => {
    response.write(whole)
    const timer = setInterval(() => response.write('more'), 10)
    response.on('close', () => clearInterval(timer))
  }
  expect((await probed(half, 200)).found).toBeUndefined()
})
