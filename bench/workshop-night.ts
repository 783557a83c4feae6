import { parseArgs } from 'node:util'
import { night } from './night/night.ts'

/**
 * npm run bench workshop-night -- [--cards 1000] [--seed 7475] [--speed 100]
 *
 * A night of a workshop, with everything that goes wrong in one. Prints what happened and every rule that was broken.
 */
export async function run(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ args: [...args], options: { cards: text, seed: text, speed: text } })
  const { wrong, counts } = await night({
    cards: Number(values.cards ?? 1000),
    seed: Number(values.seed ?? 7475),
    speed: Number(values.speed ?? 100),
    onProgress: (line) => console.error(line),
  })
  for (const [what, value] of Object.entries(counts)) console.log(`${String(value).padStart(10)}  ${what}`)
  for (const sentence of wrong.slice(0, 100)) console.log(`BROKEN ${sentence}`)
  if (wrong.length > 0) process.exitCode = 1
}
