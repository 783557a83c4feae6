import { dirname } from 'node:path'
import { type EmbeddedSpool, openSpool, type SpoolOptions } from '../../src/spool/index.ts'
import type { Disk } from '../../src/spool/journal/disk.ts'
import { HandClock } from './hand-clock.ts'
import type { MemoryDisk } from './memory-disk.ts'
import { tempFolder } from './temp-folder.ts'

const noLock = async () => ({ release: () => {} })
let folder: string | undefined

/** A spool on a disk in memory. There is no lock, so a second spool can open the disk of a killed spool. */
export function spoolOn(disk: Disk, options: SpoolOptions = {}): Promise<EmbeddedSpool> {
  folder ??= tempFolder()
  return openSpool(folder, {
    disk,
    lock: noLock,
    clock: new HandClock(),
    random: () => 0.5,
    aheadBytes: 16_384,
    ...options,
  })
}

export const folderOn = (disk: MemoryDisk): string => dirname(disk.paths()[0] ?? '')
export const logOn = (disk: MemoryDisk): string => newest(disk, /journal-(\d+)\.log$/)
export const snapshotOn = (disk: MemoryDisk): string => newest(disk, /spool-(\d+)\.json$/)

function newest(disk: MemoryDisk, pattern: RegExp): string {
  const number = (path: string): number => Number(pattern.exec(path)?.[1] ?? -1)
  const [path] = disk.paths().sort((a, b) => number(b) - number(a))
  if (path === undefined || !pattern.test(path)) throw new Error(`no ${pattern} on the disk`)
  return path
}
