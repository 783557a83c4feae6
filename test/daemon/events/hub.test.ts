import { describe, expect, it } from 'vitest'
import { Hub } from '../../../src/daemon/events/hub.ts'
import type { Job, Spool, SpoolEvent } from '../../../src/spool/index.ts'
import { memorySpool } from '../../../src/spool/memory.ts'

/** A hub whose spool answers each `list` with the next page, and announces `event` before the first answer. */
async function hubWith(event: SpoolEvent, pages: (readonly Job[])[]): Promise<Hub> {
  let announce: (event: SpoolEvent) => void = () => {}
  let isFirst = true
  const hub = new Hub(
    {
      subscribe: async (listener: (event: SpoolEvent) => void) => {
        announce = listener
        return { jobs: [], paused: [], close: () => {} }
      },
      list: async () => {
        if (isFirst) announce(event)
        isFirst = false
        const jobs = pages.shift() ?? []
        return { jobs, total: jobs.length }
      },
    } as unknown as Spool,
    () => [],
  )
  await hub.start()
  return hub
}

it('a hub keeps the paused queues of an event that comes before the answer to its subscription', async () => {
  const subscribe = async (listener: (event: SpoolEvent) => void) => {
    listener({ type: 'queue', paused: ['p'] })
    return { jobs: [], paused: [], close: () => {} }
  }
  const hub = new Hub({ subscribe } as unknown as Spool, () => [])
  await hub.start()
  expect(hub.paused).toEqual(['p'])
  hub.close()
})

describe('a snapshot of the hub', () => {
  it('includes an event that comes while the spool answers', async () => {
    const [job] = await memorySpool().submit([{ task: 'text', params: {} }])
    if (!job) throw new Error('no job')
    const hub = await hubWith({ type: 'changed', job: { ...job, title: 'new' } }, [[job]])
    expect(await hub.snapshot(10)).toMatchObject({ seq: 1, snapshot: { jobs: [{ id: job.id, title: 'new' }] } })
    hub.close()
  })

  it('has the number of all jobs, also when it is requested without jobs', async () => {
    const spool = memorySpool()
    await spool.submit([1, 2].map(() => ({ task: 'text', params: {} })))
    const hub = new Hub(spool, () => [])
    await hub.start()
    expect(await hub.snapshot(0)).toMatchObject({ snapshot: { jobs: [], total: 2 } })
    expect(await hub.snapshot(1)).toMatchObject({ snapshot: { jobs: [{}], total: 2 } })
    hub.close()
  })

  it('is read again when events were lost while the spool answered', async () => {
    const [job] = await memorySpool().submit([{ task: 'text', params: {} }])
    if (!job) throw new Error('no job')
    const hub = await hubWith({ type: 'reset', jobs: [], paused: [] }, [[job], []])
    expect(await hub.snapshot(10)).toMatchObject({ seq: 1, snapshot: { jobs: [], total: 0 } })
    hub.close()
  })
})
