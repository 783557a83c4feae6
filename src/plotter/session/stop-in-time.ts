import { type Clock, sleep } from '../link/clock.ts'

/**
 * Longest wait for a device to stop, ms. A held HP-GL plotter, for example, answers only when its user lets it go on.
 */
const STOP_MS = 10_000

/** Resolves when `stopping` has resolved, or when a device has had time enough to stop. */
export async function stopInTime(stopping: Promise<unknown> | undefined, clock: Clock): Promise<void> {
  const timer = new AbortController()
  const limit = sleep(clock, STOP_MS * (clock.deadlineFactor ?? 1), timer.signal).catch(() => {})
  await Promise.race([stopping, limit]).finally(() => timer.abort())
}
