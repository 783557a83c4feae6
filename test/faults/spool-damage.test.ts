import { describe, expect, it } from 'vitest'
import type { Job } from '../../src/spool/job.ts'
import { JournalAdapter } from '../../src/spool/journal/adapter.ts'
import { BLOCK, FrameEncoder } from '../../src/spool/journal/frame.ts'
import { MemoryDisk, systemError } from '../support/memory-disk.ts'
import { folderOn, logOn, snapshotOn, spoolOn } from '../support/spool-on.ts'

/** The titles of the jobs that a disk holds, read by the journal adapter: that is quicker than opening a spool. */
async function titlesOn(disk: MemoryDisk): Promise<{ titles: string[]; adapter: JournalAdapter }> {
  const path = logOn(disk)
  const options = { disk, compactAt: 1e9, aheadBytes: 4096 }
  const adapter = new JournalAdapter(path.slice(0, path.lastIndexOf('/')), options)
  const { jobs } = await adapter.read()
  return { titles: [...jobs.values()].map(({ title }) => title), adapter }
}

/**
 * Three jobs in three frames after the frame of the start. The watermark is that of the start, as after a kill within
 * 0.1 s of the first submit.
 */
async function threeJobs(): Promise<MemoryDisk> {
  const disk = new MemoryDisk()
  const spool = await spoolOn(disk)
  const start = disk.copy()
  for (const title of ['one', 'two', 'three']) await spool.submit([{ task: 'text', params: { title }, title }])
  const killed = disk.kill()
  const watermark = `${folderOn(killed)}/watermark`
  killed.copyFrom(start, watermark, watermark)
  return killed
}

/** Where the frame of job `i` begins, bytes. The header, the start and each job take one block each. */
const frame = (i: number): number => (2 + i) * BLOCK
const lengthAt = (disk: MemoryDisk, at: number): number => disk.bytes(logOn(disk)).indexOf(0, at) - at

describe('a journal', () => {
  it('cut at any byte of its last frame holds all earlier frames, and reports the cut frame as torn', async () => {
    const whole = await threeJobs()
    const length = lengthAt(whole, frame(2))
    expect(length).toBeGreaterThan(300)
    for (let cut = 0; cut < length; cut++) {
      const disk = whole.copy()
      disk.bytes(logOn(disk)).fill(0, frame(2) + cut)
      const { titles, adapter } = await titlesOn(disk)
      expect({ cut, titles }).toEqual({ cut, titles: ['one', 'two'] })
      expect(adapter.report.tornBytes > 0).toBe(cut > 0)
    }
  })

  it('continues after a torn frame as if the frame had never been written', async () => {
    const disk = await threeJobs()
    disk.bytes(logOn(disk)).fill(0, frame(2) + 100)
    const spool = await spoolOn(disk)
    await spool.submit([{ task: 'text', params: 1, title: 'four' }])
    const again = await spoolOn(disk.kill())
    expect((await again.list()).jobs.map(({ title }) => title)).toEqual(['one', 'two', 'four'])
  })

  it('is no longer torn at the second start: the first start overwrites even a long torn frame', async () => {
    const disk = await threeJobs()
    const log = await disk.open(logOn(disk), 'create')
    await log.write(Buffer.alloc(40 * BLOCK, 'torn'), frame(3))
    const { adapter } = await titlesOn(disk)
    expect(adapter.report.tornBytes).toBe(40 * BLOCK)
    await adapter.close()
    expect((await titlesOn(disk)).adapter.report.tornBytes).toBe(0)
  })

  it('that lost a whole block of its last frame holds all earlier frames', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk)
    await spool.submit([{ task: 'text', params: 1, title: 'kept' }])
    const many = Array.from({ length: 40 }, (_, i) => ({ task: 'text', params: 'x'.repeat(500), title: `torn ${i}` }))
    await spool.submit(many)
    const whole = disk.kill()
    for (const block of [0, 1, 3]) {
      const torn = whole.copy()
      torn.bytes(logOn(torn)).fill(0, frame(1) + block * BLOCK, frame(1) + (block + 1) * BLOCK)
      expect((await titlesOn(torn)).titles).toEqual(['kept'])
    }
  })

  it('is refused when any byte of a frame before the last is changed: the error names the file and the start of the frame', async () => {
    const whole = await threeJobs()
    const length = lengthAt(whole, frame(0))
    for (let offset = frame(0); offset < frame(0) + length; offset++) {
      const disk = whole.copy()
      const bytes = disk.bytes(logOn(disk))
      bytes[offset] = (bytes[offset] ?? 0) ^ 1
      const damaged = { code: 'ERR_SPOOL_DAMAGED', detail: { file: logOn(disk), byte: frame(0) } }
      await expect(titlesOn(disk), `byte ${offset}`).rejects.toMatchObject(damaged)
    }
  })

  it('with a frame gone from its middle is refused', async () => {
    const disk = await threeJobs()
    disk.bytes(logOn(disk)).fill(0, frame(1), frame(2))
    await expect(titlesOn(disk)).rejects.toMatchObject({ code: 'ERR_SPOOL_DAMAGED', detail: { byte: frame(1) } })
  })

  it('with a damaged header is refused', async () => {
    const disk = await threeJobs()
    disk.bytes(logOn(disk)).write('broken', 0)
    await expect(titlesOn(disk)).rejects.toMatchObject({ code: 'ERR_SPOOL_DAMAGED', detail: { byte: 0 } })
  })

  it('that was refused is left exactly as it was', async () => {
    const disk = await threeJobs()
    const bytes = disk.bytes(logOn(disk))
    bytes[frame(0) + 50] = 0
    const before = Buffer.from(bytes)
    await expect(titlesOn(disk)).rejects.toMatchObject({ code: 'ERR_SPOOL_DAMAGED' })
    expect(disk.bytes(logOn(disk)).equals(before)).toBe(true)
  })

  it('accepts no forged frame inside a torn frame, although the text of a job could contain one', async () => {
    const disk = await threeJobs()
    const log = disk.bytes(logOn(disk))
    log.write('torn', frame(3))
    const { bytes: forged } = await new FrameEncoder(0).encode(9, [['-', 'jobs', 'x']])
    forged.copy(log, frame(3) + BLOCK)
    expect((await titlesOn(disk)).titles).toEqual(['one', 'two', 'three'])
  })
})

describe('a snapshot', () => {
  async function withSnapshots(): Promise<MemoryDisk> {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk)
    for (let i = 0; i < 5; i++) {
      await spool.submit([{ task: 'text', params: i, title: `job ${i}` }])
      if (i === 1 || i === 3) await spool.compact()
    }
    await spool.log((await spool.list()).jobs[0]?.id ?? '', 'a line')
    return disk.kill()
  }
  const all = ['job 0', 'job 1', 'job 2', 'job 3', 'job 4']

  it('is plain JSON, with every job under its id', async () => {
    const disk = await withSnapshots()
    const snapshot = JSON.parse(disk.bytes(snapshotOn(disk)).toString())
    expect(Object.values<Job>(snapshot.jobs).map(({ title }) => title)).toEqual(all.slice(0, 4))
    expect(Object.values<Job>(snapshot.jobs).map(({ id }) => id)).toEqual(Object.keys(snapshot.jobs))
    expect(snapshot).toMatchObject({ plotd: 1, generation: 2, archive: {} })
  })

  it('with a byte changed is passed over for the previous snapshot, and nothing is lost', async () => {
    const whole = await withSnapshots()
    const { length } = whole.bytes(snapshotOn(whole))
    for (let offset = 0; offset < length; offset += 7) {
      const disk = whole.copy()
      const bytes = disk.bytes(snapshotOn(disk))
      bytes[offset] = (bytes[offset] ?? 0) ^ 1
      const { titles, adapter } = await titlesOn(disk)
      expect({ at: offset, titles }).toEqual({ at: offset, titles: all })
      expect(adapter.report.damagedSnapshots).toEqual([snapshotOn(disk)])
    }
  })

  it('that is passed over brings back no job that was removed from its archive', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk, { endedInMemory: 0 })
    const jobs = await spool.submit([
      { task: 'text', params: 1 },
      { task: 'text', params: 2, title: 'kept' },
    ])
    for (const { id } of jobs) await spool.cancel(id)
    const removed = jobs[0]?.id ?? ''
    await spool.log(removed, 'a line')
    await spool.compact()
    await spool.remove(removed)
    const killed = disk.kill()
    killed.bytes(snapshotOn(killed)).write('x', 40)
    const again = await spoolOn(killed)
    expect(again.recovery.damagedSnapshots).toEqual([snapshotOn(killed)])
    expect((await again.list()).jobs.map(({ title }) => title)).toEqual(['kept'])
    await expect(again.logs(removed)).rejects.toMatchObject({ code: 'ERR_JOB_UNKNOWN' })
  })

  it('that is cut short is passed over too', async () => {
    const whole = await withSnapshots()
    const { length } = whole.bytes(snapshotOn(whole))
    for (const end of [0, 1, length >> 1, length - 1]) {
      const disk = whole.copy()
      const file = await disk.open(snapshotOn(disk), 'create')
      await file.truncate(end)
      expect((await titlesOn(disk)).titles).toEqual(all)
    }
  })

  it('that is damaged while there is no earlier snapshot stops the start', async () => {
    const disk = await withSnapshots()
    for (const path of disk.paths()) {
      if (/-[01]\./.test(path)) await disk.remove(path)
      else if (path.endsWith('.json')) disk.bytes(path).write('x', 40)
    }
    await expect(titlesOn(disk)).rejects.toMatchObject({ code: 'ERR_SPOOL_DAMAGED' })
  })

  it.each(['EMFILE', 'EACCES'])(
    'that cannot be opened (%s) stops the start, and is not called damaged',
    async (code) => {
      const disk = await withSnapshots()
      disk.faults = {
        before: (operation, path) => {
          if (operation === 'open' && path === snapshotOn(disk)) throw systemError(code, path)
        },
      }
      await expect(spoolOn(disk)).rejects.toMatchObject({
        code: 'ERR_SPOOL_WRITE',
        message: expect.stringContaining(code),
      })
      disk.faults = {}
      expect((await titlesOn(disk)).titles).toEqual(all)
    },
  )

  it('whose journal is gone stops the start, because the journal may have had acknowledged writes', async () => {
    const disk = await withSnapshots()
    await disk.remove(logOn(disk))
    await expect(spoolOn(disk)).rejects.toMatchObject({ code: 'ERR_SPOOL_DAMAGED' })
  })

  it('removes all generations except its own and the previous one', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk)
    for (let i = 0; i < 4; i++) {
      await spool.submit([{ task: 'text', params: i }])
      await spool.compact()
    }
    const names = disk.paths().map((path) => path.slice(path.lastIndexOf('/') + 1))
    expect(names.sort()).toEqual(['journal-3.log', 'journal-4.log', 'spool-3.json', 'spool-4.json', 'watermark'])
  })
})
