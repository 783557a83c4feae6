import { describe, expect, it } from 'vitest'
import { spiral } from '../../../bench/plotters/shapes.ts'
import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import type { GrblSimulatorOptions } from '../../../src/plotter/simulators/index.ts'
import { aDriver, lines } from '../../contracts/driver.ts'
import { plotAll, until } from '../../support/bench.ts'

const profile = profileNamed('grbl-servo')

const rig = (options: GrblSimulatorOptions) => async () => {
  const clock = new VirtualClock()
  const board = new GrblBoard({ clock, ...options })
  const { driver } = await makeDriver(profile, simulatorPort(board.cable), clock)
  board.cable.faults.lateMs = 1
  const device = await driver.connect()
  return { clock, board, driver, device, profile: device.profile ?? profile, stepMm: 1 / 80 }
}

aDriver('FluidNC with a servo on its spindle', rig({ firmware: 'fluidnc' }), 8)
aDriver('grblHAL with a servo on its spindle', rig({ firmware: 'grblhal' }), 8)

describe.each(['fluidnc', 'grblhal'] as const)('a board with %s', (firmware) => {
  it('reports its firmware, the number of blocks that it plans, and its junction deviation', async () => {
    const { device } = await rig({ firmware, settings: { 11: 0.02 } })()
    const named = firmware === 'fluidnc' ? '4.0 FluidNC v4.0.4 (esp32-wifi)' : 'grblHAL 1.1f.20260817'
    expect(device.firmware).toBe(named)
    expect(device.profile?.grbl?.lookAhead).toBe(firmware === 'fluidnc' ? 15 : 100)
    expect(device.profile?.down.junctionDeviation).toBe(0.02)
  })

  it('stops in mid-stroke and lifts the pen within 1.5 s of an abort', async () => {
    const { board, clock, driver, profile: own } = await rig({ firmware })()
    const abort = new AbortController()
    const plotting = plotAll(driver, lines(own, [10, 10, 110, 10]), { signal: abort.signal })
    await until(clock, () => board.ink.length > 20)
    const before = clock.now()
    abort.abort(new Error('enough'))
    await expect(plotting).rejects.toThrow('enough')
    expect(clock.now() - before).toBeLessThan(1500)
    expect([board.isPenDown, board.isMoving]).toEqual([false, false])
  })

  it.each([
    ['a curve in short segments', [spiral(1500, 0.3)]],
    ['hooks', Array.from({ length: 20 }, (_, i) => [5 + 6 * i, 5, 9 + 6 * i, 5, 9 + 6 * i, 10])],
  ] as const)('takes as long as the estimate, within 1 percent: %s', async (_, strokes) => {
    const { clock, driver, profile: own } = await rig({ firmware })()
    const plan = lines(own, ...strokes)
    const start = clock.now()
    await plotAll(driver, plan)
    expect(Math.abs((clock.now() - start) / 1000 / plan.estimate.seconds - 1)).toBeLessThan(0.01)
  })
})

it('the driver of a grblHAL board that stalls in a plot makes the board continue', async () => {
  // The board stalls only if a line arrives while the board reads a move, so the board reads slowly here.
  const { board, driver, profile: own } = await rig({ firmware: 'grblhal', lineMs: 8 })()
  const plan = lines(own, [10, 10, 30, 10], [40, 10, 40, 30])
  let stalls = 0
  for await (const _ of driver.plot(plan, { signal: new AbortController().signal })) {
    board.stall()
    stalls++
  }
  expect(stalls).toBe(3)
  expect(board.ink.strokeCount).toBe(2)
})

it('a plot ends with the pen up when an answer of the board is lost', async () => {
  for (let lost = 0; lost < 12; lost++) {
    const { board, driver, profile: own } = await rig({ firmware: 'fluidnc' })()
    const plan = lines(own, [10, 10, 30, 10], [40, 10, 40, 30])
    const toHost = board.cable.toHost.bind(board.cable)
    let answers = 0
    board.cable.toHost = (text, ms) => {
      if (!text.startsWith('ok') || answers++ !== lost) toHost(text, ms)
    }
    const message = expect.stringContaining('has not answered')
    await expect(plotAll(driver, plan)).rejects.toMatchObject({ code: 'ERR_DEVICE', message })
    expect([board.isPenDown, board.isMoving]).toEqual([false, false])
    await driver.jog(1, 1)
  }
})
