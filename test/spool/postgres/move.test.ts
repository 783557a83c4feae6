import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, it, vi } from 'vitest'
import { type Job, moveQueue, openSpool, type Spool } from '../../../src/spool/index.ts'
import { openStore } from '../../../src/spool/open.ts'
import { openPostgres } from '../../../src/spool/postgres/index.ts'
import { aResult, present, refused } from '../../contracts/spool.ts'
import { itLong } from '../../support/fuzz.ts'
import { changeJobs, withImpossibleTimes } from '../../support/old-imports.ts'
import { sql, WITHOUT_POSTGRES } from '../../support/postgres.ts'
import { PATIENT, sharedDatabase } from '../../support/postgres-shared.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const retention = { jobs: 1000, days: 90 }
const one = { task: 'text', params: { text: 'hello' } }
/** How long a move watches whether other hosts are silent. It is short: no other host sends heartbeats meanwhile. */
const silence = { beatMs: 20, lossMs: 100 }

/** Fills a spool with jobs in several states, a log, a large job, the key of a forgotten job and a paused plotter. */
async function filled(spool: Spool): Promise<void> {
  const large = { ...one, params: { svg: '<svg/>'.repeat(2000) }, idempotencyKey: 'large', priority: 75 }
  const ink = { ...one, plot: { plotter: 'p', copies: 1 } }
  await spool.submit([
    { ...ink, title: 'cut', priority: 90 },
    { ...one, title: 'done', priority: 80, idempotencyKey: 'gone' },
  ])
  for (let i = 0; i < 2; i++) {
    await spool.complete(present(await spool.claim({ stage: 'render', holder: 'w' })), aResult)
  }
  const plot = present(await spool.claim({ stage: 'plot', holder: 'p', plotters: ['p'] }))
  await spool.progress(plot, { phase: 'plot', done: 3, of: 10, plotter: 'p' }, true)
  await spool.interrupt(plot, 'device-fault')
  await spool.log(plot.job.id, 'the pen broke')
  await spool.purge()
  const parent = present((await spool.submit([large]))[0])
  await spool.submit([
    { ...one, dependsOn: [parent.id] },
    { ...one, hold: true },
    { ...one, title: 'NUL \0' },
  ])
  await spool.pauseQueue('p')
}

async function contents(spool: Spool): Promise<object> {
  const jobs: Job[] = []
  for await (const job of spool.export()) jobs.push(job)
  const logs = await Promise.all(jobs.map(({ id }) => spool.logs(id)))
  const state = await spool.subscribe(() => {})
  state.close()
  const { paused } = state
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
  return { jobs: jobs.sort(byId), logs: logs.flat(), paused, keys: (await spool.keys()).keys }
}

describe.skipIf(WITHOUT_POSTGRES !== undefined)(`a queue that is moved (${WITHOUT_POSTGRES ?? 'PostgreSQL'})`, () => {
  it('arrives whole with jobs of an earlier version that have impossible times and share one idempotency key', async () => {
    const folder = join(tempFolder(), 'spool')
    const first = await openSpool(folder)
    const jobs = await first.submit([one, { ...one, hold: true }, { ...one, hold: true }])
    await first.cancel(jobs[0]?.id ?? '')
    await first.close()
    await changeJobs(folder, (job) => ({ ...withImpossibleTimes(job), idempotencyKey: 'row 1' }))
    const move = { folder, host: 'A', url: await sharedDatabase(), retention, silence }
    expect(await moveQueue({ ...move, to: 'server' })).toMatchObject({ jobs: 3, known: 0 })
    expect(await moveQueue({ ...move, to: 'folder' })).toMatchObject({ jobs: 3, known: 0 })
    const moved = await openSpool(folder)
    const again = await moved.submit([{ ...one, idempotencyKey: 'row 1' }])
    expect(again).toMatchObject([{ repeated: true }])
    expect((await moved.list()).jobs.map(({ id }) => id).sort()).toEqual(jobs.map(({ id }) => id))
    await moved.close()
  })

  it('arrives whole in the database, and whole back in the folder, and no job is in two queues', async () => {
    const url = await sharedDatabase()
    const folder = join(tempFolder(), 'spool')
    const first = await openSpool(folder)
    await filled(first)
    const before = await contents(first)
    await first.close()
    const move = { folder, host: 'A', url, retention, silence }

    const moved = await moveQueue({ ...move, to: 'server' })
    expect(moved).toMatchObject({ jobs: 5, known: 0, keys: 1, backup: `${folder}-moved` })
    expect(readdirSync(folder).sort()).toEqual(['lock', 'place'].filter((name) => existsSync(join(folder, name))))
    const server = await openStore({ folder, host: 'A', url, retention })
    expect(await contents(server)).toEqual(before)
    const fresh = present((await server.submit([one]))[0])
    expect((await server.list({ sort: 'newest' })).jobs[0]?.id).toBe(fresh.id)
    await expect(moveQueue({ ...move, to: 'folder' })).rejects.toMatchObject(refused('ERR_STATE_LOCKED'))
    await server.cancel(fresh.id)
    await server.remove(fresh.id)
    await server.close()

    expect(await moveQueue({ ...move, to: 'folder' })).toMatchObject({ jobs: 5, backup: 'plotd_moved' })
    const reopened = await openSpool(folder)
    expect(await contents(reopened)).toEqual(before)
    await reopened.close()
    const empty = await openStore({ folder: join(tempFolder(), 'spool'), host: 'B', url, retention })
    expect((await empty.list()).total).toBe(0)
    await empty.close()
  })

  itLong('arrives in the folder with all logs, although the spool takes a snapshot during the move', async () => {
    const url = await sharedDatabase()
    const folder = join(tempFolder(), 'spool')
    const server = await openStore({ folder, host: 'A', url, retention: { jobs: 5000, days: 36_500 } })
    const [job] = await server.submit([one])
    // Each record takes 60 KB, so the journal of the folder exceeds the 64 MB after which a snapshot is due.
    const dependsOn = Array.from({ length: 1000 }, (_, i) => String(i).padStart(60, '0'))
    const ended = Array.from({ length: 1300 }, (_, i): Job => {
      const id = `01ARZ3NDEKTSV4RRFF${String(i).padStart(8, '0')}`
      return { ...present(job), id, dependsOn, order: i, status: 'canceled', endedAt: i }
    })
    await server.import(ended)
    await server.importLogs(ended.map(({ id }) => ({ id, entries: [{ at: 1, message: id }] })))
    await server.close()

    await moveQueue({ folder, host: 'A', url, to: 'folder', retention: { jobs: 5000, days: 36_500 }, silence })
    const moved = await openSpool(folder)
    for (const { id } of ended) expect((await moved.logs(id)).map(({ message }) => message)).toEqual([id])
    await moved.close()
  })

  it('arrives whole after an earlier move that was cut off', async () => {
    const url = await sharedDatabase()
    const folder = join(tempFolder(), 'spool')
    const first = await openSpool(folder)
    await first.submit([one, one, one])
    const jobs: Job[] = []
    for await (const job of first.export()) jobs.push(job)
    await first.close()
    const target = await openStore({ folder, host: 'A', url, retention })
    await target.import(jobs.slice(0, 2))
    await target.close()
    const moved = await moveQueue({ folder, host: 'A', url, to: 'server', retention, silence })
    expect(moved).toMatchObject({ jobs: 3, known: 2 })
    expect(await sql(url, 'SELECT id FROM plotd.job')).toHaveLength(3)
    expect(await sql(url, "SELECT id FROM plotd.host WHERE id = 'A'")).toHaveLength(0)
  })

  it('arrives with long logs, in short statements: the server ends a transaction whose host computes too long', async () => {
    const spool = await openPostgres({ url: await sharedDatabase(), host: 'A', machineId: 'a', retention, ...PATIENT })
    const jobs = await spool.submit(Array.from({ length: 30 }, () => one))
    const entries = Array.from({ length: 200 }, (_, at) => ({ at, message: `${at} `.padEnd(2000, 'x') }))
    const query = vi.spyOn(pg.Client.prototype, 'query')
    await spool.importLogs(jobs.map(({ id }) => ({ id, entries })))
    const longest = Math.max(...query.mock.calls.map(([text]) => String(text).length))
    query.mockRestore()
    expect(longest).toBeLessThan(4 << 20)
    for (const { id } of jobs) expect(await spool.logs(id)).toEqual(entries)
    await spool.close()
  })

  it('is left behind with a warning when a host opens the database without a move', async () => {
    const url = await sharedDatabase()
    const folder = join(tempFolder(), 'spool')
    const warnings: string[] = []
    const warn = (message: string): void => void warnings.push(message)
    await (await openSpool(folder)).close()
    await (await openStore({ folder, host: 'A', url, retention, warn })).close()
    expect(warnings).toEqual([]) // a queue without jobs leaves nothing behind
    const first = await openSpool(folder)
    await first.submit([one])
    await first.close()
    await (await openStore({ folder, host: 'A', url, retention, warn })).close()
    expect(warnings).toEqual([expect.stringContaining('run `plotd spool migrate`')])
    await moveQueue({ folder, host: 'A', url, to: 'server', retention, silence })
    const moved = await openStore({ folder, host: 'A', url, retention, warn })
    expect((await moved.list()).total).toBe(1)
    await moved.close()
    expect(warnings).toHaveLength(1)
  })

  it('is not marked as moving when a host starts after the wait for silent hosts, and that host keeps running', async () => {
    const url = await sharedDatabase()
    const move = await openPostgres({ url, host: 'A', machineId: 'a', retention, isAlone: true, ...silence })
    const late = await openPostgres({ url, host: 'B', machineId: 'b', retention })
    await expect(move.mark()).rejects.toMatchObject({ code: 'ERR_STATE_LOCKED', detail: { host: 'B' } })
    expect(await move.isMoving()).toBe(false)
    expect(await late.submit([one])).toHaveLength(1)
    await Promise.all([move.close(), late.close()])
  })

  it('refuses the changes of a silent host that wakes during the move', async () => {
    const url = await sharedDatabase()
    const asleep = await openPostgres({ url, host: 'B', machineId: 'b', retention, beatMs: 3_600_000 })
    const hasBeaten = () => sql(url, 'SELECT FROM plotd.host WHERE beats > 0')
    await expect.poll(async () => (await hasBeaten()).length).toBe(1)
    await asleep.submit([{ ...one, plot: { plotter: 'p', copies: 1 } }])
    await asleep.complete(present(await asleep.claim({ stage: 'render', holder: 'w' })), aResult)
    const plot = present(await asleep.claim({ stage: 'plot', holder: 'p', plotters: ['p'] }))
    const move = await openPostgres({ url, host: 'A', machineId: 'a', retention, isAlone: true, ...silence })
    await move.mark()
    expect((await move.get(plot.job.id))?.status).toBe('interrupted')
    const write = asleep.progress(plot, { phase: 'plot', done: 4, of: 10 }, true)
    await expect(write).rejects.toMatchObject(refused('ERR_CLAIM_LOST'))
    await expect(asleep.submit([one])).rejects.toMatchObject(refused('ERR_SPOOL_WRITE'))
    await Promise.all([move.close(), asleep.close()])
  })

  it('refuses a job that is in both queues and was worked on in one of them: the job could be drawn twice', async () => {
    const url = await sharedDatabase()
    const folder = join(tempFolder(), 'spool')
    const move = { folder, host: 'A', url, retention, silence }
    const first = await openSpool(folder)
    const { id } = present((await first.submit([one]))[0])
    const jobs: Job[] = []
    for await (const job of first.export()) jobs.push(job)
    const target = await openStore({ ...move, folder: join(tempFolder(), 'spool') })
    await target.import(jobs)
    await target.close()
    await first.complete(present(await first.claim({ stage: 'render', holder: 'w' })), aResult)
    await first.close()
    const refusal = { code: 'ERR_PARAMS', message: expect.stringContaining(`job ${id} is in both queues`) }
    await expect(moveQueue({ ...move, to: 'server' })).rejects.toMatchObject(refusal)
    // An earlier move wrote this file, and then stopped before it copied anything.
    writeFileSync(join(folder, 'move'), 'to the server\n')
    await expect(moveQueue({ ...move, to: 'server' })).rejects.toMatchObject(refusal)
    const reopened = await openSpool(folder)
    expect((await reopened.get(id))?.status).toBe('finished')
    await reopened.close()
  })

  it('refuses a job that the import would refuse, before a queue is marked as moving, so that a user can remove the job', async () => {
    const url = await sharedDatabase()
    const folder = join(tempFolder(), 'spool')
    const move = { folder, host: 'A', url, retention, silence, to: 'server' } as const
    const first = await openSpool(folder)
    const [sound, damaged] = await first.submit([one, { ...one, params: { svg: '<svg/>'.repeat(2000) } }])
    await first.close()
    const { id } = present(damaged)
    for (const file of readdirSync(join(folder, 'params'))) writeFileSync(join(folder, 'params', file), 'damaged')
    const refusal = {
      code: 'ERR_PARAMS',
      message: expect.stringContaining(`job ${id} cannot be moved`),
      detail: { id },
    }
    await expect(moveQueue(move)).rejects.toMatchObject(refusal)

    const reopened = await openStore({ folder, host: 'A', retention })
    await reopened.cancel(id)
    await reopened.remove(id)
    await reopened.close()
    expect(await moveQueue(move)).toMatchObject({ jobs: 1 })
    expect(await sql(url, 'SELECT id FROM plotd.job')).toEqual([{ id: present(sound).id }])
  })
})
