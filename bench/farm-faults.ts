import { parseArgs } from 'node:util'
import { WITHOUT_POSTGRES } from './farm/postgres.ts'
import { sweep } from './farm/sweep.ts'
import { table } from './spool/measure.ts'

/**
 * npm run bench farm-faults -- [--rounds 10] [--seed 7475] [--engine lowdb] [--only TEXT] [--quiet]
 *
 * Three hosts as processes share a queue on a PostgreSQL server of its own, with a simulated plotter each. In each round a
 * host or the database is killed, frozen or cut off for up to 33 s. With the engine lowdb, one host has its queue in its folder,
 * and three plotters. The laws are checked all along. No acknowledged job is
 * lost, and no stroke is on paper twice. A job that was given up gets no ink. Pens are up where no plot goes on, and nothing
 * moves without a grant. No event is left out. A round takes some 20 s. Linux.
 */
export async function run(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: { rounds: text, seed: text, engine: text, only: text, quiet: { type: 'boolean', default: false } },
  })
  const engine = values.engine === 'lowdb' ? 'lowdb' : 'postgres'
  if (engine === 'postgres' && WITHOUT_POSTGRES !== undefined) return console.log(WITHOUT_POSTGRES)
  const begun = performance.now()
  const alive = setInterval(() => {}, 60_000) // clients that connect again hold no process
  const { ledger } = await sweep({
    ...{ engine, only: values.only ?? '' },
    rounds: Number(values.rounds ?? 10),
    seed: Number(values.seed ?? 7475),
    onRound: (world, round, what) => {
      if (values.quiet) return
      console.error(`${((performance.now() - begun) / 1000).toFixed(0)} s  ${round}  ${what}`)
      for (const violation of world.ledger.violations.splice(0)) console.log(`BROKEN in round ${round}: ${violation}`)
    },
  })
  clearInterval(alive)
  const rows = Object.entries(ledger.counts).sort(([a], [b]) => (a < b ? -1 : 1))
  console.log(`${((performance.now() - begun) / 60_000).toFixed(0)} minutes\n`)
  console.log(
    table(
      ['what', 'times'],
      rows.map(([what, times]) => [what, String(times)]),
    ),
  )
  for (const violation of ledger.violations) console.log(`BROKEN ${violation}`)
  if ((ledger.counts['violations'] ?? 0) > 0) process.exitCode = 1
}
