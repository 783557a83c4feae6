import { getHeapCodeStatistics } from 'node:v8'

/**
 * The daemon of a soak loads this file first, so that the soak can set the daemon's wall clock while the daemon runs.
 * `{skewMs}` by IPC moves `Date.now()`, as a user or an NTP daemon moves the clock. Timers and `performance.now()` do
 * not change. The answer to `{weigh}` holds memory and handles after a garbage collection.
 */
const real = Date.now
let skew = 0
Date.now = () => real() + skew
process.on('message', (message: { readonly skewMs?: number; readonly weigh?: true }) => {
  if (message.skewMs !== undefined) skew = message.skewMs
  if (message.weigh) process.send?.(weight())
})
process.channel?.unref()

/** Memory by kind. V8's compiled code grows for hours and is no leak, so it counts separately. */
function weight() {
  globalThis.gc?.() // defined by --expose-gc
  const { heapUsed, external } = process.memoryUsage()
  const { code_and_metadata_size: compiled, bytecode_and_metadata_size: bytecode } = getHeapCodeStatistics()
  const codeMb = (compiled + bytecode) / 1e6
  const heapMb = heapUsed / 1e6
  return {
    heapMb,
    codeMb,
    dataMb: heapMb - codeMb,
    buffersMb: external / 1e6,
    handles: process.getActiveResourcesInfo().length,
  }
}
