import { openPostgres, type PostgresSpool } from '../../src/spool/postgres/index.ts'
import { sql } from '../farm/postgres.ts'
import { result } from './engines.ts'
import { measure, whole } from './measure.ts'
import { postcard } from './postcard.ts'

const PENS = 30

/**
 * Measures the spool on a PostgreSQL server: calls per second, the time for which a commit holds the lock, commits per
 * second, and bytes per job. The figures of the lock and the commits are those of the first host.
 *
 * @param url  address of a database. This function first drops the schema `plotd` of this database
 * @returns rows of a table: name, calls per second or bytes, p50 ms, p99 ms, ms of the lock per commit, commits per
 *   second
 */
export async function farm(url: string, seconds: number): Promise<string[][]> {
  await sql(url, 'DROP SCHEMA IF EXISTS plotd CASCADE')
  const hosts: PostgresSpool[] = []
  for (const host of ['A', 'B']) {
    hosts.push(await openPostgres({ url, host, machineId: host, retention: { jobs: 1e9, days: 1e5 } }))
  }
  const [a, b] = hosts
  if (a === undefined || b === undefined) return []
  const rows: string[][] = []
  const row = async (name: string, clients: number, work: () => Promise<unknown>): Promise<void> => {
    await measure(clients, seconds / 2, work)
    const before = { ...a.stats }
    const rate = await measure(clients, seconds, work)
    const commits = a.stats.commits - before.commits
    const lockMs = commits === 0 ? '' : ((a.stats.lockMs - before.lockMs) / commits).toFixed(1)
    rows.push([
      ...[name, whole(rate.perSecond), (rate.p50 / 1000).toFixed(1), (rate.p99 / 1000).toFixed(1)],
      ...[lockMs, commits === 0 ? '' : whole(commits / seconds)],
    ])
  }
  const submit = (spool: PostgresSpool) => (): Promise<unknown> => spool.submit([postcard()])
  await row('submit, 1 client', 1, submit(a))
  await row('submit, 64 clients', 64, submit(a))
  let turn = 0
  await row('submit, two hosts × 32 clients', 64, () => submit(turn++ % 2 === 0 ? a : b)())
  await row('list of 100', 4, () => a.list({ limit: 100 }))
  await row('search', 4, () => a.list({ search: 'ada' }))
  const cycle = async (): Promise<void> => {
    await a.submit([postcard()])
    const claim = await a.claim({ stage: 'render', holder: 'bench' })
    if (claim !== undefined) await a.complete(claim, result)
  }
  await row('submit, claim, complete, 50 at once', 50, cycle)
  await row('durable progress, 30 pens', PENS, await progress(a))
  const sizes = await sql<{ job: number; change: number; jobs: number }>(
    url,
    `SELECT pg_total_relation_size('plotd.job')::float8 AS job, pg_total_relation_size('plotd.change')::float8 AS change,
       (SELECT count(*)::float8 FROM plotd.job) AS jobs`,
  )
  for (const { job, change, jobs } of sizes) {
    rows.push([`bytes per job, with indexes, at ${whole(jobs)} jobs`, whole(job / jobs), '', '', '', ''])
    rows.push(['bytes of events per job', whole(change / jobs), '', '', '', ''])
  }
  await Promise.all(hosts.map((spool) => spool.close()))
  return rows
}

/** Claims 30 jobs to plot. @returns a function that writes the progress of the next of these jobs at each call */
async function progress(spool: PostgresSpool): Promise<() => Promise<void>> {
  const claims = await Promise.all(
    Array.from({ length: PENS }, async (_, i) => {
      const plotter = `pen ${i}`
      await spool.submit([{ ...postcard(), priority: 100, plot: { plotter, copies: 1 } }])
      const render = await spool.claim({ stage: 'render', holder: 'bench' })
      if (render !== undefined) await spool.complete(render, result)
      return spool.claim({ stage: 'plot', holder: plotter, plotters: [plotter] })
    }),
  )
  let done = 0
  return async () => {
    const claim = claims[done++ % PENS]
    if (claim !== undefined) await spool.progress(claim, { phase: 'plot', done, of: 1e6 }, true)
  }
}
