import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, expect, it, vi } from 'vitest'
import { openPostgres } from '../../../src/spool/postgres/index.ts'
import { present } from '../../contracts/spool.ts'
import { WITHOUT_POSTGRES } from '../../support/postgres.ts'
import { PATIENT, sharedDatabase } from '../../support/postgres-shared.ts'
import { until } from '../../support/until.ts'

afterEach(() => void vi.restoreAllMocks())

it.skipIf(WITHOUT_POSTGRES !== undefined)(
  'no scheduled job is queued early when the clock of a host jumps',
  async () => {
    const spool = await openPostgres({
      url: await sharedDatabase(),
      host: 'A',
      machineId: 'A',
      beatMs: 3_600_000,
      ...PATIENT,
    })
    const soon = Date.now() + 300_000
    const submit = async (runAt: number) => present((await spool.submit([{ task: 'text', params: 1, runAt }]))[0]).id
    const first = await submit(soon)
    const now = Date.now
    vi.spyOn(Date, 'now').mockImplementation(() => now() + 600_000)
    const second = await submit(soon - 100_000) // makes the host set its timer again
    await sleep(100) // an early timer fires in this time
    await spool.pauseQueue('p') // this commit follows the commit that an early timer would make
    expect([(await spool.get(first))?.status, (await spool.get(second))?.status]).toEqual(['scheduled', 'scheduled'])
    await spool.close()
  },
)

it.skipIf(WITHOUT_POSTGRES !== undefined)(
  'no scheduled job is queued early when the clock of a host jumps while plotd compares this clock with the database',
  async () => {
    const url = await sharedDatabase()
    const { now } = Date
    const query = Reflect.get(pg.Client.prototype, 'query') as (...words: unknown[]) => unknown
    let jumpMs = 0
    vi.spyOn(Date, 'now').mockImplementation(() => now() + jumpMs)
    vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...words: unknown[]) {
      const answer = Reflect.apply(query, this, words)
      if (String(words[0]).includes('clock_timestamp')) jumpMs = 600_000
      return answer
    })
    const spool = await openPostgres({ url, host: 'A', machineId: 'A', beatMs: 3_600_000, ...PATIENT })
    const submitted = present((await spool.submit([{ task: 'text', params: 1, runAt: now() + 300_000 }]))[0])
    await sleep(100) // an early timer fires in this time
    await spool.pauseQueue('p') // this commit follows the commit that an early timer would make
    expect((await spool.get(submitted.id))?.status).toBe('scheduled')
    await spool.close()
  },
)

it.skipIf(WITHOUT_POSTGRES !== undefined)(
  'a host warns again of a clock that was correct after an earlier warning',
  async () => {
    const warnings: string[] = []
    const { now } = Date
    const query = Reflect.get(pg.Client.prototype, 'query') as (...words: unknown[]) => unknown
    let [aheadMs, beats] = [0, 0]
    vi.spyOn(Date, 'now').mockImplementation(() => now() + aheadMs)
    vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...words: unknown[]) {
      if (String(words[0]).includes('clock_timestamp')) beats++
      return Reflect.apply(query, this, words)
    })
    const warn = (message: string) => void warnings.push(message)
    const spool = await openPostgres({
      url: await sharedDatabase(),
      host: 'A',
      machineId: 'A',
      beatMs: 20,
      warn,
      ...PATIENT,
    })
    const measured = async (ms: number): Promise<void> => {
      const before = beats
      aheadMs = ms
      await until(() => beats >= before + 3)
    }
    for (const ms of [600_000, 0, 600_000]) await measured(ms)
    await spool.close()
    expect(warnings.filter((warning) => / (599|600|601) s ahead of /.test(warning))).toHaveLength(2)
  },
)
