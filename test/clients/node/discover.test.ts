import { describe, expect, it } from 'vitest'
import { discover } from '../../../clients/node/discover.ts'

describe('the address of a daemon', () => {
  it.each([
    'h:7475',
    'ws://h:7475/v1',
    'http://h:7475/',
    'http://h:7475/rpc',
    'http://h:7475/rpc/',
    'http://h:7475/rpc//',
    'http://h:7475//',
  ])('may be written as %s', async (url) => {
    expect(await discover({ url, token: 't' })).toMatchObject({ url: 'http://h:7475' })
  })
})
