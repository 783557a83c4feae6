import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { threadId } from 'node:worker_threads'
import { toPlotdError } from '../../errors.ts'
import { KeyedTurns } from '../keyed-turns.ts'
import { makeFolder, syncPath } from './folder.ts'

/** The writes of this thread, by path. Two simultaneous writes to one path would share a temporary file. */
const turns = new KeyedTurns()

/**
 * Writes a file completely or not at all, also in a power cut. Syncs a temporary file, renames it, and syncs the
 * folder. Only the user may read the file. In one thread, the writes to one path happen in the order of the calls, also
 * after a write that failed.
 *
 * @throws PlotdError ERR_FILE
 */
export function writeDurably(path: string, bytes: Uint8Array | string): Promise<void> {
  return turns.take(path, () => write(path, bytes))
}

async function write(path: string, bytes: Uint8Array | string): Promise<void> {
  const temp = `${path}.${process.pid}.${threadId}.part` // two threads may write the same file at once
  try {
    await makeFolder(dirname(path))
    await writeSynced(temp, bytes)
    await rename(temp, path)
    await syncPath(dirname(path))
  } catch (thrown) {
    await rm(temp, { force: true }).catch(() => {})
    throw toPlotdError(thrown, 'ERR_FILE')
  }
}

async function writeSynced(path: string, bytes: Uint8Array | string): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}
