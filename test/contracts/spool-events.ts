import { describe, expect, it } from 'vitest'
import type { SpoolEvent } from '../../src/spool/spool.ts'
import { aResult, type Bench, refused } from './spool.ts'

const inShort = (event: SpoolEvent): string => {
  if (event.type === 'changed') return event.job.status
  return event.type === 'progress' ? `progress ${event.progress.done}` : event.type
}

export function itAnnouncesAndLists(bench: Bench): void {
  describe('announces', () => {
    it('every change, in order', async () => {
      const received = await bench.listen()
      const { id } = await bench.rendered()
      const claim = await bench.plot()
      await bench.spool.progress(claim, { phase: 'plot', done: 3, of: 10 })
      await bench.spool.pause(claim, 'operator')
      await bench.spool.unpause(claim)
      await bench.spool.complete(claim)
      await bench.spool.remove(id)
      expect(received.map(inShort)).toEqual([
        ...['queued', 'started', 'rendered', 'plotting', 'progress 3', 'paused', 'plotting', 'finished', 'removed'],
      ])
    })

    it('only changes after the state that `subscribe` returns', async () => {
      const { id } = await bench.submit()
      await bench.spool.pauseQueue('A')
      const received: SpoolEvent[] = []
      const { jobs, paused } = await bench.spool.subscribe((event) => received.push(event))
      expect({ ids: jobs.map((job) => job.id), paused, received }).toEqual({
        ids: [id],
        paused: ['A'],
        received: [],
      })
      await bench.submit()
      expect(received.map(inShort)).toEqual(['queued'])
    })

    it('nothing after a subscription is closed', async () => {
      const received: SpoolEvent[] = []
      const subscription = await bench.spool.subscribe((event) => received.push(event))
      subscription.close()
      await bench.submit()
      expect(received).toEqual([])
    })

    it('every progress without a delay', async () => {
      await bench.submit()
      const claim = await bench.render()
      await bench.spool.progress(claim, { phase: 'render', done: 0, of: 3 })
      const received = await bench.listen()
      const calls = [1, 2, 3].map((done) => bench.spool.progress(claim, { phase: 'render', done, of: 3 }))
      expect(received.map(inShort)).toEqual(['progress 1', 'progress 2', 'progress 3'])
      await Promise.all(calls)
      expect((await bench.get(claim.job.id)).progress).toEqual({ phase: 'render', done: 3, of: 3 })
    })

    it('no progress of a job before its start', async () => {
      await bench.submit()
      const received = await bench.listen()
      const claim = await bench.render()
      await bench.spool.progress(claim, { phase: 'render', done: 1, of: 3 })
      expect(received.map(inShort)).toEqual(['started', 'progress 1'])
    })

    it('a paused queue once, also when it is paused again', async () => {
      const received = await bench.listen()
      await bench.spool.pauseQueue('A')
      await bench.spool.pauseQueue('A')
      await bench.spool.resumeQueue('A')
      expect(received.map(inShort)).toEqual(['queue', 'queue'])
    })
  })

  describe('answers', () => {
    it('with the queue in drawing order, and then with ended jobs, newest first', async () => {
      const old = await bench.finished({ title: 'old' })
      bench.clock.pass(1000)
      await bench.finished({ title: 'recent' })
      await bench.submit({ title: 'low', priority: 25 })
      await bench.submit({ title: 'high', priority: 75 })
      await bench.submit({ title: 'tomorrow', runAt: bench.clock.now() + 86_400_000 })
      await bench.submit({ title: 'held', hold: true })
      const titles = (await bench.spool.list()).jobs.map(({ title }) => title)
      expect(titles).toEqual(['high', 'low', 'tomorrow', 'held', 'recent', 'old'])
      const newest = (await bench.spool.list({ sort: 'newest' })).jobs.at(-1)
      expect(newest?.id).toBe(old.id)
    })

    it('with only the jobs of a status, task, tag or search text', async () => {
      await bench.finished({ title: 'Spiral', task: 'pattern' })
      await bench.submit({ title: 'Birthday for Ada', task: 'postcard', tags: ['family'] })
      const titles = async (filter: object) => (await bench.spool.list(filter)).jobs.map(({ title }) => title)
      expect(await titles({ status: ['finished'] })).toEqual(['Spiral'])
      expect(await titles({ task: 'postcard' })).toEqual(['Birthday for Ada'])
      expect(await titles({ tag: 'family' })).toEqual(['Birthday for Ada'])
      expect(await titles({ search: 'FOR aDa' })).toEqual(['Birthday for Ada'])
      expect(await titles({ search: 'for ada', status: ['failed'] })).toEqual([])
    })

    it('with the number of jobs in each status', async () => {
      await bench.finished()
      await bench.submit()
      await bench.submit()
      await bench.submit({ hold: true })
      expect(await bench.spool.counts()).toMatchObject({ finished: 1, queued: 2, held: 1, failed: 0 })
    })

    it('page by page, without missing or repeating a job', async () => {
      for (let i = 0; i < 25; i++) await bench.submit({ title: String(i), priority: 50 + (i % 3) })
      const all = (await bench.spool.list()).jobs.map(({ title }) => title)
      const paged: string[] = []
      let cursor: string | undefined
      do {
        const page = await bench.spool.list({ limit: 7, ...(cursor !== undefined && { cursor }) })
        expect(page.total).toBe(25)
        paged.push(...page.jobs.map(({ title }) => title))
        cursor = page.next
      } while (cursor !== undefined)
      expect(paged).toEqual(all)
      await expect(bench.spool.list({ cursor: 'nonsense' })).rejects.toMatchObject(refused('ERR_PARAMS'))
    })

    it('with the last 200 lines of a job’s log', async () => {
      const { id } = await bench.submit()
      await bench.spool.log(id, 'first')
      bench.clock.pass(5)
      for (let i = 0; i < 200; i++) await bench.spool.log(id, `line ${i}`)
      const log = await bench.spool.logs(id)
      expect(log).toHaveLength(200)
      expect(log.at(-1)).toEqual({ at: bench.clock.now(), message: 'line 199' })
      expect(log[0]?.message).toBe('line 0')
    })

    it('with a refusal after the spool is closed', async () => {
      const { id } = await bench.submit()
      const claim = await bench.render()
      await bench.spool.close()
      const reads = [() => bench.spool.get(id), () => bench.spool.logs(id), () => bench.spool.list()]
      for (const read of [...reads, () => bench.spool.counts(), () => bench.spool.subscribe(() => {})])
        await expect(read()).rejects.toMatchObject(refused('ERR_SPOOL_WRITE'))
      await expect(bench.submit()).rejects.toMatchObject(refused('ERR_SPOOL_WRITE'))
      await expect(bench.spool.complete(claim, aResult)).rejects.toMatchObject(refused('ERR_SPOOL_WRITE'))
      expect(claim.signal.aborted).toBe(true)
    })
  })
}
