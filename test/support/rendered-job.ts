import type { Job, NewJob, Spool } from '../../src/spool/index.ts'
import { RESULT } from './job-result.ts'

/** Submits a job to a spool in which no other job waits to be rendered, and renders it. @returns the submitted job */
export async function renderedJob(spool: Spool, changes: Partial<NewJob> = {}): Promise<Job> {
  const [job] = await spool.submit([{ task: 'text', params: {}, plot: { plotter: 'axi', copies: 1 }, ...changes }])
  const rendering = await spool.claim({ stage: 'render', holder: 'test' })
  if (!job || !rendering) throw new Error('no job')
  await spool.complete(rendering, RESULT)
  return job
}
