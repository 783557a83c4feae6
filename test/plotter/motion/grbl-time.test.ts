import { describe, expect, it } from 'vitest'
import { forty, hooks, ring, spiral } from '../../../bench/plotters/shapes.ts'
import { deviation } from '../../../src/geometry/deviation.ts'
import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed, withOverrides } from '../../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import { lines } from '../../contracts/driver.ts'
import { plotAll } from '../../support/bench.ts'

const strokes60 = hooks(60, 10, 12, 7)

describe('the time of a plot on a grbl board with changed settings or a changed profile', () => {
  it.each([
    [
      'a pen whose times are no multiples of 50 ms, the step of a dwell',
      {},
      { pen: { raiseMs: 120, lowerMs: 170 } },
      strokes60,
    ],
    ['motors that are always held', { 1: 255 }, {}, strokes60],
    ['segments of 0.1 mm at 1 m/s²', { 120: 1000, 121: 1000 }, { down: { speed: 100 } }, [spiral(1500, 0.1)]],
    ['segments of 0.1 mm at 3 m/s²', { 120: 3000, 121: 3000 }, { down: { speed: 150 } }, [spiral(1500, 0.1)]],
  ] as const)(
    'is that of the estimate within 1.5 percent for %s, and the planner holds 6 blocks or more after 40 lines of a stroke',
    async (_, settings, changes, strokes) => {
      const clock = new VirtualClock()
      const board = new GrblBoard({ clock, settings })
      const base = withOverrides(profileNamed('grbl-servo'), changes)
      const { driver } = await makeDriver(base, simulatorPort(board.cable), clock)
      const { profile = base } = await driver.connect()
      const plan = lines(profile, ...strokes)
      let least = 15
      let lineNumber = 0
      board.onLine = (text) => {
        lineNumber = board.isPenDown && /^(G1|X|Y)/.test(text) ? lineNumber + 1 : 0
        if (lineNumber > 40) least = Math.min(least, board.planner.leastFill)
        board.planner.resetFill()
      }
      const start = clock.now()
      await plotAll(driver, plan)
      expect(Math.abs((clock.now() - start) / 1000 / plan.estimate.seconds - 1)).toBeLessThan(0.015)
      expect(least).toBeGreaterThanOrEqual(6)
    },
  )
})

describe.each([40, 80, 250])('the time of a plot on a board with %i steps a millimetre', (stepsPerMm) => {
  it.each([
    ['a curve in segments of three hundredths of a millimetre', [spiral(4000, 0.03)]],
    ['rings of half a millimetre', forty((x, y) => ring(x, y, 0.25, 24)).slice(0, 12)],
    ['rings of 10 mm', forty((x, y) => ring(x, y, 5, 120)).slice(0, 4)],
  ] as const)('is that of the estimate within 0.7 percent: %s', async (_, strokes) => {
    const clock = new VirtualClock()
    const settings = { 100: stepsPerMm, 101: stepsPerMm, 120: 1000, 121: 1000 }
    const board = new GrblBoard({ clock, settings })
    board.cable.faults.lateMs = 0.25
    const base = profileNamed('grbl-servo')
    const { driver } = await makeDriver(base, simulatorPort(board.cable), clock)
    const { profile = base } = await driver.connect()
    const plan = lines(profile, ...strokes)
    const start = clock.now()
    await plotAll(driver, plan)
    expect(Math.abs((clock.now() - start) / 1000 / plan.estimate.seconds - 1)).toBeLessThan(0.007)
    const off = Math.max(deviation(board.ink.strokes(), plan).mm, deviation(plan, board.ink.strokes()).mm)
    expect(off * stepsPerMm).toBeLessThan(1.5)
  })
})

describe.each(['fluidnc', 'grblhal'] as const)('the time of a plot on %s', (firmware) => {
  it.each(['grbl-servo', 'grbl-z'])(
    'is that of the estimate within 1 percent with %s, because this board does not wait after a motion',
    async (name) => {
      const clock = new VirtualClock()
      const settings = { 1: 100 }
      const pen = name === 'grbl-z' ? ({ kind: 'z', touchesAt: 0 } as const) : undefined
      const board = new GrblBoard({ clock, firmware, settings, ...(pen && { pen }) })
      const base = profileNamed(name)
      const { driver } = await makeDriver(base, simulatorPort(board.cable), clock)
      const { profile = base } = await driver.connect()
      const plan = lines(profile, ...strokes60)
      const start = clock.now()
      await plotAll(driver, plan)
      expect(Math.abs((clock.now() - start) / 1000 / plan.estimate.seconds - 1)).toBeLessThan(0.01)
    },
  )
})

describe.each([
  ['grbl-servo', {}],
  ['grbl-servo', { settings: { 1: 255 } }],
  ['grbl-z', { pen: { kind: 'z', touchesAt: 0 } }],
] as const)('the time of a plot on %s with %j', (name, options) => {
  it.each([
    ['one dot', [20, 20]],
    ['one line of 5 mm', [20, 20, 25, 20]],
  ] as const)('is that of the estimate within 0.5 percent: %s', async (_, stroke) => {
    const clock = new VirtualClock()
    const board = new GrblBoard({ clock, ...options })
    const base = profileNamed(name)
    const { driver } = await makeDriver(base, simulatorPort(board.cable), clock)
    const { profile = base } = await driver.connect()
    const plan = lines(profile, stroke)
    const start = clock.now()
    await plotAll(driver, plan)
    expect(Math.abs((clock.now() - start) / 1000 / plan.estimate.seconds - 1)).toBeLessThan(0.005)
  })
})

// The rising pen continues the motion of the stroke, and so saves time (`liftTimes`).
describe('the time of a plot with a pen on the Z axis', () => {
  it.each([
    ['with its usual settings', {}],
    ['with a high speed and acceleration', { 112: 5000, 122: 500 }],
    ['whose motors are always held', { 1: 255 }],
  ] as const)('is that of the estimate within 0.75 percent for a board %s', async (_, settings) => {
    const clock = new VirtualClock()
    const board = new GrblBoard({ clock, settings, pen: { kind: 'z', touchesAt: 0 } })
    const base = profileNamed('grbl-z')
    const { driver } = await makeDriver(base, simulatorPort(board.cable), clock)
    const { profile = base } = await driver.connect()
    const plan = lines(profile, ...strokes60)
    const start = clock.now()
    await plotAll(driver, plan)
    expect(Math.abs((clock.now() - start) / 1000 / plan.estimate.seconds - 1)).toBeLessThan(0.0075)
  })
})
