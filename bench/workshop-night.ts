import { parseArgs } from 'node:util'
import { USUAL_MISHAPS } from './night/mishaps.ts'
import { night } from './night/night.ts'

/**
 * npm run bench workshop-night -- [--cards 1000] [--seed 7475] [--speed 100]
 *   [--crashes 2] [--unplugs 1] [--down 60] [--jams 0.01] [--spoiled 0.03]
 *
 * Simulates a night of a workshop with mishaps. The flags from `--crashes` on are the fields of `Mishaps`; `--down` is
 * `downMinutes`. Prints the counts, and at most 100 violations of the rules.
 */
export async function run(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const
  const names = ['cards', 'seed', 'speed', 'crashes', 'unplugs', 'down', 'jams', 'spoiled'] as const
  const { values } = parseArgs({ args: [...args], options: Object.fromEntries(names.map((name) => [name, text])) })
  const number = (name: (typeof names)[number], usual: number) => Number(values[name] ?? usual)
  const { wrong, counts } = await night({
    cards: number('cards', 1000),
    seed: number('seed', 7475),
    speed: number('speed', 100),
    mishaps: {
      crashes: number('crashes', USUAL_MISHAPS.crashes),
      unplugs: number('unplugs', USUAL_MISHAPS.unplugs),
      downMinutes: number('down', USUAL_MISHAPS.downMinutes),
      jams: number('jams', USUAL_MISHAPS.jams),
      spoiled: number('spoiled', USUAL_MISHAPS.spoiled),
    },
    onProgress: (line) => console.error(line),
  })
  for (const [what, value] of Object.entries(counts)) console.log(`${String(value).padStart(10)}  ${what}`)
  for (const sentence of wrong.slice(0, 100)) console.log(`BROKEN ${sentence}`)
  if (wrong.length > 0) process.exitCode = 1
}
