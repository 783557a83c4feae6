import { expect, it } from 'vitest'
import type { Job, Progress } from '../../../src/spool/job.ts'
import { OpenClaim } from '../../../src/spool/open-claim.ts'
import { type Context, OpenClaims } from '../../../src/spool/postgres/context.ts'
import { progress } from '../../../src/spool/postgres/work.ts'
import { HandClock } from '../../support/hand-clock.ts'

const at = (done: number): Progress => ({ phase: 'plot', done, of: 9 })

/** A claim to plot. The database answers the claim's first write when the test calls `answer`, later writes at once. */
function claimed() {
  const claims = new OpenClaims('life')
  const claim = new OpenClaim({ id: 'job', status: 'plotting' } as Job, claims.newToken())
  claims.add(claim)
  const stored: unknown[] = []
  let answer = (): void => {}
  const first = new Promise<void>((resolve) => {
    answer = resolve
  })
  let writes = 0
  const query = async (_: string, [text]: readonly unknown[]) => {
    if (++writes === 1) await first
    stored.push((JSON.parse(String(text)) as Progress).done)
    return { rowCount: 1, rows: [] }
  }
  const announcer = { progress: () => {} }
  const pool = { query, ending: false }
  const context = { ...{ claims, announcer, pool, host: 'A' }, clock: new HandClock() }
  return { context: context as unknown as Context, claim, stored, answer: () => answer() }
}

it('a write of progress that the database answers late does not replace a later checkpoint', async () => {
  const { context, claim, stored, answer } = claimed()
  await progress(context, claim, at(1), false)
  await new Promise((turn) => setImmediate(turn))
  const checkpoint = progress(context, claim, at(2), true)
  await new Promise((turn) => setImmediate(turn))
  answer()
  await checkpoint
  await new Promise((turn) => setImmediate(turn))
  expect(stored.at(-1)).toBe(2)
})

it('a write that waits for the store says that the spool is closed, when the spool closes meanwhile', async () => {
  const { context, claim } = claimed()
  const pool = {
    ending: false,
    query: async () => {
      if (pool.ending) throw new Error('Cannot use a pool after calling end on the pool')
      setImmediate(() => Object.assign(pool, { ending: true }))
      throw Object.assign(new Error('the server is away'), { code: 'ECONNRESET' })
    },
  }
  const writing = progress({ ...context, pool } as unknown as Context, claim, at(1), true)
  await expect(writing).rejects.toMatchObject({ code: 'ERR_SPOOL_WRITE', message: 'the spool is closed' })
})

it('a write waits while the server has no free connection', async () => {
  const { context, claim } = claimed()
  let attempts = 0
  const pool = {
    ending: false,
    query: async () => {
      if (++attempts === 1) throw Object.assign(new Error('sorry, too many clients already'), { code: '53300' })
      return { rowCount: 1, rows: [] }
    },
  }
  await progress({ ...context, pool } as unknown as Context, claim, at(1), true)
  expect(attempts).toBe(2)
})
