import { describe, expect, it } from 'vitest'
import type { Job } from '../../src/spool/job.ts'
import { anError, aResult, type Bench, refused } from './spool.ts'

export function itGivesClaims(bench: Bench): void {
  describe('gives claims to render', () => {
    it('by priority, and by age among equals', async () => {
      for (const [title, priority] of [
        ['c', 50],
        ['e', 25],
        ['a', 75],
        ['d', 50],
        ['b', 75],
      ] as const) {
        await bench.submit({ title, priority })
      }
      expect(await bench.drain()).toEqual(['a', 'b', 'c', 'd', 'e'])
    })

    it('in the order of the list, also for imported jobs with the order numbers of other jobs', async () => {
      const job = await bench.submit({ hold: true })
      const copyOf = (digit: string): Job => ({ ...job, id: `${digit}${job.id.slice(1)}`, status: 'queued' })
      const copies = ['3', '1', '2'].map(copyOf)
      await bench.spool.import(copies)
      const { jobs } = await bench.spool.list({ status: ['queued'] })
      const claimed: string[] = []
      for (const _ of copies) claimed.push((await bench.render()).job.id)
      expect(claimed).toEqual(jobs.map(({ id }) => id))
    })

    it('for jobs of tasks that the holder can render, and for no other jobs', async () => {
      await bench.submit({ task: 'text', priority: 90 })
      await bench.submit({ task: 'pattern', title: 'later' })
      await bench.submit({ task: 'pattern', title: 'sooner', priority: 75 })
      const claim = (...tasks: string[]) => bench.spool.claim({ stage: 'render', holder: 'w', tasks })
      expect((await claim('pattern', 'photo'))?.job.title).toBe('sooner')
      expect((await claim('pattern', 'photo'))?.job.title).toBe('later')
      expect(await claim('pattern')).toBeUndefined()
      expect(await claim()).toBeUndefined()
      expect((await claim('text', 'pattern'))?.job.task).toBe('text')
    })

    it('once for each job, even when two calls come together', async () => {
      await bench.submit()
      const claims = [1, 2].map(() => bench.spool.claim({ stage: 'render', holder: 'w' }))
      expect((await Promise.all(claims)).filter((claim) => claim !== undefined)).toHaveLength(1)
    })

    it('after which the job is finished, or rendered if it asks for ink', async () => {
      expect(await bench.finished()).toMatchObject({ status: 'finished', result: aResult, endedAt: bench.clock.now() })
      expect(await bench.rendered()).toMatchObject({ status: 'rendered', result: aResult })
    })

    it('that can be completed only with a result', async () => {
      await bench.submit()
      const claim = await bench.render()
      await expect(bench.spool.complete(claim)).rejects.toMatchObject(refused('ERR_PARAMS'))
      expect(await bench.spool.complete(claim, aResult)).toMatchObject({ status: 'finished' })
    })

    it('whose job fails with the error that the holder gives', async () => {
      expect(await bench.failed()).toMatchObject({ status: 'failed', error: anError, attempts: 1 })
    })

    it('that their holder may give back, which counts as no attempt', async () => {
      await bench.submit()
      expect(await bench.spool.release(await bench.render())).toMatchObject({ status: 'queued', attempts: 0 })
      expect((await bench.render()).job.attempts).toBe(1)
    })

    it('while other jobs are submitted', async () => {
      const work = Array.from({ length: 50 }, async (_, i) => {
        await bench.submit({ title: `job ${i}` })
        const claim = await bench.render()
        return (await bench.spool.complete(claim, aResult)).id
      })
      expect(new Set(await Promise.all(work)).size).toBe(50)
    })
  })

  describe('gives claims to plot', () => {
    it('to the plotter of the job, or to any plotter when the job is for any', async () => {
      await bench.rendered({ title: 'for B', plot: { plotter: 'B', copies: 1 }, priority: 90 })
      await bench.rendered({ title: 'for any' })
      await bench.rendered({ title: 'for A', plot: { plotter: 'A', copies: 1 }, priority: 60 })
      expect((await bench.plot()).job.title).toBe('for A')
      expect((await bench.plot()).job.title).toBe('for any')
      expect(await bench.spool.claim({ stage: 'plot', holder: 'A', plotters: ['A', 'any'] })).toBeUndefined()
      expect((await bench.plot('B')).job.title).toBe('for B')
    })

    it('by id, when the caller wants a certain job', async () => {
      await bench.rendered({ title: 'first', priority: 90 })
      const { id } = await bench.rendered({ title: 'wanted' })
      const elsewhere = await bench.rendered({ title: 'for B', plot: { plotter: 'B', copies: 1 } })
      const claimOf = (job: string) =>
        bench.spool.claim({ stage: 'plot', holder: 'A', plotters: ['A', 'any'], id: job })
      expect(await claimOf(elsewhere.id)).toBeUndefined()
      expect(await claimOf('nobody')).toBeUndefined()
      expect((await claimOf(id))?.job.title).toBe('wanted')
      expect(await claimOf(id)).toBeUndefined()
      const { id: waits } = await bench.submit({ plot: { plotter: 'any', copies: 1 } })
      expect(await claimOf(waits)).toBeUndefined()
    })

    it('by id, but not while the queue of the plotter is paused', async () => {
      const { id } = await bench.rendered()
      await bench.spool.pauseQueue('A')
      const request = { stage: 'plot', holder: 'A', plotters: ['A', 'any'], id } as const
      expect(await bench.spool.claim(request)).toBeUndefined()
      await bench.spool.resumeQueue('A')
      expect((await bench.spool.claim(request))?.job.id).toBe(id)
    })

    it('of a job for any plotter, only to plotters that can draw it', async () => {
      await bench.submit({ plot: { plotter: 'any', copies: 1 } })
      const { id } = await bench.spool.complete(await bench.render(), { ...aResult, plotters: ['B', 'C'] })
      expect(await bench.spool.head(['A', 'any'])).toBeUndefined()
      expect(await bench.spool.claim({ stage: 'plot', holder: 'A', plotters: ['A', 'any'], id })).toBeUndefined()
      expect(await bench.spool.claim({ stage: 'plot', holder: 'A', plotters: ['A', 'any'] })).toBeUndefined()
      const claim = await bench.spool.claim({ stage: 'plot', holder: 'B', plotters: ['B', 'any'] })
      expect(claim?.job.id).toBe(id)
    })

    it('and names the first job of a plotter, even a job that is not rendered yet', async () => {
      expect(await bench.spool.head(['A', 'any'])).toBeUndefined()
      await bench.submit({ title: 'no ink' })
      await bench.submit({ title: 'for B', plot: { plotter: 'B', copies: 1 }, priority: 90 })
      await bench.submit({ title: 'held', plot: { plotter: 'A', copies: 1 }, hold: true, priority: 90 })
      const last = await bench.submit({ title: 'last', plot: { plotter: 'any', copies: 1 } })
      const first = await bench.submit({ title: 'first', plot: { plotter: 'A', copies: 1 }, priority: 60 })
      expect(await bench.spool.head(['A', 'any'])).toMatchObject({ id: first.id })
      await bench.spool.cancel(first.id)
      expect(await bench.spool.head(['A', 'any'])).toMatchObject({ id: last.id })
    })

    it('whose last holder can report how much of a canceled plot is drawn, but only once', async () => {
      const { id } = await bench.rendered()
      const claim = await bench.plot()
      await bench.spool.progress(claim, { phase: 'plot', done: 1, of: 10 })
      const drawn = { phase: 'plot', done: 3, begun: 4, of: 10 } as const
      await expect(bench.spool.reportInk(claim, drawn)).rejects.toMatchObject(refused('ERR_CLAIM_LOST'))
      await bench.spool.cancel(id)
      expect(await bench.spool.reportInk(claim, drawn)).toMatchObject({ status: 'canceled', progress: drawn })
      expect(await bench.get(id)).toMatchObject({ status: 'canceled', progress: drawn })
      await expect(bench.spool.reportInk(claim, drawn)).rejects.toMatchObject(refused('ERR_CLAIM_LOST'))
    })

    it('whose holder can report no ink after the job was retried and canceled again: its ink counts once', async () => {
      const { id } = await bench.rendered()
      const claim = await bench.plot()
      await bench.spool.progress(claim, { phase: 'plot', done: 3, of: 10, inkMm: 40, drawnSeconds: 2 })
      await bench.spool.cancel(id)
      await bench.spool.retry(id)
      await bench.spool.cancel(id)
      const drawn = { phase: 'plot', done: 3, of: 10, inkMm: 40, drawnSeconds: 2 } as const
      await expect(bench.spool.reportInk(claim, drawn)).rejects.toMatchObject(refused('ERR_CLAIM_LOST'))
      expect(await bench.get(id)).toMatchObject({ status: 'canceled', spent: { inkMm: 40 } })
    })

    it('whose job can pause with a reason, and continue', async () => {
      await bench.rendered()
      const claim = await bench.plot()
      const paused = await bench.spool.pause(claim, 'pen-change', 'blue, please')
      expect(paused).toMatchObject({ status: 'paused', reason: { code: 'pen-change', message: 'blue, please' } })
      expect(await bench.spool.unpause(claim)).toMatchObject({ status: 'plotting' })
      expect(await bench.spool.complete(claim)).toMatchObject({ status: 'finished', result: aResult })
    })

    it('whose job waits for an operator after a cut, and keeps its progress', async () => {
      const { id } = await bench.rendered()
      const claim = await bench.plot()
      await bench.spool.progress(claim, { phase: 'plot', done: 4, of: 10, planHash: 'h' })
      const cut = await bench.spool.interrupt(claim, 'connection-lost')
      expect(cut).toMatchObject({ status: 'interrupted', reason: { code: 'connection-lost' }, progress: { done: 4 } })
      expect(await bench.spool.claim({ stage: 'plot', holder: 'A', plotters: ['A', 'any'] })).toBeUndefined()
      const resumed = await bench.spool.claim({ stage: 'resume', holder: 'A', id })
      expect(resumed?.job).toMatchObject({ status: 'plotting', progress: { done: 4, planHash: 'h' } })
    })

    it('whose job, after a retry, starts again from the first stroke, without the complete copies', async () => {
      const { id } = await bench.rendered({ plot: { plotter: 'A', copies: 5 } })
      const claim = await bench.plot()
      await bench.spool.progress(claim, { phase: 'plot', done: 4, of: 10, copiesDone: 2 })
      await bench.spool.interrupt(claim, 'device-fault')
      expect(await bench.spool.retry(id)).not.toHaveProperty('progress')
      expect((await bench.get(id)).plot?.copies).toBe(3)
      expect((await bench.plot()).job).toMatchObject({ id, plot: { plotter: 'A', copies: 3 } })
    })

    it('that their holder may give back only while the paper is clean', async () => {
      await bench.rendered()
      expect(await bench.spool.release(await bench.plot())).toMatchObject({ status: 'rendered' })
      const claim = await bench.plot()
      await bench.spool.progress(claim, { phase: 'plot', done: 1, of: 10 })
      await expect(bench.spool.release(claim)).rejects.toMatchObject(refused('ERR_JOB_STATE'))
    })

    it('whose failure ends the job, even if it has retries', async () => {
      await bench.rendered({ retries: { max: 5, backoffMs: 1 } })
      expect(await bench.spool.fail(await bench.plot(), anError)).toMatchObject({ status: 'failed' })
    })

    it('by id for a resume, only when the job is interrupted', async () => {
      const { id } = await bench.rendered()
      const resume = (which: string) => bench.spool.claim({ stage: 'resume', holder: 'A', id: which })
      await expect(resume(id)).rejects.toMatchObject(refused('ERR_JOB_STATE'))
      await expect(resume('nobody')).rejects.toMatchObject(refused('ERR_JOB_UNKNOWN'))
    })
  })

  describe('takes work away', () => {
    it('when the job is canceled: the signal aborts, and the late holder is refused', async () => {
      const { id } = await bench.submit()
      const claim = await bench.render()
      expect(claim.signal.aborted).toBe(false)
      await bench.spool.cancel(id)
      expect(claim.signal.aborted).toBe(true)
      const calls = [bench.spool.complete(claim, aResult), bench.spool.fail(claim, anError), bench.spool.release(claim)]
      for (const verb of calls) await expect(verb).rejects.toMatchObject(refused('ERR_CLAIM_LOST'))
      await expect(bench.spool.progress(claim, { phase: 'render', done: 1, of: 1 })).rejects.toMatchObject(
        refused('ERR_CLAIM_LOST'),
      )
      expect(await bench.status(id)).toBe('canceled')
    })

    it('when the job is done: nothing is completed twice, and the signal is not aborted', async () => {
      await bench.submit()
      const claim = await bench.render()
      await bench.spool.complete(claim, aResult)
      await expect(bench.spool.complete(claim, aResult)).rejects.toMatchObject(refused('ERR_CLAIM_LOST'))
      expect(claim.signal.aborted).toBe(false)
    })

    it('so that an old claim gives no access to a job that has another claim now', async () => {
      const { id } = await bench.submit()
      const old = await bench.render()
      await bench.spool.cancel(id)
      await bench.spool.retry(id)
      const fresh = await bench.render()
      await expect(bench.spool.complete(old, aResult)).rejects.toMatchObject(refused('ERR_CLAIM_LOST'))
      expect(await bench.spool.complete(fresh, aResult)).toMatchObject({ status: 'finished' })
    })
  })
}
