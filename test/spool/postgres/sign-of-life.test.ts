import { afterEach, describe, expect, it } from 'vitest'
import { openPostgres, type PostgresOptions, type PostgresSpool } from '../../../src/spool/postgres/index.ts'
import type { Claim } from '../../../src/spool/spool.ts'
import { aResult, present } from '../../contracts/spool.ts'
import { sql, WITHOUT_POSTGRES } from '../../support/postgres.ts'
import { sharedDatabase } from '../../support/postgres-shared.ts'

const open: PostgresSpool[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((spool) => spool.close()))
})

/** A host. By default only its first heartbeat falls into the test: the next one is due after an hour. */
async function host(url: string, name: string, options: Partial<PostgresOptions> = {}): Promise<PostgresSpool> {
  const spool = await openPostgres({ url, host: name, machineId: name, beatMs: 3_600_000, pollMs: 50, ...options })
  open.push(spool)
  return spool
}

/** A host that is silent after its first beat, which comes a moment after its start. */
async function silentHost(url: string, name: string): Promise<PostgresSpool> {
  const spool = await host(url, name)
  const hasBeaten = () => sql(url, `SELECT FROM plotd.host WHERE id = '${name}' AND beats > 0`)
  await expect.poll(async () => (await hasBeaten()).length).toBe(1)
  return spool
}

/** A plot that the host holds and whose progress it has written. */
async function drawing(spool: PostgresSpool): Promise<Claim> {
  await spool.submit([{ task: 'text', params: 1, plot: { plotter: 'any', copies: 1 } }])
  await spool.complete(present(await spool.claim({ stage: 'render', holder: 'w' })), aResult)
  const claim = present(await spool.claim({ stage: 'plot', holder: 'p', plotters: ['any'] }))
  await spool.progress(claim, { phase: 'plot', done: 1, of: 9 }, true)
  return claim
}

describe.skipIf(WITHOUT_POSTGRES !== undefined)(`a host in a farm (${WITHOUT_POSTGRES ?? 'PostgreSQL'})`, () => {
  it('keeps its plot while it writes progress, although it sends no heartbeat', async () => {
    const url = await sharedDatabase()
    const [a] = [await silentHost(url, 'A'), await silentHost(url, 'B')]
    const plot = await drawing(a)
    const times = { beatMs: 200, lossMs: 1000 }
    const { farm } = await host(url, 'C', times)
    const silence = async (id: string) => (await farm.hosts()).find((each) => each.id === id)?.silentMs ?? 0
    for (let done = 0; (await silence('B')) < 2 * times.lossMs; done++) {
      await a.progress(plot, { phase: 'plot', done, of: 1_000_000 }, true)
    }
    expect(await farm.forgetHost('A')).toBe(false)
    expect((await a.get(plot.job.id))?.status).toBe('plotting')
    await expect.poll(async () => (await a.get(plot.job.id))?.status).toBe('interrupted')
  })

  it('gives its name to another machine when it is silent, also when a third host ends one of its plots meanwhile', async () => {
    const url = await sharedDatabase()
    const a = await silentHost(url, 'A')
    const c = await host(url, 'C')
    const [canceled, kept] = [await drawing(a), await drawing(a)]
    await a.progress(canceled, { phase: 'plot', done: 2, of: 9 }, true)
    const end = (): void => void c.cancel(canceled.job.id)
    // Host A is lost after 5 s. The cancel of host C takes less time, also on a busy machine.
    const twin = await host(url, 'A', { machineId: 'another machine', beatMs: 50, lossMs: 5000, warn: end })
    expect(twin.recovery.interrupted).toEqual([kept.job.id])
    expect((await twin.get(canceled.job.id))?.status).toBe('canceled')
  })

  it('learns once that another start has taken its place, and does not say later that the store is back', async () => {
    const url = await sharedDatabase()
    const warnings: string[] = []
    const a = await host(url, 'A', { beatMs: 20, pollMs: 20, warn: (message) => warnings.push(message) })
    const states: string[] = []
    a.onStore(({ is }) => states.push(is))
    const again = await host(url, 'A', { beatMs: 20 })
    await expect.poll(() => states).toEqual(['away'])
    // Host A reads these changes after it knows that another start has taken its place.
    const seen: string[] = []
    await a.subscribe((event) => {
      if (event.type === 'changed') seen.push(event.job.id)
    })
    for (let i = 0; i < 10; i++) {
      const id = present((await again.submit([{ task: 'text', params: i }]))[0]).id
      await expect.poll(() => seen).toContain(id)
    }
    expect(states).toEqual(['away'])
    expect(warnings).toEqual([expect.stringContaining('another plotd has started as host A')])
  })
})
