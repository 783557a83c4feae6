import { PlotdError } from '../../errors.ts'
import type { Job } from '../../spool/job.ts'
import type { Spool } from '../../spool/spool.ts'
import { type Holding, heldJob } from './holding.ts'
import type { StationParts } from './station-parts.ts'

/**
 * The job of a plotter's next sheet: the job that its station holds, else the first job in the queue for this plotter
 * or for any plotter. A station holds a job for a moment after the job has ended or was canceled. No sheet follows for
 * that job.
 *
 * @param jobId  the id that the job must have
 * @throws PlotdError ERR_PLOTTER_STATE with `jobId` when the next job has another id, or there is none
 */
export async function headOf(spool: Spool, name: string, holding: Holding, jobId?: string): Promise<Job | undefined> {
  const job = heldJob(holding)
  const held = job && (await spool.get(job.id))
  const head = held && isOnPlotter(held) ? held : await spool.head([name, 'any'])
  if (jobId === undefined || head?.id === jobId) return head
  const message = head
    ? `the next job for ${name} is ${head.id} (${head.title}), not ${jobId}`
    : `no job waits for ${name}: expected job ${jobId}`
  throw new PlotdError('ERR_PLOTTER_STATE', message, { name, next: head?.id, job: jobId })
}

const isOnPlotter = ({ status }: Job): boolean => status === 'plotting' || status === 'paused'

/**
 * The job that waits only for a fresh sheet. Call this function only while the plotter draws nothing. Then a job
 * that has begun waits for the sheet of its next copy.
 */
export async function waitingJob(
  { spool, isQueuePaused }: Pick<StationParts, 'spool' | 'isQueuePaused'>,
  name: string,
  holding: Holding,
): Promise<Job | undefined> {
  if (holding.is === 'claiming' || (holding.is === 'held' && holding.isPaused)) return undefined
  if (holding.is === 'empty' && isQueuePaused()) return undefined
  const head = await headOf(spool, name, holding)
  return head && (isOnPlotter(head) || head.status === 'rendered') ? head : undefined
}
