import { expect, it } from 'vitest'
import { type PlotJobParts, plotJob } from '../../../src/daemon/plotting/plot-job.ts'
import type { DeviceInfo } from '../../../src/plotter/drivers/driver.ts'
import { shortMemory } from '../../../src/plotter/session/memory.ts'
import type { PlotOutcome } from '../../../src/plotter/session/state.ts'
import { claimed, plan, start } from '../../support/claimed-plot.ts'

const DEVICE = {} as DeviceInfo
const REGISTERED: PlotOutcome = { is: 'registered', executed: 2, begun: 2 }

it.each([
  ['the plotter was connected again', { device: {} as DeviceInfo }, 'interrupted'],
  ['the motors were freed', { position: undefined }, 'interrupted'],
  ['nothing happened', {}, 'finished'],
])('a plot draws the rest of a registered sheet only while its marks still count: %s', async (_, after, status) => {
  const { spool, claim, job } = await claimed()
  const from: (number | undefined)[] = []
  const session: { -readonly [Key in keyof PlotJobParts['session']]: PlotJobParts['session'][Key] } = {
    state: { is: 'idle', ready: true },
    device: DEVICE,
    position: { x: 10, y: 20 },
    mayBegin: () => true,
    pause: async () => {},
    plot: async (_id, _plan, how, events) => {
      from.push(how?.from)
      if (from.length > 1) return { is: 'finished', seconds: 1 }
      events?.executed?.(2)
      events?.paused?.('pen-change', 'turn the sheet over', 2)
      Object.assign(session, after)
      return REGISTERED
    },
  }
  const marks = { rest: plan, unregistered: async () => plan }
  const parts = { spool, claim, session, marks, start, memory: shortMemory(), resumes: false }
  await plotJob({ ...parts, isPaused: () => false, onMove: () => {}, nextSheet: async () => 'ready' })
  expect([from, (await job())?.status]).toEqual([status === 'finished' ? [0, 2] : [0], status])
  expect(await job()).toMatchObject({ progress: { done: status === 'finished' ? 4 : 2 } })
})

it('a stroke that may have begun before stays in doubt when the rest of its sheet is registered', async () => {
  const { spool, claim, job } = await claimed()
  const begun: unknown[] = []
  const session: PlotJobParts['session'] = {
    state: { is: 'idle', ready: true },
    device: DEVICE,
    position: { x: 10, y: 20 },
    mayBegin: () => true,
    pause: async () => {},
    plot: async (_id, _plan, how, events) => {
      begun.push([how?.hasBegun, (await job())?.progress?.begun])
      if (begun.length > 1) return { is: 'finished', seconds: 1 }
      events?.paused?.('pen-change', 'put in pen 2', 3)
      return { ...REGISTERED, begun: 3 }
    },
  }
  const marks = { rest: plan, unregistered: async () => plan }
  const cut = { ...start, from: 2, hasBegun: true }
  const parts = { spool, claim, session, marks, start: cut, memory: shortMemory(), resumes: true }
  await plotJob({ ...parts, isPaused: () => false, onMove: () => {}, nextSheet: async () => 'ready' })
  expect(begun).toEqual([
    [true, 3],
    [true, 3],
  ])
})
