import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { startedDaemon } from '../support/daemon.ts'
import { until } from '../support/until.ts'

/** The nice value of each thread of this process, and whether the thread is the main thread (Linux). */
const niceness = () =>
  readdirSync('/proc/self/task').flatMap((id) => {
    const fields = statOf(id)
      .replace(/^.*\) /s, '')
      .split(' ')
    return fields.length > 1 ? [{ isMain: Number(id) === process.pid, nice: Number(fields[16]) }] : []
  })

/** The stat line of a thread; empty when the thread has just ended. */
function statOf(id: string): string {
  try {
    return readFileSync(`/proc/self/task/${id}/stat`, 'utf8')
  } catch {
    return ''
  }
}

it.runIf(process.platform === 'linux')(
  'threads that render have a lower priority than the thread that drives plotters',
  async () => {
    const before = niceness().find(({ isMain }) => isMain)?.nice ?? 0
    const plotd = await startedDaemon({ render: { workers: 1 } })
    const { id } = await plotd.client.submit({ task: 'pattern', params: { pattern: 'grid' } })
    await until(async () => (await plotd.client.call('job.get', { id })).status === 'finished')
    const threads = niceness()
    expect(threads.some(({ nice }) => nice > before)).toBe(true)
    expect(threads.find(({ isMain }) => isMain)?.nice).toBeLessThanOrEqual(before)
    await plotd.close()
  },
)
