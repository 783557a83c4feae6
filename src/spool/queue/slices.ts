import { setImmediate } from 'node:timers/promises'

/** Between two looks at the clock. */
const STEP = 128
/** After this long other work gets its turn, ms. */
const SLICE_MS = 4

/** Visits every item, and lets other work of the event loop come between. */
export async function inSlices<T>(items: readonly T[], visit: (item: T, index: number) => void): Promise<void> {
  let end = performance.now() + SLICE_MS
  for (const [index, item] of items.entries()) {
    visit(item, index)
    if (index % STEP !== STEP - 1 || performance.now() < end) continue
    await setImmediate()
    end = performance.now() + SLICE_MS
  }
}
