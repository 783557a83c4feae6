import { afterEach, describe, expect, it, vi } from 'vitest'
import { plotsQuery } from '../../../src/spool/postgres/claim-queries.ts'
import { connect } from '../../../src/spool/postgres/connect.ts'
import { Heartbeat } from '../../../src/spool/postgres/heartbeat.ts'
import { openPostgres, type PostgresOptions, type PostgresSpool } from '../../../src/spool/postgres/index.ts'
import { type HostSign, SIGN_COLUMNS } from '../../../src/spool/postgres/lost-hosts.ts'
import { Servers } from '../../../src/spool/postgres/servers.ts'
import type { Claim, NewJob, SpoolEvent } from '../../../src/spool/spool.ts'
import { anError, aResult, present, refused } from '../../contracts/spool.ts'
import { sql, WITHOUT_POSTGRES } from '../../support/postgres.ts'
import { PATIENT, sharedDatabase } from '../../support/postgres-shared.ts'

const open: PostgresSpool[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(open.splice(0).map((spool) => spool.close()))
})

/** A host. By default only its first heartbeat falls into the test: the next one is due after an hour. */
async function host(url: string, name: string, options: Partial<PostgresOptions> = {}): Promise<PostgresSpool> {
  const times = { beatMs: 3_600_000, pollMs: 50, ...PATIENT }
  const spool = await openPostgres({ url, host: name, machineId: name, ...times, ...options })
  open.push(spool)
  return spool
}

async function twoHosts(): Promise<readonly [PostgresSpool, PostgresSpool, string]> {
  const url = await sharedDatabase()
  return [await silentHost(url, 'A'), await silentHost(url, 'B'), url]
}

/** A host that is silent after its first beat, which comes a moment after its start. */
async function silentHost(url: string, name: string): Promise<PostgresSpool> {
  const spool = await host(url, name)
  const hasBeaten = () => sql(url, `SELECT FROM plotd.host WHERE id = '${name}' AND beats > 0`)
  await expect.poll(async () => (await hasBeaten()).length).toBe(1)
  return spool
}

const ink = { plot: { plotter: 'any', copies: 1 } }

async function submit(spool: PostgresSpool, job: Partial<NewJob> = {}): Promise<string> {
  return present((await spool.submit([{ task: 'text', params: 1, ...job }]))[0]).id
}

async function render(spool: PostgresSpool): Promise<Claim> {
  return present(await spool.claim({ stage: 'render', holder: 'w' }))
}

async function plotting(spool: PostgresSpool): Promise<Claim> {
  await submit(spool, ink)
  await spool.complete(await render(spool), aResult)
  return present(await spool.claim({ stage: 'plot', holder: 'p', plotters: ['p', 'any'] }))
}

/** The address of the database with the tables of plotd in its search path. */
function inSchema(url: string, options = ''): string {
  const address = new URL(url)
  address.searchParams.set('options', `-c search_path=plotd ${options}`.trim())
  return address.href.replaceAll('+', '%20')
}

/** PostgreSQL's plan for a query. With these options PostgreSQL prefers an index, as when tables are large. */
async function planOf(url: string, query: string): Promise<string> {
  const large = inSchema(url, '-c enable_seqscan=off -c enable_bitmapscan=off')
  const rows = await sql<{ 'QUERY PLAN': string }>(large, `EXPLAIN ${query}`)
  return rows.map((row) => row['QUERY PLAN']).join('\n')
}

const lost = ({ signal }: Claim): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve())
  })

/**
 * Opens a spool that watches for 5 minutes whether other hosts, or another machine of its name, are silent. Resolves
 * when that spool has read the first signs of life.
 */
async function openWaiting(url: string, options: Pick<PostgresOptions, 'host' | 'machineId' | 'isAlone'>) {
  let begun = (): void => {}
  const waits = new Promise<void>((resolve) => {
    begun = resolve
  })
  const opening = openPostgres({ url, ...options, beatMs: 50, lossMs: 300_000, warn: () => begun() })
  opening.catch(() => {})
  await Promise.race([waits, opening])
  return { opening }
}

describe.skipIf(WITHOUT_POSTGRES !== undefined)(`two hosts on one queue (${WITHOUT_POSTGRES ?? 'PostgreSQL'})`, () => {
  it('refuse to read a job or its log after they are closed', async () => {
    const a = await host(await sharedDatabase(), 'A')
    const id = await submit(a)
    await a.close()
    const refusal = { ...refused('ERR_SPOOL_WRITE'), message: 'the spool is closed' }
    await expect(a.get(id)).rejects.toMatchObject(refusal)
    await expect(a.logs(id)).rejects.toMatchObject(refusal)
  })

  it('see each other’s jobs: a move, a hold or a cancel on one takes effect on the other', async () => {
    const [a, b] = await twoHosts()
    const [x, y, z, held] = [
      await submit(a, { title: 'x' }),
      await submit(b, { title: 'y' }),
      await submit(a, { title: 'z' }),
      await submit(b, { title: 'held' }),
    ]
    await b.top(z)
    await a.move(y, x)
    await b.hold(held)
    const first = await render(a)
    expect(first.job.title).toBe('z')
    expect([(await render(b)).job.title, (await render(a)).job.title]).toEqual(['y', 'x'])
    expect(await a.claim({ stage: 'render', holder: 'w' })).toBeUndefined()
    await b.cancel(z)
    await lost(first)
    await expect(a.complete(first, aResult)).rejects.toMatchObject(refused('ERR_CLAIM_LOST'))
    await b.pauseQueue('')
    await b.unhold(held)
    expect(await a.claim({ stage: 'render', holder: 'w' })).toBeUndefined()
  })

  it('receive each change of the other host once, in order, marked as made elsewhere', async () => {
    const [a, b] = await twoHosts()
    const received: SpoolEvent[] = []
    await b.subscribe((event) => received.push(event))
    const claim = await plotting(a)
    const drawn = { phase: 'plot', done: 3, of: 10, plotter: 'p' } as const
    await a.progress(claim, drawn, true)
    await expect.poll(() => received.some((event) => event.type === 'progress')).toBe(true)
    await a.complete(claim)
    const own = await submit(b)
    await expect.poll(() => received.length).toBe(7)
    const inShort = received.map((event) => (event.type === 'changed' ? event.job.status : event.type))
    expect(inShort).toEqual(['queued', 'started', 'rendered', 'plotting', 'progress', 'finished', 'queued'])
    expect(received[4]).toMatchObject({ progress: { ...drawn, host: 'A' } })
    expect(received.map((event) => event.type === 'changed' && event.elsewhere === true)).toEqual([
      ...[true, true, true, true, false, true, false],
    ])
    expect(received[6]).toMatchObject({ job: { id: own } })
  })

  it('find the next job to plot by an index, however many jobs are kept', async () => {
    const [, , url] = await twoHosts()
    const plan = await planOf(url, plotsQuery(['p', 'any']).sql(1))
    expect(plan).toContain('Index Scan using job_plot')
    expect(plan).not.toContain('Seq Scan on job')
  })

  it('claim 120 jobs with sixteen workers, and none twice', async () => {
    const [a, b] = await twoHosts()
    const jobs = Array.from({ length: 120 }, (_, i) => ({ task: 'text', params: i }))
    await a.submit(jobs)
    const claimed: string[] = []
    const worker = async (spool: PostgresSpool): Promise<void> => {
      for (;;) {
        const claim = await spool.claim({ stage: 'render', holder: 'w' })
        if (claim === undefined) return
        claimed.push(claim.job.id)
        await spool.complete(claim, aResult)
      }
    }
    await Promise.all(Array.from({ length: 16 }, (_, i) => worker(i % 2 === 0 ? a : b)))
    expect(new Set(claimed).size).toBe(120)
    expect(claimed).toHaveLength(120)
    expect((await b.counts()).finished).toBe(120)
  })

  it('resume an interrupted job only on its host, except when a user says that the sheet was brought to the other host', async () => {
    const [a, b] = await twoHosts()
    const claim = await plotting(a)
    const { id } = claim.job
    await a.progress(claim, { phase: 'plot', done: 3, of: 10, plotter: 'p' }, true)
    await a.interrupt(claim, 'device-fault')
    await expect(b.claim({ stage: 'resume', holder: 'q', id })).rejects.toThrow(/on host A, plotter p/)
    expect((await b.claim({ stage: 'resume', holder: 'q', id, elsewhere: true }))?.job.status).toBe('plotting')
  })

  it('take the last progress from the holder of a plot that another host canceled', async () => {
    const [a, b] = await twoHosts()
    const claim = await plotting(a)
    await b.cancel(claim.job.id)
    await lost(claim)
    const drawn = { phase: 'plot', done: 4, of: 10 } as const
    expect(await a.reportInk(claim, drawn)).toMatchObject({ status: 'canceled', progress: { ...drawn, host: 'A' } })
    await expect(a.reportInk(claim, drawn)).rejects.toMatchObject(refused('ERR_CLAIM_LOST'))
  })

  it('refuse the claims from before a restart, and interrupt their jobs', async () => {
    const [a, , url] = await twoHosts()
    const claim = await plotting(a)
    const again = await host(url, 'A')
    expect(again.recovery.interrupted).toEqual([claim.job.id])
    const drawn = { phase: 'plot', done: 1, of: 10 } as const
    const verbs = [
      a.progress(claim, drawn, true),
      a.complete(claim),
      a.fail(claim, anError),
      a.pause(claim, 'operator'),
      a.unpause(claim),
      a.interrupt(claim, 'device-fault'),
      a.release(claim),
    ]
    for (const each of await Promise.allSettled(verbs)) expect(each).toMatchObject({ status: 'rejected' })
    expect(claim.signal.aborted).toBe(true)
    // The earlier life learns at its next change that a later life has taken its place.
    await expect(submit(a)).rejects.toThrow(/another plotd has started as host A/)
    await expect.poll(() => a.store().is).toBe('away')
    expect((await again.get(claim.job.id))?.status).toBe('interrupted')
  })

  it('take the jobs of a silent host: its plot waits for a user, its render runs again', async () => {
    const [a, , url] = await twoHosts()
    const plot = await plotting(a)
    await submit(a, { title: 'rendering' })
    const rendering = await render(a)
    const warnings: string[] = []
    const warn = (message: string) => void warnings.push(message)
    const watcher = await host(url, 'C', { beatMs: 200, lossMs: 600, warn })
    await expect.poll(async () => (await watcher.get(plot.job.id))?.status).toBe('interrupted')
    await expect.poll(() => warnings).toContain('host A is lost; plots interrupted: 1, renders queued again: 1')
    expect(await watcher.get(plot.job.id)).toMatchObject({ reason: { code: 'host-lost' } })
    expect((await watcher.get(rendering.job.id))?.status).toBe('queued')
    await Promise.all([lost(plot), lost(rendering)])
    expect(await watcher.claim({ stage: 'plot', holder: 'q', plotters: ['p', 'q', 'any'] })).toBeUndefined()
    await expect(a.progress(plot, { phase: 'plot', done: 1, of: 2 }, true)).rejects.toMatchObject(
      refused('ERR_CLAIM_LOST'),
    )
    expect((await render(watcher)).job.id).toBe(rendering.job.id)
  })

  it('follow the clock of the database from the start on: a host that is ahead queues no job early', async () => {
    const url = await sharedDatabase()
    const id = await submit(await silentHost(url, 'A'), { runAt: Date.now() + 300_000 })
    const now = Date.now
    vi.spyOn(Date, 'now').mockImplementation(() => now() + 600_000)
    const ahead = await silentHost(url, 'B')
    await ahead.pauseQueue('p') // this commit follows the commit that an early timer would make
    expect((await ahead.get(id))?.status).toBe('scheduled')
  })

  it('refuse a second machine of the same name while the first one lives', async () => {
    const url = await sharedDatabase()
    await host(url, 'A', { beatMs: 100 })
    const twin = openPostgres({ url, host: 'A', machineId: 'another machine', beatMs: 2000 })
    await expect(twin).rejects.toMatchObject({
      code: 'ERR_STATE_LOCKED',
      message: expect.stringContaining('another machine is host A'),
    })
  })

  it('give the jobs of a machine to a second machine of its name only when the first is lost', async () => {
    const [a, b, url] = await twoHosts()
    const [ofA, ofB] = [await plotting(a), await plotting(b)]
    const { opening } = await openWaiting(url, { host: 'A', machineId: 'another machine' })
    // Host B is lost after 0.4 s. The opening of host A waits 300 s, so host A is not lost in this time.
    const twin = await host(url, 'B', { machineId: 'another machine', beatMs: 50, lossMs: 400 })
    expect(twin.recovery.interrupted).toEqual([ofB.job.id])
    await sql(url, "UPDATE plotd.host SET beats = beats + 1 WHERE id = 'A'")
    await expect(opening).rejects.toMatchObject({ code: 'ERR_STATE_LOCKED' })
    expect((await twin.get(ofA.job.id))?.status).toBe('plotting')
  })

  it('let a move of the queue begin only when no other host is alive', async () => {
    const url = await sharedDatabase()
    await silentHost(url, 'A')
    const { opening } = await openWaiting(url, { host: 'mover', machineId: 'here', isAlone: true })
    // A second move, on another database, finds the silent host there lost after 0.4 s. The first move still waits.
    const other = await sharedDatabase()
    await silentHost(other, 'A')
    await host(other, 'mover', { machineId: 'here', isAlone: true, beatMs: 50, lossMs: 400 })
    await sql(url, "UPDATE plotd.host SET beats = beats + 1 WHERE id = 'A'")
    await expect(opening).rejects.toMatchObject({
      code: 'ERR_STATE_LOCKED',
      message: expect.stringContaining('host A uses this database'),
    })
  })

  it('share the tokens, and the lists of their own tasks and plotters', async () => {
    const [{ farm: a }, { farm: b }] = await twoHosts()
    let changes = 0
    b.onTokens(async () => void changes++)
    const token = { name: 'page', role: 'operate', sha256: 'f'.repeat(64), createdAt: 5 }
    await a.saveToken(token)
    await expect.poll(() => changes).toBe(1)
    expect(await b.tokens()).toEqual([token])
    expect([await b.removeToken('page'), await b.removeToken('page')]).toEqual([true, false])
    expect(a.secret).toBe(b.secret)
    const offer = { url: 'https://a', version: '1', plotters: ['p'], tasks: ['text'], about: { room: 2 } }
    await a.publish(offer)
    expect(await b.hosts()).toMatchObject([
      { id: 'A', offer },
      { id: 'B', offer: undefined },
    ])
    await expect(b.publish({ ...offer, url: 'https://b' })).rejects.toThrow(/host A has a plotter p already/)
    expect(await b.forgetHost('A')).toBe(false)
  })

  it('interrupt the plots of a lost host that is forgotten before a heartbeat has taken its jobs', async () => {
    const [a, b, url] = await twoHosts()
    const claim = await plotting(b)
    await submit(b)
    const { job: rendering } = await render(b)
    const [ofB] = await sql<HostSign>(inSchema(url), `SELECT ${SIGN_COLUMNS} FROM host h WHERE id = 'B'`)
    vi.spyOn(Heartbeat.prototype, 'signOfLost').mockReturnValue(ofB)
    expect([await a.farm.forgetHost('B'), await a.farm.forgetHost('B')]).toEqual([true, false])
    expect(await a.get(claim.job.id)).toMatchObject({ status: 'interrupted', reason: { code: 'host-lost' } })
    expect((await a.get(rendering.id))?.status).toBe('queued')
    await expect(b.progress(claim, { phase: 'plot', done: 1, of: 9 }, true)).rejects.toMatchObject(
      refused('ERR_CLAIM_LOST'),
    )
  })

  it('continue when a frozen host holds the lock, because the server takes the lock from that host', async () => {
    const [a, , url] = await twoHosts()
    const frozen = await connect({ servers: new Servers(url), host: 'frozen' }, 60_000)
    await frozen.query('BEGIN; SELECT FROM feed FOR UPDATE')
    const id = await submit(a)
    expect((await a.get(id))?.status).toBe('queued')
    await expect(frozen.query('COMMIT')).rejects.toThrow()
    await frozen.end().catch(() => {})
  })

  it('fail a chain of 3,000 waiting jobs in fewer than 50 statements', async () => {
    const [a] = await twoHosts()
    const first = present((await a.submit([{ task: 'text', params: 1, hold: true }]))[0])
    const id = (i: number): string => `01ARZ3NDEKTSV4RRFF${String(i).padStart(8, '0')}`
    await a.import(
      Array.from({ length: 3000 }, (_, i) => ({
        ...first,
        ...{ id: id(i), order: i, status: 'scheduled' as const, dependsOn: [i === 0 ? first.id : id(i - 1)] },
      })),
    )
    const before = a.stats.statements
    await a.cancel(first.id)
    expect((await a.counts()).failed).toBe(3000)
    expect(a.stats.statements - before).toBeLessThan(50)
  })

  it('find the children of a job by the index, also when most jobs have the same parent', async () => {
    const [a, , url] = await twoHosts()
    const parent = await submit(a, { hold: true })
    await a.submit(Array.from({ length: 200 }, () => ({ task: 'text', params: 1, dependsOn: [parent] })))
    await sql(url, 'ANALYZE plotd.edge')
    const [source] = await sql<{ body: string }>(
      url,
      "SELECT prosrc AS body FROM pg_proc WHERE proname = 'waiting_for'",
    )
    const client = await connect({ servers: new Servers(url), host: 'planner' }, 60_000)
    await client.query('SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off')
    const body = present(source).body.replace('roots', `ARRAY['${parent}']`)
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${body}`)
    await client.end()
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    expect(plan).toContain('Index Cond: (parent = b.id)')
    expect(plan).not.toContain('Materialize')
  })

  it('export a job with lost parameters as `get` shows it', async () => {
    const [a, , url] = await twoHosts()
    const ids = [await submit(a, { params: { svg: '<svg/>'.repeat(2000) } }), await submit(a)]
    await sql(url, 'DELETE FROM plotd.params')
    const exported = []
    for await (const job of a.export()) exported.push(job)
    expect(exported).toEqual([await a.get(ids[0] ?? ''), await a.get(ids[1] ?? '')])
    expect(exported[0]).toMatchObject({ params: null, paramsError: { code: 'ERR_SPOOL_DAMAGED' } })
  })

  it('show all pages of a list in the order of the first page, although another host moves jobs', async () => {
    const [a, b] = await twoHosts()
    const ids = (await a.submit(Array.from({ length: 9 }, (_, i) => ({ task: 'text', params: i })))).map(({ id }) => id)
    const first = await a.list({ limit: 3 })
    await b.top(ids[8] ?? '')
    await b.move(ids[0] ?? '')
    const rest = await a.list({ limit: 10, cursor: first.next ?? '' })
    expect([...first.jobs, ...rest.jobs].map((job) => job.id)).toEqual(ids)
  })

  it('refuse a database in a newer format, at the start and while they run', async () => {
    const [a, b, url] = await twoHosts()
    await sql(url, 'UPDATE plotd.feed SET format = 99')
    await expect(submit(a)).rejects.toMatchObject(refused('ERR_SPOOL_NEWER'))
    await expect(host(url, 'C')).rejects.toMatchObject(refused('ERR_SPOOL_NEWER'))
    await expect(submit(b)).rejects.toMatchObject(refused('ERR_SPOOL_NEWER'))
  })
})
