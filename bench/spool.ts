import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compactionStall, readyAfterRestart, submitToStart, withManyKept } from './spool/at-size.ts'
import { bullmq, type Open, plainLowdb, plotd, sqlite } from './spool/engines.ts'
import { measure, median, rawRate, table, whole } from './spool/measure.ts'
import { installPeers } from './spool/peers.ts'
import { wholeDaemon } from './spool/whole-daemon.ts'

const ENGINES: readonly Open[] = [plotd, wholeDaemon, sqlite, plainLowdb, bullmq('always'), bullmq('everysec')]

/**
 * npm run bench spool -- [--rounds 5] [--seconds 1] [--kept 100000] [--folder DIR] [--only submit,finish,kept]
 *
 * Each engine in turn, round after round, each right after a measurement of the disk itself; medians of the rounds.
 * The folder decides which disk is measured.
 */
export async function run(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: { rounds: text, seconds: text, kept: text, folder: text, only: text },
  })
  const folder = mkdtempSync(join(values.folder ?? tmpdir(), 'plotd-bench-'))
  const [rounds, seconds, kept] = [Number(values.rounds ?? 5), Number(values.seconds ?? 1), Number(values.kept ?? 1e5)]
  const only = (values.only ?? 'submit,finish,kept').split(',')
  try {
    if (only.includes('submit') || only.includes('finish')) installPeers()
    if (only.includes('submit')) await submits(folder, rounds, seconds)
    if (only.includes('finish')) await finishes(folder, rounds)
    if (only.includes('kept')) await atSize(folder, kept)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function submits(folder: string, rounds: number, seconds: number): Promise<void> {
  console.log(
    'Accepting a job, acknowledged when it is on the disk (× raw: against write 4 KiB + fdatasync just before)\n',
  )
  const rows = [
    ...(await compare(folder, rounds, (base, open) => submitRate(base, open, 1, seconds))),
    ...(await compare(folder, rounds, (base, open) => submitRate(base, open, 64, seconds))),
  ]
  console.log(
    table(
      ['engine', 'clients', 'jobs/s', '× raw', 'p50 µs', 'p99 µs'],
      rows.map(({ cells }) => cells),
    ),
  )
}

async function finishes(folder: string, rounds: number): Promise<void> {
  console.log('\nEnqueue, claim, complete, all persisted, 50 at once\n')
  const rows = await compare(folder, rounds, finishRate)
  console.log(
    table(
      ['engine', 'at once', 'jobs/s', '× raw'],
      rows.map(({ cells }) => cells.slice(0, 4)),
    ),
  )
}

async function atSize(folder: string, kept: number): Promise<void> {
  console.log(`\nWith ${whole(kept)} jobs kept\n`)
  const rows = [
    ...(await withManyKept(join(folder, 'kept'), kept)),
    ...(await readyAfterRestart(join(folder, 'kept'))),
    ...(await compactionStall(join(folder, 'stall'), kept)),
    ...(await submitToStart(join(folder, 'start'))),
  ]
  console.log(table(['figure', 'measured', 'bar'], rows))
}

interface Sample {
  readonly name: string
  readonly clients: number
  readonly figures: readonly number[]
}

/** Every engine once a round, so that a slow minute of the disk falls on all. */
async function compare(
  folder: string,
  rounds: number,
  sample: (folder: string, open: Open) => Promise<Sample | undefined>,
): Promise<{ readonly cells: readonly string[] }[]> {
  const samples = new Map<string, Sample[]>()
  for (let round = 0; round < rounds; round++) {
    for (const [i, open] of ENGINES.entries()) {
      const base = mkdtempSync(join(folder, `${round}-${i}-`))
      const taken = await sample(base, open)
      rmSync(base, { recursive: true, force: true })
      if (taken !== undefined) samples.set(taken.name, [...(samples.get(taken.name) ?? []), taken])
    }
  }
  return [...samples].map(([name, taken]) => {
    const figure = (i: number): number => median(taken.map(({ figures }) => figures[i] ?? 0))
    const cells = [whole(figure(0)), figure(1).toFixed(2), whole(figure(2)), whole(figure(3))]
    return { cells: [name, String(taken[0]?.clients), ...cells] }
  })
}

async function submitRate(folder: string, open: Open, clients: number, seconds: number): Promise<Sample | undefined> {
  const engine = await open(folder, clients)
  if (engine === undefined) return undefined
  await measure(engine.group > 1 ? 1 : clients, 0.2, () => engine.submit())
  const raw = rawRate(folder, seconds / 3)
  const rate = await measure(engine.group > 1 ? 1 : clients, seconds, () => engine.submit())
  await engine.close()
  const perSecond = rate.perSecond * engine.group
  return { name: engine.name, clients, figures: [perSecond, perSecond / raw, rate.p50, rate.p99] }
}

async function finishRate(folder: string, open: Open): Promise<Sample | undefined> {
  const engine = await open(folder, 50)
  if (engine?.finish === undefined) {
    await engine?.close()
    return undefined
  }
  await engine.finish(200)
  const raw = rawRate(folder, 0.3)
  const jobs = engine.name.startsWith('BullMQ') ? 1_500 : 10_000
  const start = performance.now()
  await engine.finish(jobs)
  const perSecond = (jobs / (performance.now() - start)) * 1000
  await engine.close()
  return { name: engine.name, clients: 50, figures: [perSecond, perSecond / raw] }
}
