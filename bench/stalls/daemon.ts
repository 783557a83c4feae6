import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setYoungHeap } from '../../src/threads.ts'

setYoungHeap()
const { serve } = await import('../../src/daemon/main.ts')

/**
 * Stalls of the loop since the last report, ms: the longest, and the 99th percentile. `worked` is the longest time that
 * the loop's thread ran in one turn, without waits for a processor; only Linux measures it.
 */
export interface LoopReport {
  readonly max: number
  readonly p99: number
  readonly worked: number
  /** Resident memory, bytes. */
  readonly rss: number
}

/*
 * This script runs the daemon. The first argument has the daemon's flags as JSON. The script answers every message with
 * a `LoopReport`. On a busy machine, other threads of lower priority can also stall the loop: while the kernel gives
 * one of them new pages, it locks the memory of the whole process.
 */
const delay = monitorEventLoopDelay({ resolution: 1 })
let before = onProcessor()
let worked = 0
function noteTurn(): void {
  const now = onProcessor()
  worked = Math.max(worked, now - before)
  before = now
}
process.on('message', () => {
  process.send?.({
    p99: delay.percentile(99) / 1e6,
    max: delay.max / 1e6,
    worked,
    rss: process.memoryUsage.rss(),
  } satisfies LoopReport)
  delay.reset()
  worked = 0
})
process.channel?.unref()
const flags = JSON.parse(process.argv[2] ?? '{}') as Record<string, unknown>
const onReady = ({ url }: { readonly url: string }): void => {
  delay.enable()
  setInterval(noteTurn, 1).unref()
  console.log(url)
}
process.exitCode = await serve({ flags, env: {}, onReady })

/** Processor time of the main thread since its start, ms. */
function onProcessor(): number {
  if (process.platform !== 'linux') return Number.NaN
  // The kernel updates `schedstat` when getrusage(2) is called. Otherwise `schedstat` lags by tens of milliseconds.
  process.cpuUsage()
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6
}
