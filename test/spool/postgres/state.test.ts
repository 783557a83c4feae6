import { expect, it } from 'vitest'
import { OpenClaims } from '../../../src/spool/postgres/context.ts'
import { readState } from '../../../src/spool/postgres/state.ts'

it('the state of a long queue is read in parts, because the server must answer each query in time', async () => {
  const ids = Array.from({ length: 25_000 }, (_, i) => String(i).padStart(5, '0'))
  const answers: number[] = []
  const query = async (sql: string) => {
    if (!sql.includes('ended_at IS NULL')) return []
    const [, after = ''] = /id > '(\d*)'/.exec(sql) ?? []
    const [, limit = ids.length] = /LIMIT (\d+)/.exec(sql) ?? []
    const rows = ids.filter((id) => id > after).slice(0, Number(limit))
    answers.push(rows.length)
    return rows.map((id) => ({ record: { id }, progress: null }))
  }
  const { jobs } = await readState(query as Parameters<typeof readState>[0], new OpenClaims('life'))
  expect(jobs.map(({ id }) => id)).toEqual(ids)
  expect(Math.max(...answers)).toBe(10_000)
})
