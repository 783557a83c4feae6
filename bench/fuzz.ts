import { parseArgs } from 'node:util'
import { amplification } from './fuzz/amplification.ts'
import { fuzz } from './fuzz/run.ts'
import { TARGETS } from './fuzz/targets.ts'
import { table } from './spool/measure.ts'

/**
 * npm run bench fuzz -- [--minutes 1] [--seed 7475] [--target svg]
 *
 * Mutates sample input for the readers of untrusted data that fuzz/targets.ts lists, and sends hostile messages to a
 * daemon (the target `amplification`). Prints for each reader one input of each kind of unexpected error, and one input
 * that takes more than 5 s of processor time. Also prints the messages that cost the daemon too much. All these inputs
 * belong in tests.
 */
export async function run(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ args: [...args], options: { minutes: text, seed: text, target: text } })
  const targets = TARGETS.filter(({ name }) => values.target === undefined || name === values.target)
  const names = [...TARGETS.map(({ name }) => name), AMPLIFICATION]
  if (values.target !== undefined && !names.includes(values.target))
    throw new Error(`--target ${values.target}: expected one of ${names.join(', ')}`)
  const msPerTarget = (Number(values.minutes ?? 1) * 60_000) / Math.max(1, targets.length)
  const rows: string[][] = []
  for (const target of targets) {
    const startedAt = performance.now()
    const end = startedAt + msPerTarget
    const { tried, findings, longestMs } = await fuzz(
      target,
      Number(values.seed ?? 7475),
      () => performance.now() > end,
    )
    const seconds = (performance.now() - startedAt) / 1000
    rows.push([target.name, String(tried), seconds.toFixed(1), longestMs.toFixed(0), String(findings.length)])
    for (const { what, text: input } of findings) console.log(`${target.name}: ${what}\n  ${JSON.stringify(input)}\n`)
    if (findings.length > 0) process.exitCode = 1
  }
  if (values.target === undefined || values.target === AMPLIFICATION)
    rows.push(await testAmplification(Number(values.seed ?? 7475), msPerTarget))
  console.log(table(['reader', 'inputs', 'seconds', 'longest ms', 'findings'], rows))
}

const AMPLIFICATION = 'amplification'

async function testAmplification(seed: number, ms: number): Promise<string[]> {
  const startedAt = performance.now()
  const { tried, findings, longestMs, worst, memoryMb } = await amplification(
    seed,
    () => performance.now() - startedAt > ms,
  )
  for (const { target, what, text } of findings)
    console.log(`${target}: ${what}\n  ${JSON.stringify(text.slice(0, 300))}\n`)
  if (findings.length > 0) process.exitCode = 1
  const byLoop = [...worst].sort(([, a], [, b]) => b.loopMs - a.loopMs)
  const methods = byLoop.map(([name, { ratio, loopMs }]) => [name, ratio.toFixed(1), loopMs.toFixed(1)])
  console.log(table(['method', 'bytes out per byte in', 'most work in a turn, ms'], methods))
  console.log(`resident memory at most ${memoryMb.toFixed(0)} MB`)
  const seconds = (performance.now() - startedAt) / 1000
  return [AMPLIFICATION, String(tried), seconds.toFixed(1), longestMs.toFixed(0), String(findings.length)]
}
