import { setImmediate } from 'node:timers/promises'

/** Items between two checks of the clock. */
const STEP = 128
/** The longest time without other work, ms. */
const SLICE_MS = 4

/** Visits every item in slices, so that the event loop is never blocked for long. */
export async function inSlices<T>(items: readonly T[], visit: (item: T, index: number) => void): Promise<void> {
  let end = performance.now() + SLICE_MS
  for (const [index, item] of items.entries()) {
    visit(item, index)
    if (index % STEP !== STEP - 1 || performance.now() < end) continue
    await setImmediate()
    end = performance.now() + SLICE_MS
  }
}
