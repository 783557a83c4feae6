/**
 * Loaded into a daemon before anything else, so that its wall clock can be set while it runs: `{skewMs}` by IPC moves
 * it, as a person or an NTP daemon would. Timers and `performance.now()` go on as they did.
 */
const real = Date.now
let skew = 0
Date.now = () => real() + skew
process.on('message', (message: { readonly skewMs?: number }) => {
  if (message.skewMs !== undefined) skew = message.skewMs
})
process.channel?.unref()
