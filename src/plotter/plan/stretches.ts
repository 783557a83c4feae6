import { setImmediate } from 'node:timers/promises'

/** Items before the event loop gets its turn: 1 to 2 ms, also before the code is optimized. */
const STRETCH = 5_000

/** Goes through 0 … `count` − 1 in stretches. The event loop gets a turn between them. */
export async function inStretches(count: number, act: (from: number, to: number) => void): Promise<void> {
  for (let from = 0; from < count; from += STRETCH) {
    if (from > 0) await setImmediate()
    act(from, Math.min(count, from + STRETCH))
  }
}
