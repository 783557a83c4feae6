import { setImmediate } from 'node:timers/promises'

/** Items in one turn of the event loop. They take 1 to 2 ms, even before the code is optimized. */
const PER_TURN = 5_000

/**
 * Goes through 0 … `count` − 1, with 5,000 items in each turn of the event loop.
 *
 * @param act  does the items `from` … `to` − 1
 */
export async function inEventTurns(count: number, act: (from: number, to: number) => void): Promise<void> {
  for (let from = 0; from < count; from += PER_TURN) {
    if (from > 0) await setImmediate()
    act(from, Math.min(count, from + PER_TURN))
  }
}
