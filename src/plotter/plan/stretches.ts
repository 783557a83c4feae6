import { setImmediate } from 'node:timers/promises'

/** Items that are looked at before others have a turn: a millisecond or two, also while the code is not compiled yet. */
const STRETCH = 5_000

/** Goes through 0 … `count` − 1 in stretches, between which the caller's loop goes on. */
export async function inStretches(count: number, act: (from: number, to: number) => void): Promise<void> {
  for (let from = 0; from < count; from += STRETCH) {
    if (from > 0) await setImmediate()
    act(from, Math.min(count, from + STRETCH))
  }
}
