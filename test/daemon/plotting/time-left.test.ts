import { describe, expect, it, vi } from 'vitest'
import { Checkpoints } from '../../../src/daemon/plotting/checkpoints.ts'
import { PlotTimes } from '../../../src/daemon/plotting/plot-times.ts'
import { axidraw } from '../../support/bench.ts'
import { claimed, start } from '../../support/claimed-plot.ts'

describe('a change while a sheet is drawn', () => {
  it('is announced with the new time left', async () => {
    const { spool, claim, job } = await claimed()
    let slow = 1
    const times = new PlotTimes(
      { times: async () => Float64Array.from([0, 10, 20, 30, 40, 44], (s) => s * slow) },
      () => ({
        profile: axidraw,
        device: undefined,
      }),
    )
    const checkpoints = new Checkpoints(spool, claim, { ...start, times })
    await checkpoints.start()
    checkpoints.executed(2)
    await vi.waitFor(async () => expect((await job())?.progress).toMatchObject({ secondsLeft: 24, secondsOf: 44 }))
    slow = 3
    times.adjust({ speedPercent: 33 })
    await vi.waitFor(async () => expect((await job())?.progress).toMatchObject({ secondsLeft: 72, secondsOf: 92 }))
  })

  it('counts only the rest of a stroke in which the plot is held', async () => {
    const { spool, claim, job } = await claimed()
    const timesOf = vi.fn(async (_: unknown, begun?: object) =>
      Float64Array.from(begun ? [0, 10, 20, 24, 34, 38] : [0, 10, 20, 30, 40, 44]),
    )
    const checkpoints = new Checkpoints(spool, claim, { ...start, times: { timesOf, follow: () => {} } })
    await checkpoints.start()
    checkpoints.executed(2)
    await vi.waitFor(async () => expect((await job())?.progress).toMatchObject({ secondsLeft: 24, secondsOf: 44 }))
    checkpoints.paused('operator', undefined, 3, 6)
    await vi.waitFor(async () => expect((await job())?.progress).toMatchObject({ secondsLeft: 18 }))
    expect(timesOf).toHaveBeenLastCalledWith(start.plan, { stroke: 2, mm: 6, seconds: 0 })
  })
})
