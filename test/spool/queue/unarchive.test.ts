import { describe, expect, it, vi } from 'vitest'
import { aResult, present } from '../../contracts/spool.ts'
import { MemoryDisk } from '../../support/memory-disk.ts'
import { logOn, spoolOn } from '../../support/spool-on.ts'

/** A spool with one archived job, and a look at the job while the next change is being written. */
async function withArchivedJob() {
  const disk = new MemoryDisk()
  const spool = await spoolOn(disk, { endedInMemory: 0 })
  const { id } = present((await spool.submit([{ task: 'text', params: 1 }]))[0])
  await spool.complete(present(await spool.claim({ stage: 'render', holder: 'w' })), aResult)
  await spool.compact()
  const look = async () => {
    const { jobs, total } = await spool.list()
    const { jobs: subscribed } = await spool.subscribe(() => {})
    const statuses = [...jobs, ...subscribed].map((job) => job.status)
    return { statuses, total, count: (await spool.counts()).finished, status: (await spool.get(id))?.status }
  }
  const duringWrite = new Promise<Awaited<ReturnType<typeof look>>>((resolve, reject) => {
    disk.faults.before = (operation, path) => {
      if (operation !== 'write' || path !== logOn(disk)) return
      disk.faults = {}
      look().then(resolve, reject)
    }
  })
  return { spool, id, duringWrite }
}

describe('an archived job', () => {
  it('is visible as it was, until its return from the archive is on the disk', async () => {
    const { spool, id, duringWrite } = await withArchivedJob()
    const asking = spool.askInk([{ id, plot: { plotter: 'p', copies: 1 }, result: aResult }])
    expect(await duringWrite).toEqual({ statuses: ['finished', 'finished'], total: 1, count: 1, status: 'finished' })
    await asking
    expect((await spool.list()).jobs.map(({ status }) => status)).toEqual(['rendered'])
    expect(await spool.counts()).toMatchObject({ finished: 0, rendered: 1 })
  })

  it('is in the result of a search that began before the job left the archive', async () => {
    const spool = await spoolOn(new MemoryDisk(), { endedInMemory: 0 })
    const { id } = present((await spool.submit([{ task: 'text', params: 1, title: 'found' }]))[0])
    await spool.cancel(id)
    await spool.compact()
    await spool.submit(Array.from({ length: 20 }, () => ({ task: 'text', params: 1 })))
    let now = performance.now()
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 10)) // each step of the list takes a whole slice
    const [{ jobs, total }] = await Promise.all([spool.list({ search: 'found' }), spool.retry(id)])
    vi.restoreAllMocks()
    expect([jobs.map((job) => job.id), total]).toEqual([[id], 1])
  })
})
