import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { NewJob } from '../../../src/spool/spool.ts'
import { HandClock } from '../../support/hand-clock.ts'
import { RESULT } from '../../support/job-result.ts'
import { MemoryDisk } from '../../support/memory-disk.ts'
import { spoolOn } from '../../support/spool-on.ts'

const jobs = (count: number, more: Partial<NewJob> = {}): NewJob[] =>
  Array.from({ length: count }, (_, i) => ({ task: 'text', params: { i }, title: `card ${i}`, ...more }))

/** Titles of the jobs that a disk holds. */
async function titlesOn(disk: MemoryDisk): Promise<string[]> {
  const spool = await spoolOn(disk)
  const { jobs: all } = await spool.list({ limit: 1000 })
  await spool.close()
  return all.map(({ title }) => title)
}

describe('the ids of jobs', () => {
  it.each([0, -60_000])('sort after those of an earlier start when the clock has moved by %d ms', async (ms) => {
    const disk = new MemoryDisk()
    const clock = new HandClock(1_000_000_000)
    const ids: string[] = []
    for (let run = 0; run < 20; run++) {
      const spool = await spoolOn(disk, { clock })
      for (const { id } of await spool.submit(jobs(2))) ids.push(id)
      await spool.close()
      clock.set(clock.now() + ms)
    }
    expect(ids).toEqual([...ids].sort())
  })

  it('sort after the id of a forgotten job that had an idempotency key', async () => {
    const disk = new MemoryDisk()
    const ids: string[] = []
    for (let run = 0; run < 10; run++) {
      const spool = await spoolOn(disk)
      for (const { id } of await spool.submit(jobs(1, { idempotencyKey: `card ${run}` }))) {
        ids.push(id)
        await spool.cancel(id)
        await spool.remove(id)
      }
      await spool.close()
    }
    expect(ids).toEqual([...ids].sort())
  })
})

it('of two jobs that are submitted in one turn to go before all others, the later one is first', async () => {
  const spool = await spoolOn(new MemoryDisk())
  const first = (title: string) => spool.submit(jobs(1, { title, isFirst: true }))
  await Promise.all([first('earlier'), first('later')])
  expect((await spool.claim({ stage: 'render', holder: 'thread 1' }))?.job.title).toBe('later')
  await spool.close()
})

describe('a submit of many jobs that yields to the event loop at every step', () => {
  let now = 0
  beforeEach(() => {
    now = Math.max(now, performance.now()) // time must not go back before the end of the last slice
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 10))
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('lets a later submit end first', async () => {
    const spool = await spoolOn(new MemoryDisk())
    const order: string[] = []
    await Promise.all([
      spool.submit(jobs(50)).then(() => order.push('many')),
      spool.submit(jobs(1)).then(() => order.push('one')),
    ])
    expect(order).toEqual(['one', 'many'])
    await spool.close()
  })

  it('is on the disk as a whole or not at all, whenever the process is killed', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk)
    let isDone = false
    const done = spool.submit(jobs(12)).then(() => {
      isDone = true
    })
    const copies: MemoryDisk[] = []
    for (let n = 0; !isDone; n++) {
      if (n % 3 === 0) spool.submit(jobs(1, { title: 'other' })).catch(() => {})
      await turn()
      copies.push(disk.copy())
    }
    await done
    const counts = new Set<number>()
    for (const copy of copies) counts.add((await titlesOn(copy)).filter((title) => title !== 'other').length)
    expect(copies.length).toBeGreaterThan(20)
    expect([...counts].sort((a, b) => a - b)).toEqual([0, 12])
    await spool.close()
  })

  it('stores one job for each key when another submit has the same keys at the same time', async () => {
    const spool = await spoolOn(new MemoryDisk())
    const keyed = jobs(20).map((job, i) => ({ ...job, idempotencyKey: `card ${i}` }))
    const [a, b] = await Promise.all([spool.submit(keyed), spool.submit(keyed.toReversed())])
    expect(b?.map(({ id }) => id).toReversed()).toEqual(a?.map(({ id }) => id))
    expect((await spool.list()).total).toBe(20)
    expect([...(a ?? []), ...(b ?? [])].filter(({ repeated }) => repeated === true)).toHaveLength(20)
    await spool.close()
  })

  it('announces each job once and in order, also when other submits commit meanwhile', async () => {
    const spool = await spoolOn(new MemoryDisk())
    const announced: string[] = []
    await spool.subscribe((event) => {
      if (event.type === 'changed') announced.push(event.job.id)
    })
    const many = spool.submit(jobs(20))
    const others = (async () => {
      for (let n = 0; n < 10; n++) await spool.submit(jobs(1))
    })()
    const ids = (await many).map(({ id }) => id)
    await others
    expect(announced.filter((id) => ids.includes(id))).toEqual(ids)
    expect(announced).toHaveLength(30)
    await spool.close()
  })

  it('never queues a job whose parent is canceled meanwhile', async () => {
    for (let wait = 0; wait < 40; wait++) {
      const spool = await spoolOn(new MemoryDisk())
      const [parent] = await spool.submit(jobs(1))
      const dependsOn = [parent?.id ?? '']
      const many = spool
        .submit([...jobs(6), ...jobs(1, { dependsOn, title: 'child' })])
        .catch((error: unknown) => error)
      for (let n = 0; n < wait; n++) await turn()
      await spool.cancel(parent?.id ?? '')
      await many
      const { jobs: all } = await spool.list()
      const child = all.find(({ title }) => title === 'child')
      expect(['failed', undefined]).toContain(child?.status)
      await spool.close()
    }
  })

  it('queues a job whose parent finishes meanwhile', async () => {
    for (let wait = 0; wait < 40; wait++) {
      const spool = await spoolOn(new MemoryDisk())
      const [parent] = await spool.submit(jobs(1))
      const claim = await spool.claim({ stage: 'render', holder: 'thread 1' })
      const dependsOn = [parent?.id ?? '']
      const many = spool.submit([...jobs(6), ...jobs(1, { dependsOn, title: 'child' })])
      for (let n = 0; n < wait; n++) await turn()
      if (claim) await spool.complete(claim, RESULT)
      await many
      const { jobs: all } = await spool.list()
      expect(all.find(({ title }) => title === 'child')?.status).toBe('queued')
      await spool.close()
    }
  })
})
