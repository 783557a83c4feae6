import { join } from 'node:path'
import { Low } from 'lowdb'
import { type PlotdError, toPlotdError } from '../errors.ts'
import { type Clock, systemClock } from './clock.ts'
import { emptyData, type SpoolData } from './data.ts'
import type { Job } from './job.ts'
import { JournalAdapter } from './journal/adapter.ts'
import { type Disk, nodeDisk } from './journal/disk.ts'
import { UPGRADES, type Upgrade } from './journal/format.ts'
import { type Lock, lockFolder } from './journal/lock.ts'
import { ParamsFiles } from './journal/params-files.ts'
import type { RecoveryReport } from './journal/recovery.ts'
import { Core } from './queue/core.ts'
import { Engine } from './queue/engine.ts'
import { DEFAULT_RETENTION, type Retention } from './queue/retention.ts'
import type { OpenedSpool, StoreState } from './spool.ts'
import { StoreWatch } from './store-watch.ts'

export interface SpoolOptions {
  readonly clock?: Clock
  /** Returns a random number, 0 … 1, that scatters retries. */
  readonly random?: () => number
  readonly retention?: Retention
  /** Sets when a snapshot is due, bytes: see `JournalOptions`. */
  readonly compactAt?: number
  /**
   * Number of ended jobs that a snapshot leaves in memory: those that ended or were imported last. The snapshot
   * archives the others.
   */
  readonly endedInMemory?: number
  /** Number of zeros that the journal writes ahead of its frames. */
  readonly aheadBytes?: number
  readonly disk?: Disk
  /** Upgrades from older formats of the folder; for tests. */
  readonly upgrades?: readonly Upgrade[]
  /** Locks the folder against a second process. Tests whose `disk` is not the system's disk replace this function. */
  readonly lock?: (folder: string) => Promise<Lock>
}

export interface EmbeddedSpool extends OpenedSpool {
  /** The report of the start: the jobs that plotd changed, the damage that it found, and an upgrade of the format. */
  readonly recovery: OpenedSpool['recovery'] & RecoveryReport
  /** Resolves with the error when the disk has failed. Every later change is refused. */
  readonly failed: Promise<PlotdError>
  compact(): Promise<void>
}

const COMPACT_AT = 64 << 20
const AHEAD_BYTES = 2 << 20
const ENDED_IN_MEMORY = 500

/**
 * Opens the spool in a folder, for one process at a time.
 *
 * @throws PlotdError ERR_STATE_LOCKED, ERR_SPOOL_DAMAGED or ERR_SPOOL_NEWER before any change; ERR_SPOOL_WRITE
 */
export async function openSpool(folder: string, options: SpoolOptions = {}): Promise<EmbeddedSpool> {
  const { clock = systemClock, random = Math.random, retention = DEFAULT_RETENTION, disk = nodeDisk } = options
  await disk.makeFolder(folder).catch(asWriteError)
  const lock = await (options.lock ?? lockFolder)(folder).catch(asWriteError)
  const { compactAt = COMPACT_AT, aheadBytes = AHEAD_BYTES, upgrades = UPGRADES } = options
  const adapter = new JournalAdapter(folder, { disk, compactAt, aheadBytes, upgrades })
  const close = async (): Promise<void> => {
    await adapter.close()
    lock.release()
  }
  try {
    const db = new Low<SpoolData>(adapter, emptyData())
    await db.read()
    const params = await ParamsFiles.open(join(folder, 'params'))
    const core = new Core(db, { clock, random, archive: adapter.archive, params })
    adapter.archivist = {
      retire: (): readonly Job[] => core.ledger.endedBeyond(options.endedInMemory ?? ENDED_IN_MEMORY),
      retired: (jobs) => core.ledger.retire(jobs),
    }
    await core.commit()
    if (adapter.report.upgraded !== undefined) await adapter.compact() // writes all records in the new format
    const engine = new Engine(core, retention, close)
    const watch = new StoreWatch()
    void adapter.failed.then((why) => watch.set({ is: 'away', why }))
    return Object.assign(engine, {
      store: () => watch.state,
      onStore: (listener: (state: StoreState) => void) => watch.listen(listener),
      recovery: { ...core.recovery, ...adapter.report },
      failed: adapter.failed,
      compact: () => adapter.compact(),
    })
  } catch (error) {
    await close()
    return asWriteError(error)
  }
}

function asWriteError(error: unknown): never {
  throw toPlotdError(error, 'ERR_SPOOL_WRITE')
}
