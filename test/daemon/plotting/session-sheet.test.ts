import { beforeEach, describe, expect, it } from 'vitest'
import type { SheetEvents } from '../../../src/daemon/plotting/plot-job.ts'
import { sessionSheet } from '../../../src/daemon/plotting/session-sheet.ts'
import { Permission } from '../../../src/plotter/link/permission.ts'
import type { Plan } from '../../../src/plotter/plan/plan.ts'
import type { PlotterSession } from '../../../src/plotter/session/session.ts'
import type { PlotterState } from '../../../src/plotter/session/state.ts'
import type { Job } from '../../../src/spool/job.ts'

const plan = {} as Plan
const job = { id: 'a' } as Job
const told: SheetEvents = {
  begin: async () => new Permission(3000),
  executed: () => {},
  paused: () => {},
  resumed: () => {},
}

let state: PlotterState
let asked: unknown[]
const session: Pick<PlotterSession, 'state' | 'mayBegin' | 'plot'> = {
  mayBegin: () => state.is === 'idle',
  get state() {
    return state
  },
  plot: async (id, _plan, from) => {
    asked.push({ id, ...from })
    return { is: 'finished', seconds: 1 }
  },
}
beforeEach(() => {
  state = { is: 'idle', ready: false }
  asked = []
  paused = false
})

let paused: boolean
const sheet = (goesOn: boolean, signal = new AbortController().signal) =>
  sessionSheet(
    session,
    { job, signal },
    { goesOn, isPaused: () => paused, moved: () => {}, nextSheet: async () => 'ready' },
  )

describe('the sheets of a job that goes on', () => {
  it('are the one that is down first, and fresh ones after it', async () => {
    const sheets = sheet(true)
    await sheets.plot(plan, { from: 3 }, told)
    await sheets.plot(plan, { from: 0 }, told)
    expect(asked).toEqual([
      { id: 'a', from: 3, goesOn: true, paused: false },
      { id: 'a', from: 0, goesOn: false, paused: false },
    ])
  })

  it('are begun with a pause when somebody paused the job before', async () => {
    const sheets = sheet(true)
    paused = true
    await sheets.plot(plan, { from: 3 }, told)
    expect(asked).toEqual([{ id: 'a', from: 3, goesOn: true, paused: true }])
  })

  it('get no ink once the job was taken away', async () => {
    const outcome = await sheet(true, AbortSignal.abort()).plot(plan, { from: 3 }, told)
    expect(outcome).toEqual({ is: 'canceled', executed: 3, begun: 3 })
    expect(asked).toEqual([])
  })

  it('are still there when the plotter was lost before it was asked', async () => {
    state = { is: 'offline', why: 'unplugged' }
    const outcome = await sheet(true).plot(plan, { from: 3 }, told)
    expect(outcome).toMatchObject({ is: 'interrupted', why: 'connection-lost', executed: 3, begun: 3 })
    expect(asked).toEqual([])
  })
})
