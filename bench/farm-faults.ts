import { parseArgs } from 'node:util'
import { WITHOUT_POSTGRES } from './farm/postgres.ts'
import { sweep } from './farm/sweep.ts'
import { table } from './spool/measure.ts'

/**
 * npm run bench farm-faults -- [--rounds 10] [--seed 7475] [--engine postgres|lowdb] [--only TEXT] [--quiet]
 *
 * `--only` selects the faults whose names contain TEXT.
 *
 * Three hosts share a queue on a PostgreSQL server that this bench starts. Each host is a process with one simulated
 * plotter. With the engine lowdb there is only one host, with three plotters and the queue in its own folder.
 * In each round the bench kills, freezes or cuts off hosts or the database, or gives a host a wrong clock. Most faults
 * last at most 33 s. A round takes about 20 s on average. The bench needs Linux, and checks these rules:
 *
 * - No acknowledged job is lost, and no event is missing.
 * - No stroke is on paper twice. An interrupted job gets no ink until a user decides.
 * - Pens are up where no plot runs, and nothing moves without a grant.
 */
export async function run(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: { rounds: text, seed: text, engine: text, only: text, quiet: { type: 'boolean', default: false } },
  })
  const engine = values.engine === 'lowdb' ? 'lowdb' : 'postgres'
  if (engine === 'postgres' && WITHOUT_POSTGRES !== undefined) return console.log(WITHOUT_POSTGRES)
  const startedAt = performance.now()
  // The timer keeps the process alive while all clients wait to reconnect.
  const alive = setInterval(() => {}, 60_000)
  const { ledger } = await sweep({
    ...{ engine, only: values.only ?? '' },
    rounds: Number(values.rounds ?? 10),
    seed: Number(values.seed ?? 7475),
    onRound: (world, round, what) => {
      if (values.quiet) return
      console.error(`${((performance.now() - startedAt) / 1000).toFixed(0)} s  ${round}  ${what}`)
      for (const violation of world.ledger.violations.splice(0)) console.log(`BROKEN in round ${round}: ${violation}`)
    },
  })
  clearInterval(alive)
  const rows = Object.entries(ledger.counts).sort(([a], [b]) => (a < b ? -1 : 1))
  console.log(`${((performance.now() - startedAt) / 60_000).toFixed(0)} minutes\n`)
  console.log(
    table(
      ['what', 'times'],
      rows.map(([what, times]) => [what, String(times)]),
    ),
  )
  for (const violation of ledger.violations) console.log(`BROKEN ${violation}`)
  if ((ledger.counts['violations'] ?? 0) > 0) process.exitCode = 1
}
