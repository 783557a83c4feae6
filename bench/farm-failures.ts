import { parseArgs } from 'node:util'
import { FAILURES } from './farm/failures.ts'
import { WITHOUT_POSTGRES } from './farm/postgres.ts'
import { table } from './spool/measure.ts'

/**
 * npm run bench farm-failures -- [--only NAME]
 *
 * Causes all failures of farm/failures.ts, or those whose names contain NAME, on real servers and whole hosts. Prints
 * the measurements. Needs Linux, and root for the full disks. Takes about 6 minutes.
 */
export async function run(args: readonly string[]): Promise<void> {
  if (WITHOUT_POSTGRES !== undefined) return console.log(WITHOUT_POSTGRES)
  const { values } = parseArgs({ args: [...args], options: { only: { type: 'string' } } })
  const { only = '' } = values
  const chosen = Object.entries(FAILURES).filter(([name]) => name.includes(only))
  if (chosen.length === 0) throw new Error(`--only ${only}: no failure has this in its name`)
  const rows: string[][] = []
  let wrong = 0
  const alive = setInterval(() => {}, 60_000) // a client that waits to reconnect does not keep the process alive
  for (const [name, act] of chosen) {
    const { measured, violations } = await act()
    rows.push([name, measured.join('; ')])
    console.error(`${name}: ${measured.join('; ')}`)
    for (const violation of violations) console.log(`BROKEN in ${name}: ${violation}`)
    wrong += violations.length
  }
  clearInterval(alive)
  console.log(table(['failure', 'measured'], rows))
  if (wrong > 0) process.exitCode = 1
}
