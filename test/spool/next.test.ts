import { describe, expect, it } from 'vitest'
import type { Job, JobResult, JobStatus } from '../../src/spool/job.ts'
import { type JobEvent, MAX_CRASHES, next } from '../../src/spool/next.ts'

const NOW = 1_000_000
const result: JobResult = {
  path: 'a.svg',
  widthMm: 1,
  heightMm: 1,
  strokes: 3,
  penDownMm: 1,
  travelMm: 1,
  lifts: 1,
  estimateSeconds: 1,
  warnings: [],
}
const error = { code: 'ERR_TASK_FAILED', message: 'no ink' } as const

/** A job that asks for ink, in this state. */
function job(status: JobStatus, more: Partial<Job> = {}): Job {
  const rendered = ['rendered', 'plotting', 'paused', 'interrupted'].includes(status)
  return {
    id: 'J',
    task: 'text',
    params: {},
    title: 'A card',
    tags: [],
    priority: 50,
    order: 1,
    status,
    createdAt: 1,
    attempts: 1,
    timeoutMs: 1000,
    dependsOn: [],
    retries: { max: 2, backoffMs: 100 },
    plot: { plotter: 'any', copies: 1 },
    ...(rendered && { result }),
    ...(status === 'scheduled' && { runAt: NOW + 5 }),
    ...(['finished', 'failed', 'canceled'].includes(status) && { endedAt: 2 }),
    ...more,
  }
}

const EVENTS: readonly JobEvent[] = [
  { type: 'due' },
  { type: 'parents-finished' },
  { type: 'hold' },
  { type: 'unhold', isWaiting: false },
  { type: 'start' },
  { type: 'rendered', result },
  { type: 'plot' },
  { type: 'resume' },
  { type: 'progress', progress: { phase: 'plot', done: 1, of: 3 } },
  { type: 'pause', why: 'operator' },
  { type: 'unpause' },
  { type: 'interrupt', why: 'connection-lost' },
  { type: 'finish' },
  { type: 'fail', error },
  { type: 'parent-failed', parent: 'P', how: 'failed' },
  { type: 'release' },
  { type: 'restart' },
  { type: 'cancel' },
  { type: 'retry', isWaiting: false },
  { type: 'ask-ink', plot: { plotter: 'A', copies: 2 }, result },
]

/** The state after each event. '·' means that the event is refused. The columns have the order of EVENTS. */
const TABLE: Readonly<Record<JobStatus, string>> = {
  //            due       parents   hold unhold start   rendered plot     resume   progress pause  unpause  interrupt   finish   fail   parent-failed release  restart     cancel   retry    ask-ink
  scheduled:
    'queued    scheduled held ·      ·       ·        ·        ·        ·        ·      ·        ·           ·        ·      failed        ·        scheduled   canceled ·    ·',
  held: '     ·         held      ·    queued ·       ·        ·        ·        ·        ·      ·        ·           ·        ·      failed        ·        held        canceled ·    ·',
  queued:
    '   ·         ·         held ·      started ·        ·        ·        ·        ·      ·        ·           ·        ·      ·             ·        queued      canceled ·    ·',
  started:
    '  ·         ·         held ·      ·       rendered ·        ·        started  ·      ·        ·           ·        failed ·             queued   queued      canceled ·    ·',
  rendered:
    ' ·         ·         held ·      ·       ·        plotting ·        ·        ·      ·        ·           ·        ·      ·             ·        rendered    canceled ·    ·',
  plotting:
    ' ·         ·         ·    ·      ·       ·        ·        ·        plotting paused ·        interrupted finished failed ·             rendered interrupted canceled ·    ·',
  paused:
    '   ·         ·         ·    ·      ·       ·        ·        ·        paused   paused plotting interrupted ·        failed ·             rendered interrupted canceled ·    ·',
  interrupted:
    '·       ·         ·    ·      ·       ·        ·        plotting ·        ·      ·        ·           ·        ·      ·             ·        interrupted canceled rendered    ·',
  finished:
    ' ·         ·         ·    ·      ·       ·        ·        ·        ·        ·      ·        ·           ·        ·      ·             ·        finished    ·        ·    ·',
  failed:
    '   ·         ·         ·    ·      ·       ·        ·        ·        ·        ·      ·        ·           ·        ·      ·             ·        failed      ·        queued    ·',
  canceled:
    ' ·         ·         ·    ·      ·       ·        ·        ·        ·        ·      ·        ·           ·        ·      ·             ·        canceled    ·        queued    ·',
  forgotten:
    '·         ·         ·    ·      ·       ·        ·        ·        ·        ·      ·        ·           ·        ·      ·             ·        ·           ·        ·    ·',
}

describe('the states of a job', () => {
  describe.each(Object.entries(TABLE))('in %s,', (from, row) => {
    it.each(
      row
        .trim()
        .split(/\s+/)
        .map((to, i) => {
          const outcome = to === '·' ? 'is refused' : `leads to ${to}`
          return { to, outcome, event: EVENTS[i] as JobEvent }
        }),
    )('the event $event.type $outcome', ({ to, event }) => {
      const before = Object.freeze(job(from as JobStatus))
      if (to === '·') {
        expect(() => next(before, event, NOW)).toThrow(expect.objectContaining({ code: 'ERR_JOB_STATE' }))
      } else {
        expect(next(before, event, NOW).status).toBe(to)
      }
    })
  })

  it('are all in the table, each with every event', () => {
    expect(Object.values(TABLE).map((row) => row.trim().split(/\s+/).length)).toEqual(Array(12).fill(EVENTS.length))
  })

  it('end with rendering for a job that asks for no ink', () => {
    const { plot: _, ...svgOnly } = job('started')
    expect(next(svgOnly, { type: 'rendered', result }, NOW)).toMatchObject({ status: 'finished', result, endedAt: NOW })
  })

  it('accept a request for ink once for a job that was only rendered', () => {
    const { plot: _, ...rendered } = job('finished', { result, startedAt: 1 })
    const plot = { plotter: 'A', copies: 2 }
    const figures = { ...result, estimateSeconds: 7 }
    const waiting = next(rendered, { type: 'ask-ink', plot, result: figures }, NOW)
    expect(waiting).toMatchObject({ status: 'rendered', plot, result: figures, startedAt: 1 })
    expect(waiting).not.toHaveProperty('endedAt')
    const drawn = job('finished', { result })
    expect(() => next(drawn, { type: 'ask-ink', plot, result }, NOW)).toThrow(/has been drawn/)
    const { result: __, ...lost } = rendered
    expect(() => next(lost, { type: 'ask-ink', plot, result }, NOW)).toThrow(
      expect.objectContaining({ code: 'ERR_JOB_STATE' }),
    )
  })

  it('go back to `scheduled` after a failure that has a time for the next try', () => {
    const tried = next(job('started'), { type: 'fail', error, retryAt: NOW + 9 }, NOW)
    expect(tried).toMatchObject({ status: 'scheduled', runAt: NOW + 9, error, reason: { code: 'retry' } })
  })

  it('give the reason of a wait, and drop it when the wait ends', () => {
    const paused = next(job('plotting'), { type: 'pause', why: 'pen-change', message: 'blue, please' }, NOW)
    expect(paused.reason).toEqual({ code: 'pen-change', message: 'blue, please' })
    expect(next(paused, { type: 'unpause' }, NOW).reason).toBeUndefined()
  })

  it('refuse to release a job with ink', () => {
    const inked = job('plotting', { progress: { phase: 'plot', done: 1, of: 3 } })
    expect(() => next(inked, { type: 'release' }, NOW)).toThrow(/strokes on the paper/)
  })

  it('send an interrupted job to a new sheet without the progress of the old sheet', () => {
    const cut = job('interrupted', { progress: { phase: 'plot', done: 1, of: 3 } })
    expect(next(cut, { type: 'retry', isWaiting: false }, NOW)).not.toHaveProperty('progress')
  })

  it.each([
    ['4 of 10 copies are complete and the fifth was cut', { done: 1, copiesDone: 4 }, 6],
    ['4 of 10 copies are complete and the fifth has not begun', { done: 3, copiesDone: 3 }, 6],
    ['no copy is complete', { done: 2 }, 10],
    ['all copies are complete', { done: 3, copiesDone: 9 }, 1],
  ])('ask for the missing copies, at least one, when an interrupted job is tried again and %s', (_, progress, left) => {
    const plot = { plotter: 'axi', copies: 10, pen: 'blue' }
    const cut = job('interrupted', { plot, progress: { phase: 'plot', of: 3, ...progress } })
    expect(next(cut, { type: 'retry', isWaiting: false }, NOW).plot).toEqual({ ...plot, copies: left })
    const canceled = next(cut, { type: 'cancel' }, NOW)
    expect(next(canceled, { type: 'retry', isWaiting: false }, NOW).plot).toEqual(plot)
  })

  it('count the complete copies of all earlier attempts, so that the ordered number stays known', () => {
    const retried = (before: Job, sheet: { done: number; copiesDone: number }): Job => {
      const cut: Job = { ...before, status: 'interrupted', progress: { phase: 'plot', of: 3, inkMm: 5, ...sheet } }
      return next(cut, { type: 'retry', isWaiting: false }, NOW)
    }
    const ordered = job('interrupted', { plot: { plotter: 'axi', copies: 10 } })
    const twice = retried(retried(ordered, { done: 1, copiesDone: 4 }), { done: 3, copiesDone: 0 })
    expect([twice.plot?.copies, twice.spent]).toEqual([5, { inkMm: 10, drawnSeconds: 0, copies: 5 }])
    const complete = retried(ordered, { done: 3, copiesDone: 9 })
    expect([complete.plot?.copies, complete.spent?.copies]).toEqual([1, 9])
  })

  it('keep the time and the reason of the next try after a user has held and released the job', () => {
    const tried = next(job('started'), { type: 'fail', error, retryAt: NOW + 9 }, NOW)
    const held = next(tried, { type: 'hold' }, NOW)
    expect(next(held, { type: 'unhold', isWaiting: false }, NOW)).toEqual(tried)
  })

  it('keep only those fields of an earlier state that are still valid', () => {
    const progress = { phase: 'render', done: 1, of: 3 } as const
    const reason = { code: 'retry', message: 'tried once' }
    const all = { progress, reason, error, runAt: 5, startedAt: 3 } as const
    const left = (status: JobStatus, event: JobEvent): string[] => {
      const after = next(job(status, all), event, NOW)
      return Object.keys(all).filter((key) => key in after)
    }
    expect(left('scheduled', { type: 'due' })).toEqual(['progress', 'error', 'startedAt'])
    expect(left('queued', { type: 'start' })).toEqual(['progress', 'runAt', 'startedAt'])
    expect(left('started', { type: 'rendered', result })).toEqual(['error', 'runAt', 'startedAt'])
    expect(left('started', { type: 'release' })).toEqual(['error', 'runAt', 'startedAt'])
    expect(left('started', { type: 'hold' })).toEqual(['error', 'runAt', 'startedAt'])
    expect(left('started', { type: 'fail', error, retryAt: 9 })).toEqual(['reason', 'error', 'runAt', 'startedAt'])
    expect(left('rendered', { type: 'plot' })).toEqual(['progress', 'runAt', 'startedAt'])
    expect(left('failed', { type: 'retry', isWaiting: false })).toEqual([])
    const { plot: _, ...unplotted } = job('started', all)
    const finished = next(unplotted, { type: 'rendered', result }, NOW)
    expect(finished).toMatchObject({ status: 'finished', result, endedAt: NOW })
    expect(finished).not.toHaveProperty('progress')
  })

  it('hold a rendered job and bring it back rendered', () => {
    const heldJob = next(job('rendered'), { type: 'hold' }, NOW)
    expect(next(heldJob, { type: 'unhold', isWaiting: false }, NOW).status).toBe('rendered')
  })

  it('end a hold in `scheduled` while the job waits for a parent or a time, else in `queued`', () => {
    expect(next(job('held'), { type: 'unhold', isWaiting: true }, NOW)).toMatchObject({
      status: 'scheduled',
      reason: { code: 'dependency' },
    })
    expect(next(job('held', { runAt: NOW + 1 }), { type: 'unhold', isWaiting: false }, NOW).status).toBe('scheduled')
    expect(next(job('held', { runAt: NOW - 1 }), { type: 'unhold', isWaiting: false }, NOW).status).toBe('queued')
  })

  it('fail a job whose render crashes the daemon again and again', () => {
    const doomed = job('started', { attempts: MAX_CRASHES + 2 })
    expect(next(doomed, { type: 'restart' }, NOW)).toMatchObject({
      status: 'failed',
      error: { code: 'ERR_TASK_FAILED' },
    })
  })

  it('are computed without a change to the job that `next` gets', () => {
    const before = job('queued')
    const copy = structuredClone(before)
    next(before, { type: 'start' }, NOW)
    expect(before).toEqual(copy)
  })
})
