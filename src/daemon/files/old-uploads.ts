import type { Logger } from 'pino'
import { PlotdError, toPlotdError } from '../../errors.ts'
import { ClockWatch } from '../../spool/index.ts'
import type { Job } from '../../spool/job.ts'
import type { Spool } from '../../spool/spool.ts'
import { hashesIn, type NamedUploads } from './named-uploads.ts'
import type { Uploads } from './uploads.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Room is looked for at most this often: the whole history is read for it. */
const ROOM_EVERY_MS = 60_000

type Jobs = Pick<Spool, 'export' | 'subscribe' | 'get'>

/**
 * Removes the uploads that no job names, ended ones included, and that came longer ago than `ageMs`. A job that is
 * submitted meanwhile keeps what it names. One whose parameters cannot be read keeps what they were seen to name.
 *
 * @returns their hashes
 * @throws PlotdError ERR_SPOOL_DAMAGED when parameters were damaged before they were ever seen: they may name any, so all
 *   are kept
 */
export async function removeOldUploads(
  uploads: Uploads,
  spool: Jobs,
  named: NamedUploads,
  ageMs: number,
): Promise<readonly string[]> {
  const before = Date.now() - ageMs
  const old = new Set((await uploads.list()).filter(({ at }) => at < before).map(({ sha256 }) => sha256))
  if (old.size === 0) return []
  const came = new Set<string>()
  const subscription = await spool.subscribe((event) => {
    if (event.type === 'changed') came.add(event.job.id)
  })
  const unread = new Set<string>()
  const paramsFiles = new Set<string>()
  const look = ({ id, params, paramsFile, paramsError }: Job): void => {
    const hashes = paramsError === undefined ? hashesIn(params) : paramsFile && named.of(paramsFile)
    if (!hashes) unread.add(id)
    else {
      for (const sha256 of hashes) old.delete(sha256)
      if (paramsFile !== undefined) named.note(paramsFile, hashes)
    }
    if (paramsFile !== undefined) paramsFiles.add(paramsFile)
  }
  try {
    for await (const job of spool.export()) look(job)
    for (const id of came) {
      const job = await spool.get(id)
      if (job !== undefined) look(job)
    }
  } finally {
    subscription.close()
  }
  await named.keepOnly(paramsFiles)
  if (unread.size > 0) throw inDoubt([...unread])
  const removed: string[] = []
  for (const sha256 of old) if (await uploads.remove(sha256, before)) removed.push(sha256)
  return removed
}

const inDoubt = (jobs: readonly string[]) =>
  new PlotdError(
    'ERR_SPOOL_DAMAGED',
    `no upload is removed: the parameters of ${jobs.join(', ')} cannot be read, and may name any; once forgotten, they do not`,
    { jobs },
  )

/**
 * Looks for old uploads every hour, and when there is no room for new ones. After a jump of the clock nothing is old.
 *
 * @returns what ends it
 */
export function keepUploadsFew(
  uploads: Uploads,
  spool: Jobs,
  named: NamedUploads,
  days: number,
  log: Logger,
): () => void {
  const watch = new ClockWatch()
  let looked = performance.now()
  let roomAt = -Infinity
  const cleanNow = async (ageMs: number): Promise<void> => {
    try {
      const removed = await removeOldUploads(uploads, spool, named, ageMs)
      if (removed.length > 0) log.info({ removed: removed.length }, 'uploads that no job names were removed')
    } catch (thrown) {
      log.warn({ error: toPlotdError(thrown) }, 'old uploads')
    }
  }
  let turn: Promise<void> = Promise.resolve()
  const clean = (ageMs: number): Promise<void> => {
    turn = turn.then(() => cleanNow(ageMs))
    return turn
  }
  const timer = setInterval(() => {
    const now = performance.now()
    const isSound = watch.look(Date.now(), now - looked)
    looked = now
    if (isSound) void clean(days * DAY_MS)
  }, HOUR_MS).unref()
  uploads.makeRoom = async () => {
    if (performance.now() - roomAt < ROOM_EVERY_MS) return
    roomAt = performance.now()
    await clean(Math.min(HOUR_MS, days * DAY_MS))
  }
  return () => clearInterval(timer)
}
