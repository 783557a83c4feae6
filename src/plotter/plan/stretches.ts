import { setImmediate } from 'node:timers/promises'

/** Items in one turn of the event loop: they take 1 to 2 ms, even before the code is optimized. */
const STRETCH = 5_000

/** Goes through 0 … `count` − 1 in stretches, with a turn of the event loop between two of them. */
export async function inStretches(count: number, act: (from: number, to: number) => void): Promise<void> {
  for (let from = 0; from < count; from += STRETCH) {
    if (from > 0) await setImmediate()
    act(from, Math.min(count, from + STRETCH))
  }
}
