import { describe, expect, it, vi } from 'vitest'
import { Checkpoints } from '../../../src/daemon/plotting/checkpoints.ts'
import { InkMeter } from '../../../src/daemon/plotting/ink-meter.ts'
import { PlotTimes } from '../../../src/daemon/plotting/plot-times.ts'
import { axidraw } from '../../support/bench.ts'
import { claimed, start } from '../../support/claimed-plot.ts'

describe('while a sheet is drawn', () => {
  it('a change of the speed is announced with the new time left', async () => {
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

  it('a pause within a stroke takes the drawn part of that stroke out of the time left', async () => {
    const { spool, claim, job } = await claimed()
    const timesOf = vi.fn(async (_: unknown, begun?: object) =>
      Float64Array.from(begun ? [0, 10, 20, 24, 34, 38] : [0, 10, 20, 30, 40, 44]),
    )
    const checkpoints = new Checkpoints(spool, claim, { ...start, times: { timesOf, follow: () => {} } })
    await checkpoints.start()
    checkpoints.executed(2)
    await vi.waitFor(async () => expect((await job())?.progress).toMatchObject({ secondsLeft: 24, secondsOf: 44 }))
    checkpoints.paused('operator', undefined, 3, 6, { x: 1, y: 2 })
    await vi.waitFor(async () => expect((await job())?.progress).toMatchObject({ secondsLeft: 18 }))
    expect(timesOf).toHaveBeenLastCalledWith(start.plan, { stroke: 2, mm: 6, seconds: 0, at: { x: 1, y: 2 } })
  })
})

describe('the time left', () => {
  const times = { timesOf: async () => [0, 10, 20, 30, 40, 44], follow: () => {} }

  it('counts down during a stroke, at the plotter’s pace, and a pause is no drawing time', async () => {
    const { spool, claim, job } = await claimed()
    let seconds = 0
    const meter = new InkMeter(claim.job, () => seconds * 1000)
    const checkpoints = new Checkpoints(spool, claim, { ...start, times, meter, pace: 2 })
    const progress = async () => {
      await checkpoints.settled()
      return (await job())?.progress
    }
    await checkpoints.start()
    meter.run()
    seconds = 24
    checkpoints.executed(1)
    expect(await progress()).toMatchObject({ secondsLeft: 68, secondsOf: 88 })
    seconds += 6
    checkpoints.paused('operator', undefined, 2)
    expect(await progress()).toMatchObject({ secondsLeft: 62, secondsOf: 88, drawnSeconds: 30 })
    seconds += 1000
    checkpoints.resumed()
    seconds += 1
    checkpoints.executed(2)
    expect(await progress()).toMatchObject({ secondsLeft: 48, drawnSeconds: 31, inkMm: 20 })
  })

  it('is that of the latest request, when an earlier request is answered later', async () => {
    const { spool, claim, job } = await claimed()
    const answers: ((times: number[]) => void)[] = []
    let change = () => {}
    const slow = {
      timesOf: () => new Promise<number[]>((resolve) => answers.push(resolve)),
      follow: (changed: () => void) => {
        change = changed
      },
    }
    const checkpoints = new Checkpoints(spool, claim, { ...start, times: slow })
    await checkpoints.start()
    change()
    answers[1]?.([0, 1, 2, 3, 4, 4])
    await vi.waitFor(async () => expect((await job())?.progress).toMatchObject({ secondsLeft: 4 }))
    answers[0]?.([0, 10, 20, 30, 40, 44])
    await new Promise(setImmediate)
    checkpoints.executed(1)
    await checkpoints.settled()
    expect((await job())?.progress).toMatchObject({ secondsLeft: 3 })
  })

  it('of a resumed plot is requested without the drawn part of the stroke in which the plot begins', async () => {
    const { spool, claim } = await claimed()
    const timesOf = vi.fn(times.timesOf)
    const resumed = { ...start, from: 1, fromMm: 6, times: { ...times, timesOf } }
    await new Checkpoints(spool, claim, resumed).start()
    expect(timesOf).toHaveBeenCalledExactlyOnceWith(start.plan, { stroke: 1, mm: 6, seconds: 0 })
  })
})
