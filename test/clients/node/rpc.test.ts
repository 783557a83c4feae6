import { describe, expect, it } from 'vitest'
import { Calls } from '../../../clients/node/rpc.ts'

describe('calls that the rate limit refuses', () => {
  it('are sent again in the order in which they were made', () => {
    const calls = new Calls()
    for (const n of [1, 2, 3, 4]) void calls.add('job.submit', { n }, true)
    const sent = () => (JSON.parse(calls.next() ?? '{}') as { id?: number }).id
    expect([sent(), sent(), sent()]).toEqual([1, 2, 3])
    for (const id of [2, 3, 1]) {
      const error = { code: 0, message: '', data: { detail: { limit: 'messagesPerSecond' } } }
      expect(calls.settle({ id, error })).toBe('refused by the rate limit')
    }
    expect([sent(), sent(), sent(), sent()]).toEqual([1, 2, 3, 4])
  })
})
