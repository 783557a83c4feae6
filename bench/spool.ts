import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compactionStall, readyAfterRestart, submitToStart, withManyKept } from './spool/at-size.ts'
import { judge, type Measurements, verdict } from './spool/bars.ts'
import { cancelOfBusy } from './spool/cancel.ts'
import { cells, compare, finishRate, type Load, type Row, submitRate } from './spool/compare.ts'
import { echo } from './spool/echo.ts'
import { bullmq, type Open, plainLowdb, plotd, sqlite } from './spool/engines.ts'
import { farm } from './spool/farm.ts'
import { rawRate, table, whole } from './spool/measure.ts'
import { installPeers } from './spool/peers.ts'
import { wholeDaemon } from './spool/whole-daemon.ts'

const ENGINES: readonly Open[] = [
  ...[plotd, wholeDaemon, echo, sqlite, plainLowdb],
  ...[bullmq('always'), bullmq('everysec')],
]
/** Engines that are also measured while each client has 16 requests under way. */
const DEEP: readonly Open[] = [wholeDaemon, echo, bullmq('always')]

/**
 * npm run bench spool -- [--rounds 5] [--seconds 1] [--kept 100000] [--folder DIR] [--only submit,finish,kept,farm]
 *   [--postgres URL]
 *
 * `submit` and `finish` measure each engine once in each round, and print the medians of the rounds. Right before each
 * measurement of an engine they measure the disk itself. `kept` measures plotd alone, with and without `--kept` jobs in
 * its spool. `--folder` decides which disk is measured. `farm` runs only when `--only` names it. `farm` measures a
 * PostgreSQL server, and drops the schema `plotd` of the database that `--postgres` names.
 */
export async function run(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: { rounds: text, seconds: text, kept: text, folder: text, only: text, postgres: text },
  })
  const folder = mkdtempSync(join(values.folder ?? tmpdir(), 'plotd-bench-'))
  const [rounds, seconds, kept] = [Number(values.rounds ?? 5), Number(values.seconds ?? 1), Number(values.kept ?? 1e5)]
  const only = (values.only ?? 'submit,finish,kept').split(',')
  const measured: Measurements = { one: [], many: [], deep: [], finish: [] }
  try {
    if (only.includes('submit') || only.includes('finish')) installPeers()
    if (only.includes('submit')) Object.assign(measured, await submits(folder, rounds, seconds))
    if (only.includes('finish')) Object.assign(measured, { finish: await finishes(folder, rounds) })
    if (only.includes('kept')) await atSize(folder, kept)
    if (only.includes('farm')) await onServer(values.postgres, folder, seconds)
    const bars = judge(measured)
    if (bars.length > 0) console.log(`\nAgainst the bars\n\n${table(['figure', 'bar', 'measured', ''], bars)}`)
    if (bars.some(([, , , met]) => met === verdict(false))) process.exitCode = 1
    console.log(`\nload of the machine at the end: ${loadavg()[0]?.toFixed(1)}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function onServer(url: string | undefined, folder: string, seconds: number): Promise<void> {
  if (url === undefined) throw new Error('--only farm: expected --postgres postgres://USER@SERVER/DATABASE')
  console.log(`\nOn PostgreSQL (raw write 4 KiB + fdatasync here: ${whole(rawRate(folder, 1))}/s)\n`)
  console.log(table(['what', 'calls/s', 'p50 ms', 'p99 ms', 'lock held, ms', 'commits/s'], await farm(url, seconds)))
}

type Submits = Pick<Measurements, 'one' | 'many' | 'deep'>

async function submits(folder: string, rounds: number, seconds: number): Promise<Submits> {
  console.log(
    'Submits, each until its answer (× raw: the rate divided by that of 4 KiB writes with fdatasync just before)\n',
  )
  const under = (engines: readonly Open[], label: string, load: Load): Promise<Row[]> =>
    compare(folder, rounds, label, engines, (base, open) => submitRate(base, open, load))
  const one = await under(ENGINES, '1', { clients: 1, inFlight: 1, seconds })
  const many = await under(ENGINES, '64', { clients: 64, inFlight: 1, seconds })
  const deep = await under(DEEP, '64 × 16', { clients: 64, inFlight: 16, seconds })
  const rows = [...one, ...many, ...deep].map(cells)
  console.log(table(['engine', 'clients', 'jobs/s', '× raw', 'p50 µs', 'p99 µs'], rows))
  return { one, many, deep }
}

async function finishes(folder: string, rounds: number): Promise<Row[]> {
  console.log('\nEnqueue, claim, complete, all persisted, 50 at once\n')
  const rows = await compare(folder, rounds, '50', ENGINES, finishRate)
  const tableRows = rows.map((row) => cells(row).slice(0, 4))
  console.log(table(['engine', 'at once', 'jobs/s', '× raw'], tableRows))
  return rows
}

async function atSize(folder: string, keptJobs: number): Promise<void> {
  console.log(`\nWith ${whole(keptJobs)} jobs kept\n`)
  const rows = [
    ...(await withManyKept(join(folder, 'kept'), keptJobs)),
    ...(await readyAfterRestart(join(folder, 'kept'))),
    ...(await compactionStall(join(folder, 'stall'), keptJobs)),
    ...(await submitToStart(join(folder, 'start'))),
    ...(await cancelOfBusy(join(folder, 'cancel'))),
  ]
  console.log(table(['figure', 'measured', 'bar', ''], rows))
}
