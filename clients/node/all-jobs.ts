import type { Params, WireJob } from '../../src/daemon/protocol/index.ts'
import type { PlotdClient } from './client.ts'

const JOBS_PER_CALL = 500

/** All jobs that match, page by page. @throws PlotdError as `call` does */
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
