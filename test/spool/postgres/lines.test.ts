import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { openPostgres, type PostgresSpool } from '../../../src/spool/postgres/index.ts'
import { aResult, present } from '../../contracts/spool.ts'
import { WITHOUT_POSTGRES } from '../../support/postgres.ts'
import { PATIENT, sharedDatabase } from '../../support/postgres-shared.ts'

let spool: PostgresSpool | undefined
afterEach(() => spool?.close())

/** Names that cannot be compressed well. */
const name = (i: number): string => createHash('sha256').update(String(i)).digest('base64url')

describe.skipIf(WITHOUT_POSTGRES !== undefined)(`a queue in a database (${WITHOUT_POSTGRES ?? 'PostgreSQL'})`, () => {
  it('gives a job to one of 500 plotters that can draw it, although their names do not fit into an index entry', async () => {
    spool = await openPostgres({
      url: await sharedDatabase(),
      host: 'A',
      machineId: 'a',
      beatMs: 3_600_000,
      ...PATIENT,
    })
    const plotters = Array.from({ length: 500 }, (_, i) => name(i))
    const [job] = await spool.submit([{ task: 'text', params: 1, plot: { plotter: 'any', copies: 1 } }])
    await spool.complete(present(await spool.claim({ stage: 'render', holder: 'w' })), { ...aResult, plotters })
    expect(await spool.claim({ stage: 'plot', holder: 'p', plotters: [name(500), 'any'] })).toBeUndefined()
    expect((await spool.claim({ stage: 'plot', holder: 'p', plotters: [name(499), 'any'] }))?.job.id).toBe(job?.id)
  })
})
