import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { threadScript } from '../src/threads.ts'
import { newDatabase, sql, startPostgres, WITHOUT_POSTGRES } from './farm/postgres.ts'
import type { SizeAnswer, SizeWork } from './farm/size-host.ts'
import { rawRate } from './spool/measure.ts'

const HOSTS = [1, 2, 3, 6]
const CLIENTS = [1, 16, 64]
const PLOTTERS = [30, 120]

/**
 * npm run bench farm-size -- [--seconds 5] [--postgres URL]
 *
 * Measures the load that one PostgreSQL server carries, with several numbers of hosts and clients, for the tables of
 * docs/farm.md. Each host is a process. Without a URL the bench starts a server of its own. With a URL the bench first
 * drops the schema `plotd` of that database. Takes some minutes.
 */
export async function run(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ args: [...args], options: { seconds: text, postgres: text } })
  if (values.postgres === undefined && WITHOUT_POSTGRES !== undefined) return console.log(WITHOUT_POSTGRES)
  const seconds = Number(values.seconds ?? 5)
  const server = values.postgres === undefined ? await startPostgres() : undefined
  const url = server === undefined ? (values.postgres ?? '') : await newDatabase(server)
  await sql(url, 'DROP SCHEMA IF EXISTS plotd CASCADE')
  const raw = rawRate(tmpdir(), 2)
  const hosts: SizeHost[] = []
  try {
    await printRates(url, hosts, seconds)
    await printFacts(url, raw)
  } finally {
    for (const host of hosts) host.close()
    await server?.stop()
  }
}

async function printRates(url: string, hosts: SizeHost[], seconds: number): Promise<void> {
  console.log(
    '| hosts | clients | submits a second | p50, p99 ms | cards a second | p50, p99 ms | lock held, ms | commits/s |',
  )
  console.log(
    '| ----: | ------: | ---------------: | ----------: | -------------: | ----------: | ------------: | --------: |',
  )
  for (const count of HOSTS) {
    while (hosts.length < count) hosts.push(await SizeHost.start(url, `size-${hosts.length + 1}`))
    for (const clients of CLIENTS) {
      if (clients < count) continue
      const submit = await together(hosts, { what: 'submit', clients, seconds })
      const card = await together(hosts, { what: 'card', clients, seconds })
      const cells = [count, clients, submit.rate, submit.times, card.rate, card.times, card.held, card.commits]
      console.log(`| ${cells.join(' | ')} |`)
    }
  }
  console.log('\n| plotters | hosts | durable notes of progress a second | p50, p99 ms |')
  console.log('| ---: | ----: | ---------------------------------: | ----------: |')
  for (const plotters of PLOTTERS) {
    const { rate, times } = await together(hosts, { what: 'progress', clients: plotters, seconds })
    console.log(`| ${plotters} | ${hosts.length} | ${rate} | ${times} |`)
  }
}

/** Measures all hosts at the same time, each with its part of the clients. @returns the figures for a row */
async function together(hosts: readonly SizeHost[], { what, clients, seconds }: SizeWork) {
  const shares = hosts.map((_, i) => Math.floor((clients + hosts.length - 1 - i) / hosts.length))
  const ask = (time: number): Promise<SizeAnswer[]> =>
    Promise.all(hosts.map((host, i) => host.work({ what, clients: shares[i] ?? 0, seconds: time })))
  if (what !== 'progress') await ask(seconds / 4) // warm-up
  const answers = await ask(seconds)
  const sum = (figureOf: (answer: SizeAnswer) => number): number =>
    answers.reduce((total, answer) => total + figureOf(answer), 0)
  const worst = (figureOf: (answer: SizeAnswer) => number): string =>
    (Math.max(...answers.map(figureOf)) / 1000).toFixed(1)
  const commits = sum((answer) => answer.commits)
  return {
    rate: sum((answer) => answer.perSecond).toFixed(0),
    times: `${worst((answer) => answer.p50)}, ${worst((answer) => answer.p99)}`,
    held: (sum((answer) => answer.lockMs) / (commits * seconds)).toFixed(1),
    commits: commits.toFixed(0),
  }
}

async function printFacts(url: string, raw: number): Promise<void> {
  const [facts] = await sql<{ job: number; change: number; jobs: number; changes: number; version: string }>(
    url,
    `SELECT pg_total_relation_size('plotd.job')::float8 AS job, pg_total_relation_size('plotd.change')::float8 AS change,
       (SELECT count(*)::float8 FROM plotd.job) AS jobs, (SELECT count(*)::float8 FROM plotd.change) AS changes,
       current_setting('server_version') AS version`,
  )
  if (facts === undefined) return
  const { job, change, jobs, changes, version } = facts
  console.log(
    `\nWith indexes, a job takes ${(job / jobs).toFixed(0)} bytes (mean of ${jobs} jobs), and an event ${(change / changes).toFixed(0)} bytes.`,
  )
  console.log(
    `PostgreSQL ${version}, Node ${process.versions.node}; raw write of 4 KiB with fdatasync: ${raw.toFixed(0)} a second.`,
  )
}

class SizeHost {
  readonly #say: (work: SizeWork) => void
  readonly #lines: AsyncIterator<string>
  readonly close: () => void

  private constructor(say: (work: SizeWork) => void, lines: AsyncIterator<string>, close: () => void) {
    this.#say = say
    this.#lines = lines
    this.close = close
  }

  static async start(url: string, name: string): Promise<SizeHost> {
    const script = fileURLToPath(threadScript('bench/farm/size-host'))
    const child = spawn(process.execPath, [script, url, name], { stdio: ['pipe', 'pipe', 'inherit'] })
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    await lines.next()
    const say = (work: SizeWork): void => void child.stdin.write(`${JSON.stringify(work)}\n`)
    return new SizeHost(say, lines, () => void child.stdin.end())
  }

  async work(work: SizeWork): Promise<SizeAnswer> {
    this.#say(work)
    const { value } = await this.#lines.next()
    const none: SizeAnswer = { perSecond: 0, p50: 0, p99: 0, commits: 0, lockMs: 0 }
    return { ...none, ...(JSON.parse(value) as Partial<SizeAnswer>) }
  }
}
