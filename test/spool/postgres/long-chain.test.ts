import pg from 'pg'
import { afterEach, expect, it, vi } from 'vitest'
import type { Job } from '../../../src/spool/job.ts'
import { openPostgres } from '../../../src/spool/postgres/index.ts'
import { present } from '../../contracts/spool.ts'
import { WITHOUT_POSTGRES } from '../../support/postgres.ts'
import { PATIENT, sharedDatabase } from '../../support/postgres-shared.ts'

type Answer = pg.QueryResult<object>

afterEach(() => void vi.restoreAllMocks())

it.skipIf(WITHOUT_POSTGRES !== undefined)(
  'the cancel of a long chain reads at most 1,000 records in one query',
  async () => {
    const spool = await openPostgres({
      url: await sharedDatabase(),
      host: 'A',
      machineId: 'A',
      beatMs: 3_600_000,
      ...PATIENT,
    })
    const first = present((await spool.submit([{ task: 'text', params: 1, hold: true }]))[0])
    const id = (i: number) => `01ARZ3NDEKTSV4RRFF${String(i).padStart(8, '0')}`
    await spool.import(
      Array.from({ length: 2500 }, (_, i): Job => {
        return { ...first, id: id(i), order: i, status: 'scheduled', dependsOn: [i === 0 ? first.id : id(i - 1)] }
      }),
    )
    const query = Reflect.get(pg.Client.prototype, 'query') as (...words: unknown[]) => Promise<Answer | Answer[]>
    const records: number[] = []
    vi.spyOn(pg.Client.prototype, 'query').mockImplementation(async function (this: pg.Client, ...words: unknown[]) {
      const answer = await Reflect.apply(query, this, words)
      for (const { rows } of [answer].flat()) records.push(rows.filter((row) => 'record' in row).length)
      return answer
    })
    await spool.cancel(first.id)
    expect(Math.max(...records)).toBe(1000)
    expect(await spool.get(id(2499))).toMatchObject({ error: { code: 'ERR_DEPENDENCY_FAILED' } })
    await spool.close()
  },
)
