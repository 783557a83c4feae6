import { describe, expect, it } from 'vitest'
import { aResult, type Bench, refused } from './spool.ts'

export function itObeysTheOperator(bench: Bench): void {
  describe('lets an operator', () => {
    it('cancel a job that is queued, held, scheduled or rendered, and only once', async () => {
      const queued = await bench.submit()
      const held = await bench.submit({ hold: true })
      const scheduled = await bench.submit({ runAt: bench.clock.now() + 1000 })
      for (const { id } of [queued, held, scheduled]) {
        expect(await bench.spool.cancel(id)).toMatchObject({ status: 'canceled', endedAt: bench.clock.now() })
      }
      const { id } = await bench.rendered()
      expect(await bench.spool.cancel(id)).toMatchObject({ status: 'canceled' })
      await expect(bench.spool.cancel(id)).rejects.toMatchObject(refused('ERR_JOB_STATE'))
    })

    it('hold a job that waits, and release it to its old place', async () => {
      const first = await bench.submit({ title: 'first' })
      await bench.submit({ title: 'second' })
      expect(await bench.spool.hold(first.id)).toMatchObject({ status: 'held' })
      expect((await bench.render()).job.title).toBe('second')
      expect(await bench.spool.claim({ stage: 'render', holder: 'w' })).toBeUndefined()
      expect(await bench.spool.unhold(first.id)).toMatchObject({ status: 'queued', order: first.order })
      expect((await bench.render()).job.title).toBe('first')
    })

    it('cancel and retry a job at the same moment as a worker claims it again', async () => {
      const { id } = await bench.submit()
      const before = await bench.render()
      const canceling = bench.spool.cancel(id)
      const retrying = bench.spool.retry(id)
      const again = await bench.render()
      await Promise.all([canceling, retrying])
      expect([before.signal.aborted, again.signal.aborted]).toEqual([true, false])
      expect(await bench.spool.complete(again, aResult)).toMatchObject({ id, status: 'finished' })
    })

    it('hold a rendered job before it reaches paper', async () => {
      const { id } = await bench.rendered()
      await bench.spool.hold(id)
      expect(await bench.spool.claim({ stage: 'plot', holder: 'A', plotters: ['A', 'any'] })).toBeUndefined()
      expect(await bench.spool.unhold(id)).toMatchObject({ status: 'rendered' })
      expect((await bench.plot()).job.id).toBe(id)
    })

    it('hold a job that is being rendered: the signal aborts, the late holder is refused, and the attempt does not count', async () => {
      const { id } = await bench.submit()
      const claim = await bench.render()
      expect(await bench.spool.hold(id)).toMatchObject({ status: 'held', attempts: 0 })
      expect(claim.signal.aborted).toBe(true)
      await expect(bench.spool.complete(claim, aResult)).rejects.toMatchObject(refused('ERR_CLAIM_LOST'))
      await bench.spool.unhold(id)
      expect((await bench.render()).job.id).toBe(id)
    })

    it('hold no job that is being plotted', async () => {
      const { id } = await bench.rendered()
      await bench.plot()
      await expect(bench.spool.hold(id)).rejects.toMatchObject(refused('ERR_JOB_STATE'))
    })

    it('send a job to the very front', async () => {
      await bench.submit({ title: 'urgent', priority: 100 })
      const { id } = await bench.submit({ title: 'now', priority: 1 })
      await bench.spool.top(id)
      expect(await bench.drain()).toEqual(['now', 'urgent'])
    })

    it('move a job before another, or to the end of its priority', async () => {
      const [a, b, c] = [
        await bench.submit({ title: 'a' }),
        await bench.submit({ title: 'b' }),
        await bench.submit({ title: 'c' }),
      ]
      const low = await bench.submit({ title: 'low', priority: 1 })
      await bench.spool.move(low.id, b.id)
      await bench.spool.move(a.id)
      await bench.spool.move(c.id, low.id)
      expect(await bench.drain()).toEqual(['c', 'low', 'b', 'a'])
    })

    it('move jobs into the same gap 120 times', async () => {
      const last = await bench.submit({ title: 'last' })
      const jobs = [await bench.submit({ title: 'x' }), await bench.submit({ title: 'y' })]
      for (let i = 0; i < 120; i++) await bench.spool.move(jobs[i % 2]?.id ?? '', last.id)
      expect(await bench.drain()).toEqual(['x', 'y', 'last'])
    })

    it('move a job between two imported jobs that share an order', async () => {
      const job = await bench.submit({ title: 'moved' })
      const copies = ['a', 'b', 'c'].map((title, i) => ({
        ...job,
        title,
        id: `01ARZ3NDEKTSV4RRFFQ69G5F${i}V`,
        order: 7,
      }))
      await bench.spool.import(copies)
      await bench.spool.move(job.id, copies[2]?.id)
      expect(await bench.drain()).toEqual(['a', 'b', 'moved', 'c'])
    })

    it('import no job with an invalid field, which the error names with the job', async () => {
      const job = await bench.submit()
      const other = '01ARZ3NDEKTSV4RRFFQ69G5FAV'
      const invalid = bench.spool.import([{ ...job, id: other, title: 'x'.repeat(1000) }])
      await expect(invalid).rejects.toThrow(new RegExp(`^imported job ${other}: title`))
      expect(await bench.spool.get(other)).toBeUndefined()
    })

    it('move no job that is being worked on', async () => {
      const { id } = await bench.submit()
      await bench.render()
      for (const verb of [bench.spool.top(id), bench.spool.move(id)]) {
        await expect(verb).rejects.toMatchObject(refused('ERR_JOB_STATE'))
      }
    })

    it('retry a failed or canceled job from the start, at the end of its priority', async () => {
      const failed = await bench.failed({ title: 'failed' })
      const canceled = await bench.submit({ title: 'canceled' })
      await bench.spool.cancel(canceled.id)
      await bench.submit({ title: 'new' })
      expect(await bench.spool.retry(failed.id)).toMatchObject({ status: 'queued', attempts: 0 })
      const again = await bench.spool.retry(canceled.id)
      for (const key of ['error', 'endedAt', 'startedAt', 'result']) expect(again).not.toHaveProperty(key)
      expect(await bench.drain()).toEqual(['new', 'failed', 'canceled'])
    })

    it('plot jobs that were only rendered: the spool accepts all in the order of the request, or none', async () => {
      const plot = { plotter: 'A', copies: 2 }
      const ink = (id: string) => ({ id, plot, result: { ...aResult, estimateSeconds: 7 } })
      const ids: string[] = []
      for (let i = 0; i < 22; i++) ids.push((await bench.finished({ title: `card ${i}` })).id)
      const [oldest = '', second = '', ...others] = ids
      const drawn = await bench.rendered()
      const refusals = [drawn.id, 'none'].map((id) => bench.spool.askInk([ink(oldest), ink(id)]))
      await expect(refusals[0]).rejects.toMatchObject(refused('ERR_JOB_STATE'))
      await expect(refusals[1]).rejects.toMatchObject(refused('ERR_JOB_UNKNOWN'))
      expect(await bench.status(oldest)).toBe('finished')
      const events = await bench.listen()
      const last = others.at(-1) ?? ''
      const request = await bench.spool.askInk([ink(second), ink(last), ink(oldest)])
      expect(request).toMatchObject([second, last, oldest].map((id) => ({ ...ink(id), status: 'rendered' })))
      expect(events.map((event) => event.type === 'changed' && event.job.id)).toEqual([second, last, oldest])
      for (const id of [drawn.id, second, last, oldest]) {
        const claim = await bench.plot()
        expect(claim.job.id).toBe(id)
        expect(claim.job).not.toHaveProperty('endedAt')
        await bench.spool.complete(claim)
      }
      await expect(bench.spool.askInk([ink(oldest)])).rejects.toThrow(/has been drawn/)
      expect((await bench.spool.list()).total).toBe(23)
    })

    it('plot a finished job only once, even if two requests for its ink come at the same moment', async () => {
      const { id } = await bench.finished()
      const request = { id, plot: { plotter: 'A', copies: 1 }, result: aResult }
      const both = await Promise.allSettled([bench.spool.askInk([request]), bench.spool.askInk([request])])
      expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
      await bench.spool.complete(await bench.plot())
      expect(await bench.spool.claim({ stage: 'plot', holder: 'A', plotters: ['A', 'any'] })).toBeUndefined()
    })

    it('retry a spoiled job only when the job that draws its card again was canceled', async () => {
      const spoiled = await bench.submit()
      await bench.spool.cancel(spoiled.id)
      const again = await bench.submit({ idempotencyKey: `spoiled-${spoiled.id}` })
      const refusal = { code: 'ERR_JOB_STATE', message: expect.stringContaining(`job ${again.id}, which is queued`) }
      await expect(bench.spool.retry(spoiled.id)).rejects.toMatchObject(refusal)
      await bench.spool.cancel(again.id)
      expect(await bench.spool.retry(spoiled.id)).toMatchObject({ status: 'queued' })
    })

    it('redraw a spoiled job: the submit also cancels that job and takes it from its holder', async () => {
      const { id } = await bench.rendered()
      const claim = await bench.plot()
      await bench.spool.progress(claim, { phase: 'plot', done: 1, begun: 1, of: 2 }, true)
      const redraw = { task: 'text', params: {}, spoils: { job: id, by: 'ada' }, idempotencyKey: `spoiled-${id}` }
      const [again] = await bench.spool.submit([redraw])
      expect(claim.signal.aborted).toBe(true)
      expect(await bench.spool.get(id)).toMatchObject({ status: 'canceled', progress: { done: 1 } })
      await bench.spool.reportInk(claim, { phase: 'plot', done: 2, of: 2 })
      expect(await bench.spool.submit([redraw])).toMatchObject([{ id: again?.id, repeated: true }])
    })

    it('redraw a spoiled job: the jobs that wait for it then wait for its redraw', async () => {
      const { id } = await bench.submit()
      const other = await bench.submit({ hold: true })
      const child = await bench.submit({ dependsOn: [other.id, id] })
      const held = await bench.submit({ dependsOn: [id], hold: true })
      const spoils = { job: id, by: 'ada' }
      const again = await bench.submit({ spoils, idempotencyKey: `spoiled-${id}`, priority: 100 })
      expect(await bench.status(id)).toBe('canceled')
      expect(await bench.spool.get(child.id)).toMatchObject({ status: 'scheduled', dependsOn: [other.id, again.id] })
      expect(await bench.spool.unhold(held.id)).toMatchObject({ status: 'scheduled', dependsOn: [again.id] })
      await bench.spool.cancel(other.id)
      expect(await bench.status(child.id)).toBe('failed')
      await bench.spool.complete(await bench.render(), aResult)
      expect([await bench.status(again.id), await bench.status(held.id)]).toEqual(['finished', 'queued'])
    })

    it('retry a job that waited for a spoiled card: the job waits for the attempt at the card that may still finish', async () => {
      const { id } = await bench.submit()
      const child = await bench.submit({ dependsOn: [id] })
      const redraw = await bench.submit({ spoils: { job: id, by: 'ada' }, idempotencyKey: `spoiled-${id}` })
      const last = { spoils: { job: redraw.id, by: 'ada' }, idempotencyKey: `spoiled-${redraw.id}` }
      const { id: lastId } = await bench.submit(last)
      await bench.spool.cancel(lastId)
      expect(await bench.get(child.id)).toMatchObject({ status: 'failed', dependsOn: [lastId] })
      await expect(bench.spool.retry(child.id)).rejects.toMatchObject(refused('ERR_DEPENDENCY_FAILED'))
      await bench.spool.retry(id)
      expect(await bench.spool.retry(child.id)).toMatchObject({ status: 'scheduled', dependsOn: [id] })
      bench.clock.pass(1)
      await bench.spool.complete(await bench.render(), aResult)
      expect(await bench.status(child.id)).toBe('queued')
    })

    it('retry a job whose parent was canceled before its card was drawn again: the job waits for the redraw', async () => {
      const { id } = await bench.submit()
      const child = await bench.submit({ dependsOn: [id] })
      await bench.spool.cancel(id)
      const redraw = await bench.submit({ spoils: { job: id, by: 'ada' }, idempotencyKey: `spoiled-${id}` })
      expect(await bench.spool.retry(child.id)).toMatchObject({ status: 'scheduled', dependsOn: [redraw.id] })
    })

    it('retry no job that waited for a finished card, if the redraw of the card was canceled', async () => {
      const { id } = await bench.finished()
      bench.clock.pass(1)
      const child = await bench.submit({ dependsOn: [id, (await bench.submit({ hold: true })).id] })
      const redraw = await bench.submit({ spoils: { job: id, by: 'ada' }, idempotencyKey: `spoiled-${id}` })
      await bench.spool.cancel(redraw.id)
      await expect(bench.spool.retry(child.id)).rejects.toMatchObject({ code: 'ERR_DEPENDENCY_FAILED' })
    })

    it('submit a job before all others', async () => {
      await bench.submit({ title: 'urgent', priority: 100 })
      await bench.submit({ title: 'now', priority: 1, isFirst: true })
      expect(await bench.drain()).toEqual(['now', 'urgent'])
    })

    it('redraw a finished job: a job that waits only for its time does not wait for the redraw', async () => {
      const { id } = await bench.finished()
      const child = await bench.submit({ dependsOn: [id], runAt: bench.clock.now() + 1000 })
      await bench.submit({ spoils: { job: id, by: 'ada' }, idempotencyKey: `spoiled-${id}`, hold: true })
      expect(await bench.status(id)).toBe('finished')
      expect(await bench.spool.get(child.id)).toMatchObject({ status: 'scheduled', dependsOn: [id] })
    })

    it('retry at most one at a time of the jobs that draw the same card', async () => {
      const jobs = [await bench.submit()]
      const ids = () => jobs.map(({ id }) => id)
      for (let i = 0; i < 3; i++) jobs.push(await bench.submit({ idempotencyKey: `spoiled-${ids()[i]}` }))
      const [first = '', second = '', third = '', last = ''] = ids()
      for (const id of [first, second, third]) await bench.spool.cancel(id)
      for (const id of [first, second, third]) {
        await expect(bench.spool.retry(id)).rejects.toThrow(`job ${last}, which is queued`)
      }
      await bench.spool.cancel(last)
      expect(await bench.spool.retry(first)).toMatchObject({ status: 'queued' })
      for (const id of [second, third, last]) {
        const refusal = { code: 'ERR_JOB_STATE', message: expect.stringContaining(`job ${first}, which is queued`) }
        await expect(bench.spool.retry(id)).rejects.toMatchObject(refusal)
      }
      await bench.spool.cancel(first)
      expect(await bench.spool.retry(third)).toMatchObject({ status: 'queued' })
      await bench.spool.cancel(third)
      await bench.spool.remove(last)
      await expect(bench.spool.retry(first)).rejects.toThrow(`job ${last}, which is forgotten, may have drawn its card`)
    })

    it('retry neither a finished job nor a job that waits', async () => {
      const { id } = await bench.finished()
      const waiting = await bench.submit()
      for (const one of [id, waiting.id]) {
        await expect(bench.spool.retry(one)).rejects.toMatchObject(refused('ERR_JOB_STATE'))
      }
    })

    it('cancel a job at the moment when its work ends: the spool accepts either the cancel or the result', async () => {
      const { id } = await bench.submit()
      const claim = await bench.render()
      const results = await Promise.allSettled([bench.spool.cancel(id), bench.spool.complete(claim, aResult)])
      const statuses = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.status] : []))
      expect(statuses).toHaveLength(1)
      expect(await bench.status(id)).toBe(statuses[0])
    })

    it('retry and remove a job at the same moment: the first request wins', async () => {
      for (const order of ['retry first', 'remove first']) {
        const { id } = await bench.failed()
        const verbs = [() => bench.spool.retry(id), () => bench.spool.remove(id)]
        if (order === 'remove first') verbs.reverse()
        const results = await Promise.allSettled(verbs.map((verb) => verb()))
        expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
        expect(await bench.status(id)).toBe(order === 'retry first' ? 'queued' : 'unknown')
      }
    })

    it('remove a job that has ended, with its log', async () => {
      const { id } = await bench.finished()
      await bench.spool.log(id, 'made with love')
      await bench.spool.remove(id)
      expect(await bench.spool.get(id)).toBeUndefined()
      await expect(bench.spool.logs(id)).rejects.toMatchObject(refused('ERR_JOB_UNKNOWN'))
      await expect(bench.spool.remove((await bench.submit()).id)).rejects.toMatchObject(refused('ERR_JOB_STATE'))
    })

    it('pause the whole queue', async () => {
      await bench.rendered({ title: 'ink' })
      await bench.submit()
      await bench.spool.pauseQueue('')
      expect(await bench.spool.claim({ stage: 'render', holder: 'w' })).toBeUndefined()
      expect(await bench.spool.claim({ stage: 'plot', holder: 'A', plotters: ['A', 'any'] })).toBeUndefined()
      await bench.spool.resumeQueue('')
      expect(await bench.render()).toBeDefined()
    })

    it('pause the queue of one plotter, while renders and other plotters continue', async () => {
      await bench.rendered({ title: 'for any' })
      await bench.submit()
      await bench.spool.pauseQueue('A')
      expect(await bench.spool.claim({ stage: 'plot', holder: 'A', plotters: ['A', 'any'] })).toBeUndefined()
      expect(await bench.render()).toBeDefined()
      const other = await bench.spool.claim({ stage: 'plot', holder: 'B', plotters: ['B', 'any'] })
      expect(other?.job.title).toBe('for any')
    })

    it('get an error from each verb about a missing job, and undefined from `get`', async () => {
      const { spool } = bench
      const verbs = ['cancel', 'hold', 'unhold', 'top', 'move', 'retry', 'remove', 'logs'] as const
      for (const verb of verbs) {
        await expect(spool[verb]('01ARZ3NDEKTSV4RRFFQ69G5FAV')).rejects.toMatchObject(refused('ERR_JOB_UNKNOWN'))
      }
      await expect(spool.log('nobody', 'x')).rejects.toMatchObject(refused('ERR_JOB_UNKNOWN'))
      expect(await spool.get('nobody')).toBeUndefined()
    })
  })
}
