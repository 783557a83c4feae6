import { describe, expect, it } from 'vitest'
import type { Job } from '../../src/spool/job.ts'
import { aResult, type Bench, refused } from './spool.ts'

export function itKeepsJobs(bench: Bench): void {
  describe('keeps jobs', () => {
    it('with the fields of the submit', async () => {
      const request = {
        task: 'postcard',
        params: { recipient: 'Ada', lines: [1, 2] },
        title: 'Birthday for Ada',
        tags: ['family'],
        priority: 75,
        output: 'postcards/ada.svg',
        timeoutMs: 120_000,
        plot: { plotter: 'A', copies: 2, options: { fit: true } },
        retries: { max: 2, backoffMs: 50 },
        idempotencyKey: 'k1',
      }
      const { id } = await bench.submit(request)
      expect(await bench.get(id)).toMatchObject({ ...request, id, status: 'queued', createdAt: bench.clock.now() })
    })

    it('with defaults: priority 50, a time limit of 300 s, no tags, no parents and no retries', async () => {
      expect(await bench.submit({ task: 'text' })).toMatchObject({
        ...{ title: 'text', priority: 50, timeoutMs: 300_000, tags: [], dependsOn: [], attempts: 0 },
        retries: { max: 0 },
      })
    })

    it('unchanged when the caller changes the params later', async () => {
      const params = { words: ['one'] }
      const { id } = await bench.submit({ params })
      params.words.push('two')
      expect((await bench.get(id)).params).toEqual({ words: ['one'] })
    })

    it.each([
      ['a date', { offset: new Date(0) }, { offset: '1970-01-01T00:00:00.000Z' }],
      ['undefined', { a: undefined, b: [undefined] }, { b: [null] }],
      ['no params', undefined, null],
      ['NaN', [Number.NaN], [null]],
    ])('with params as JSON has them: %s', async (_, params, remaining) => {
      expect((await bench.submit({ params })).params).toEqual(remaining)
    })

    it('only with params that JSON can hold', async () => {
      const circle: unknown[] = []
      circle.push(circle)
      await expect(bench.submit({ params: circle })).rejects.toMatchObject(refused('ERR_PARAMS'))
    })

    it('and lists them by owner and batch, live and ended', async () => {
      const mine = await bench.submit({ owner: 'ada', batch: { name: 'xmas', row: 2 } })
      const other = await bench.submit({ owner: 'bob', batch: { name: 'xmas', row: 3 } })
      await bench.submit()
      await bench.spool.cancel(other.id)
      const ids = async (filter: object) => (await bench.spool.list(filter)).jobs.map(({ id }) => id).sort()
      expect(await ids({ owner: 'ada' })).toEqual([mine.id])
      expect(await ids({ batch: 'xmas' })).toEqual([mine.id, other.id].sort())
      expect(await ids({ batch: 'xmas', owner: 'bob' })).toEqual([other.id])
      expect(await bench.spool.get(mine.id)).toMatchObject({ owner: 'ada', batch: { name: 'xmas', row: 2 } })
    })

    it('with any text, also where a database would refuse it', async () => {
      const odd = 'NUL \0, half a pair \ud83d, quote \' " \\ $1 %s'
      const named = { owner: odd, batch: { name: odd, row: 1 }, idempotencyKey: odd }
      const { id } = await bench.submit({
        title: odd,
        tags: [odd],
        params: { [odd]: odd, '\\u0000\\ud83d': 1 },
        ...named,
      })
      await bench.submit({ title: 'plain', owner: 'ada', batch: { name: 'plain', row: 1 } })
      expect(await bench.get(id)).toMatchObject({ title: odd, tags: [odd], params: { [odd]: odd } })
      const filters = [{ tag: odd }, { owner: odd }, { batch: odd }, { search: odd.slice(0, 5) }, { search: "Quote '" }]
      for (const filter of filters) {
        expect((await bench.spool.list(filter)).jobs.map((job) => job.id)).toEqual([id])
      }
      expect((await bench.spool.list({ owner: 'ada', batch: 'plain' })).total).toBe(1)
      expect(await bench.submit({ idempotencyKey: odd })).toMatchObject({ id, repeated: true })
      await bench.spool.log(id, odd)
      expect(await bench.spool.logs(id)).toHaveLength(1)
      expect(await bench.spool.get(odd)).toBeUndefined()
      await bench.spool.pauseQueue(odd)
      expect((await bench.spool.subscribe(() => {})).paused).toEqual([odd])
    })

    it('with params of 600 kB', async () => {
      const svg = '<svg/>'.repeat(100_000)
      const { id } = await bench.submit({ task: 'svg', params: { svg } })
      expect((await bench.get(id)).params).toEqual({ svg })
      expect((await bench.render()).job.params).toEqual({ svg })
    })

    it('under ids that sort in the order of the submits, even when the clock is put back', async () => {
      const first = await bench.submit()
      bench.clock.set(bench.clock.now() - 86_400_000)
      const second = await bench.submit()
      expect(second.id > first.id).toBe(true)
    })

    it('of one submit: all or none', async () => {
      const batch = [
        { task: 'text', params: 1 },
        { task: 'text', params: 2, priority: 101 },
      ]
      await expect(bench.spool.submit(batch)).rejects.toMatchObject(refused('ERR_PARAMS'))
      expect((await bench.spool.list()).total).toBe(0)
      expect(await bench.spool.submit([])).toEqual([])
    })

    it.each([
      ['priority', { priority: 0 }],
      ['priority', { priority: Number.NaN }],
      ['timeoutMs', { timeoutMs: -1 }],
      ['retries.max', { retries: { max: -1, backoffMs: 1 } }],
      ['runAt', { runAt: Number.POSITIVE_INFINITY }],
      ['task', { task: '' }],
      ['params', { params: 1n }],
    ])('only with a valid value of %s', async (field, job) => {
      const error = { code: 'ERR_PARAMS', detail: { field } }
      await expect(bench.submit(job)).rejects.toMatchObject(error)
    })

    it('once for each idempotency key', async () => {
      const first = await bench.submit({ idempotencyKey: 'order 7' })
      const again = await bench.submit({ idempotencyKey: 'order 7', params: 'other' })
      expect(again).toEqual({ ...first, repeated: true })
      const twice = { task: 'text', params: 1, idempotencyKey: 'order 8' }
      const [a, b] = await bench.spool.submit([twice, twice])
      expect(b).toEqual({ ...a, repeated: true })
      expect((await bench.spool.list()).total).toBe(2)
    })

    describe('and keeps their idempotency keys', () => {
      const day = 86_400_000
      const merge = Array.from({ length: 60 }, (_, i) => ({ task: 'card', params: i, idempotencyKey: `row ${i}` }))

      it('longer than the jobs themselves, so that a mail merge repeated the next day adds no job', async () => {
        const first = await bench.spool.submit(merge)
        await bench.drain()
        bench.clock.pass(day)
        await bench.settle()
        expect((await bench.spool.list({ status: ['finished'] })).total).toBe(20) // 40 jobs are forgotten
        const again = await bench.spool.submit(merge)
        expect(again.map(({ id }) => id)).toEqual(first.map(({ id }) => id))
        expect(again.every(({ repeated }) => repeated)).toBe(true)
        expect(again[0]).toMatchObject({ ...merge[0], status: 'forgotten', createdAt: first[0]?.createdAt })
        expect(again[59]).toMatchObject({ status: 'finished' })
        expect(await bench.drain()).toEqual([])
      })

      it('also when a user has removed or purged the job', async () => {
        const { id } = await bench.failed({ idempotencyKey: 'removed' })
        await bench.spool.remove(id)
        const purged = await bench.finished({ idempotencyKey: 'purged' })
        await bench.spool.purge()
        expect(await bench.submit({ idempotencyKey: 'removed' })).toMatchObject({ id, status: 'forgotten' })
        expect(await bench.submit({ idempotencyKey: 'purged' })).toMatchObject({ id: purged.id, repeated: true })
        expect(await bench.status(id)).toBe('unknown')
      })

      it('also when the job waited for another job that is forgotten', async () => {
        const parent = await bench.submit({ idempotencyKey: 'parent' })
        const child = { task: 'text', params: 1, idempotencyKey: 'child', dependsOn: [parent.id] }
        const [first] = await bench.spool.submit([child])
        await bench.drain()
        await bench.spool.purge()
        expect(await bench.spool.submit([child])).toMatchObject([{ id: first?.id, status: 'forgotten' }])
      })

      it('for a year after the job was submitted', async () => {
        const { id } = await bench.finished({ idempotencyKey: 'old' })
        bench.clock.pass(364 * day)
        await bench.settle()
        expect(await bench.submit({ idempotencyKey: 'old' })).toMatchObject({ id, status: 'forgotten' })
        bench.clock.pass(2 * day)
        await bench.settle()
        expect(await bench.submit({ idempotencyKey: 'old' })).toMatchObject({ status: 'queued' })
      })

      it('so that another spool can import them', async () => {
        await bench.spool.submit(merge)
        await bench.drain()
        await bench.spool.purge()
        const first = await bench.spool.keys({ limit: 50 })
        const { keys: rest, next } = await bench.spool.keys({ limit: 50, ...(first.next && { after: first.next }) })
        expect([first.keys.length, rest.length, next]).toEqual([50, 10, undefined])
        expect(await bench.spool.importKeys(rest)).toBe(0)
        const fresh = { digest: 'A'.repeat(22), id: rest[0]?.id ?? '' }
        expect(await bench.spool.importKeys([fresh])).toBe(1)
        expect((await bench.spool.keys()).keys.at(-1)).toEqual(fresh)
        await expect(bench.spool.importKeys([{ digest: 'short', id: fresh.id }])).rejects.toMatchObject(
          refused('ERR_PARAMS'),
        )
      })
    })

    it('up to the limit: the oldest ended jobs go first', async () => {
      const waiting = await bench.submit({ hold: true })
      const old = await bench.finished({ title: 'old' })
      for (let i = 0; i < 150; i++) await bench.finished()
      bench.clock.pass(3_600_000)
      await bench.settle()
      expect(await bench.status(old.id)).toBe('unknown')
      expect(await bench.status(waiting.id)).toBe('held')
      expect((await bench.spool.list({ status: ['finished'] })).total).toBe(20)
    })

    it('no longer than their retention after their end', async () => {
      const { id } = await bench.finished()
      bench.clock.pass(31 * 86_400_000)
      await bench.settle()
      expect(await bench.status(id)).toBe('unknown')
    })

    it('that were too young when a purge was requested, even if the purge ends later', async () => {
      const { id } = await bench.finished()
      const purged = bench.spool.purge(1000)
      bench.clock.pass(5000)
      expect(await purged).toBe(0)
      expect(await bench.status(id)).toBe('finished')
      expect(await bench.spool.purge(1000)).toBe(1)
    })

    it('for one to two hours after the clock jumps past their retention', async () => {
      const hour = 3_600_000
      const { id } = await bench.finished()
      bench.clock.pass(hour)
      const right = bench.clock.now()
      bench.clock.set(right + 90 * 86_400_000)
      await bench.finished()
      bench.clock.pass(hour)
      bench.clock.set(right + hour)
      bench.clock.pass(2 * hour)
      await bench.settle()
      expect(await bench.status(id)).toBe('finished')

      bench.clock.set(right + 90 * 86_400_000)
      bench.clock.pass(2 * hour)
      await bench.settle()
      expect(await bench.status(id)).toBe('unknown')
    })

    it('until a user purges those that have ended', async () => {
      const old = await bench.finished()
      bench.clock.pass(10_000)
      const young = await bench.failed()
      expect(await bench.spool.purge(5_000)).toBe(1)
      expect([await bench.status(old.id), await bench.status(young.id)]).toEqual(['unknown', 'failed'])
      expect(await bench.spool.purge()).toBe(1)
    })

    it('until a purge, which counts the age of a job from its end, even if the job was imported', async () => {
      const old = await bench.finished()
      await bench.spool.purge()
      bench.clock.pass(10_000)
      const young = await bench.finished()
      await bench.spool.import([old])
      expect(await bench.spool.purge(5_000)).toBe(1)
      expect([await bench.status(old.id), await bench.status(young.id)]).toEqual(['unknown', 'finished'])
    })

    it('so that another spool can import them', async () => {
      const held = await bench.submit({ title: 'held', hold: true, params: { svg: 'x'.repeat(10_000) } })
      const done = await bench.finished({ title: 'done' })
      const exported = []
      for await (const job of bench.spool.export()) exported.push(job)
      expect(await bench.spool.import(exported)).toBe(0)
      await bench.spool.cancel(held.id)
      await bench.spool.purge()
      expect(await bench.spool.import(exported)).toBe(2)
      expect(await bench.get(held.id)).toMatchObject({
        title: 'held',
        status: 'held',
        params: held.paramsFile ? {} : held.params,
      })
      expect(await bench.get(done.id)).toEqual(done)
    })

    it('from another spool whose clock is ahead: the ids of later jobs sort after theirs', async () => {
      const job = await bench.submit({ hold: true })
      const id = `7${job.id.slice(1)}`
      expect(await bench.spool.import([{ ...job, id }])).toBe(1)
      expect((await bench.submit()).id > id).toBe(true)
    })

    it('from another spool with the greatest possible id, and gives later jobs other ids', async () => {
      const job = await bench.submit({ hold: true })
      expect(await bench.spool.import([{ ...job, id: '7ZZZZZZZZZZZZZZZZZZZZZZZZZ' }])).toBe(1)
      const later = [await bench.submit(), await bench.submit()]
      expect(new Set([job, ...later].map(({ id }) => id)).size).toBe(3)
    })

    it('from another spool, but none whose idempotency key belongs to another job, so that nothing is drawn twice', async () => {
      const job = await bench.submit({ idempotencyKey: 'row 1', hold: true })
      const copyOf = (digit: string, key: string) => ({ ...job, id: `${digit}${job.id.slice(1)}`, idempotencyKey: key })
      expect(await bench.spool.import([copyOf('1', 'row 1')])).toBe(0)
      expect(await bench.spool.import([copyOf('2', 'row 2'), copyOf('3', 'row 2')])).toBe(1)
      const importing = bench.spool.import([copyOf('4', 'row 3')])
      const [again] = await Promise.all([bench.spool.import([copyOf('5', 'row 3')]), importing])
      expect(again + (await importing)).toBe(1)
      await bench.spool.cancel(job.id)
      await bench.spool.remove(job.id)
      expect(await bench.spool.import([copyOf('1', 'row 1')])).toBe(0)
      expect(await bench.spool.import([job])).toBe(1)
      expect((await bench.spool.list()).jobs).toHaveLength(3)
    })

    it('of another spool that moves here, even when a job here has the same idempotency key', async () => {
      const job = await bench.submit({ idempotencyKey: 'row 1', hold: true })
      const [first, second] = ['1', '2'].map((digit) => ({ ...job, id: `${digit}${job.id.slice(1)}` }))
      const importing = bench.spool.import([first ?? job, second ?? job], { isMove: true })
      expect((await bench.submit({ title: 'at the same time' })).title).toBe('at the same time')
      expect(await importing).toBe(2)
      expect(await bench.spool.hold((await bench.spool.unhold(first?.id ?? '')).id)).toMatchObject({ status: 'held' })
      expect(await bench.submit({ idempotencyKey: 'row 1' })).toMatchObject({ repeated: true, status: 'held' })
    })

    it('of an import, even if the spool removes its own copy of the job at the same moment', async () => {
      const job = await bench.submit()
      await bench.spool.cancel(job.id)
      const pausing = bench.spool.pauseQueue('p')
      await new Promise((turn) => setImmediate(turn)) // the next changes share a commit
      const [, added] = await Promise.all([bench.spool.remove(job.id), bench.spool.import([job]), pausing])
      expect([added, await bench.status(job.id)]).toEqual([1, 'queued'])
    })

    it('from another spool as after a restart: a plot under way is interrupted', async () => {
      const { id } = await bench.rendered()
      await bench.plot()
      const exported = []
      for await (const job of bench.spool.export()) exported.push(job)
      await bench.spool.cancel(id)
      await bench.spool.remove(id)
      await bench.spool.import(exported)
      expect(await bench.get(id)).toMatchObject({ status: 'interrupted', reason: { code: 'restart' } })
    })

    it('from another spool with the jobs that they wait for, in any order', async () => {
      const parents = [await bench.submit({ title: 'to be drawn' }), await bench.submit({ title: 'to be canceled' })]
      const children = await Promise.all(parents.map(({ id }) => bench.submit({ dependsOn: [id] })))
      const jobs = await Promise.all([...children, ...parents].map(({ id }) => bench.get(id)))
      for (const { id } of parents) await bench.spool.cancel(id)
      await bench.spool.purge()
      await bench.spool.import(jobs)
      expect(await Promise.all(children.map(({ id }) => bench.status(id)))).toEqual(['scheduled', 'scheduled'])
      await bench.spool.cancel(parents[1]?.id ?? '')
      expect(await bench.status(children[1]?.id ?? '')).toBe('failed')
      const claim = await bench.render()
      expect(claim.job.title).toBe('to be drawn')
      await bench.spool.complete(claim, aResult)
      expect(await bench.status(children[0]?.id ?? '')).toBe('queued')
    })

    it('from another spool up to the first invalid job', async () => {
      const parent = await bench.submit({ title: 'done here meanwhile' })
      const child = await bench.get((await bench.submit({ dependsOn: [parent.id] })).id)
      await bench.spool.cancel(child.id)
      await bench.spool.remove(child.id)
      await bench.spool.complete(await bench.render(), aResult)
      const jobs = [child, { ...child, id: 'none' }]
      await expect(bench.spool.import(jobs)).rejects.toMatchObject(refused('ERR_PARAMS'))
      expect(await bench.status(child.id)).toBe('queued')
    })

    it('only under ids whose timestamp is within the range of a ULID', async () => {
      const job = await bench.submit()
      const id = '8ZZZZZZZZZZZZZZZZZZZZZZZZZ'
      await expect(bench.spool.import([{ ...job, id }])).rejects.toMatchObject(refused('ERR_PARAMS'))
      const key = { digest: 'a'.repeat(22), id }
      await expect(bench.spool.importKeys([key])).rejects.toMatchObject(refused('ERR_PARAMS'))
    })

    it.each([
      { order: 1e17 },
      { order: -1e17 },
      { order: Number.NaN },
      { createdAt: 1e16 },
      { startedAt: 1e308 },
      { endedAt: 1e16 },
      { endedAt: undefined },
    ])('from another spool only with a possible place and possible times: %O', async (fields) => {
      const job = await bench.failed()
      await bench.spool.remove(job.id)
      await expect(bench.spool.import([{ ...job, ...fields } as Job])).rejects.toMatchObject({
        code: 'ERR_PARAMS',
        detail: { field: Object.keys(fields)[0] },
      })
      expect(await bench.spool.import([job])).toBe(1)
    })

    it('from another spool only with an id', async () => {
      const { id: _, ...nameless } = await bench.submit()
      await expect(bench.spool.import([nameless as never])).rejects.toMatchObject(refused('ERR_PARAMS'))
    })
  })
}
