import { getHeapCodeStatistics } from 'node:v8'

/**
 * Loaded into a daemon before anything else, so that its wall clock can be set while it runs: `{skewMs}` by IPC moves
 * it, as a person or an NTP daemon would. Timers and `performance.now()` go on as they did. `{weigh}` is answered with
 * what is held once the garbage is gone.
 */
const real = Date.now
let skew = 0
Date.now = () => real() + skew
process.on('message', (message: { readonly skewMs?: number; readonly weigh?: true }) => {
  if (message.skewMs !== undefined) skew = message.skewMs
  if (message.weigh) process.send?.(weight())
})
process.channel?.unref()

/** What V8 compiles of the program grows for hours, while it finds out what is called often; it is no data of anybody's. */
function weight() {
  globalThis.gc?.() // there by --expose-gc
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
