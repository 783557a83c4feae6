import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type StartedDaemon, startedDaemon } from '../../support/daemon.ts'
import { itLong } from '../../support/fuzz.ts'

const MANY = 5000
/** A held job, because these tests need no rendered job. */
const job = (n: number) => ({
  task: 'text',
  params: { text: `Card ${n}` },
  title: `Card ${n}`,
  tags: ['many'],
  hold: true,
})
const jobs = Array.from({ length: MANY }, (_, n) => job(n))

describe('many jobs', () => {
  let started: StartedDaemon
  beforeEach(async () => {
    started = await startedDaemon()
  })
  afterEach(() => started.close())

  async function listed(): Promise<string[]> {
    const titles: string[] = []
    let next: string | undefined
    do {
      const from = next === undefined ? {} : { cursor: next }
      const page = await started.client.call('job.list', { tag: 'many', sort: 'queue', limit: 1000, ...from })
      titles.push(...page.jobs.map(({ title }) => title))
      next = page.next
    } while (next !== undefined)
    return titles
  }

  it('are accepted in one call, keep their order, and are all there after a restart', async () => {
    const queued = await started.client.call('job.submitAll', { jobs })
    expect(queued.map(({ title }) => title)).toEqual(jobs.map(({ title }) => title))
    expect(new Set(queued.map(({ id }) => id)).size).toBe(MANY)
    await started.restart()
    expect(await listed()).toEqual(jobs.map(({ title }) => title))
  })

  it('are all refused when one of them is bad, and the error names that job', async () => {
    const bad = { ...job(4321), params: { text: 'x', size: -1 } }
    const refused = started.client.call('job.submitAll', { jobs: jobs.map((each, n) => (n === 4321 ? bad : each)) })
    await expect(refused).rejects.toMatchObject({
      code: 'ERR_PARAMS',
      message: expect.stringContaining('job 4322 of 5000 (Card 4321)'),
      detail: { index: 4321 },
    })
    expect(await listed()).toEqual([])
  })

  itLong('are accepted in 5,000 calls, too', async () => {
    const queued = await Promise.all(jobs.map((each) => started.client.submit(each)))
    expect(new Set(queued.map(({ id }) => id)).size).toBe(MANY)
    expect((await started.client.call('job.list', { tag: 'many', limit: 1 })).total).toBe(MANY)
  })

  it('are refused beyond 10,000, before any is queued', async () => {
    const tooMany = Array.from({ length: 10_001 }, (_, n) => job(n))
    const refused = started.client.call('job.submitAll', { jobs: tooMany })
    await expect(refused).rejects.toMatchObject({ code: 'ERR_PARAMS' })
    expect(await listed()).toEqual([])
  })
})
