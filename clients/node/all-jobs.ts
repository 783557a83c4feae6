import type { Params, WireJob } from '../../src/daemon/protocol/index.ts'
import type { PlotdClient } from './client.ts'

const JOBS_PER_CALL = 500

/** All jobs that match `filter`, fetched page by page. @throws the errors of `PlotdClient.call` */
export async function* allJobs(
  client: Pick<PlotdClient, 'call'>,
  filter: Params<'job.list'>,
): AsyncGenerator<WireJob, void, void> {
  let cursor: string | undefined
  do {
    const page = await client.call('job.list', {
      ...filter,
      limit: JOBS_PER_CALL,
      ...(cursor !== undefined && { cursor }),
    })
    yield* page.jobs
    cursor = page.next
  } while (cursor !== undefined)
}
