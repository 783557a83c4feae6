import { PlotdError } from '../../src/errors.ts'
import { randomFrom } from '../../src/tasks/draw/random.ts'
import { mutated } from './mutate.ts'
import type { Target } from './targets.ts'

export interface Finding {
  readonly target: string
  readonly text: string
  readonly what: string
}

/** More of the processor's time than this for 20 kB is a hang in the making. */
const SLOW_MS = 5000

/** @returns what went wrong, if anything did */
export async function tryOne(target: Target, text: string): Promise<Finding | undefined> {
  const begun = process.cpuUsage()
  const finding = (what: string): Finding => ({ target: target.name, text, what })
  try {
    await target.run(text)
  } catch (thrown) {
    if (!(thrown instanceof PlotdError) || thrown.code === 'ERR_INTERNAL') {
      return finding(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown))
    }
  }
  const { user, system } = process.cpuUsage(begun)
  const took = (user + system) / 1000
  return took > SLOW_MS ? finding(`took ${Math.round(took)} ms`) : undefined
}

export interface Fuzzed {
  readonly tried: number
  readonly findings: readonly Finding[]
  /** Of the input that took longest, by the wall clock. */
  readonly longestMs: number
}

/** Inputs for one target, until it says that it is enough; the same seed tries the same. */
export async function fuzz(target: Target, seed: number, isEnough: (tried: number) => boolean): Promise<Fuzzed> {
  const random = randomFrom(seed)
  const findings = new Map<string, Finding>()
  let [tried, longestMs] = [0, 0]
  for (; !isEnough(tried); tried++) {
    const begun = performance.now()
    const found = await tryOne(target, mutated(target.corpus, random))
    longestMs = Math.max(longestMs, performance.now() - begun)
    // one of each kind: the same line throws again and again
    if (found) findings.set(found.what.split('\n').slice(0, 3).join('\n').replace(/\d+/g, '#'), found)
    if (tried % 64 === 0) await new Promise(setImmediate)
  }
  return { tried, findings: [...findings.values()], longestMs }
}
