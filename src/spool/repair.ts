import { PlotdError, toPlotdError } from '../errors.ts'
import type { Job } from './job.ts'
import { ArchiveFile } from './journal/archive-file.ts'
import { backUp } from './journal/backup.ts'
import { nodeDisk } from './journal/disk.ts'
import { exists } from './journal/folder.ts'
import { formatBy, UPGRADES } from './journal/format.ts'
import { JournalFile, type JournalPlace, newSalt } from './journal/journal-file.ts'
import { lockFolder } from './journal/lock.ts'
import { generations, journalPath, snapshotPath } from './journal/names.ts'
import { readFolder } from './journal/recovery.ts'
import { type Salvage, salvage } from './journal/salvage.ts'
import { writeSnapshot } from './journal/snapshot-writer.ts'
import { byName, emptyTables, type Tables } from './journal/table.ts'
import { Watermark } from './journal/watermark.ts'
import { isFinal, next } from './next.ts'
import { checkRecord, possible } from './queue/import.ts'

export interface Repair {
  /** The copy of the folder. */
  readonly backup: string
  /** The error message about the damage. */
  readonly damage: string
  /** Jobs in the repaired spool. */
  readonly jobs: number
  /** Jobs that are held now: jobs that were held or waiting before, and jobs that were being rendered. */
  readonly held: number
  /** Jobs that are interrupted now: jobs that were being plotted, and jobs that were interrupted before. */
  readonly interrupted: number
  /** Acknowledged writes that could not be read; undefined when their number is not known. */
  readonly lostWrites: number | undefined
  /** Lost jobs of which a part could be read, plus readable changes whose record is lost. */
  readonly lostParts: number
}

const HOLD_REASON = {
  code: 'repair',
  message: 'the spool was repaired: check whether this job was drawn already, then release or cancel it',
}

/**
 * Copies a damaged spool folder, then writes its readable content anew. Holds every job that waited, because the lost
 * writes may include the end of that job's plot.
 *
 * @returns undefined, without any change, when there is no folder or the folder is sound
 * @throws PlotdError ERR_STATE_LOCKED while a daemon runs; ERR_SPOOL_NEWER; ERR_SPOOL_WRITE
 */
export async function repairSpool(folder: string): Promise<Repair | undefined> {
  if (!(await exists(folder))) return undefined
  const lock = await lockFolder(folder)
  const place: JournalPlace = { disk: nodeDisk, folder, aheadBytes: 1 << 20, upgrades: UPGRADES }
  try {
    const damage = await damageOf(place)
    return damage === undefined ? undefined : await repair(place, damage)
  } catch (error) {
    throw toPlotdError(error, 'ERR_SPOOL_WRITE')
  } finally {
    lock.release()
  }
}

async function damageOf(place: JournalPlace): Promise<string | undefined> {
  try {
    const { base } = await readFolder(place, byName(emptyTables()))
    await base?.file.close()
    return undefined
  } catch (error) {
    if (error instanceof PlotdError && error.code === 'ERR_SPOOL_DAMAGED') return error.message
    throw error
  }
}

async function repair(place: JournalPlace, damage: string): Promise<Repair> {
  const backup = await backUp(place.folder, 'damaged')
  const tables = emptyTables()
  const result = await salvage(place, byName(tables))
  const jobs = new Map<string, Job>()
  let brokenJobs = 0
  for (const [id, record] of tables.jobs) {
    try {
      jobs.set(id, restartOnHold(checkRecord(possible(record))))
    } catch {
      brokenJobs++
    }
  }
  await rewrite(place, result, tables, jobs)
  const count = (status: Job['status']): number => [...jobs.values()].filter((job) => job.status === status).length
  return {
    backup,
    damage,
    jobs: jobs.size,
    held: count('held'),
    interrupted: count('interrupted'),
    lostWrites: result.lostWrites,
    lostParts: brokenJobs + result.lostChanges,
  }
}

/** @returns the job as after a restart, but held when it would start without a user */
function restartOnHold(job: Job): Job {
  const now = Date.now()
  const restarted = next(job, { type: 'restart' }, now)
  if (!['scheduled', 'queued', 'rendered'].includes(restarted.status)) return restarted
  return { ...next(restarted, { type: 'hold' }, now), reason: HOLD_REASON }
}

/**
 * Replaces the files by a new generation. Writes the snapshot first, so that no start finds a sound folder whose jobs
 * are not held. The folder stays damaged until it has the new journal too. A repair that is cut off earlier can be
 * repeated.
 */
async function rewrite(
  place: JournalPlace,
  { generation, seq }: Salvage,
  { logs, paused, meta, keys }: Tables,
  jobs: ReadonlyMap<string, Job>,
): Promise<void> {
  const { disk, folder, upgrades } = place
  const oldFiles = await generations(disk, folder)
  const ended = [...jobs.values()].filter(isFinal).sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0))
  const salt = newSalt()
  const retired = new Set(ended.map(({ id }) => id))
  const image = (name: string, rows: ReadonlyMap<string, unknown>, without: ReadonlySet<string> = new Set()) => ({
    name,
    without,
    ids: [...rows.keys()],
    records: [...rows.values()],
  })
  const snapshot = {
    format: formatBy(upgrades),
    generation,
    seq,
    salt,
    forgotten: [],
    tables: [
      image('jobs', jobs, retired),
      image('logs', new Map([...logs].filter(([id]) => jobs.has(id))), retired),
      image('paused', paused),
      image('meta', meta),
    ],
    keys,
    retired: ended.map((job) => ({ job, log: logs.get(job.id) ?? [] })),
  }
  const { file } = await writeSnapshot(disk, folder, snapshot, new ArchiveFile())
  await file.close()
  const watermark = await Watermark.open(disk, folder, await Watermark.read(disk, folder))
  const journal = await JournalFile.create(place, watermark, generation, seq, salt)
  for (const oldGeneration of oldFiles.snapshots) await disk.remove(snapshotPath(folder, oldGeneration))
  for (const oldGeneration of oldFiles.journals) await disk.remove(journalPath(folder, oldGeneration))
  await journal.close()
  await watermark.close()
}
