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

function weight(): { readonly heapMb: number; readonly buffersMb: number; readonly handles: number } {
  globalThis.gc?.() // there by --expose-gc
  const { heapUsed, external } = process.memoryUsage()
  return { heapMb: heapUsed / 1e6, buffersMb: external / 1e6, handles: process.getActiveResourcesInfo().length }
}
