import { PlotdError } from '../../src/errors.ts'
import { randomFrom } from '../../src/tasks/draw/random.ts'
import { mutate } from './mutate.ts'
import type { Target } from './targets.ts'

export interface Finding {
  readonly target: string
  readonly text: string
  readonly what: string
}

/** More processor time than this for one input counts as a hang, ms. An input has at most 20,000 characters. */
const SLOW_MS = 5000

/** @returns the failure, if any */
export async function tryOne(target: Target, text: string): Promise<Finding | undefined> {
  const cpuBefore = process.cpuUsage()
  const finding = (what: string): Finding => ({ target: target.name, text, what })
  try {
    await target.run(text)
  } catch (thrown) {
    if (!(thrown instanceof PlotdError) || thrown.code === 'ERR_INTERNAL') {
      return finding(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown))
    }
  }
  const { user, system } = process.cpuUsage(cpuBefore)
  const took = (user + system) / 1000
  return took > SLOW_MS ? finding(`took ${Math.round(took)} ms`) : undefined
}

export interface FuzzResult {
  readonly tried: number
  readonly findings: readonly Finding[]
  /** Time of the slowest input, wall clock, ms. */
  readonly longestMs: number
}

/** Tries inputs on one target until `isEnough`. The same seed gives the same inputs. */
export async function fuzz(target: Target, seed: number, isEnough: (tried: number) => boolean): Promise<FuzzResult> {
  const random = randomFrom(seed)
  const findings = new Map<string, Finding>()
  let [tried, longestMs] = [0, 0]
  for (; !isEnough(tried); tried++) {
    const startedAt = performance.now()
    const finding = await tryOne(target, mutate(target.corpus, random))
    longestMs = Math.max(longestMs, performance.now() - startedAt)
    // one error of each kind, because the same line throws repeatedly
    if (finding) findings.set(finding.what.split('\n').slice(0, 3).join('\n').replace(/\d+/g, '#'), finding)
    if (tried % 64 === 0) await new Promise(setImmediate)
  }
  return { tried, findings: [...findings.values()], longestMs }
}
