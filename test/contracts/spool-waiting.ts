import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Job } from '../../src/spool/job.ts'
import { anError, aResult, type Bench, refused } from './spool.ts'

export function itSchedules(bench: Bench): void {
  describe('makes a job wait for its time', () => {
    it('and queues it then', async () => {
      const { id } = await bench.submit({ runAt: bench.clock.now() + 7_200_000 })
      expect(await bench.status(id)).toBe('scheduled')
      bench.clock.pass(7_199_999)
      expect(await bench.spool.claim({ stage: 'render', holder: 'w' })).toBeUndefined()
      bench.clock.pass(1)
      expect((await bench.render()).job.id).toBe(id)
    })

    it('and queues several jobs in the order of their times, not of their submits', async () => {
      for (const [title, wait] of [
        ['late', 3000],
        ['early', 1000],
        ['middle', 2000],
      ] as const) {
        await bench.submit({ title, runAt: bench.clock.now() + wait })
      }
      const order: string[] = []
      for (let i = 0; i < 3; i++) {
        bench.clock.pass(1000)
        order.push(...(await bench.drain()))
        await setImmediate() // on a busy machine the schedule sets its next timer in the next turn
      }
      expect(order).toEqual(['early', 'middle', 'late'])
    })

    it('by the wall clock: longer when the clock is set back, and at most a minute more when it is set forward to that time', async () => {
      const start = bench.clock.now()
      const { id } = await bench.submit({ runAt: start + 600_000 })
      bench.clock.set(start - 3_600_000)
      bench.clock.pass(600_000)
      expect(await bench.status(id)).toBe('scheduled')
      bench.clock.set(start + 600_000)
      bench.clock.pass(60_000)
      expect((await bench.render()).job.id).toBe(id)
    })

    it('not at all when the time is past', async () => {
      expect(await bench.submit({ runAt: bench.clock.now() - 1 })).toMatchObject({ status: 'queued' })
    })

    it('and does not queue it while it is held', async () => {
      const { id } = await bench.submit({ runAt: bench.clock.now() + 1000 })
      await bench.spool.hold(id)
      bench.clock.pass(2000)
      await bench.settle()
      expect(await bench.status(id)).toBe('held')
      expect(await bench.spool.unhold(id)).toMatchObject({ status: 'queued' })
    })
  })

  describe('makes a failed render wait for its next try', () => {
    const retries = { max: 2, backoffMs: 1000 }

    it('twice as long each time, with jitter, until no tries are left', async () => {
      const { id } = await bench.submit({ retries })
      const first = await bench.spool.fail(await bench.render(), anError)
      expect(first).toMatchObject({ status: 'scheduled', reason: { code: 'retry' }, error: anError })
      bench.clock.pass(749)
      expect(await bench.spool.claim({ stage: 'render', holder: 'w' })).toBeUndefined()
      bench.clock.pass(1)
      await bench.spool.fail(await bench.render(), anError)
      bench.clock.pass(1499)
      expect(await bench.spool.claim({ stage: 'render', holder: 'w' })).toBeUndefined()
      bench.clock.pass(1)
      expect(await bench.spool.fail(await bench.render(), anError)).toMatchObject({ status: 'failed', attempts: 3 })
      expect(await bench.status(id)).toBe('failed')
    })

    it('also when a parent of the job ends a second time', async () => {
      const parent = await bench.finished()
      const { id } = await bench.submit({ dependsOn: [parent.id], retries })
      await bench.spool.fail(await bench.render(), anError)
      await bench.spool.askInk([{ id: parent.id, plot: { plotter: 'A', copies: 1 }, result: aResult }])
      await bench.spool.complete(await bench.plot())
      expect(await bench.get(id)).toMatchObject({ status: 'scheduled', reason: { code: 'retry' } })
    })

    it('no longer than the backoff, even when the clock is put back meanwhile', async () => {
      await bench.submit({ retries })
      await bench.spool.fail(await bench.render(), anError)
      bench.clock.set(0)
      bench.clock.pass(1000)
      expect((await bench.render()).job.attempts).toBe(2)
    })

    it('unless the job is canceled meanwhile', async () => {
      const { id } = await bench.submit({ retries })
      await bench.spool.fail(await bench.render(), anError)
      await bench.spool.cancel(id)
      bench.clock.pass(10_000)
      await bench.settle()
      expect(await bench.status(id)).toBe('canceled')
    })
  })

  describe('makes a job wait for others', () => {
    it('until all of them have finished', async () => {
      const [a, b] = [await bench.submit({ title: 'a' }), await bench.submit({ title: 'b' })]
      const child = await bench.submit({ title: 'child', dependsOn: [a.id, b.id], priority: 100 })
      expect(child).toMatchObject({ status: 'scheduled', reason: { code: 'dependency' } })
      expect(await bench.drain()).toEqual(['a', 'b', 'child'])
    })

    it('and for its own time, too', async () => {
      const parent = await bench.submit()
      const child = await bench.submit({ dependsOn: [parent.id], runAt: bench.clock.now() + 1000 })
      await bench.drain()
      expect(await bench.status(child.id)).toBe('scheduled')
      bench.clock.pass(1000)
      expect((await bench.render()).job.id).toBe(child.id)
    })

    it('not at all when they have finished already', async () => {
      const parent = await bench.finished()
      expect(await bench.submit({ dependsOn: [parent.id] })).toMatchObject({ status: 'queued' })
    })

    it('and fails the job, with an error that names the canceled job, when one of the others is canceled; the jobs that wait for the failed job fail too', async () => {
      const parent = await bench.submit()
      const child = await bench.submit({ dependsOn: [parent.id] })
      const held = await bench.submit({ dependsOn: [child.id], hold: true })
      await bench.spool.cancel(parent.id)
      expect(await bench.get(child.id)).toMatchObject({
        status: 'failed',
        error: { code: 'ERR_DEPENDENCY_FAILED', message: expect.stringContaining(parent.id) },
      })
      expect(await bench.get(held.id)).toMatchObject({ status: 'failed', error: { code: 'ERR_DEPENDENCY_FAILED' } })
    })

    it('and fails a chain of 15,000 jobs when the first is canceled', async () => {
      const first = await bench.submit({ hold: true })
      const id = (i: number) => `01ARZ3NDEKTSV4RRFF${String(i).padStart(8, '0')}`
      const line = Array.from({ length: 15_000 }, (_, i): Job => {
        return { ...first, id: id(i), order: i, status: 'scheduled', dependsOn: [i === 0 ? first.id : id(i - 1)] }
      })
      await bench.spool.import(line)
      await bench.spool.cancel(first.id)
      expect(await bench.get(id(14_999))).toMatchObject({ error: { code: 'ERR_DEPENDENCY_FAILED' } })
    })

    it('or for the job with the same key as a parent that an import leaves out', async () => {
      const job = await bench.submit({ idempotencyKey: 'row 1' })
      const otherId = (digit: string) => `${digit}${job.id.slice(1)}`
      const reason = { code: 'dependency' as const, message: 'waits' }
      const child: Job = { ...job, id: otherId('2'), status: 'scheduled', dependsOn: [otherId('1')], reason }
      const { idempotencyKey: _, ...keyless } = child
      expect(await bench.spool.import([{ ...job, id: otherId('1') }])).toBe(0)
      expect(await bench.spool.import([keyless])).toBe(1)
      expect(await bench.get(child.id)).toMatchObject({ status: 'scheduled', dependsOn: [job.id] })
      await bench.spool.complete(await bench.render(), aResult)
      expect(await bench.status(child.id)).toBe('queued')
    })

    it('or for the job with the same key as a parent that an import leaves out, even if the child comes before the parent', async () => {
      const job = await bench.submit({ idempotencyKey: 'row 1' })
      const otherId = (digit: string) => `${digit}${job.id.slice(1)}`
      const { idempotencyKey: _, ...keyless } = job
      const reason = { code: 'dependency' as const, message: 'waits' }
      const child: Job = { ...keyless, id: otherId('2'), status: 'scheduled', dependsOn: [otherId('1')], reason }
      expect(await bench.spool.import([child, { ...job, id: otherId('1') }])).toBe(1)
      expect(await bench.get(child.id)).toMatchObject({ status: 'scheduled', dependsOn: [job.id] })
      await bench.spool.complete(await bench.render(), aResult)
      expect(await bench.status(child.id)).toBe('queued')
    })

    it('again when a user asks for the ink of a finished job', async () => {
      const first = await bench.finished({ title: 'first' })
      const second = await bench.submit({ title: 'second', hold: true })
      const child = await bench.submit({ dependsOn: [first.id, second.id] })
      await bench.spool.askInk([{ id: first.id, plot: { plotter: 'A', copies: 1 }, result: aResult }])
      await bench.spool.unhold(second.id)
      expect(await bench.drain()).toEqual(['second'])
      expect(await bench.status(child.id)).toBe('scheduled')
      await bench.spool.complete(await bench.plot())
      expect(await bench.status(child.id)).toBe('queued')
    })

    it('and fails the waiting job when a finished job is removed and then imported as failed', async () => {
      const first = await bench.finished()
      const second = await bench.submit({ hold: true })
      const child = await bench.submit({ dependsOn: [first.id, second.id] })
      await bench.spool.remove(first.id)
      expect(await bench.spool.import([{ ...first, status: 'failed', error: anError }])).toBe(1)
      expect(await bench.get(child.id)).toMatchObject({ status: 'failed', error: { code: 'ERR_DEPENDENCY_FAILED' } })
    })

    it('while the failed render of one of them is tried again', async () => {
      const parent = await bench.submit({ retries: { max: 1, backoffMs: 10 } })
      const child = await bench.submit({ dependsOn: [parent.id] })
      await bench.spool.fail(await bench.render(), anError)
      expect(await bench.status(child.id)).toBe('scheduled')
    })

    it('and refuses the job when one of the others does not exist or can no longer finish', async () => {
      const unknown = bench.submit({ dependsOn: ['01ARZ3NDEKTSV4RRFFQ69G5FAV'] })
      await expect(unknown).rejects.toMatchObject(refused('ERR_JOB_UNKNOWN'))
      const { id } = await bench.failed()
      await expect(bench.submit({ dependsOn: [id] })).rejects.toMatchObject(refused('ERR_DEPENDENCY_FAILED'))
    })

    it('even when it is released before they have finished', async () => {
      const parent = await bench.submit()
      const child = await bench.submit({ dependsOn: [parent.id], hold: true })
      expect(await bench.spool.unhold(child.id)).toMatchObject({ status: 'scheduled' })
      await bench.drain()
      expect(await bench.status(child.id)).toBe('finished')
    })

    it('again when its parent is retried, and then the job itself', async () => {
      const parent = await bench.submit({ title: 'parent' })
      const child = await bench.submit({ title: 'child', dependsOn: [parent.id] })
      await bench.spool.cancel(parent.id)
      await expect(bench.spool.retry(child.id)).rejects.toMatchObject(refused('ERR_DEPENDENCY_FAILED'))
      await bench.spool.retry(parent.id)
      expect(await bench.spool.retry(child.id)).toMatchObject({ status: 'scheduled' })
      expect(await bench.drain()).toEqual(['parent', 'child'])
    })
  })
}
