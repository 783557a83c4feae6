import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PlotdError } from '../../errors.ts'
import { DEFAULT_PROFILE, profileNamed } from '../../plotter/profiles/index.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import type { PlotRequest } from '../../spool/job.ts'
import type { Spool } from '../../spool/spool.ts'
import { openOutput } from '../files/output.ts'
import type { ThreadPools } from './thread-pools.ts'

/** Plans made only to be looked at are remembered, so that a page that comes back does not wait again. */
const REMEMBERED = 200
const ANY: PlotRequest = { plotter: 'any', copies: 1 }

/**
 * The plan file of a job: the frozen one when the job is or was on a plotter, else what its SVG would become, as it
 * stands in the output folder now: people edit it there.
 *
 * @param output  folder of the SVGs
 * @throws PlotdError ERR_JOB_UNKNOWN; ERR_JOB_STATE while it is not rendered; what reading and planning throw
 */
export function planOfJob(
  spool: Spool,
  threads: ThreadPools,
  output: string,
  profileOf: (plotter: string) => Profile | undefined,
): (id: string) => Promise<string> {
  const made = new Map<string, Promise<string>>()
  return async (id) => {
    const job = await spool.get(id)
    if (!job) throw new PlotdError('ERR_JOB_UNKNOWN', `there is no job ${JSON.stringify(id)}`, { id })
    const frozen = job.progress?.planHash
    if (frozen !== undefined && existsSync(join(threads.plans, frozen))) return join(threads.plans, frozen)
    if (!job.result) {
      const message = `job ${id} is ${job.status}: there is a plan once it is rendered`
      throw new PlotdError('ERR_JOB_STATE', message, { id, status: job.status })
    }
    const { path } = job.result
    const plot = job.plot ?? ANY
    const [able = plot.plotter] = job.result.plotters ?? []
    const profile = profileOf(able) ?? profileNamed(DEFAULT_PROFILE)
    // Looked at before it is read: what is written in between is another file the next time.
    const key = `${id} ${await versionOf(output, path)}`
    const hash = made.get(key) ?? threads.planToShow(path, plot, profile, job.timeoutMs)
    made.set(key, hash)
    hash.catch(() => made.delete(key))
    const [oldest] = made.keys()
    if (made.size > REMEMBERED && oldest !== undefined) made.delete(oldest)
    return join(threads.plans, await hash)
  }
}

/** Another whenever the file is written: saved in place, or replaced by another of its name. @throws as `openOutput` does */
async function versionOf(output: string, path: string): Promise<string> {
  const { file } = await openOutput(output, path)
  try {
    const { ino, size, mtimeNs, ctimeNs } = await file.stat({ bigint: true })
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`
  } finally {
    await file.close()
  }
}
