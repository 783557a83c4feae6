import pg from 'pg'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Announcer } from '../../../src/spool/postgres/announcer.ts'
import { connect } from '../../../src/spool/postgres/connect.ts'
import { openPostgres, type PostgresOptions, type PostgresSpool } from '../../../src/spool/postgres/index.ts'
import { Servers } from '../../../src/spool/postgres/servers.ts'
import { Writer } from '../../../src/spool/postgres/writer.ts'
import { refused } from '../../contracts/spool.ts'
import { sql, WITHOUT_POSTGRES } from '../../support/postgres.ts'
import { PATIENT, sharedDatabase } from '../../support/postgres-shared.ts'

const open: PostgresSpool[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(open.splice(0).map((spool) => spool.close()))
})

async function host(url: string, name: string, options: Partial<PostgresOptions> = {}): Promise<PostgresSpool> {
  const spool = await openPostgres({ url, host: name, machineId: name, beatMs: 3_600_000, ...PATIENT, ...options })
  open.push(spool)
  return spool
}

const one = { task: 'text', params: 1 }

describe.skipIf(WITHOUT_POSTGRES !== undefined)(`a shared queue (${WITHOUT_POSTGRES ?? 'PostgreSQL'})`, () => {
  it('refuses only the verbs whose changes the server refuses, also when others share their commit', async () => {
    const url = await sharedDatabase()
    const a = await host(url, 'A')
    const [{ id } = { id: '' }] = await a.submit([one])
    await sql(url, "ALTER TABLE plotd.job ADD CHECK (task <> 'refused')")
    const commits = a.stats.commits
    const verbs = [
      a.submit([{ ...one, title: 'first' }]),
      a.submit([{ ...one, task: 'refused' }]),
      a.hold(id),
      a.submit([{ ...one, task: 'refused' }]),
      a.submit([{ ...one, title: 'last' }]),
    ]
    const outcomes = await Promise.allSettled(verbs)
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
    ])
    expect(outcomes[1]).toMatchObject({ reason: refused('ERR_SPOOL_WRITE') })
    expect(a.stats.commits - commits).toBeLessThanOrEqual(3)
    const { jobs } = await a.list({ status: ['queued'] })
    expect(jobs.map(({ title }) => title)).toEqual(['first', 'last'])
  })

  it('does not divide a commit after a transient error, such as a deadlock', async () => {
    const url = await sharedDatabase()
    await host(url, 'A')
    const address = { servers: new Servers(url), host: 'A' }
    const parts = { address, life: '', now: Date.now, announcer: new Announcer('A', 0, () => {}), patienceMs: 0 }
    const writer = new Writer(
      { ...parts, reset: async () => {}, onBack: () => {}, onEnd: () => {} },
      await connect(address, 60_000),
    )
    let tries = 0
    const verb = (): Promise<never> => {
      tries++
      throw Object.assign(new Error('deadlock detected'), { code: '40P01' })
    }
    const outcomes = await Promise.allSettled([writer.do({ run: verb }), writer.do({ run: verb })])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(tries).toBe(1)
    await writer.close()
  })

  it('refuses a machine that found its name free, when another machine takes this name before the first is registered', async () => {
    const url = await sharedDatabase()
    const query = Reflect.get(pg.Client.prototype, 'query') as (...args: unknown[]) => Promise<unknown>
    let isFirst = true
    const slow = async function (this: pg.Client, ...args: unknown[]): Promise<unknown> {
      const answer = await query.apply(this, args)
      if (isFirst && String(args[0]).startsWith('SELECT place')) {
        isFirst = false
        await host(url, 'A', { machineId: 'one' })
      }
      return answer
    }
    vi.spyOn(pg.Client.prototype, 'query').mockImplementation(slow as never)
    const second = host(url, 'A', { machineId: 'two' })
    await expect(second).rejects.toMatchObject(refused('ERR_STATE_LOCKED'))
    expect(await sql(url, 'SELECT place FROM plotd.host')).toEqual([{ place: 'one' }])
  })
})
