import { describe, expect, it } from 'vitest'
import { connect } from '../../../src/spool/postgres/connect.ts'
import { openPostgres } from '../../../src/spool/postgres/index.ts'
import { Servers } from '../../../src/spool/postgres/servers.ts'
import { sql, WITHOUT_POSTGRES } from '../../support/postgres.ts'
import { sharedDatabase } from '../../support/postgres-shared.ts'

describe.skipIf(WITHOUT_POSTGRES !== undefined)(`the spool on a server (${WITHOUT_POSTGRES ?? 'PostgreSQL'})`, () => {
  it('accepts a user whose name contains a plus sign', async () => {
    const url = new URL(await sharedDatabase())
    await sql(url.href, 'CREATE ROLE "a+b" LOGIN')
    url.username = 'a+b'
    const client = await connect({ servers: new Servers(url.href), host: 'A' }, 60_000)
    expect((await client.query('SELECT current_user AS name')).rows).toEqual([{ name: 'a+b' }])
    await client.end()
  })

  it('refuses a server that acknowledges before its disk has the data', async () => {
    const url = await sharedDatabase()
    await sql(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET synchronous_commit = off`)
    await expect(openPostgres({ url, host: 'A', machineId: 'A' })).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: expect.stringContaining('synchronous_commit is off'),
    })
  })
})
