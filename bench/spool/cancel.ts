import { openSpool, RenderPool } from '../../src/spool/index.ts'
import { threadScript } from '../../src/threads.ts'
import { verdict } from './bars.ts'
import { percentiles } from './measure.ts'
import { postcard } from './postcard.ts'

const TIMES = 100

/**
 * Time from the call of cancel, on a job whose thread is in an endless loop, until the job is canceled and the pool has
 * ended the run. Piscina then stops the thread, but does not wait for the end of the thread.
 */
export async function cancelOfBusy(folder: string): Promise<[string, string, string, string][]> {
  const spool = await openSpool(folder)
  const pool = new RenderPool({ script: threadScript('bench/spool/busy-thread'), threads: 1 })
  const times: number[] = []
  for (let i = 0; i < TIMES; i++) {
    await spool.submit([postcard()])
    const claim = await spool.claim({ stage: 'render', holder: 'bench' })
    if (claim === undefined) continue
    let onBegin = (): void => {}
    const busy = new Promise<void>((resolve) => {
      onBegin = resolve
    })
    const run = pool.run(claim.job, { signal: claim.signal, onMessage: onBegin }).catch(() => {})
    await busy
    const start = performance.now()
    await Promise.all([spool.cancel(claim.job.id), run])
    times.push(performance.now() - start)
  }
  await pool.close()
  await spool.close()
  const { p50, p99 } = percentiles(times)
  const inMs = (us: number): string => `${(us / 1000).toFixed(1)} ms`
  return [
    [
      `cancel of a job in an endless loop, until its run has ended, p50 / p99 of ${TIMES}`,
      `${inMs(p50)} / ${inMs(p99)}`,
      '≤ 200 ms',
      verdict(p99 <= 200_000),
    ],
  ]
}
