import { describe, expect, it } from 'vitest'
import { Pace } from '../../src/spool/journal/pace.ts'
import { aResult } from '../contracts/spool.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { onMainThread } from '../support/paces.ts'
import { spoolOn } from '../support/spool-on.ts'

/** A disk whose every write takes as long as the test says, and a clock that shows it. */
function aDisk() {
  let now = 0
  const who: ('here' | 'thread')[] = []
  const disk = {
    ms: 0.2,
    /** How much later than it was done the event loop hears of a thread's write. */
    late: () => 0,
    write: async () => {
      now += disk.ms + disk.late()
      who.push('thread')
    },
    writeNow: () => {
      now += disk.ms
      who.push('here')
    },
  }
  const pace = new Pace(() => now)
  const write = async (times: number, bytes = 4096): Promise<string[]> => {
    who.length = 0
    for (let i = 0; i < times; i++) await pace.write(disk, Buffer.alloc(bytes), 0)
    return [...who]
  }
  const wait = (ms: number): void => {
    now += ms
  }
  return { disk, pace, write, wait }
}

const all = (who: 'here' | 'thread', times: number) => Array.from({ length: times }, () => who)

describe('frames are written', () => {
  it('by a thread at first, and on the main thread once the disk has shown that it is quick', async () => {
    const { write } = aDisk()
    expect((await write(3)).at(-1)).toBe('thread')
    await write(30)
    expect(await write(10)).toEqual(all('here', 10))
  })

  it('by a thread for as long as the disk is slow', async () => {
    const { disk, write } = aDisk()
    disk.ms = 3
    expect(await write(100)).toEqual(all('thread', 100))
  })

  it('by a thread again when a quick disk becomes slow, and on the main thread when it is quick again', async () => {
    const { disk, write } = aDisk()
    await write(30)
    disk.ms = 3
    expect((await write(20)).at(-1)).toBe('thread')
    disk.ms = 0.2
    await write(60)
    expect(await write(5)).toEqual(all('here', 5))
  })

  it('by a thread right after a single long stall, for a moment, and for longer with each one more', async () => {
    const { disk, write, wait } = aDisk()
    await write(30)
    for (const penance of [100, 200, 400]) {
      disk.ms = 50
      expect((await write(1)).at(-1)).toBe('here')
      disk.ms = 0.2
      expect((await write(100)).at(-1)).toBe('thread')
      wait(0.7 * penance)
      expect((await write(1)).at(-1)).toBe('thread')
      wait(0.3 * penance)
      expect((await write(1)).at(-1)).toBe('here')
    }
  })

  it('on the main thread again although a busy loop hears late of what the threads wrote', async () => {
    const { disk, write } = aDisk()
    disk.late = () => 30
    expect(await write(100)).toEqual(all('thread', 100))
    let count = 0
    disk.late = () => (++count % 10 === 0 ? 0 : 30)
    expect((await write(40)).at(-1)).toBe('here')
  })

  it('by a thread while more comes meanwhile, which is looked at now and then', async () => {
    const { pace, write } = aDisk()
    await write(30)
    pace.hasMore = () => true
    const tried = (await write(200)).indexOf('thread')
    expect(tried).toBeGreaterThan(50)
    expect(await write(50)).toEqual(all('thread', 50))
    pace.hasMore = () => false
    expect(await write(50)).toEqual(['thread', ...all('here', 49)])
  })

  it('by a thread while a pen draws, however quick the disk', async () => {
    const { pace, write } = aDisk()
    await write(30)
    pace.isPatient = () => true
    expect(await write(5)).toEqual(all('thread', 5))
    pace.isPatient = () => false
    expect(await write(5)).toEqual(all('here', 5))
  })

  it('by a thread when they are long, which tells nothing about the disk', async () => {
    const { disk, write } = aDisk()
    await write(30)
    disk.ms = 100
    expect(await write(3, 1 << 20)).toEqual(all('thread', 3))
    disk.ms = 0.2
    expect(await write(3)).toEqual(all('here', 3))
  })
})

describe('a spool on a quick disk', () => {
  it('holds nothing up for it while a pen draws, nor while a snapshot is written', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk, { pace: onMainThread() })
    const waited = async (during: () => Promise<unknown>): Promise<boolean> => {
      const before = disk.waitedFor
      await during()
      return disk.waitedFor > before
    }
    const [job] = await spool.submit([{ task: 'text', params: 1, plot: { plotter: 'A', copies: 1 } }])
    const id = job?.id ?? ''
    const render = await spool.claim({ stage: 'render', holder: 'w' })
    if (render !== undefined) await spool.complete(render, aResult)
    expect(await waited(() => spool.log(id, 'before'))).toBe(true)
    const plot = await spool.claim({ stage: 'plot', holder: 'A', plotters: ['A'] })
    expect(await waited(() => spool.log(id, 'while it draws'))).toBe(false)
    if (plot !== undefined) await spool.pause(plot, 'operator')
    expect(await waited(() => spool.log(id, 'while it stands'))).toBe(true)
    if (plot !== undefined) await spool.unpause(plot)
    expect(await waited(() => spool.log(id, 'while it draws again'))).toBe(false)
    await spool.cancel(id)
    expect(await waited(() => spool.log(id, 'after'))).toBe(true)
    let during: Promise<boolean> | undefined
    disk.faults.before = (operation, path) => {
      if (operation === 'open' && path.endsWith('.tmp')) during = waited(() => spool.log(id, 'meanwhile'))
    }
    await spool.compact()
    expect(await during).toBe(false)
  })
})
