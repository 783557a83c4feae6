import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Announcer } from '../../../src/spool/postgres/announcer.ts'
import { connect } from '../../../src/spool/postgres/connect.ts'
import { openPostgres, type PostgresSpool } from '../../../src/spool/postgres/index.ts'
import { Servers } from '../../../src/spool/postgres/servers.ts'
import { Writer } from '../../../src/spool/postgres/writer.ts'
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

    it('is not the choice of a host that was connected to it before the failover, and slept meanwhile', async () => {
      const slept = new Servers(both)
      slept.setPrimary(old, '00000001')
      const client = await connect({ servers: slept, host: 'A' }, 60_000)
      await client.end()
      expect(slept.history).toBe(`${promoted} 00000002`)
    })

    it('gets no change from the writer of a host after the listener of that host has found the promoted server', async () => {
      const address = { servers: new Servers(both), host: 'A' }
      address.servers.setPrimary(old, '00000001')
      const parts = { address, life: '', now: Date.now, announcer: new Announcer('A', 0, () => {}) }
      const [reset, onBack, onEnd] = [async () => {}, () => {}, () => {}]
      const client = await connect({ servers: new Servers(old), host: 'A' }, 60_000)
      const writer = new Writer({ ...parts, reset, onBack, onEnd }, client)
      const port = () => writer.do({ run: (tx) => tx.query('SELECT inet_server_port() AS port') })
      expect(await port()).toEqual([{ port: servers[0]?.port }])
      address.servers.setPrimary(promoted, '00000002')
      expect(await port()).toEqual([{ port: servers[1]?.port }])
      await writer.close()
    })

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
