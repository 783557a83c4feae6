import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { PlotdError, toPlotdError } from '../../errors.ts'
import { ClockWatch } from '../../spool/index.ts'
import { BEGUN, type Job } from '../../spool/job.ts'
import type { Spool } from '../../spool/spool.ts'
import { Turns } from '../../turns.ts'
import { hashesIn, type NamedUploads } from './named-uploads.ts'
import type { Uploads } from './uploads.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Shortest time between two removals that make room for an upload, ms. A removal reads the whole history of jobs. */
const ROOM_EVERY_MS = 60_000

type Jobs = Pick<Spool, 'export' | 'subscribe' | 'get'>

/**
 * Removes plans that no job needs any more.
 *
 * @param before  removes only plans that were written before this time, ms since 1970. When absent, removes plans of
 *   any age. Leave it out only at the start, while no thread makes a plan
 */
export async function removeOldPlans(
  folder: string,
  spool: Pick<Spool, 'list'>,
  before: number = Infinity,
): Promise<void> {
  const old: string[] = []
  for (const name of await readdir(folder).catch(() => []))
    if (await isOlder(join(folder, name), before)) old.push(name)
  if (old.length === 0) return
  const needed = new Set<string>()
  let cursor: string | undefined
  do {
    const page = await spool.list({ status: [...BEGUN], limit: 1000, ...(cursor === undefined ? {} : { cursor }) })
    for (const { status, progress } of page.jobs) {
      if (progress?.planHash !== undefined) needed.add(progress.planHash)
      // This job names its plan only at its first stroke. Any old plan may be the plan of this job, so all plans stay.
      else if (before !== Infinity && status !== 'interrupted') return
    }
    cursor = page.next
  } while (cursor !== undefined)
  for (const name of old) {
    const path = join(folder, name)
    // A job may have written the same plan again meanwhile.
    if (!needed.has(name) && (await isOlder(path, before))) await rm(path, { force: true })
  }
}

/** Whether a path is a file that was last written before `before`. File systems add folders, such as `lost+found`. */
export const isOlder = (path: string, before: number): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isFile() && stats.mtimeMs < before,
    () => false,
  )

/**
 * Each hour, removes plans that are older than a day and that no job needs, and calls `removeCopies`.
 *
 * @param removeCopies  removes old copies of other hosts' files
 * @returns a function that stops the hourly removal
 */
export function schedulePlanRemoval(
  folder: string,
  spool: Pick<Spool, 'list'>,
  removeCopies: () => Promise<void>,
  log: Logger,
): () => void {
  return eachHour(async () => {
    try {
      await removeOldPlans(folder, spool, Date.now() - DAY_MS)
      await removeCopies()
    } catch (thrown) {
      log.warn({ error: toPlotdError(thrown) }, 'old plans or copies of files could not be removed')
    }
  })
}

/** Calls `remove` each hour, but not when the clock has jumped in that hour. @returns a function that ends the calls */
function eachHour(remove: () => Promise<void>): () => void {
  const watch = new ClockWatch(Date.now())
  let checkedAt = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    const isSteady = watch.isSteady(Date.now(), now - checkedAt)
    checkedAt = now
    if (isSteady) void remove()
  }, HOUR_MS).unref()
  return () => clearInterval(timer)
}

/**
 * Removes uploads that are older than `ageMs` and that no job names. Ended jobs keep their uploads, and so do jobs that
 * are submitted meanwhile. When the parameters of a job can no longer be read, the job keeps the uploads that they
 * named when they were last read.
 *
 * @returns the hashes of the removed uploads
 * @throws PlotdError ERR_SPOOL_DAMAGED when the parameters of a job cannot be read, and no earlier removal has read
 *   them. The parameters may name any upload, so all uploads stay
 */
export async function removeOldUploads(
  uploads: Uploads,
  spool: Jobs,
  named: NamedUploads,
  ageMs: number,
): Promise<readonly string[]> {
  const before = Date.now() - ageMs
  const candidates = new Set((await uploads.list()).filter(({ at }) => at < before).map(({ sha256 }) => sha256))
  if (candidates.size === 0) return []
  const changedIds = new Set<string>()
  const subscription = await spool.subscribe((event) => {
    if (event.type === 'changed') changedIds.add(event.job.id)
  })
  const unreadable = new Set<string>()
  const paramsFiles = new Set<string>()
  const keepUploadsOf = ({ id, params, paramsFile, paramsError }: Job): void => {
    const hashes = paramsError === undefined ? hashesIn(params) : paramsFile && named.namesIn(paramsFile)
    if (!hashes) unreadable.add(id)
    else {
      for (const sha256 of hashes) candidates.delete(sha256)
      if (paramsFile !== undefined) named.note(paramsFile, hashes)
    }
    if (paramsFile !== undefined) paramsFiles.add(paramsFile)
  }
  try {
    for await (const job of spool.export()) keepUploadsOf(job)
    for (const id of changedIds) {
      const job = await spool.get(id)
      if (job !== undefined) keepUploadsOf(job)
    }
  } finally {
    subscription.close()
  }
  await named.keepOnly(paramsFiles)
  if (unreadable.size > 0) throw unreadableParams([...unreadable])
  const removed: string[] = []
  for (const sha256 of candidates) if (await uploads.remove(sha256, before)) removed.push(sha256)
  return removed
}

/** Maximum number of jobs that the error names. */
const MAX_NAMED = 20

function unreadableParams(all: readonly string[]): PlotdError {
  const jobs = all.slice(0, MAX_NAMED)
  const more = all.length > MAX_NAMED ? ` and ${all.length - MAX_NAMED} more` : ''
  const message =
    `no upload is removed: the parameters of ${jobs.join(', ')}${more} cannot be read and may name any upload; ` +
    'remove those jobs, so that plotd removes old uploads again'
  return new PlotdError('ERR_SPOOL_DAMAGED', message, { jobs })
}

/**
 * Removes uploads that no job names. Each hour, removes uploads that are older than `days`. When a new upload finds no
 * room, removes uploads that are older than an hour or `days`, whichever is shorter. At most one new upload a minute
 * causes such a removal. The next hourly removal after a jump of the clock removes nothing.
 *
 * @returns a function that stops the hourly removal
 */
export function scheduleUploadRemoval(
  uploads: Uploads,
  spool: Jobs,
  named: NamedUploads,
  days: number,
  log: Logger,
): () => void {
  let roomMadeAt = -Infinity
  const removeOld = async (ageMs: number): Promise<void> => {
    try {
      const removed = await removeOldUploads(uploads, spool, named, ageMs)
      if (removed.length > 0) log.info({ removed: removed.length }, 'removed old uploads that no job names')
    } catch (thrown) {
      log.warn({ error: toPlotdError(thrown) }, 'old uploads could not be removed')
    }
  }
  const turns = new Turns()
  /** Runs one removal at a time. */
  const removeInTurn = (ageMs: number): Promise<void> => turns.run(() => removeOld(ageMs))
  uploads.makeRoom = async () => {
    if (performance.now() - roomMadeAt < ROOM_EVERY_MS) return
    roomMadeAt = performance.now()
    await removeInTurn(Math.min(HOUR_MS, days * DAY_MS))
  }
  return eachHour(() => removeInTurn(days * DAY_MS))
}
