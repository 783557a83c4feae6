import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { METHODS } from '../../src/daemon/protocol/index.ts'
import { runs } from '../support/fuzz.ts'
import { type MemoryServer, memoryServer, TOKEN } from '../support/memory-server.ts'

let daemon: MemoryServer
beforeAll(async () => {
  daemon = await memoryServer()
})
afterAll(() => daemon.close())

const value = fc.jsonValue({ maxDepth: 3 })
const field = fc.constantFrom(
  'id',
  'task',
  'params',
  'priority',
  'plot',
  'name',
  'jobs',
  'since',
  '__proto__',
  'constructor',
)
/** All methods except the one that ends the token of this test. */
const methods = Object.keys(METHODS).filter((name) => name !== 'token.rotate')
const params = fc.oneof(value, fc.dictionary(field, value))
const call = fc.record(
  {
    jsonrpc: fc.constantFrom('2.0', '1.0'),
    id: fc.oneof(fc.integer(), fc.string(), fc.constant(null)),
    method: fc.oneof(fc.constantFrom(...methods), fc.string()),
    params,
  },
  { requiredKeys: ['method'] },
)
const message = fc.oneof(
  call.map((each) => JSON.stringify(each)),
  fc.array(call, { maxLength: 3 }).map((each) => JSON.stringify(each)),
  value.map((each) => JSON.stringify(each)),
  fc.string(),
)

describe('a random message of a client', () => {
  it('is answered only with results and JSON-RPC errors, triggers no bug, and adds nothing to the prototype of objects', async () => {
    await fc.assert(
      fc.asyncProperty(message, async (body) => {
        const headers = { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` }
        const response = await fetch(`${daemon.url}/rpc`, { method: 'POST', body, headers })
        const text = await response.text()
        for (const answer of text === '' ? [] : [JSON.parse(text)].flat()) {
          expect(answer.jsonrpc, text).toBe('2.0')
          if (answer.error)
            expect(answer.error).toMatchObject({ code: expect.any(Number), message: expect.any(String) })
          else expect(answer).toHaveProperty('result')
        }
        expect(daemon.bugs.map(({ message }) => message)).toEqual([])
      }),
      runs(300),
    )
    expect(Object.keys(Object.prototype)).toEqual([])
  })
})
