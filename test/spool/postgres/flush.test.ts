import { describe, expect, it } from 'vitest'
import type { Job } from '../../../src/spool/index.ts'
import { memorySpool } from '../../../src/spool/memory.ts'
import { flushSql, PendingChanges } from '../../../src/spool/postgres/flush.ts'

const state = { seq: 9, lastId: '', lowestOrder: 0, highestOrder: 9, ended: 0, paused: [] }
const commit = { host: 'A', life: 'a', number: 1 }

/** The statements of a commit that adds jobs with titles of these lengths. */
async function statementsFor(lengths: readonly number[]): Promise<string[]> {
  const spool = memorySpool()
  const [job] = await spool.submit([{ task: 'text', params: { text: 'Hello' } }])
  await spool.close()
  const pending = new PendingChanges(new Set())
  for (const [i, length] of lengths.entries()) {
    const added: Job = { ...(job as Job), id: `${i}`, title: 'x'.repeat(length) }
    pending.putRow({ job: added, token: null, host: null, life: null, lost: null, isParent: false })
    pending.addChange(i, { type: 'changed', job: added }, undefined)
  }
  return [...flushSql(pending, state, commit, 1000)]
}

describe('the statements of a commit', () => {
  it('are one statement for short jobs', async () => {
    expect(await statementsFor([10, 1000, 10])).toHaveLength(1)
  })

  it('have at most about a megabyte of records each, or one longer record', async () => {
    const statements = await statementsFor([3e5, 3e5, 3e5, 3e5, 2e6, 10, 10])
    const titles = statements.map((sql) => [...sql.matchAll(/\\"title\\":\\"(x*)/g)].map(([, title]) => title?.length))
    expect(titles).toEqual([[3e5, 3e5, 3e5], [3e5], [2e6], [10, 10], [], []])
  })
})
