import { afterEach, describe, expect, it } from 'vitest'
import { Announcer } from '../../../src/spool/postgres/announcer.ts'
import { openPostgres, type PostgresSpool } from '../../../src/spool/postgres/index.ts'
import type { SpoolEvent } from '../../../src/spool/spool.ts'
import { aResult, present } from '../../contracts/spool.ts'
import { sql, WITHOUT_POSTGRES } from '../../support/postgres.ts'
import { PATIENT, sharedDatabase } from '../../support/postgres-shared.ts'

const open: PostgresSpool[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((spool) => spool.close()))
})

/** A host whose listener polls, by default, only at the start and after notifications. */
async function host(url: string, name: string, pollMs = 3_600_000): Promise<PostgresSpool> {
  const spool = await openPostgres({ url, host: name, machineId: name, beatMs: 3_600_000, pollMs, ...PATIENT })
  open.push(spool)
  return spool
}

/** Ends the connections of every host. */
const END = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE application_name LIKE 'plotd %' AND datname = current_database()`

const submit = async (to: PostgresSpool) => present((await to.submit([{ task: 'text', params: 1 }]))[0]).id

describe.skipIf(WITHOUT_POSTGRES !== undefined)(`after a failover to a standby (${WITHOUT_POSTGRES ?? ''})`, () => {
  it('that lacks the last changes, the host announces the state of the standby and each further change', async () => {
    const url = await sharedDatabase()
    const spool = await host(url, 'A')
    const kept = await submit(spool)
    const lost = [await submit(spool), await submit(spool)]
    const events: SpoolEvent[] = []
    await spool.subscribe((event) => void events.push(event))
    await sql(
      url,
      `UPDATE plotd.feed SET seq = seq - 2; DELETE FROM plotd.change WHERE seq > (SELECT seq FROM plotd.feed);
       DELETE FROM plotd.job WHERE id IN ('${lost.join("','")}')`,
    )
    const fresh = await submit(spool)
    expect(events).toMatchObject([
      { type: 'reset', jobs: [{ id: kept }] },
      { type: 'changed', job: { id: fresh } },
    ])
  })

  it('that lacks the first job for a plotter, the plotter can claim later jobs', async () => {
    const url = await sharedDatabase()
    const spool = await host(url, 'A')
    const forPlotter = { task: 'text', params: 1, plot: { plotter: 'p', copies: 1 } }
    await spool.submit([forPlotter])
    await sql(
      url,
      `UPDATE plotd.feed SET seq = seq - 1; DELETE FROM plotd.change; DELETE FROM plotd.job; DELETE FROM plotd.line;
       ${END}`,
    )
    const [fresh] = await spool.submit([forPlotter])
    await spool.complete(present(await spool.claim({ stage: 'render', holder: 'w' })), aResult)
    expect((await spool.claim({ stage: 'plot', holder: 'p', plotters: ['p'] }))?.job.id).toBe(fresh?.id)
  })

  it('that lacks the last progress, the other hosts show each further progress', async () => {
    const url = await sharedDatabase()
    const [a, b] = [await host(url, 'A'), await host(url, 'B', 50)]
    const shown: number[] = []
    await b.subscribe((event) => {
      if (event.type === 'progress') shown.push(event.progress.done)
    })
    await a.submit([{ task: 'text', params: 1, plot: { plotter: 'p', copies: 1 } }])
    await a.complete(present(await a.claim({ stage: 'render', holder: 'w' })), aResult)
    const claim = present(await a.claim({ stage: 'plot', holder: 'p', plotters: ['p'] }))
    const draw = async (done: number): Promise<void> => {
      await a.progress(claim, { phase: 'plot', done, of: 9 }, true)
      await expect.poll(() => shown).toContain(done)
    }
    for (const done of [1, 2, 3]) await draw(done)
    await sql(url, `UPDATE plotd.job SET tick = 1; SELECT setval('plotd.tick', 1); ${END}`)
    await draw(4)
  })
})

it('after a failover, an announcer of changes asks for the whole state once, although the numbers of the changes agree', () => {
  const announcer = new Announcer('A', 7, () => {})
  expect(announcer.mustReset([], 7, 'a')).toBe(false)
  expect(announcer.mustReset([], 7, 'b')).toBe(true)
  announcer.reset({ seq: 7, jobs: [], paused: [] })
  expect(announcer.mustReset([], 7, 'b')).toBe(false)
})
