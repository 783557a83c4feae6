import { describe, expect, it } from 'vitest'
import { shareOf } from '../../../clients/node/job.ts'
import {
  applyEvents,
  countDown,
  type DaemonState,
  DISCONNECTED,
  historyOf,
  isCutOff,
  queueOf,
  withMoreJobs,
} from '../../../clients/web/src/state/daemon-state.ts'
import type { WireJob } from '../../../src/daemon/protocol/index.ts'
import { wireJob as job, wirePlotter } from '../../support/wire.ts'

const stateOf = (...jobs: readonly WireJob[]): DaemonState =>
  applyEvents(DISCONNECTED, [{ type: 'snapshot', seq: 1, jobs, total: jobs.length, paused: [], plotters: [] }])

describe('the page’s copy of the daemon’s state', () => {
  it('has the queue in drawing order: jobs on paper first, then by priority, then by place', () => {
    const daemon = stateOf(
      job('low', { priority: 25 }),
      job('second', { order: 2 }),
      job('first'),
      job('on paper', { priority: 1, status: 'paused' }),
    )
    expect(queueOf(daemon).map(({ id }) => id)).toEqual(['on paper', 'first', 'second', 'low'])
  })

  it('has the jobs that ended, newest first', () => {
    const daemon = stateOf(job('old', { status: 'failed', endedAt: 1 }), job('new', { status: 'finished', endedAt: 2 }))
    expect(historyOf(daemon).map(({ id }) => id)).toEqual(['new', 'old'])
  })

  it('takes more jobs of the queue, except jobs that it already has and jobs that were removed', () => {
    const known = job('known', { status: 'rendered' })
    const more = [job('known', { status: 'queued' }), job('new'), job('removed')]
    const { jobs } = withMoreJobs(stateOf(known), more, new Set(['removed']))
    expect([...jobs.values()].map(({ id, status }) => `${id} ${status}`).sort()).toEqual([
      'known rendered',
      'new queued',
    ])
  })

  it('counts its list of jobs as cut off only while the list is shorter than the daemon’s and has no ended job', () => {
    expect(isCutOff([job('a')], 2)).toBe(true)
    expect(isCutOff([job('a')], 1)).toBe(false)
    const snapshot = { type: 'snapshot', seq: 1, jobs: [job('a')], total: 2, paused: [], plotters: [] } as const
    expect(applyEvents(DISCONNECTED, [snapshot]).isCutOff).toBe(true)
    expect(isCutOff([job('a'), job('b', { status: 'finished', endedAt: 1 })], 9)).toBe(false)
  })

  it('counts changes of the fonts, and counts each snapshot as such a change', () => {
    const first = stateOf()
    const changed = applyEvents(first, [{ type: 'fonts.changed', seq: 2, fonts: 47 }])
    expect(changed.fontsVersion).toBe(first.fontsVersion + 1)
    expect(first.fontsVersion).toBe(DISCONNECTED.fontsVersion + 1)
  })

  it('loses a plotter that no host has any more', () => {
    const [ada, bob] = [
      wirePlotter({ is: 'idle', ready: false }, { name: 'ada' }),
      wirePlotter({ is: 'idle', ready: false }, { name: 'bob' }),
    ]
    const first = applyEvents(stateOf(), [
      { type: 'plotter.changed', seq: 2, plotter: ada },
      { type: 'plotter.changed', seq: 3, plotter: bob },
    ])
    const { plotters } = applyEvents(first, [{ type: 'plotter.removed', seq: 4, name: 'ada' }])
    expect(plotters).toEqual([bob])
  })

  it('follows changes, progress and removals, and never changes an older copy', () => {
    const first = stateOf(job('a'))
    const changed = applyEvents(first, [{ type: 'job.changed', seq: 2, job: job('a', { status: 'started' }) }])
    const progressed = applyEvents(changed, [
      {
        type: 'job.progress',
        seq: 3,
        id: 'a',
        progress: { phase: 'render', done: 1, of: 2 },
      },
    ])
    const removed = applyEvents(progressed, [{ type: 'job.removed', seq: 4, id: 'a' }])
    expect([first, changed, removed].map((each) => each.jobs.get('a')?.status)).toEqual([
      'queued',
      'started',
      undefined,
    ])
    expect(progressed.jobs.get('a')?.progress?.done).toBe(1)
  })

  it('copies its jobs once for many events', () => {
    let reads = 0
    class Counted extends Map<string, WireJob> {
      override [Symbol.iterator]() {
        reads++
        return super[Symbol.iterator]()
      }
    }
    const first = { ...DISCONNECTED, jobs: new Counted([['a', job('a')]]) }
    const events = Array.from({ length: 1000 }, (_, done) => ({
      type: 'job.progress' as const,
      seq: done,
      id: 'a',
      progress: { phase: 'render' as const, done, of: 1000 },
    }))
    expect(applyEvents(first, events).jobs.get('a')?.progress?.done).toBe(999)
    expect(first.jobs.get('a')?.progress).toBeUndefined()
    expect(reads).toBe(1)
  })
})

describe('the time left', () => {
  const progress = { phase: 'plot' as const, done: 0, of: 1, secondsLeft: 90, secondsOf: 120 }

  it('counts down by the clock during a stroke, and stops at 0', () => {
    const daemon = stateOf(job('a', { status: 'plotting', progress }))
    const later = (ms: number) => countDown(daemon, ms).jobs.get('a')?.progress
    expect(later(30_000)).toEqual({ ...progress, secondsLeft: 60 })
    expect(later(200_000)).toEqual({ ...progress, secondsLeft: 0 })
  })

  it('stands still while a job is paused, and while the page is disconnected', () => {
    const paused = stateOf(job('a', { status: 'paused', progress }))
    expect(countDown(paused, 1000)).toBe(paused)
    const disconnected = { ...stateOf(job('a', { status: 'plotting', progress })), isConnected: false }
    expect(countDown(disconnected, 1000)).toBe(disconnected)
  })

  it('agrees with the drawn share, which counts strokes when the time is not known', () => {
    expect(shareOf(progress)).toBe(0.25)
    expect(shareOf({ phase: 'plot', done: 1, of: 4 })).toBe(0.25)
    expect(shareOf({ ...progress, done: 1 })).toBe(1)
  })
})
