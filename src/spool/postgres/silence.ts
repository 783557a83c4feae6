import { setTimeout as sleep } from 'node:timers/promises'
import type { HeartbeatOptions } from './heartbeat.ts'
import { type HostSign, livesSince } from './lost-hosts.ts'

/**
 * Waits until hosts were silent for so long that they count as lost, or until a host shows a sign of life. After the
 * whole wait, the pens of all these hosts are up, so it is safe to interrupt the jobs of these hosts.
 *
 * @param readSigns  reads the last sign of life of each host
 * @param before     the signs before the wait
 * @returns          id of a host that showed a sign of life meanwhile; undefined when none did
 */
export async function firstSign(
  readSigns: () => Promise<ReadonlyMap<string, HostSign>>,
  before: ReadonlyMap<string, HostSign>,
  { beatMs, lossMs }: HeartbeatOptions,
): Promise<string | undefined> {
  const end = performance.now() + Math.max(lossMs, 1.5 * beatMs)
  do {
    await sleep(Math.min(1.5 * beatMs, Math.max(0, end - performance.now())))
    for (const [id, sign] of await readSigns()) if (livesSince(before.get(id), sign)) return id
  } while (performance.now() < end)
  return undefined
}
