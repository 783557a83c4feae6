import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openPostgres, type PostgresSpool } from '../../../src/spool/postgres/index.ts'
import { refused } from '../../contracts/spool.ts'
import {
  newDatabase,
  type PostgresServer,
  sql,
  standbyOf,
  startPostgres,
  WITHOUT_POSTGRES,
} from '../../support/postgres.ts'

const servers: PostgresServer[] = []
afterAll(async () => {
  for (const server of servers) await server.stop()
})

const open: PostgresSpool[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((spool) => spool.close()))
})

async function host(url: string, name: string): Promise<PostgresSpool> {
  const spool = await openPostgres({ url, host: name, machineId: name, beatMs: 3_600_000, patienceMs: 1000 })
  open.push(spool)
  return spool
}

const one = { task: 'text', params: 1 }

describe.skipIf(WITHOUT_POSTGRES !== undefined)(
  `an old primary that is back after a failover (${WITHOUT_POSTGRES ?? 'PostgreSQL'})`,
  () => {
    let [old, promoted, both] = ['', '', '']
    beforeAll(async () => {
      const first = await startPostgres()
      servers.push(first)
      old = await newDatabase(first)
      await (await host(old, 'A')).submit([one])
      const second = await startPostgres({ fill: standbyOf(first) })
      servers.push(second)
      promoted = old.replace(String(first.port), String(second.port))
      both = old.replace(`:${first.port}`, `:${first.port},127.0.0.1:${second.port}`)
      await sql(promoted, 'SELECT pg_promote()')
    })

    const jobs = async (url: string) => (await sql(url, 'SELECT FROM plotd.job')).length

    it('gets no job: a host that starts takes the server that was promoted, and stays there', async () => {
      const a = await host(both, 'A')
      await a.submit([one])
      expect([await jobs(old), await jobs(promoted)]).toEqual([1, 2])
      await servers[1]?.stop()
      await expect(a.submit([one])).rejects.toMatchObject(refused('ERR_SPOOL_WRITE'))
      expect(await jobs(old)).toBe(1)
    })
  },
)
