import { PlotdError } from '../../errors.ts'
import type { Job } from '../../spool/job.ts'
import type { Spool } from '../../spool/spool.ts'
import type { Holding } from './holding.ts'

/**
 * The job that the next sheet of a plotter is for: the one that its station holds, or the first in the queue.
 *
 * @param wanted  the id that it must have
 * @throws PlotdError ERR_PLOTTER_STATE when it is another job
 */
export async function headOf(spool: Spool, name: string, holding: Holding, wanted?: string): Promise<Job | undefined> {
  const head = holding.is === 'held' ? holding.claim.job : await spool.head([name, 'any'])
  if (wanted === undefined || head?.id === wanted) return head
  const next = head ? `is ${head.id} (${head.title})` : 'there is none'
  const message = `the next job for ${name} ${next}, not ${wanted}`
  throw new PlotdError('ERR_PLOTTER_STATE', message, { name, next: head?.id, job: wanted })
}
