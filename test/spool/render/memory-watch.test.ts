import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MemoryWatch, type WatchedRun } from '../../../src/spool/render/memory-watch.ts'

const MB = 2 ** 20
/** Time between two measurements, ms. */
const STEP = 100

describe('the watch of the memory', () => {
  let rss = 0
  beforeEach(() => {
    vi.useFakeTimers()
    vi.spyOn(process.memoryUsage, 'rss').mockImplementation(() => rss)
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  it('stops the newest run, and later the run before it, when the process grows by more than half of the machine’s memory', () => {
    const watch = new MemoryWatch(64, 16 * MB)
    const stopped: string[] = []
    const runs: WatchedRun[] = ['first', 'last'].map((name) => watch.begin(() => stopped.push(name)))
    rss += 8 * MB
    vi.advanceTimersByTime(STEP)
    expect(stopped).toEqual([])
    rss += 1
    vi.advanceTimersByTime(STEP)
    expect(stopped).toEqual(['last'])
    expect(runs.map(({ exceededMb }) => exceededMb)).toEqual([undefined, 8])
    vi.advanceTimersByTime(3 * STEP)
    expect(stopped, 'while the system takes the memory back').toEqual(['last'])
    vi.advanceTimersByTime(STEP)
    expect(stopped).toEqual(['last', 'first'])
    for (const run of runs) run.end()
  })
})
