import { rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PlotdError, toPlotdError } from '../errors.ts'
import { openSpool } from './embedded.ts'
import type { Job } from './job.ts'
import { writeDurably } from './journal/durable.ts'
import { exists, freeName, syncPath } from './journal/folder.ts'
import { MOVE_MARK, type StoreOptions, withMachineId } from './open.ts'
import type { HeartbeatOptions } from './postgres/index.ts'
import { checkRecord, possible } from './queue/import.ts'
import { draft } from './queue/new-job.ts'
import type { JobLog, Spool } from './spool.ts'

export interface MoveResult {
  /** Jobs in the source. */
  readonly jobs: number
  /** Jobs of the source that the target had before, as after an unfinished move. */
  readonly known: number
  /** Copied idempotency keys of jobs that are no longer kept. */
  readonly keys: number
  /** The present name of the source: a backup that no program reads. */
  readonly backup: string
}

export interface MoveOptions extends Pick<StoreOptions, 'folder' | 'host' | 'retention'> {
  readonly url: string
  readonly to: 'server' | 'folder'
  /** Times by which a host of the database counts as silent; plotd's default times when absent. */
  readonly silence?: HeartbeatOptions
  /** Receives warnings about the database, such as the reason why the move waits. */
  readonly warn?: (message: string) => void
}

/** The number of jobs whose logs are copied in one commit. */
const LOGS_AT_ONCE = 200

/**
 * Moves the whole queue between the folder and the server: jobs, logs, idempotency keys and paused queues. The source
 * is renamed when all is in the target, so that no job is in two queues. After an error before the renaming, the source
 * still has its jobs and its name. After an interruption or an error during the copy, the user repeats the move. Until
 * then no daemon starts on either queue.
 *
 * @throws PlotdError ERR_STATE_LOCKED while a daemon or another host uses one of the queues
 * @throws PlotdError ERR_PARAMS when a job cannot be moved, or is in both queues and differs
 * @throws PlotdError ERR_SPOOL_WRITE when a job does not arrive in the target
 * @throws the errors of `openSpool` and `openPostgres`
 */
export function moveQueue({ folder, host, url, to, retention, silence, warn }: MoveOptions): Promise<MoveResult> {
  return withMachineId(folder, async (machineId, keep) => {
    const { openPostgres } = await import('./postgres/index.ts')
    const everything = { ...retention, jobs: Number.MAX_SAFE_INTEGER, days: 36_500 }
    const server = await openPostgres({
      url,
      host,
      machineId,
      retention: everything,
      isAlone: true,
      ...silence,
      ...(warn && { warn }),
    })
    try {
      const embedded = await openSpool(folder, {
        lock: async () => ({ release: () => {} }),
        retention: everything,
        endedInMemory: everything.jobs, // a job in the archive could not receive its log
      })
      const source = to === 'server' ? embedded : server
      const target = to === 'server' ? server : embedded
      const mark = join(folder, MOVE_MARK)
      let counts: Omit<MoveResult, 'backup'>
      try {
        // A move copies nothing before both queues have a mark. If a mark is missing, hosts may have changed jobs in
        // either queue.
        const isBegun = (await exists(mark)) && (await server.isMoving())
        if (!isBegun) {
          await refuseUnmovable(source)
          await refuseDifferent(source, target)
        }
        await writeDurably(mark, `to the ${to}\n`)
        await server.mark()
        counts = await copy(source, target)
      } finally {
        await embedded.close()
      }
      const backup = to === 'server' ? await setAside(folder, keep) : await server.setAside()
      if (to === 'server') await server.unmark()
      await rm(to === 'server' ? join(backup, MOVE_MARK) : mark, { force: true })
      return { ...counts, backup }
    } finally {
      await server.close()
    }
  })
}

/** The statuses that a restart changes, each with the status after the restart. */
const AFTER_RESTART: Readonly<Record<string, string>> = {
  started: 'queued',
  plotting: 'interrupted',
  paused: 'interrupted',
}

/** The fields of a job that change while a host renders or plots the job, as one text. */
const drawnState = ({ status, attempts, progress }: Job): string =>
  JSON.stringify([AFTER_RESTART[status] ?? status, attempts, progress?.done ?? 0, progress?.copiesDone ?? 0])

/**
 * Checks each job as the import will check it. After the marks are set, no daemon starts, so nobody could remove a job
 * that the import refuses.
 *
 * @throws PlotdError ERR_PARAMS that names the job
 */
async function refuseUnmovable(source: Spool): Promise<void> {
  for await (const job of source.export()) {
    try {
      draft(checkRecord(possible(job)))
    } catch (thrown) {
      const { code, message, detail } = toPlotdError(thrown)
      const why = `job ${job.id} cannot be moved: ${message}. Start the daemon and remove the job, then repeat the move`
      throw new PlotdError(code, why, { ...detail, id: job.id }, thrown)
    }
  }
}

/**
 * Checks that each job that is in both queues has the same state in both. A job that differs could be drawn twice.
 *
 * @throws PlotdError ERR_PARAMS when a job differs
 */
async function refuseDifferent(source: Spool, target: Spool): Promise<void> {
  const targetStates = new Map<string, string>()
  for await (const job of target.export()) targetStates.set(job.id, drawnState(job))
  if (targetStates.size === 0) return
  for await (const job of source.export()) {
    const targetState = targetStates.get(job.id)
    if (targetState === undefined || targetState === drawnState(job)) continue
    const message = `job ${job.id} is in both queues and differs: it is ${job.status} in the queue that is moved. Look at the sheet of the job, and remove the job from one queue`
    throw new PlotdError('ERR_PARAMS', message, { id: job.id })
  }
}

async function copy(source: Spool, target: Spool): Promise<Omit<MoveResult, 'backup'>> {
  let jobs = 0
  const countedJobs = async function* (): AsyncIterable<Job> {
    for await (const job of source.export()) {
      jobs++
      yield possible(job)
    }
  }
  const newJobs = await target.import(countedJobs(), { isMove: true })
  await copyLogs(source, target)
  let keys = 0
  for (let after: string | undefined; ; ) {
    const page = await source.keys(after === undefined ? {} : { after })
    keys += await target.importKeys(page.keys)
    if (page.next === undefined) break
    after = page.next
  }
  const state = await source.subscribe(() => {})
  state.close()
  for (const name of state.paused) await target.pauseQueue(name)
  await compare(source, target)
  return { jobs, known: jobs - newJobs, keys }
}

async function copyLogs(source: Spool, target: Spool): Promise<void> {
  let logs: JobLog[] = []
  const store = async (): Promise<void> => {
    const full = logs
    logs = []
    await target.importLogs(full)
  }
  for await (const { id } of source.export()) {
    const entries = await source.logs(id)
    if (entries.length > 0) logs.push({ id, entries })
    if (logs.length === LOGS_AT_ONCE) await store()
  }
  await store()
}

/** Checks that every job of the source is in the target. @throws PlotdError ERR_SPOOL_WRITE */
async function compare(source: Spool, target: Spool): Promise<void> {
  const targetIds = new Set<string>()
  for await (const { id } of target.export()) targetIds.add(id)
  for await (const { id } of source.export()) {
    if (!targetIds.has(id))
      throw new PlotdError('ERR_SPOOL_WRITE', `job ${id} did not arrive: the source is unchanged`, { id })
  }
}

/** Renames the folder, and creates a folder with the identity of the machine in its place. @returns the new name */
async function setAside(folder: string, keep: () => Promise<void>): Promise<string> {
  const backup = await freeName(`${folder}-moved`)
  await rename(folder, backup)
  await syncPath(dirname(folder))
  await keep()
  return backup
}
