import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Driver } from '../../../src/plotter/drivers/driver.ts'
import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { realClock } from '../../../src/plotter/link/clock.ts'
import type { Profile } from '../../../src/plotter/profiles/profile.ts'
import { type RunningSimulator, runSimulator } from '../../../src/plotter/simulators/index.ts'
import { openTransport } from '../../../src/plotter/transport/transport.ts'
import { axidraw, planOfLines, plotAll, STEP } from '../../support/bench.ts'
import { inkError } from '../../support/ink.ts'

/** A quick machine, because the driver runs in real time here. */
const quick: Profile = { ...axidraw, down: { speed: 200, acceleration: 4000, junctionDeviation: 0.1 } }
const circle = Array.from({ length: 241 }, (_, i) => [60 + 15 * Math.cos(i / 38.2), 60 + 15 * Math.sin(i / 38.2)])
const plan = planOfLines([10, 10, 30, 10, 30, 30], circle.flat(), [40, 40])

describe.each(['2.8.1', '3.0.3'] as const)('an EBB %s on a pseudo terminal', (firmware) => {
  let simulator: RunningSimulator
  let driver: Driver

  beforeEach(async () => {
    simulator = await runSimulator('ebb', { firmware, speed: 'instant', nickname: 'desk' })
    ;({ driver } = await makeDriver(quick, await openTransport(simulator.url), realClock))
  })
  afterEach(async () => {
    await driver.close()
    await simulator.close()
  })

  it('reports its firmware', async () => {
    expect(await driver.connect()).toMatchObject({ dialect: 'ebb', firmware, nickname: 'desk', volts: 12 })
  })

  it('draws the strokes of the plan', async () => {
    await driver.connect()
    await plotAll(driver, plan)
    expect(inkError(simulator.board.ink.strokes(), plan)).toBeLessThan(STEP)
    expect(simulator.board.position).toEqual([0, 0])
  })

  it('causes ERR_LINK_CLOSED when it is unplugged in mid-plot', async () => {
    await driver.connect()
    const plotting = plotAll(driver, plan)
    const failed = expect(plotting).rejects.toMatchObject({ code: 'ERR_LINK_CLOSED' })
    await simulator.close()
    await failed
  })
})
