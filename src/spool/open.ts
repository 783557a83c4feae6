import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PlotdError } from '../errors.ts'
import { type EmbeddedSpool, openSpool, type SpoolOptions } from './embedded.ts'
import { nodeDisk } from './journal/disk.ts'
import { writeDurably } from './journal/durable.ts'
import { exists } from './journal/folder.ts'
import { UPGRADES } from './journal/format.ts'
import { lockFolder } from './journal/lock.ts'
import { readFolder } from './journal/recovery.ts'
import { byName, emptyTables } from './journal/table.ts'
import type { Retention } from './queue/retention.ts'
import type { OpenedSpool } from './spool.ts'

export interface StoreOptions extends Pick<SpoolOptions, 'disk'> {
  /**
   * The folder of the embedded spool. If the queue is in a database (`url`), the folder holds only the lock and the
   * identity of this machine.
   */
  readonly folder: string
  /**
   * The database of a queue of several hosts, postgres://user@server/database. When absent, the queue is in the folder.
   */
  readonly url?: string | undefined
  /** The name of this host among those that share the queue. */
  readonly host: string
  readonly retention: Retention
  /** Receives warnings for the log. */
  readonly warn?: (message: string) => void
}

/** Name of a file that the folder has while a move of the queue is not complete. */
export const MOVE_MARK = 'move'

/**
 * Opens the spool of the configuration. Loads the database client only when the configuration names a database.
 *
 * @throws the errors of `openSpool` and `openPostgres`; PlotdError ERR_STATE_LOCKED when a move of the queue is not
 *   complete
 */
export async function openStore({ url, ...options }: StoreOptions): Promise<OpenedSpool | EmbeddedSpool> {
  if (url !== undefined) return openOnServer(url, options)
  const mark = join(options.folder, MOVE_MARK)
  if (!(await exists(mark))) return openSpool(options.folder, options)
  const message =
    'a move of this queue is under way or was cut off: wait for its end, or repeat `plotd spool migrate`, which ' +
    'loses nothing'
  throw new PlotdError('ERR_STATE_LOCKED', message, { path: mark })
}

const LEFT_BEHIND =
  'the state folder has a queue of its own, whose jobs are not drawn: to move them to the database, stop plotd on ' +
  'every host and run `plotd spool migrate`'

/** Whether the queue in a folder has jobs, or keys of forgotten jobs. An unreadable queue counts as one with jobs. */
async function hasJobs(folder: string): Promise<boolean> {
  const tables = emptyTables()
  try {
    const place = { disk: nodeDisk, folder, aheadBytes: 0, upgrades: UPGRADES }
    const { base } = await readFolder(place, byName(tables))
    await base?.file.close()
    return tables.jobs.size + tables.keys.size + (base?.archive.size ?? 0) > 0
  } catch {
    return true
  }
}

async function openOnServer(url: string, { folder, host, retention, warn }: StoreOptions): Promise<OpenedSpool> {
  await nodeDisk.makeFolder(folder)
  const lock = await lockFolder(folder)
  try {
    if (await hasJobs(folder)) warn?.(LEFT_BEHIND)
    const { openPostgres } = await import('./postgres/index.ts')
    const spool = await openPostgres({
      url,
      host,
      machineId: await machineIdOf(folder),
      retention,
      ...(warn && { warn }),
    })
    const close = spool.close.bind(spool)
    return Object.assign(spool, { close: () => close().finally(() => lock.release()) })
  } catch (error) {
    lock.release()
    throw error
  }
}

/**
 * Runs `work` with the identity of the machine, and locks the folder meanwhile, so that no daemon opens the folder.
 * If `work` renames the folder, it then calls `keep`, which creates the folder again with the identity.
 *
 * @throws PlotdError ERR_STATE_LOCKED; the errors of `work`
 */
export async function withMachineId<T>(
  folder: string,
  work: (machineId: string, keep: () => Promise<void>) => Promise<T>,
): Promise<T> {
  await nodeDisk.makeFolder(folder)
  const lock = await lockFolder(folder)
  try {
    const machineId = await machineIdOf(folder)
    return await work(machineId, () => writeDurably(join(folder, MACHINE_ID_FILE), `${machineId}\n`))
  } finally {
    lock.release()
  }
}

const MACHINE_ID_FILE = 'place'

/**
 * The identity of the machine that has this folder. Created when a daemon or a move first opens a database.
 *
 * @throws PlotdError ERR_FILE when the file is there and cannot be read: with a new identity, plotd would take the
 *   earlier life of this host for another machine, and wait until that machine is silent
 */
async function machineIdOf(folder: string): Promise<string> {
  const path = join(folder, MACHINE_ID_FILE)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw new PlotdError('ERR_FILE', `the identity of this machine cannot be read: ${error.message}`, { path }, error)
  })
  const stored = text.trim()
  if (stored !== '') return stored
  const machineId = randomUUID()
  await writeDurably(path, `${machineId}\n`)
  return machineId
}
