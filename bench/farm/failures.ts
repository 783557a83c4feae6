import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { allJobs } from '../../clients/node/all-jobs.ts'
import type { WireJob } from '../../src/daemon/protocol/index.ts'
import { toPlotdError } from '../../src/errors.ts'
import { openPostgres } from '../../src/spool/postgres/index.ts'
import { FORMAT } from '../../src/spool/postgres/schema.ts'
import { drawing } from '../soak/sheet.ts'
import { FarmWorld } from './farm-world.ts'
import { newDatabase, onSmallDisk, type PostgresServer, sql, standbyOf, startPostgres } from './postgres.ts'

interface Findings {
  readonly measured: readonly string[]
  readonly violations: readonly string[]
}

/** A line of `drawing` takes about 4 s at this speed. */
const SLOW_PERCENT = 6
const isRoot = process.getuid?.() === 0
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`
const codeOf = (thrown: unknown): string => toPlotdError(thrown).code
const refusalOf = (thrown: unknown): string => `${codeOf(thrown)} ${toPlotdError(thrown).message}`

/** Begins a long stroke on every plotter of the farm. @returns the jobs, one for each plotter */
async function beginLongStrokes(world: FarmWorld): Promise<readonly WireJob[]> {
  const { client } = world
  const jobs = await Promise.all(
    world.plotters.map(({ name }, n) =>
      client.submit({
        ...{ task: 'svg', params: { svg: drawing(n) }, title: `drawing ${n}` },
        plot: { plotter: name, options: { keepOrder: true, speedPercent: SLOW_PERCENT } },
      }),
    ),
  )
  for (const { id } of jobs) await until(async () => (await client.call('job.get', { id })).status === 'rendered')
  for (const { name } of world.plotters) await client.call('plotter.ready', { name })
  await until(async () => world.plotters.every(({ simulator }) => simulator.board.isPenDown))
  return jobs
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition().catch(() => false))) await sleep(50)
}

/**
 * Submits jobs to all hosts at the same time until `end`. Each host gets its next job when it has acknowledged the
 * one before. A submit that fails is repeated with the same key.
 */
class Submitter {
  readonly acknowledged: string[] = []
  readonly codes = new Set<string>()
  readonly #working: Promise<unknown>
  #isOver = false

  constructor(world: FarmWorld) {
    this.#working = Promise.all(world.hosts.map((host, i) => this.#submit(host.client, i)))
  }

  async end(): Promise<void> {
    this.#isOver = true
    await this.#working
  }

  async #submit(client: FarmWorld['client'], i: number): Promise<void> {
    for (let n = 0; !this.#isOver; n++) {
      const job = { task: 'text', params: { text: 'hello' }, hold: true, idempotencyKey: `${i} ${n}` } as const
      for (;;) {
        try {
          this.acknowledged.push((await client.submit(job)).id)
          break
        } catch (thrown) {
          this.codes.add(codeOf(thrown))
          if (this.#isOver) return
          await sleep(100)
        }
      }
      await sleep(20)
    }
  }
}

/** A sentence for each acknowledged job that is missing. */
async function lostJobs(world: FarmWorld, acknowledged: readonly string[]): Promise<string[]> {
  const present = new Set<string>()
  for await (const { id } of allJobs(world.client, {})) present.add(id)
  return acknowledged.filter((id) => !present.has(id)).map((id) => `job ${id} was acknowledged and is lost`)
}

type Options = Partial<Parameters<typeof FarmWorld.start>[0]>

async function farm<T>(act: (world: FarmWorld) => Promise<T>, more: Options = {}): Promise<T> {
  const world = await FarmWorld.start({ seed: 1, names: ['north', 'south'], plottersEach: 1, ...more })
  try {
    return await act(world)
  } finally {
    await world.close()
  }
}

const statusesOf = async (world: FarmWorld, jobs: readonly WireJob[]): Promise<string> => {
  const all = await Promise.all(jobs.map(({ id }) => world.client.call('job.get', { id })))
  return [...new Set(all.map(({ status, reason }) => (reason ? `${status} {${reason.code}}` : status)))].join(', ')
}

/** Kills the database during submits and plots, and starts it again `awayMs` later. */
const restart = (awayMs: number) => (): Promise<Findings> =>
  farm(async (world) => {
    const jobs = await beginLongStrokes(world)
    const submitter = new Submitter(world)
    await sleep(1_000)
    world.server.kill()
    const since = performance.now()
    let restAfter: string | undefined
    while (performance.now() - since < awayMs) {
      const isUp = world.plotters.every(({ simulator }) => !simulator.board.isPenDown && !simulator.board.isMoving)
      restAfter = isUp ? (restAfter ?? seconds(since)) : undefined
      await sleep(20)
    }
    await world.server.start()
    const back = performance.now()
    const before = submitter.acknowledged.length
    await until(async () => submitter.acknowledged.length > before)
    const accepted = seconds(back)
    await sleep(3_000)
    await submitter.end()
    const states = (await world.client.call('plotter.list', {})).map(({ state }) => state.is)
    return {
      measured: [
        restAfter === undefined
          ? 'a pen is still down, or moves, when the database starts'
          : `after ${restAfter} no pen is down or moves`,
        `accepts jobs ${accepted} after the start`,
        `plots are ${await statusesOf(world, jobs)}, plotters ${[...new Set(states)].join(', ')}`,
        `${submitter.acknowledged.length} jobs acknowledged, refusals ${[...submitter.codes].join(', ') || 'none'}`,
      ],
      violations: await lostJobs(world, submitter.acknowledged),
    }
  })

async function failover(): Promise<Findings> {
  const primary = await startPostgres()
  const standby = await startPostgres({ fill: standbyOf(primary) })
  await sql(primary.url('postgres'), "ALTER SYSTEM SET synchronous_standby_names = '*'")
  await sql(primary.url('postgres'), 'SELECT pg_reload_conf()')
  await until(async () => {
    const [row] = await sql<{ sync_state: string }>(
      primary.url('postgres'),
      'SELECT sync_state FROM pg_stat_replication',
    )
    return row?.sync_state === 'sync'
  })
  const servers = (url: string): string =>
    url.replace(`:${primary.port}/`, `:${primary.port},127.0.0.1:${standby.port}/`)
  try {
    return await farm(
      async (world) => {
        const jobs = await beginLongStrokes(world)
        const submitter = new Submitter(world)
        await sleep(2_000)
        const before = submitter.acknowledged.length
        primary.kill()
        await sleep(1_000)
        await sql(standby.url('postgres'), 'SELECT pg_promote()')
        const since = performance.now()
        await until(async () => submitter.acknowledged.length > before + 1)
        const accepted = seconds(since)
        await sleep(4_000)
        await submitter.end()
        return {
          measured: [
            `accepts jobs ${accepted} after the promotion`,
            `plots are ${await statusesOf(world, jobs)}`,
            `${before} jobs acknowledged before the failover and ${submitter.acknowledged.length - before} after it`,
          ],
          violations: await lostJobs(world, submitter.acknowledged),
        }
      },
      { server: primary, servers, isOnNetwork: false },
    )
  } finally {
    await standby.stop()
  }
}

async function fullDatabase(): Promise<Findings> {
  if (!isRoot) return { measured: ['left out: this failure needs root'], violations: [] }
  const server = await startPostgres({ fill: onSmallDisk(160) })
  return farm(
    async (world) => {
      const jobs = await beginLongStrokes(world)
      const submitter = new Submitter(world)
      await sleep(1_000)
      const ballast = join(server.folder, 'data', 'ballast')
      fillUp(ballast)
      const large = { task: 'svg', params: { svg: `<svg>${'<g/>'.repeat(200_000)}</svg>` }, hold: true } as const
      const since = performance.now()
      let refusal = ''
      while (refusal === '' && performance.now() - since < 60_000) {
        await world.client.submit(large).catch((thrown: unknown) => {
          refusal = refusalOf(thrown)
        })
      }
      const after = seconds(since)
      await sleep(14_000)
      rmSync(ballast)
      const room = performance.now()
      if (!(await answers(server))) await server.start()
      const before = submitter.acknowledged.length
      await until(async () => submitter.acknowledged.length > before)
      const accepted = seconds(room)
      await submitter.end()
      return {
        measured: [
          refusal === '' ? `no refusal within ${after}` : `refused after ${after}: ${refusal}`,
          `plots are ${await statusesOf(world, jobs)}`,
          `accepts jobs ${accepted} after there is room`,
        ],
        violations: await lostJobs(world, submitter.acknowledged),
      }
    },
    { server, isOnNetwork: false },
  )
}

function fillUp(file: string): void {
  const block = Buffer.alloc(1 << 20)
  try {
    for (;;) writeFileSync(file, block, { flag: 'a' })
  } catch {} // the disk is full
}

async function answers(server: PostgresServer): Promise<boolean> {
  return (await sql(server.url('postgres'), 'SELECT 1').catch(() => [])).length > 0
}

/** Fills the folder in which one host keeps its plans and uploads. */
async function fullHost(): Promise<Findings> {
  if (!isRoot) return { measured: ['left out: this failure needs root'], violations: [] }
  let mounted = ''
  const unmount = (): void => {
    if (mounted !== '') execFileSync('umount', ['-l', mounted])
    mounted = ''
  }
  try {
    return await farm(
      async (world) => {
        const [north] = world.hosts
        if (north === undefined) return { measured: [], violations: ['no host'] }
        try {
          fillUp(join(mounted, 'ballast'))
          const [{ name } = { name: '' }] = north.plotters
          const upload = await north.client.upload(`<svg>${'<g/>'.repeat(20_000)}</svg>`).catch(codeOf)
          const { id } = await world.client.submit({
            ...{ task: 'svg', params: { svg: drawing(1) } },
            plot: { plotter: name, options: { keepOrder: true } },
          })
          await until(async () => (await world.client.call('job.get', { id })).status === 'rendered')
          const ready = await world.client.call('plotter.ready', { name }).then(() => 'accepted', refusalOf)
          await sleep(3_000)
          const { status, reason, error } = await world.client.call('job.get', { id })
          const hasInk = north.plotters.some(({ simulator }) => simulator.board.ink.length > 0)
          const message = error?.message ?? reason?.message ?? ''
          return {
            measured: [
              `an upload is ${typeof upload === 'string' ? `refused: ${upload}` : 'accepted'}`,
              `ready: ${ready}`,
              `a plot on this host is ${status}${message === '' ? '' : `: ${message}`}; ${hasInk ? 'ink' : 'no ink'}`,
            ],
            violations: hasInk ? ['ink of a plot on a host whose disk is full'] : [],
          }
        } finally {
          rmSync(join(mounted, 'ballast'), { force: true })
          for (const host of world.hosts) await host.end('SIGTERM')
          unmount() // a mounted folder cannot be removed
        }
      },
      {
        prepare: (folder) => {
          mounted = join(folder, 'north', 'state')
          mkdirSync(mounted, { recursive: true, mode: 0o700 })
          execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=0700', 'tmpfs', mounted])
        },
      },
    )
  } finally {
    unmount()
  }
}

async function frozenHolder(): Promise<Findings> {
  return farm(async (world) => {
    const frozen = new pg.Client({
      connectionString: `${world.url}?options=${encodeURIComponent('-c idle_in_transaction_session_timeout=3000')}`,
    })
    frozen.on('error', () => {})
    await frozen.connect()
    await frozen.query('BEGIN; SELECT FROM plotd.feed FOR UPDATE')
    const since = performance.now()
    await world.client.submit({ task: 'text', params: { text: 'hello' } })
    const waited = seconds(since)
    await frozen.end().catch(() => {})
    return { measured: [`a submit waits ${waited}, then continues`], violations: [] }
  })
}

async function newerSchema(): Promise<Findings> {
  return farm(async (world) => {
    await beginLongStrokes(world)
    await sql(world.url, 'UPDATE plotd.feed SET format = 99')
    const refusal = await world.client.submit({ task: 'text', params: { text: 'x' } }).then(() => 'nothing', refusalOf)
    const start = await openPostgres({ url: world.url, host: 'late', machineId: 'late' }).catch(codeOf)
    await sleep(15_000)
    const down = world.plotters.filter(({ simulator }) => simulator.board.isPenDown)
    await sql(world.url, `UPDATE plotd.feed SET format = ${FORMAT}`)
    const isRefused = refusal.startsWith('ERR_SPOOL_NEWER ') && start === 'ERR_SPOOL_NEWER'
    return {
      measured: [
        `a running host refuses: ${refusal}`,
        `a new host: ${typeof start === 'string' ? start : 'starts'}; pens are ${down.length === 0 ? 'up' : 'down'} 15 s later`,
      ],
      violations: isRefused ? [] : ['a host uses tables of a newer plotd'],
    }
  })
}

async function clocks(): Promise<Findings> {
  return farm(async (world) => {
    const [north] = world.hosts
    north?.setClock(600_000)
    await sleep(11_000)
    const dueAt = Date.now() + 4_000
    const { id } = await world.client.submit({ task: 'text', params: { text: 'later' }, runAt: dueAt })
    await until(async () => (await world.client.call('job.get', { id })).startedAt !== undefined)
    const { startedAt = 0 } = await world.client.call('job.get', { id })
    north?.setClock(0)
    return {
      measured: [`with a host 10 min ahead, a job starts ${((startedAt - dueAt) / 1000).toFixed(1)} s after its time`],
      violations:
        Math.abs(startedAt - dueAt) < 5_000 ? [] : ['the job started by the clock of a host, not of the database'],
    }
  })
}

async function unsafeServers(): Promise<Findings> {
  const measured: string[] = []
  for (const line of ['fsync = off', 'synchronous_commit = off', 'full_page_writes = off']) {
    const server = await startPostgres({ lines: [line] })
    const url = await newDatabase(server)
    const refusal = await openPostgres({ url, host: 'A', machineId: 'A' }).catch((thrown: unknown) => thrown)
    measured.push(refusal instanceof Error ? `${codeOf(refusal)} ${refusal.message}` : `accepts ${line}`)
    await server.stop()
  }
  return { measured, violations: measured.filter((line) => line.startsWith('accepts')) }
}

async function twoStudios(): Promise<Findings> {
  const server = await startPostgres()
  const [one, two] = [await newDatabase(server), await newDatabase(server)]
  const [a, b] = [
    await openPostgres({ url: one, host: 'A', machineId: 'A' }),
    await openPostgres({ url: two, host: 'A', machineId: 'A' }),
  ]
  await a.submit([{ task: 'text', params: 1 }])
  const counts = [(await a.list()).total, (await b.list()).total]
  await Promise.all([a.close(), b.close()])
  await server.stop()
  return {
    measured: [`the same host name in both, ${counts.join(' and ')} jobs`],
    violations: counts.join() === '1,0' ? [] : ['the studios share one queue'],
  }
}

export const FAILURES: Readonly<Record<string, () => Promise<Findings>>> = {
  'the database is away for 2 s': restart(2_000),
  'the database is away for 14 s': restart(14_000),
  'the database is away for 40 s': restart(40_000),
  'failover to a synchronous standby': failover,
  'the disk of the database is full': fullDatabase,
  'the disk of a host is full': fullHost,
  'a client of the database keeps the lock': frozenHolder,
  'the tables are newer than a host': newerSchema,
  'a host with a wrong clock': clocks,
  'a server without durable commits': unsafeServers,
  'two studios on one server': twoStudios,
}
