import { appendFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { isFlat, type Trend } from './soak/measure.ts'
import { soak } from './soak/soak.ts'
import type { World } from './soak/world.ts'
import { table } from './spool/measure.ts'

/**
 * npm run bench soak -- [--minutes 1] [--seed 7475] [--log FILE]
 *
 * Runs jobs, operators, clients and faults against two daemons, and checks these rules all the time:
 *
 * - No acknowledged job is lost, and nothing is inked twice.
 * - No pen is down on an idle plotter, and nothing moves by itself.
 * - No event is missing, and no daemon ends by itself.
 *
 * At the end, the bench prints the memory and other resources of the `steady` daemon, which it never restarts. The
 * bench needs Linux. As root, the bench also fills the small disk of the other daemon.
 */
export async function run(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ args: [...args], options: { minutes: text, seed: text, log: text } })
  const seconds = Number(values.minutes ?? 1) * 60
  const seed = Number(values.seed ?? 7475)
  const note = (line: string) =>
    values.log === undefined ? console.error(line) : appendFileSync(values.log, `${line}\n`)
  const onProgress = (worlds: readonly World[], passed: number) => {
    for (const { name, ledger, usages, weights } of worlds) {
      const { acknowledged = 0, finished = 0, sheets = 0, faults = 0, starts = 0, violations = 0 } = ledger.counts
      note(
        JSON.stringify({
          at: Math.round(passed),
          name,
          acknowledged,
          finished,
          sheets,
          faults,
          starts,
          violations,
          ...weights.latest,
          ...usages.latest,
        }),
      )
      for (const violation of ledger.violations.splice(0)) note(`BROKEN ${violation}`)
    }
  }
  const worlds = await soak({ seconds, seed, onProgress })
  report(worlds, seconds)
}

const row = (what: string, trend: Trend): string[] => [
  what,
  trend.first.toFixed(1),
  trend.last.toFixed(1),
  `${trend.slope.toFixed(2)} ± ${trend.error.toFixed(2)}`,
  isFlat(trend) ? 'met' : 'not met',
]

function report(worlds: readonly World[], seconds: number): void {
  console.log(`${(seconds / 3600).toFixed(2)} hours\n`)
  const names = [...new Set(worlds.flatMap(({ ledger }) => Object.keys(ledger.counts)))].sort()
  const rows = names.map((name) => [name, ...worlds.map(({ ledger }) => String(ledger.counts[name] ?? 0))])
  console.log(table(['', ...worlds.map(({ name }) => name)], rows))
  const [steady] = worlds
  if (steady?.usages.latest) {
    const resources = [
      ...(['residentMb', 'descriptors', 'threads'] as const).map((what) => row(what, steady.usages.trend(what))),
      ...(['heapMb', 'codeMb', 'dataMb', 'buffersMb', 'handles'] as const).map((what) =>
        row(what, steady.weights.trend(what)),
      ),
    ]
    console.log(`\nResources of the steady daemon in the second half of the time; slopes with their 95 % intervals\n`)
    console.log(table(['', 'first', 'last', 'per hour', 'flat'], resources))
  }
  for (const { ledger } of worlds) for (const violation of ledger.violations) console.log(`BROKEN ${violation}`)
  if (worlds.some(({ ledger }) => (ledger.counts['violations'] ?? 0) > 0)) process.exitCode = 1
}
