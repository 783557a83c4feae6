import { describe, expect, it, vi } from 'vitest'
import { readSnapshot } from '../../../src/spool/journal/snapshot-reader.ts'
import { MemoryDisk, systemError } from '../../support/memory-disk.ts'
import { folderOn, snapshotOn, spoolOn } from '../../support/spool-on.ts'

/** Counts the files of a disk that are open. */
function countOpen(disk: MemoryDisk): { count: number } {
  const files = { count: 0 }
  const open = disk.open.bind(disk)
  vi.spyOn(disk, 'open').mockImplementation(async (path, how) => {
    const file = await open(path, how)
    files.count++
    return { ...file, close: async () => void files.count-- }
  })
  return files
}

describe('a snapshot', () => {
  it('is sound JSON each time, while jobs join and leave its archive', async () => {
    let disk = new MemoryDisk()
    let spool = await spoolOn(disk, { endedInMemory: 0 })
    const present: string[] = []
    for (let round = 0; round < 4; round++) {
      const jobs = await spool.submit(
        Array.from({ length: 3 }, (_, i) => ({ task: 'text', params: i, title: `${round}.${i}` })),
      )
      for (const { id } of jobs) await spool.cancel(id)
      await spool.remove(jobs[1]?.id ?? '')
      present.push(`${round}.0`, `${round}.2`)
      await spool.compact()
      const { archive } = JSON.parse(disk.bytes(snapshotOn(disk)).toString()) as { archive: object }
      expect(Object.values(archive).map(({ job }) => job.title)).toEqual(present)
      disk = disk.kill()
      spool = await spoolOn(disk, { endedInMemory: 0 })
      expect(spool.recovery.damagedSnapshots).toEqual([])
      expect((await spool.list()).jobs.map(({ title }) => title).sort()).toEqual(present)
    }
  })

  it('is sound after a longer snapshot that failed and could not be removed', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk)
    const [large] = await spool.submit([{ task: 'text', params: 'x'.repeat(3000) }])
    await spool.cancel(large?.id ?? '')
    disk.faults.before = (operation, path) => {
      if (operation === 'rename' && path.endsWith('.tmp')) throw systemError('EIO', path)
    }
    await expect(spool.compact()).rejects.toThrow('EIO')
    disk.faults = {}
    await spool.remove(large?.id ?? '')
    await spool.compact()
    expect((await spoolOn(disk.kill())).recovery.damagedSnapshots).toEqual([])
  })

  it('that fails, to be written or to be read, leaves no file open', async () => {
    const disk = new MemoryDisk()
    const files = countOpen(disk)
    const spool = await spoolOn(disk)
    const before = files.count
    disk.faults.before = (operation, path) => {
      if (operation === 'sync' && path.endsWith('.tmp')) throw systemError('EIO', path)
    }
    await expect(spool.compact()).rejects.toThrow('EIO')
    expect(files.count).toBe(before)
    disk.faults = {}
    await spool.compact()
    const open = files.count
    disk.bytes(snapshotOn(disk)).write('x', 20)
    const generation = Number(/(\d+)\.json$/.exec(snapshotOn(disk))?.[1])
    await expect(readSnapshot(disk, folderOn(disk), generation, 1)).rejects.toThrow()
    expect(files.count).toBe(open)
  })
})
