import type { Params, WireJob } from '../../src/daemon/protocol/index.ts'
import type { PlotdClient } from './client.ts'

const PAGE = 500

/** All jobs in some states. A snapshot lists only the first jobs. @throws PlotdError as `call` does */
export async function* jobsIn(
  client: PlotdClient,
  status: NonNullable<Params<'job.list'>['status']>,
): AsyncGenerator<WireJob, void, void> {
  let cursor: string | undefined
  do {
    const page = await client.call('job.list', { status, limit: PAGE, ...(cursor !== undefined && { cursor }) })
    yield* page.jobs
    cursor = page.next
  } while (cursor !== undefined)
}
