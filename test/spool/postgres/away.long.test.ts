import { writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { Heartbeat } from '../../../src/spool/postgres/heartbeat.ts'
import { openPostgres, type PostgresOptions, type PostgresSpool } from '../../../src/spool/postgres/index.ts'
import type { HostSign } from '../../../src/spool/postgres/lost-hosts.ts'
import type { SpoolEvent } from '../../../src/spool/spool.ts'
import { aResult, present, refused } from '../../contracts/spool.ts'
import { newDatabase, type PostgresServer, sql, startPostgres, WITHOUT_POSTGRES } from '../../support/postgres.ts'
import { WireProxy } from '../../support/wire-proxy.ts'

let server: PostgresServer
beforeAll(async () => {
  if (WITHOUT_POSTGRES === undefined) server = await startPostgres()
})
afterAll(() => server?.stop())

const toClose: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

/** A killed server, or a reconnection, may take minutes on a busy machine. */
const patienceMs = 300_000

async function host(url: string, name: string, options: Partial<PostgresOptions> = {}): Promise<PostgresSpool> {
  const spool = await openPostgres({
    url,
    host: name,
    machineId: name,
    beatMs: 3_600_000,
    pollMs: 50,
    patienceMs,
    ...options,
  })
  toClose.push(() => spool.close())
  return spool
}

/** A host whose connections to the server a test can cut. */
async function wired(
  url: string,
  name: string,
  options: Partial<PostgresOptions> = {},
): Promise<{ spool: PostgresSpool; wire: WireProxy }> {
  const wire = await WireProxy.to(server.port)
  toClose.push(() => wire.close())
  const through = new URL(url)
  through.port = String(wire.port)
  const spool = await host(through.href, name, options)
  // A new host begins a trim in the background. `purge` resolves after the trim's commit, so no cut meets that commit.
  await spool.purge(YEAR_MS)
  return { spool, wire }
}

/** Makes the database refuse once, with this SQLSTATE, when a host checks whether a commit is stored. */
const failCheck = (url: string, sqlState: string) =>
  sql(
    url,
    `CREATE SEQUENCE plotd.checks;
     CREATE FUNCTION plotd.is_let() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
       IF current_query() LIKE 'SELECT commits%' AND nextval('plotd.checks') = 1 THEN
         RAISE EXCEPTION 'refused' USING ERRCODE = '${sqlState}';
       END IF;
       RETURN true;
     END $$;
     ALTER TABLE plotd.host RENAME TO host_rows;
     CREATE VIEW plotd.host AS SELECT * FROM plotd.host_rows WHERE plotd.is_let()`,
  )

/** The connections of host A. */
const PIDS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'plotd A' AND datname = current_database()"

const HOST_B = "SELECT life, beats FROM plotd.host WHERE id = 'B'"

const YEAR_MS = 31_536_000_000
const one = { task: 'text', params: 1 }

describe.skipIf(WITHOUT_POSTGRES !== undefined)(`a server that was away (${WITHOUT_POSTGRES ?? 'PostgreSQL'})`, () => {
  it('loses no acknowledged job when it is killed, and stores the jobs that wait for it', async () => {
    const url = await newDatabase(server)
    const a = await host(url, 'A')
    const acknowledged: string[] = []
    const submitting = Array.from({ length: 8 }, async (_, i) => {
      for (let n = 0; n < 12; n++) {
        const key = `${i}/${n}`
        acknowledged.push(present((await a.submit([{ ...one, idempotencyKey: key }]))[0]).id)
      }
    })
    await expect.poll(() => acknowledged.length).toBeGreaterThan(15)
    server.kill()
    await server.start()
    await Promise.all(submitting)
    const { jobs, total } = await a.list({ limit: 1000 })
    expect(total).toBe(96)
    expect(new Set(jobs.map(({ id }) => id))).toEqual(new Set(acknowledged))
    await expect.poll(() => a.store().is).toBe('here')
  })

  it('makes the start of a host fail with ERR_SPOOL_WRITE', async () => {
    const url = new URL(server.url('postgres'))
    url.port = '1'
    await expect(host(url.href, 'A')).rejects.toMatchObject(refused('ERR_SPOOL_WRITE'))
  })

  it('is noticed on an idle connection: plotd makes the system check the connection after 10 s', async () => {
    const keepAlive = vi.spyOn(Socket.prototype, 'setKeepAlive')
    const a = await host(await newDatabase(server), 'A')
    await a.list()
    await a.close()
    expect(new Set(keepAlive.mock.calls.map(([, ms]) => ms))).toEqual(new Set([10_000]))
    keepAlive.mockRestore()
  })

  it.each(['before the host knows that the server is away', 'when the host knows that the server is away'])(
    'lets a host close with all its connections while the server is silent, %s',
    async (when) => {
      const keepAlive = vi.spyOn(Socket.prototype, 'setKeepAlive')
      const { spool: a, wire } = await wired(await newDatabase(server), 'A', { beatMs: 100 })
      await a.list()
      wire.hold()
      if (when.startsWith('when')) await expect.poll(() => a.store().is).toBe('away')
      await a.close()
      const connections = keepAlive.mock.contexts.filter((socket) => socket instanceof Socket)
      expect(connections.length).toBeGreaterThan(2)
      await expect.poll(() => connections.filter(({ destroyed }) => !destroyed)).toEqual([])
      keepAlive.mockRestore()
    },
  )

  it('lets a verb succeed over a new connection when the old connections become silent', async () => {
    const url = await newDatabase(server)
    const { spool: a, wire } = await wired(url, 'A')
    await a.submit([one])
    wire.holdPresent()
    await a.submit([one])
    await expect.poll(() => a.store().is).toBe('here')
    expect(await sql(url, 'SELECT FROM plotd.job')).toHaveLength(2)
  })

  it('keeps newer progress when older progress arrives late', async () => {
    const url = await newDatabase(server)
    const { spool: a, wire } = await wired(url, 'A')
    await a.submit([{ ...one, plot: { plotter: 'p', copies: 1 } }])
    await a.complete(present(await a.claim({ stage: 'render', holder: 'w' })), aResult)
    const claim = present(await a.claim({ stage: 'plot', holder: 'p', plotters: ['p'] }))
    const note = (done: number) => a.progress(claim, { phase: 'plot', done, of: 9 }, true)
    await note(1)
    const before = await sql<{ pid: number }>(url, PIDS)
    wire.holdPresent()
    await note(2) // goes over a new connection, because the old connection gives no answer
    await note(3)
    wire.release() // the wire passes on the first message of note 2 now
    const isOld = ({ pid }: { pid: number }) => before.some((old) => old.pid === pid)
    await expect.poll(async () => (await sql<{ pid: number }>(url, PIDS)).some(isOld)).toBe(false)
    expect(await sql(url, "SELECT progress->>'done' AS done FROM plotd.job")).toEqual([{ done: '3' }])
  })

  it('leaves each claim with its holder', async () => {
    const url = await newDatabase(server)
    const a = await host(url, 'A')
    await a.submit([{ ...one, plot: { plotter: 'p', copies: 1 } }])
    const claim = present(await a.claim({ stage: 'render', holder: 'w' }))
    server.kill()
    await server.start()
    await a.complete(claim, aResult)
    const plot = present(await a.claim({ stage: 'plot', holder: 'p', plotters: ['p'] }))
    server.kill()
    await server.start()
    await a.progress(plot, { phase: 'plot', done: 1, of: 2 }, true)
    expect(await a.complete(plot)).toMatchObject({ status: 'finished', progress: { done: 1 } })
  })

  it('makes a change once when its answer is lost on the way', async () => {
    const url = await newDatabase(server)
    const { spool: a, wire } = await wired(url, 'A')
    const b = await host(url, 'B')
    const received: SpoolEvent[] = []
    await a.subscribe((event) => received.push(event))
    wire.cutAfter('COMMIT')
    const [job] = await a.submit([one])
    expect((await b.list()).jobs.map(({ id }) => id)).toEqual([job?.id])
    wire.cutAfter('COMMIT')
    const claim = present(await a.claim({ stage: 'render', holder: 'w' }))
    wire.cutAfter('COMMIT')
    expect(await a.complete(claim, aResult)).toMatchObject({ status: 'finished' })
    expect(claim.signal.aborted).toBe(false)
    expect(received.map((event) => event.type === 'changed' && event.job.status)).toEqual([
      'queued',
      'started',
      'finished',
    ])
  })

  it('forgets a lost host once when the answer is lost on the way', async () => {
    const url = await newDatabase(server)
    const { spool: a, wire } = await wired(url, 'A')
    await host(url, 'B')
    await expect.poll(async () => (await sql(url, 'SELECT FROM plotd.host WHERE beats > 0')).length).toBe(2)
    const ofB = { id: 'B', tick: '0', ...(await sql<{ life: string; beats: string }>(url, HOST_B))[0] }
    const sign = vi.spyOn(Heartbeat.prototype, 'signOfLost').mockReturnValue(ofB as HostSign)
    wire.cutAfter('COMMIT')
    expect(await a.farm.forgetHost('B')).toBe(true)
    expect(await sql(url, HOST_B)).toEqual([])
    sign.mockRestore()
  })

  it('sets the tables of a moved queue aside once when the answer is lost on the way', async () => {
    const url = await newDatabase(server)
    const { spool: a, wire } = await wired(url, 'A', { isAlone: true })
    wire.cutAfter('ALTER SCHEMA')
    expect(await a.setAside()).toBe('plotd_moved')
    expect(await sql(url, "SELECT to_regnamespace('plotd') AS here")).toEqual([{ here: null }])
  })

  it('makes a change once when the check of a sent commit meets a deadlock', async () => {
    const url = await newDatabase(server)
    const { spool: a, wire } = await wired(url, 'A')
    await failCheck(url, '40P01')
    wire.cutAfter('COMMIT')
    await a.submit([one])
    expect((await a.list()).total).toBe(1)
  })

  it('leaves the outcome of a commit unknown when another plotd starts as this host during the check', async () => {
    const url = await newDatabase(server)
    const { spool: a, wire } = await wired(url, 'A')
    await failCheck(url, 'PF001')
    wire.cutAfter('COMMIT')
    const refusal = { ...refused('ERR_SPOOL_WRITE'), detail: { outcome: 'unknown' } }
    await expect(a.submit([one])).rejects.toMatchObject(refusal)
    expect(await sql(url, 'SELECT FROM plotd.job')).toHaveLength(1)
  })

  it('refuses the verbs that wait behind a commit whose outcome is unknown', async () => {
    const url = await newDatabase(server)
    const { spool: a, wire } = await wired(url, 'A')
    await failCheck(url, 'PF001')
    wire.cutAfter('COMMIT')
    const submits = [a.submit([one])]
    await setImmediate() // the first submit is in a commit now
    await setImmediate()
    submits.push(a.submit([one]))
    for (const submit of await Promise.allSettled(submits)) {
      expect(submit).toMatchObject({ status: 'rejected', reason: refused('ERR_SPOOL_WRITE') })
    }
    expect(await sql(url, 'SELECT FROM plotd.job')).toHaveLength(1)
  })

  it('makes a change once when the connection is cut before the commit is sent', async () => {
    const url = await newDatabase(server)
    const { spool: a, wire } = await wired(url, 'A')
    wire.cutAfter('FOR UPDATE')
    await a.submit([one])
    expect((await a.list()).total).toBe(1)
  })

  it('makes the host read a list again when the first answer is lost on the way', async () => {
    const url = await newDatabase(server)
    const { spool: a, wire } = await wired(url, 'A')
    await a.submit([one])
    wire.cutAfter('REPEATABLE READ')
    expect((await a.list()).total).toBe(1)
  })

  it('delivers every event of the time away, in order, without a gap', async () => {
    const url = await newDatabase(server)
    const { spool: a, wire } = await wired(url, 'A')
    const b = await host(url, 'B')
    const received: string[] = []
    await a.subscribe((event) => {
      if (event.type === 'changed') received.push(event.job.id)
    })
    wire.hold()
    const ids = (await b.submit(Array.from({ length: 40 }, () => one))).map(({ id }) => id)
    wire.cut()
    wire.release()
    await expect.poll(() => received.length).toBe(40)
    expect(received).toEqual(ids)
  })

  it('makes the host announce the whole state when the database no longer has all changes of the time away', async () => {
    const url = await newDatabase(server)
    const { spool: a, wire } = await wired(url, 'A')
    const b = await host(url, 'B')
    const received: SpoolEvent[] = []
    await a.subscribe((event) => received.push(event))
    await b.submit([one, one])
    await expect.poll(() => received.length).toBe(2)
    wire.hold()
    const ids = (await b.submit([one, one, one])).map(({ id }) => id)
    await b.pauseQueue('p')
    await sql(url, 'DELETE FROM plotd.change WHERE seq < (SELECT seq FROM plotd.feed)')
    wire.release()
    await expect.poll(() => received.length).toBe(3)
    expect(received[2]).toMatchObject({ type: 'reset', paused: ['p'] })
    const reset = received[2]?.type === 'reset' ? received[2].jobs.map(({ id }) => id) : []
    expect(reset).toEqual(expect.arrayContaining(ids))
    await b.submit([one])
    await expect.poll(() => received.length).toBe(4)
  })

  it("makes the host announce the whole state after a standby took the server's address, although the numbers of the changes agree", async () => {
    const url = await newDatabase(server)
    const a = await host(url, 'A', { pollMs: 3_600_000 })
    const [kept, lost] = await a.submit([one, one])
    const events: SpoolEvent[] = []
    await a.subscribe((event) => events.push(event))
    server.kill()
    writeFileSync(join(server.folder, 'data', 'standby.signal'), '')
    await server.start()
    await sql(url, 'SELECT pg_promote()')
    // As if the standby had lacked the last change, and another host had made one change since.
    await sql(url, `DELETE FROM plotd.job WHERE id = '${lost?.id}'`)
    const [fresh] = await a.submit([one])
    expect(events).toMatchObject([
      { type: 'reset', jobs: [{ id: kept?.id }] },
      { type: 'changed', job: { id: fresh?.id } },
    ])
  })

  it('is reported as away, and verbs are refused when it stays away', async () => {
    const url = await newDatabase(server)
    const { spool: a, wire } = await wired(url, 'A', { patienceMs: 1000 })
    const states: string[] = []
    a.onStore(({ is }) => states.push(is))
    await wire.close()
    await expect.poll(() => states).toEqual(['away'])
    const verbs = [a.submit([one]), a.list(), a.subscribe(() => {}), a.get('01ARZ3NDEKTSV4RRFF00000000')]
    for (const each of await Promise.allSettled(verbs)) {
      expect(each).toMatchObject({ status: 'rejected', reason: refused('ERR_SPOOL_WRITE') })
    }
  })

  it('interrupts a plot whose claim never reached its holder', async () => {
    const url = await newDatabase(server)
    const { spool: a } = await wired(url, 'A')
    const b = await host(url, 'B')
    await a.submit([{ ...one, plot: { plotter: 'p', copies: 1 } }])
    await a.complete(present(await a.claim({ stage: 'render', holder: 'w' })), aResult)
    const [job] = (await a.list()).jobs
    // The state after a claim whose answer came too late: for its holder, the claim was refused.
    await sql(
      url,
      `UPDATE plotd.job SET status = 'plotting', host = 'A', life = '${a.farm.life}', token = 'nobody',
         record = jsonb_set(record::jsonb, '{status}', '"plotting"')::json`,
    )
    server.kill()
    await server.start()
    await expect.poll(async () => (await b.get(job?.id ?? ''))?.status).toBe('interrupted')
  })
})
