import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openPostgres, type PostgresOptions, type PostgresSpool } from '../../../src/spool/postgres/index.ts'
import type { Claim } from '../../../src/spool/spool.ts'
import { aResult, present } from '../../contracts/spool.ts'
import { sql, WITHOUT_POSTGRES } from '../../support/postgres.ts'
import { PATIENT, sharedDatabase } from '../../support/postgres-shared.ts'
import { until } from '../../support/until.ts'

const open: PostgresSpool[] = []
/** The monotonic clock of all hosts, ms. Only the tests move this clock. */
let now = 0
beforeEach(() => void vi.spyOn(performance, 'now').mockImplementation(() => now))
afterEach(async () => {
  await Promise.all(open.splice(0).map((spool) => spool.close()))
  vi.restoreAllMocks()
})

/** A host. By default only its first heartbeat falls into the test: the next one is due after an hour. */
async function host(url: string, name: string, options: Partial<PostgresOptions> = {}): Promise<PostgresSpool> {
  const times = { beatMs: 3_600_000, pollMs: 50, ...PATIENT }
  const spool = await openPostgres({ url, host: name, machineId: name, ...times, ...options })
  open.push(spool)
  return spool
}

/** A host that is silent after its first beat, which comes a moment after its start. */
async function silentHost(url: string, name: string): Promise<PostgresSpool> {
  const spool = await host(url, name)
  await until(async () => (await beats(url, name)) > 0)
  return spool
}

const beats = async (url: string, name: string): Promise<number> =>
  Number((await sql(url, `SELECT beats FROM plotd.host WHERE id = '${name}'`))[0]?.['beats'])

/** Lets time pass, and waits until a host has queried the signs of life of the others at the new time. */
async function pass(ms: number, url: string, name: string): Promise<void> {
  now += ms
  const before = await beats(url, name)
  // The first new heartbeat is followed by the query, and the second heartbeat follows the answer.
  await until(async () => (await beats(url, name)) >= before + 2)
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
    const times = { beatMs: 20, lossMs: 60 }
    /** Less than half of `beatMs`: an answer that takes longer proves nothing. */
    const stepMs = 8
    const { farm } = await host(url, 'C', times)
    const silence = async (id: string) => (await farm.hosts()).find((each) => each.id === id)?.silentMs ?? 0
    for (let done = 0; (await silence('B')) < 2 * times.lossMs; done++) {
      await a.progress(plot, { phase: 'plot', done, of: 1_000_000 }, true)
      await pass(stepMs, url, 'C')
    }
    expect(await farm.forgetHost('A')).toBe(false)
    const status = async () => (await a.get(plot.job.id))?.status
    expect(await status()).toBe('plotting')
    while ((await status()) === 'plotting') await pass(stepMs, url, 'C')
    expect(await status()).toBe('interrupted')
  })

  it('gives its name to another machine when it is silent, also when a third host ends one of its plots meanwhile', async () => {
    const url = await sharedDatabase()
    const a = await silentHost(url, 'A')
    const c = await host(url, 'C')
    const [canceled, kept] = [await drawing(a), await drawing(a)]
    await a.progress(canceled, { phase: 'plot', done: 2, of: 9 }, true)
    const lossMs = 5000
    let stepMs = 0
    vi.spyOn(performance, 'now').mockImplementation(() => (now += stepMs))
    // Time passes only after the cancel, and in steps, so that the new host A reads the signs of life after the cancel.
    const end = (warning: string): void => {
      if (!warning.startsWith('another machine was host A')) return
      void c.cancel(canceled.job.id).then(() => {
        stepMs = lossMs / 20
      })
    }
    const twin = await host(url, 'A', { machineId: 'another machine', beatMs: 10, lossMs, warn: end })
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
