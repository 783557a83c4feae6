import { monitorEventLoopDelay } from 'node:perf_hooks'
import { serve } from '../../src/daemon/main.ts'

/** The daemon with its flags as JSON in the first argument; told anything, it answers how long its loop stood at worst. */
const delay = monitorEventLoopDelay({ resolution: 1 })
process.on('message', () => {
  process.send?.({ p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 })
  delay.reset()
})
process.channel?.unref()
const flags = JSON.parse(process.argv[2] ?? '{}') as Record<string, unknown>
const onReady = ({ url }: { readonly url: string }): void => {
  delay.enable()
  console.log(url)
}
process.exitCode = await serve({ flags, env: {}, onReady })
