import { afterEach, describe, expect, it, vi } from 'vitest'
import { Schedule, type ScheduledJob } from '../../../src/spool/queue/schedule.ts'
import { HandClock } from '../../support/hand-clock.ts'

const nextTurn = () => new Promise((turn) => setImmediate(turn))

/** A schedule of 250 jobs that are due after 1 s, in a process in which each look at the clock takes 3 ms. */
function aFullSchedule() {
  let time = 0
  vi.spyOn(performance, 'now').mockImplementation(() => {
    time += 3
    return time
  })
  const clock = new HandClock()
  const current = new Set<ScheduledJob>()
  const turns: string[][] = []
  const schedule = new Schedule<ScheduledJob>(
    clock,
    (job) => current.has(job),
    (due) => {
      turns.push(due.map(({ id }) => id))
      for (const job of due) current.delete(job)
    },
  )
  const add = (id: string, runAt: number) => {
    const job = { id, runAt, attempts: 0, retries: { max: 0, backoffMs: 1 } }
    current.add(job)
    schedule.add(job)
  }
  for (let i = 0; i < 250; i++) add(`${i}`, clock.now() + 1000)
  return { clock, schedule, current, turns, add }
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('jobs that are due at one moment', () => {
  it('come at most 100 in a call, and in a later turn of the event loop when the slice is over', async () => {
    const { clock, turns } = aFullSchedule()
    clock.pass(1000)
    expect(turns).toHaveLength(1)
    while (turns.flat().length < 250) await nextTurn()
    expect(turns.map((jobs) => jobs.length)).toEqual([100, 100, 50])
    expect(new Set(turns.flat()).size).toBe(250)
  })

  it('are not due any more when they change between two slices', async () => {
    const { clock, current, turns } = aFullSchedule()
    clock.pass(1000)
    current.clear()
    for (let i = 0; i < 5; i++) await nextTurn()
    expect(turns.flat()).toHaveLength(100)
  })

  it('do not come after a close between two slices', async () => {
    const { clock, schedule, turns, add } = aFullSchedule()
    clock.pass(1000)
    schedule.close()
    add('late', clock.now() + 1000)
    clock.pass(1000)
    for (let i = 0; i < 5; i++) await nextTurn()
    expect(turns.flat()).toHaveLength(100)
  })

  it('do not delay the jobs that are added between two slices', async () => {
    const { clock, turns, add } = aFullSchedule()
    clock.pass(1000)
    add('early', clock.now() + 500)
    while (turns.flat().length < 250) await nextTurn()
    await nextTurn()
    clock.pass(500)
    expect(turns.flat()).toContain('early')
  })
})
