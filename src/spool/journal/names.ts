import { join } from 'node:path'
import type { Disk } from './disk.ts'

/**
 * The folder of a spool has generations. For generation 7, 'spool-7.json' is the whole state at one moment, and
 * 'journal-7.log' has the changes from then until generation 8. Generation 0 has no snapshot. The file `watermark` has
 * a length that the newest journal certainly had. A shorter journal has lost writes.
 */
export const snapshotPath = (folder: string, generation: number): string => join(folder, `spool-${generation}.json`)
export const journalPath = (folder: string, generation: number): string => join(folder, `journal-${generation}.log`)

export const watermarkPath = (folder: string): string => join(folder, 'watermark')

export interface Generations {
  /** Ascending. */
  readonly snapshots: readonly number[]
  readonly journals: readonly number[]
  /** Temporary files of unfinished snapshots, full paths. */
  readonly leftovers: readonly string[]
}

export async function generations(disk: Disk, folder: string): Promise<Generations> {
  const files = await disk.list(folder)
  const numbers = (pattern: RegExp): number[] =>
    files
      .map((file) => pattern.exec(file)?.[1])
      .filter((digits) => digits !== undefined)
      .map(Number)
      .sort((a, b) => a - b)
  return {
    snapshots: numbers(/^spool-(\d+)\.json$/),
    journals: numbers(/^journal-(\d+)\.log$/),
    leftovers: files.filter((file) => /^spool-\d+\.json\.tmp$/.test(file)).map((file) => join(folder, file)),
  }
}
