import { describe, expect, it, vi } from 'vitest'
import { forty } from '../../../bench/plotters/shapes.ts'
import { Checkpoints } from '../../../src/daemon/plotting/checkpoints.ts'
import { PlotTimes } from '../../../src/daemon/plotting/plot-times.ts'
import { TimeLeft } from '../../../src/daemon/plotting/time-left.ts'
import { drawingOf, strokesOf } from '../../../src/geometry/drawing.ts'
import type { Adjustments } from '../../../src/plotter/drivers/driver.ts'
import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { strokeTimes } from '../../../src/plotter/motion/index.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import type { Profile } from '../../../src/plotter/profiles/profile.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { EbbBoard } from '../../../src/plotter/simulators/ebb/board.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import { HpglPlotter } from '../../../src/plotter/simulators/hpgl/board.ts'
import type { SimulatedPlotter } from '../../../src/plotter/simulators/index.ts'
import { axidraw, planOf } from '../../support/bench.ts'
import { claimed, start } from '../../support/claimed-plot.ts'

interface Case {
  readonly name: string
  readonly profile: Profile
  readonly make: (clock: VirtualClock) => SimulatedPlotter
  readonly changes: Adjustments
}

const CASES: readonly Case[] = [
  { name: 'an EBB 2.8.1', profile: axidraw, make: (clock) => new EbbBoard({ clock }), changes: { speedPercent: 30 } },
  {
    name: 'an EBB 3.0.3',
    profile: axidraw,
    make: (clock) => new EbbBoard({ clock, firmware: '3.0.3' }),
    changes: { speedPercent: 30 },
  },
  {
    name: 'a grbl board with a servo',
    profile: profileNamed('grbl-servo'),
    make: (clock) => new GrblBoard({ clock }),
    changes: { speedPercent: 30 },
  },
  {
    name: 'a grbl board whose Z axis lifts the pen',
    profile: profileNamed('grbl-z'),
    make: (clock) => new GrblBoard({ clock, pen: { kind: 'z', touchesAt: 0 } }),
    changes: { speedPercent: 60, penUpPercent: 80 },
  },
  {
    name: 'an HP 7475A',
    profile: profileNamed('hp-7475a'),
    make: (clock) => new HpglPlotter({ clock }),
    changes: { speedPercent: 10 },
  },
]

describe.each(CASES)('the time left on $name', ({ profile: base, make, changes }) => {
  it('is true within 2 percent after each stroke, before a change in a pause and after it', async () => {
    const clock = new VirtualClock()
    const board = make(clock)
    board.cable.faults.lateMs = 0.25
    const { driver } = await makeDriver(base, simulatorPort(board.cable), clock)
    const { profile = base, profileWith } = await driver.connect()
    if (profile.dialect === 'hpgl') await driver.home()
    const short = forty((x, y) => [x, y, x + 6, y + 3, x + 9, y]).slice(0, 12)
    const plan = planOf(drawingOf(strokesOf(...short, [10, 150, 180, 150, 180, 160, 10, 160]), 200, 170), profile)
    const time = new TimeLeft()
    await time.begin(plan)
    time.set(strokeTimes(plan, profile), 0)
    const planned: [at: number, left: number][] = []
    let changedAt = Infinity
    const start = clock.now()
    for await (const { executed } of driver.plot(plan, { signal: new AbortController().signal })) {
      if (executed === 5) {
        await driver.adjust(changes)
        changedAt = clock.now()
        time.set(strokeTimes(plan, profileWith?.(changes) ?? profile, changes.speedPercent), 5)
      }
      planned.push([clock.now(), time.at(executed, 0).left])
    }
    const end = clock.now()
    const whole = (end - start) / 1000
    for (const [at, left] of planned) {
      if (at < changedAt) continue
      const really = (end - at) / 1000
      expect(Math.abs(left - really)).toBeLessThan(0.02 * Math.max(really, 0.25 * whole))
    }
    expect(Math.abs(time.at(5, 0).whole / whole - 1)).toBeLessThan(0.02)
  })
})

describe('a change while a sheet is drawn', () => {
  it('is announced with the time that is left by it', async () => {
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
})
