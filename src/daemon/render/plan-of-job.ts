import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PlotdError } from '../../errors.ts'
import { DEFAULT_PROFILE, profileNamed } from '../../plotter/profiles/index.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import type { PlotRequest } from '../../spool/job.ts'
import type { Spool } from '../../spool/spool.ts'
import { openOutput } from '../files/output.ts'
import type { Place } from './contents.ts'
import type { ThreadPools } from './thread-pools.ts'

/** Maximum number of cached plans for display. A page that opens a job again does not wait for the plan again. */
const MAX_CACHED = 200
/** Stands for the plot request of a job that has none. */
const ANY: PlotRequest = { plotter: 'any', copies: 1 }

/**
 * Returns a function that returns the path of a job's plan file. A job that is or was on a plotter has a frozen plan.
 * For another job the function makes a plan of the SVG in the output folder. Users edit the SVG, so each change of the
 * SVG gives a new plan.
 *
 * The function throws PlotdError ERR_JOB_UNKNOWN, ERR_JOB_STATE while the job is not rendered, and the errors of
 * reading and planning.
 *
 * @param profileOf  the profile of a plotter; undefined for an unknown name
 */
export function planOfJob(
  spool: Pick<Spool, 'get'>,
  threads: Pick<ThreadPools, 'contents' | 'plans' | 'planToShow'>,
  profileOf: (plotter: string) => Profile | undefined,
): (id: string) => Promise<string> {
  const cached = new Map<string, Promise<string>>()
  return async (id) => {
    const job = await spool.get(id)
    if (!job) throw new PlotdError('ERR_JOB_UNKNOWN', `there is no job ${JSON.stringify(id)}`, { id })
    const frozen = job.progress?.planHash
    if (frozen !== undefined) {
      // When no host has the frozen plan, the client gets a plan of the SVG instead.
      await threads.contents.fetchPlan(frozen).catch(() => {})
      if (existsSync(join(threads.plans, frozen))) return join(threads.plans, frozen)
    }
    if (!job.result) {
      const message = `job ${id} is ${job.status}: only a job that is rendered has a plan`
      throw new PlotdError('ERR_JOB_STATE', message, { id, status: job.status })
    }
    const record = await threads.contents.findRecord(job.result)
    const plot = job.plot ?? ANY
    const [plotter = plot.plotter] = job.result.plotters ?? []
    const profile = profileOf(plotter) ?? profileNamed(DEFAULT_PROFILE)
    // Reads the version before the content, so that a write between the two gives another version at the next call.
    const key = JSON.stringify([id, await versionOf(record), plot, profile])
    const make = (): Promise<string> => {
      const hash = threads.planToShow(record, plot, profile, job.timeoutMs)
      cached.set(key, hash)
      hash.catch(() => cached.delete(key))
      const [oldest] = cached.keys()
      if (cached.size > MAX_CACHED && oldest !== undefined) cached.delete(oldest)
      return hash
    }
    const path = join(threads.plans, await (cached.get(key) ?? make()))
    // Each hour plotd removes old plan files, which may include the file of a cached plan.
    return existsSync(path) ? path : join(threads.plans, await make())
  }
}

/** A text that changes whenever the file is written in place or replaced. @throws the errors of `openOutput` */
async function versionOf({ folder, path }: Place): Promise<string> {
  const { file } = await openOutput(folder, path)
  try {
    const { ino, size, mtimeNs, ctimeNs } = await file.stat({ bigint: true })
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`
  } finally {
    await file.close()
  }
}
