import { describe, expect, it } from 'vitest'
import { MemoryWatch, type WatchedRun } from '../../../src/spool/render/memory-watch.ts'

const MB = 2 ** 20

describe('the watch of the memory', () => {
  it('stops the run that began last when the process grows by half of the machine’s memory', async () => {
    const watch = new MemoryWatch(64, 16 * MB)
    const runs: WatchedRun[] = []
    const stopped = new Promise<string>((stop) => {
      for (const name of ['first', 'last']) runs.push(watch.begin(() => stop(name)))
    })
    const hoard = Buffer.alloc(32 * MB, 1)
    expect(await stopped).toBe('last')
    expect(hoard.length).toBe(32 * MB)
    expect(runs.map(({ exceededMb }) => exceededMb)).toEqual([undefined, 8])
    for (const run of runs) run.end()
  })
})
