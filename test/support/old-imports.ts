import type { Job } from '../../src/spool/job.ts'
import { JournalAdapter } from '../../src/spool/journal/adapter.ts'
import { nodeDisk } from '../../src/spool/journal/disk.ts'

/**
 * Changes each job of a spool folder, except archived jobs. Checks no values, so a test can make jobs that only an
 * earlier version of plotd accepted when it imported them.
 */
export async function changeJobs(folder: string, change: (job: Job) => Job): Promise<void> {
  const adapter = new JournalAdapter(folder, { disk: nodeDisk, compactAt: 1 << 20, aheadBytes: 16_384 })
  const data = await adapter.read()
  for (const [id, job] of data.jobs) data.jobs.set(id, change(job))
  await adapter.write(data)
  await adapter.close()
}

/** The job with an order and times that are impossible. */
export const withImpossibleTimes = (job: Job): Job => ({
  ...job,
  order: 1e17,
  createdAt: -1e16,
  startedAt: 1e308,
  ...(job.endedAt !== undefined && { endedAt: 1e300 }),
})
