import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { JournalAdapter } from '../../src/spool/journal/adapter.ts'
import { BLOCK } from '../../src/spool/journal/frame.ts'
import { journalPath } from '../../src/spool/journal/names.ts'
import { runs } from '../support/fuzz.ts'
import { MemoryDisk, systemError } from '../support/memory-disk.ts'
import { folderOn, logOn, snapshotOn, spoolOn } from '../support/spool-on.ts'

/** A spool folder, and all its acknowledged records as text. */
interface Folder {
  readonly disk: MemoryDisk
  readonly acknowledged: string
  /** A copy of the disk, made before the last jobs. */
  readonly earlier: MemoryDisk
}

/** Reads with the journal adapter, because that is quicker than opening a spool. @returns every record, as text */
async function recordsOn(disk: MemoryDisk): Promise<string> {
  const adapter = new JournalAdapter(folderOn(disk), { disk, compactAt: 1e9, aheadBytes: 16_384 })
  const data = await adapter.read()
  return JSON.stringify(Object.entries(data).map(([name, table]) => [name, [...table]]))
}

/** Waits long enough for an open spool to write its watermark. */
async function watermark(): Promise<void> {
  await vi.advanceTimersByTimeAsync(150)
}

/** @param snapshots  indexes of the jobs before which a snapshot is taken */
async function folder(jobs: number, snapshots: readonly number[], ending: 'close' | 'kill'): Promise<Folder> {
  const disk = new MemoryDisk()
  const spool = await spoolOn(disk)
  let earlier = disk
  for (let i = 0; i < jobs; i++) {
    if (snapshots.includes(i)) await spool.compact()
    const [job] = await spool.submit([{ task: 'text', params: 'x'.repeat((i * 37) % 300), title: `job ${i}` }])
    if (i % 3 === 0) await spool.cancel(job?.id ?? '')
    if (i === jobs - 4) earlier = disk.copy()
  }
  if (ending === 'close') await spool.close()
  else await watermark()
  const left = disk.kill()
  return { disk: left, earlier, acknowledged: await recordsOn(left.copy()) }
}

let folders: readonly Folder[]
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  folders = [
    await folder(80, [], 'close'),
    await folder(30, [], 'kill'),
    await folder(30, [10], 'close'),
    await folder(30, [10, 20], 'kill'),
    await folder(30, [15, 29], 'close'),
    await folder(12, [2, 4, 6, 8], 'kill'),
  ]
})
afterAll(() => vi.useRealTimers())

const resize = async (disk: MemoryDisk, path: string, size = 0): Promise<void> => {
  await (await disk.open(path, 'create')).truncate(size)
}

/** A place in a file, 0 … 1. */
const anywhere = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
/** A place in a journal, 0 … 1, more often near its start, where the frames are. */
const amongFrames = fc.oneof(
  anywhere.map((share) => share * share * share),
  anywhere,
)

type Corruption = (folder: Folder, disk: MemoryDisk) => Promise<void> | void

const corruption: fc.Arbitrary<readonly [string, Corruption]> = fc.oneof(
  amongFrames.map((share): [string, Corruption] => [
    `cut at ${share}`,
    (_, disk) => resize(disk, logOn(disk), Math.floor(share * disk.bytes(logOn(disk)).length)),
  ]),
  fc.tuple(amongFrames, fc.integer({ min: 1, max: 20_000 })).map(([share, length]): [string, Corruption] => [
    `${length} zeros at ${share}`,
    (_, disk) => {
      const bytes = disk.bytes(logOn(disk))
      const offset = Math.floor(share * bytes.length)
      bytes.fill(0, offset, Math.min(offset + length, bytes.length))
    },
  ]),
  fc.tuple(amongFrames, fc.nat(7)).map(([share, bit]): [string, Corruption] => [
    `bit ${bit} at ${share}`,
    (_, disk) => {
      const bytes = disk.bytes(logOn(disk))
      const offset = Math.floor(share * bytes.length)
      bytes[offset] = (bytes[offset] ?? 0) ^ (1 << bit)
    },
  ]),
  fc.nat(150).map((at): [string, Corruption] => [
    `the header's byte ${at}`,
    (_, disk) => {
      const bytes = disk.bytes(logOn(disk))
      bytes[at] = (bytes[at] ?? 0) ^ 4
    },
  ]),
  fc.constantFrom<[string, Corruption]>(
    ['an empty journal', (_, disk) => resize(disk, logOn(disk))],
    ['a journal of zeros', (_, disk) => void disk.bytes(logOn(disk)).fill(0)],
    ['no journal', (_, disk) => disk.remove(logOn(disk))],
    [
      'an older copy of the journal',
      ({ earlier }, disk) => {
        const path = logOn(disk)
        if (earlier.paths().includes(path)) disk.copyFrom(earlier, path, path)
      },
    ],
    [
      'an older copy of the journal, grown to the length of the newer one',
      async ({ earlier }, disk) => {
        const path = logOn(disk)
        const { length } = disk.bytes(path)
        if (earlier.paths().includes(path)) disk.copyFrom(earlier, path, path)
        await resize(disk, path, length)
      },
    ],
    [
      'the two newest journals swapped',
      (_, disk) => {
        const [a, b] = disk.paths().filter((path) => path.includes('journal-'))
        if (a !== undefined && b !== undefined) disk.swap(a, b)
      },
    ],
    [
      'the journal of the first folder in the list that has this generation',
      (_, disk) => {
        const generation = /journal-(\d+)/.exec(logOn(disk))?.[1]
        const other = folders.find((each) => each.disk.paths().some((path) => path.includes(`journal-${generation}`)))
        if (other !== undefined) disk.copyFrom(other.disk, journalPath(folderOn(disk), Number(generation)), logOn(disk))
      },
    ],
    [
      'the snapshots swapped',
      (_, disk) => {
        const [a, b] = disk.paths().filter((path) => path.endsWith('.json'))
        if (a !== undefined && b !== undefined) disk.swap(a, b)
      },
    ],
    [
      'no newest snapshot',
      (_, disk) => (disk.paths().some((path) => path.endsWith('.json')) ? disk.remove(snapshotOn(disk)) : undefined),
    ],
    ['no watermark', (_, disk) => disk.remove(`${folderOn(disk)}/watermark`)],
    ['an empty watermark', (_, disk) => resize(disk, `${folderOn(disk)}/watermark`)],
    [
      'an older watermark',
      ({ earlier }, disk) => disk.copyFrom(earlier, `${folderOn(disk)}/watermark`, `${folderOn(disk)}/watermark`),
    ],
  ),
)

describe('a spool folder that was corrupted', () => {
  it('opens with everything that was acknowledged, or is refused unchanged, after random corruptions', async () => {
    const outcomes = { opened: 0, refused: 0 }
    const property = fc.asyncProperty(fc.nat(folders.length - 1), corruption, async (which, [, corrupt]) => {
      const folder = folders[which] as Folder
      const disk = folder.disk.copy()
      await corrupt(folder, disk)
      const before = disk.copy()
      try {
        const records = await recordsOn(disk)
        outcomes.opened++
        expect(records).toBe(folder.acknowledged)
      } catch (error) {
        expect(error).toMatchObject({ code: 'ERR_SPOOL_DAMAGED', message: expect.stringContaining('doctor --repair') })
        outcomes.refused++
        expect(disk.equals(before)).toBe(true)
      }
    })
    await fc.assert(property, runs(5000))
    expect(outcomes.opened).toBeGreaterThan(0)
    expect(outcomes.refused).toBeGreaterThan(outcomes.opened / 10)
  })

  it('by an emptied journal is refused, with the number of writes that are lost', async () => {
    const { disk } = folders[0] as Folder
    const emptied = disk.copy()
    await resize(emptied, logOn(emptied))
    await expect(spoolOn(emptied)).rejects.toMatchObject({
      code: 'ERR_SPOOL_DAMAGED',
      detail: { file: logOn(emptied), byte: 0, lost: 108 }, // 80 jobs, 27 cancellations, and the start of the spool
    })
  })
})

const damaged = (file: string, why: string) => ({
  code: 'ERR_SPOOL_DAMAGED',
  detail: expect.objectContaining({ file }),
  message: expect.stringContaining(why),
})

describe('the watermark', () => {
  const mark = (disk: MemoryDisk): string => `${folderOn(disk)}/watermark`

  it('is needed: without it, a start is refused', async () => {
    const disk = (folders[3] as Folder).disk.copy()
    await disk.remove(mark(disk))
    await expect(recordsOn(disk)).rejects.toMatchObject(damaged(mark(disk), 'it is gone or cannot be read'))
  })

  it('has two blocks, one of which may be damaged', async () => {
    const { disk, acknowledged } = folders[3] as Folder
    for (const block of [0, 4096]) {
      const flipped = disk.copy()
      const bytes = flipped.bytes(mark(flipped))
      bytes[block + 30] = (bytes[block + 30] ?? 0) ^ 1
      expect(await recordsOn(flipped)).toBe(acknowledged)
    }
  })

  it('reports a journal that is gone', async () => {
    const disk = (folders[0] as Folder).disk.copy()
    const path = logOn(disk)
    await disk.remove(path)
    await expect(recordsOn(disk)).rejects.toMatchObject(damaged(path, 'it is gone'))
  })

  it('of a new journal is not changed when the old journal grows late', async () => {
    const disk = new MemoryDisk()
    const open = disk.open.bind(disk)
    let begin = (): void => {}
    const hasBegun = new Promise<void>((resolve) => {
      begin = resolve
    })
    disk.open = async (path, how) => {
      const file = await open(path, how)
      const write = async (bytes: Uint8Array, at: number): Promise<void> => {
        await file.write(bytes, at)
        if (path === mark(disk) && Buffer.from(bytes).includes('generation 1 ')) begin()
        if (path.endsWith('journal-0.log') && how === 'ahead' && at > BLOCK) await hasBegun
      }
      return { ...file, write }
    }
    const spool = await spoolOn(disk)
    for (let i = 0; i < 3; i++) await spool.submit([{ task: 'text', params: i }])
    await spool.compact()
    await spool.close()
    expect((await (await spoolOn(disk.kill())).list()).total).toBe(3)
  })

  it('of an older generation does not make plotd accept an emptied journal as a new one', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk)
    const earlier = disk.copy()
    disk.faults.before = (operation, path) => {
      if (operation === 'sync' && path.endsWith('.json.tmp')) throw systemError('ENOSPC', path)
    }
    for (let i = 0; i < 2; i++) {
      await expect(spool.compact()).rejects.toThrow('ENOSPC')
      await spool.submit([{ task: 'text', params: i }])
    }
    disk.copyFrom(earlier, mark(earlier), mark(disk))
    const path = logOn(disk)
    await resize(disk, path)
    await expect(recordsOn(disk)).rejects.toMatchObject(damaged(path, 'its header is not sound'))
  })
})

it('a start ignores a snapshot of another spool, even with the same generation and the same jobs except their ids', async () => {
  const [mine, other] = [await folder(10, [5], 'close'), await folder(10, [5], 'close')]
  const disk = mine.disk.copy()
  disk.copyFrom(other.disk, snapshotOn(other.disk), snapshotOn(disk))
  expect(await recordsOn(disk)).toBe(mine.acknowledged)
})

describe('a spool that was killed right after an acknowledgement', () => {
  it('still opens when the next write was torn', async () => {
    const journals = new Set<string>()
    for (let seed = 1; seed < 20; seed++) {
      let state = seed
      const chance = (): number => {
        state = (state * 48271) % 2147483647
        return state / 2147483647
      }
      const disk = new MemoryDisk()
      const spool = await spoolOn(disk)
      await spool.submit([{ task: 'text', params: 1, title: 'acknowledged' }])
      await watermark()
      spool.submit([{ task: 'text', params: 'x'.repeat(4000), title: 'under way' }]).catch(() => {})
      for (let turn = 0; turn < seed % 4; turn++) await new Promise((next) => setImmediate(next))
      const after = disk.cutPower(chance)
      journals.add(after.bytes(logOn(after)).toString('latin1'))
      const again = await spoolOn(after)
      expect((await again.list()).jobs.map(({ title }) => title)).toContain('acknowledged')
    }
    expect(journals.size, 'ways in which the write was torn').toBeGreaterThan(5)
  })

  it('is refused when its journal was cut at any multiple of 512 bytes, because the watermark has the file’s length', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk)
    for (let i = 0; i < 9; i++) await spool.submit([{ task: 'text', params: i }])
    const killed = disk.kill()
    const { length } = killed.bytes(logOn(killed))
    for (let size = 0; size < length; size += 512) {
      const cut = killed.copy()
      await resize(cut, logOn(cut), size)
      await expect(recordsOn(cut)).rejects.toMatchObject({ code: 'ERR_SPOOL_DAMAGED' })
    }
  })

  it('opens when its journal lacks only the writes after the watermark, and is refused when it lacks more', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk)
    for (let i = 0; i < 5; i++) await spool.submit([{ task: 'text', params: i }])
    await watermark()
    await spool.submit([{ task: 'text', params: 'just now' }])
    const killed = disk.kill()
    const bytes = killed.bytes(logOn(killed))
    const last = bytes.lastIndexOf('just now')
    bytes.fill(0, last - (last % 4096))
    expect((await (await spoolOn(killed.copy())).list()).total).toBe(5)
    bytes.fill(0, last - (last % 4096) - 4096)
    await expect(spoolOn(killed)).rejects.toMatchObject({ code: 'ERR_SPOOL_DAMAGED', detail: { lost: 1 } })
  })
})
