import { describe, expect, it } from 'vitest'
import { Servers, serversOf } from '../../../src/spool/postgres/servers.ts'
import { refused } from '../../contracts/spool.ts'

describe('the address of a database', () => {
  it('may name a primary and its standbys', () => {
    expect(serversOf('postgres://plotd:x@a.studio:5433,b.studio/plotd?sslmode=verify-full')).toEqual([
      'postgres://plotd:x@a.studio:5433/plotd?sslmode=verify-full',
      'postgres://plotd:x@b.studio/plotd?sslmode=verify-full',
    ])
    expect(serversOf('postgres://[::1]:5433/plotd')).toEqual(['postgres://[::1]:5433/plotd'])
    expect(serversOf('postgres://a,b/plotd?target_session_attrs=read-write')).toEqual([
      'postgres://a/plotd',
      'postgres://b/plotd',
    ])
  })

  it.each(['postgres://a:port/plotd', 'mysql://a/plotd', 'postgres://a,b:x/plotd'])(
    'is refused when it is invalid: %s',
    (url) => {
      expect(() => serversOf(url)).toThrow(expect.objectContaining(refused('ERR_CONFIG')))
    },
  )

  it('gives the servers to try: the present primary first, then the others in their order', () => {
    const servers = new Servers('postgres://a,b,c/plotd')
    expect(servers.inTurn[0]).toBe('postgres://a/plotd')
    servers.setPrimary('postgres://b/plotd')
    expect(servers.current).toBe('postgres://b/plotd')
    expect(servers.inTurn).toEqual(['postgres://b/plotd', 'postgres://a/plotd', 'postgres://c/plotd'])
  })
})
