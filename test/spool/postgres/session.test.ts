import pg from 'pg'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { checkServer, connect, storeError } from '../../../src/spool/postgres/connect.ts'
import { openPostgres, type PostgresSpool } from '../../../src/spool/postgres/index.ts'
import { Servers } from '../../../src/spool/postgres/servers.ts'
import { sql, WITHOUT_POSTGRES } from '../../support/postgres.ts'
import { PATIENT, sharedDatabase } from '../../support/postgres-shared.ts'
import { WireProxy } from '../../support/wire-proxy.ts'

const open: PostgresSpool[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(open.splice(0).map((spool) => spool.close()))
})

const host = async (url: string, name: string): Promise<void> => {
  open.push(await openPostgres({ url, host: name, machineId: name, beatMs: 3_600_000, ...PATIENT }))
}

describe.skipIf(WITHOUT_POSTGRES !== undefined)(`the session of a host (${WITHOUT_POSTGRES ?? 'PostgreSQL'})`, () => {
  it('has the isolation that plotd needs, also when the database has another default', async () => {
    const url = await sharedDatabase()
    await sql(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_transaction_isolation = serializable`)
    // The second host waits until the first has created the tables, and then reads them.
    await Promise.all([host(url, 'A'), host(url, 'B')])
    expect(await sql(url, 'SELECT id FROM plotd.host ORDER BY id')).toEqual([{ id: 'A' }, { id: 'B' }])
  })

  it('is refused when a pooler drops the settings of the session, also when the database has one of these settings', async () => {
    const url = await sharedDatabase()
    const database = new URL(url).pathname.slice(1)
    await sql(url, `ALTER DATABASE ${database} SET idle_in_transaction_session_timeout = 3000`)
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await expect(checkServer(client)).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: expect.stringContaining('without a pooler'),
    })
    await client.end()
  })

  it('is refused with a remedy when a pooler refuses the settings of the session, as PgBouncer does by default', () => {
    const refusal = Object.assign(new Error('unsupported startup parameter in options: search_path'), { code: '08P01' })
    expect(storeError(refusal)).toMatchObject({
      code: 'ERR_CONFIG',
      message: expect.stringContaining('without a pooler'),
    })
  })

  it('begins for a user whose name contains a plus sign', async () => {
    const url = new URL(await sharedDatabase())
    await sql(url.href, 'CREATE ROLE "a+b" LOGIN')
    url.username = 'a+b'
    const client = await connect({ servers: new Servers(url.href), host: 'A' }, 60_000)
    expect((await client.query('SELECT current_user AS name')).rows).toEqual([{ name: 'a+b' }])
    await client.end()
  })

  it.each([
    ['while the host creates the tables', 'CREATE SCHEMA'],
    ['while the host registers', 'INSERT INTO host'],
    ['while the host takes back the jobs of its earlier life', 'FOR UPDATE'],
  ])('begins again when the server ends the connection %s, as when the host has stood still', async (_, statement) => {
    const url = new URL(await sharedDatabase())
    const wire = await WireProxy.to(Number(url.port))
    url.port = String(wire.port)
    wire.cutAfter(statement)
    await host(url.href, 'A')
    expect((await open[0]?.list())?.total).toBe(0)
    await open.pop()?.close()
    await wire.close()
  })

  it('begins again when the server has ended a transaction of the host, because the host has stood still', async () => {
    const url = await sharedDatabase()
    const message = 'terminating connection due to idle-in-transaction timeout'
    const ends = [Object.assign(new Error(message), { code: '25P03' })]
    const query = Reflect.get(pg.Client.prototype, 'query') as (...words: unknown[]) => unknown
    vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...words: unknown[]) {
      const end = String(words[0]).includes('to_regclass') ? ends.pop() : undefined
      return end ? Promise.reject(end) : Reflect.apply(query, this, words)
    })
    await host(url, 'A')
    expect(ends).toEqual([])
    expect(await sql(url, 'SELECT id FROM plotd.host')).toEqual([{ id: 'A' }])
  })

  it('does not begin again when the server answers with a refusal', async () => {
    const url = await sharedDatabase()
    const query = Reflect.get(pg.Client.prototype, 'query') as (...words: unknown[]) => unknown
    let tries = 0
    vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...words: unknown[]) {
      if (!String(words[0]).includes('INSERT INTO host')) return Reflect.apply(query, this, words)
      tries++
      return Promise.reject(
        Object.assign(new Error('cannot execute INSERT in a read-only transaction'), { code: '25006' }),
      )
    })
    await expect(host(url, 'A')).rejects.toMatchObject({ code: 'ERR_SPOOL_WRITE' })
    expect(tries).toBe(1)
  })

  it('is refused when the server acknowledges before its disk has the data', async () => {
    const url = await sharedDatabase()
    await sql(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET synchronous_commit = off`)
    await expect(host(url, 'A')).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: expect.stringContaining('synchronous_commit is off'),
    })
  })
})
