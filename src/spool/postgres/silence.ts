import { setTimeout as sleep } from 'node:timers/promises'
import type { HeartbeatOptions } from './heartbeat.ts'

/**
 * Waits until hosts were silent for so long that they count as lost. By then their pens are up, so it is safe to
 * interrupt their jobs.
 *
 * @param readSigns  reads a text for each host id; the text changes with each sign of life
 * @param before     the texts before the wait
 * @returns          id of a host that showed a sign of life meanwhile; undefined when none did
 */
export async function firstSign(
  readSigns: () => Promise<ReadonlyMap<string, string>>,
  before: ReadonlyMap<string, string>,
  { beatMs, lossMs }: HeartbeatOptions,
): Promise<string | undefined> {
  const end = performance.now() + Math.max(lossMs, 1.5 * beatMs)
  do {
    await sleep(Math.min(1.5 * beatMs, Math.max(0, end - performance.now())))
    for (const [id, sign] of await readSigns()) if (before.get(id) !== sign) return id
  } while (performance.now() < end)
  return undefined
}
