import { basename } from 'node:path'
import { expect, it } from 'vitest'
import type { Disk, DiskFile } from '../../src/spool/journal/disk.ts'
import type { Pace } from '../../src/spool/journal/pace.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { onMainThread, onThreads } from '../support/paces.ts'
import { logOn, spoolOn } from '../support/spool-on.ts'

const KIB = 1024

/** A disk that notes how many zeros each journal got ahead of its frames. */
function noting(): { readonly disk: Disk; readonly strides: number[] } {
  const [memory, strides] = [new MemoryDisk(), [] as number[]]
  const open = async (...[path, how]: Parameters<Disk['open']>): Promise<DiskFile> => {
    const file = await memory.open(path, how)
    if (how !== 'ahead') return file
    const write = (bytes: Uint8Array, at: number): Promise<void> => {
      strides.push(bytes.length)
      return file.write(bytes, at)
    }
    return { ...file, write }
  }
  const disk: Disk = {
    open,
    list: (folder) => memory.list(folder),
    makeFolder: () => memory.makeFolder(),
    rename: (from, to) => memory.rename(from, to),
    remove: (path) => memory.remove(path),
    syncFolder: (folder) => memory.syncFolder(folder),
  }
  return { disk, strides }
}

async function stridesOf(pace: Pace): Promise<number[]> {
  const { disk, strides } = noting()
  const spool = await spoolOn(disk, { pace, aheadBytes: 16 * KIB })
  for (let i = 0; i < 60; i++) await spool.submit([{ task: 'text', params: i }])
  await spool.close()
  return strides
}

it('zeros are written ahead in longer strides while a quick disk is written to, and in short ones on a slow one', async () => {
  const quick = await stridesOf(onMainThread())
  expect(quick.slice(0, 3)).toEqual([16, 32, 64].map((kib) => kib * KIB))
  expect(Math.max(...quick)).toBe(64 * KIB)
  expect(new Set(await stridesOf(onThreads()))).toEqual(new Set([16 * KIB]))
})

const task = { task: 'text', params: 'x'.repeat(200) }

it('a small frame among a crowd’s brings on no snapshot, and one comes when the crowd has gone', async () => {
  const disk = new MemoryDisk()
  const spool = await spoolOn(disk, { compactAt: 16 * KIB })
  for (let i = 0; i < 3; i++) {
    await Promise.all(Array.from({ length: 40 }, () => spool.submit([task])))
    await spool.submit([task])
  }
  expect(basename(logOn(disk))).toBe('journal-0.log')
  for (let i = 0; i < 90; i++) await spool.submit([task])
  expect(basename(logOn(disk))).not.toBe('journal-0.log')
  await spool.close()
})
