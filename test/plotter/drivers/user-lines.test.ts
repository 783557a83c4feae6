import { describe, expect, it } from 'vitest'
import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { type ProfileOverrides, profileNamed, withOverrides } from '../../../src/plotter/profiles/index.ts'
import type { Profile } from '../../../src/plotter/profiles/profile.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import type { MarlinSimulatorOptions, SimulatedPlotter } from '../../../src/plotter/simulators/index.ts'
import { MarlinBoard } from '../../../src/plotter/simulators/marlin/board.ts'
import { lines } from '../../contracts/driver.ts'
import { plotAll, until } from '../../support/bench.ts'
import { inkError } from '../../support/ink.ts'

/** The first stroke begins at the x of home. The second stroke begins at the y at which the first one ends. */
const strokes = [
  [0, 20, 20, 20],
  [30, 20, 50, 30],
]
const SIX_STEPS_MM = 6 / 80

async function connected(board: SimulatedPlotter, profile: Profile) {
  const { driver } = await makeDriver(profile, simulatorPort(board.cable), board.clock)
  await driver.connect()
  return { board, driver, plan: lines(profile, ...strokes) }
}

/** The second plot begins where the carriage stands after the first plot and the profile’s `end` lines. */
async function plotTwice({ board, driver, plan }: Awaited<ReturnType<typeof connected>>): Promise<void> {
  for (let plot = 0; plot < 2; plot++) {
    board.ink.newSheet()
    await plotAll(driver, plan)
    expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(SIX_STEPS_MM)
  }
}

const klipper = (changes: ProfileOverrides, options: MarlinSimulatorOptions = {}) =>
  connected(
    new MarlinBoard({ clock: new VirtualClock(), firmware: 'klipper', ...options }),
    withOverrides(profileNamed('klipper-servo'), changes),
  )
const marlin = (changes: ProfileOverrides) =>
  connected(new MarlinBoard({ clock: new VirtualClock() }), withOverrides(profileNamed('marlin-servo'), changes))
const grbl = (changes: ProfileOverrides) =>
  connected(new GrblBoard({ clock: new VirtualClock() }), withOverrides(profileNamed('grbl-servo'), changes))

describe('the lines of a profile before and after each plot', () => {
  it.each([
    ['moves the carriage', 'G0 X50 Y-50 F3000'],
    ['selects relative moves', 'G91'],
    ['sets the carriage’s coordinates', 'G92 X0 Y220'],
  ])('leave the ink of Marlin in its place when a line %s', async (_, line) => {
    const rig = await marlin({ marlin: { start: [line], end: [line] } })
    await plotTwice(rig)
  })

  it.each([
    ['moves the carriage', 'G0 X50 Y-50'],
    ['selects relative moves', 'G91'],
    ['sets the carriage’s coordinates', 'G92 X0 Y220'],
  ])('leave the ink of grbl in its place when a line %s', async (_, line) => {
    const rig = await grbl({ grbl: { start: [line], end: [line] } })
    await plotTwice(rig)
  })

  it.each(['SET_KINEMATIC_POSITION X=0 Y=220', 'G28 X Y'])('may tell Klipper where home is: %s', async (line) => {
    const rig = await klipper({ marlin: { start: [line] } }, { mustHome: true })
    await plotTwice(rig)
  })

  it('may set the carriage’s coordinates and then move it', async () => {
    await plotTwice(await marlin({ marlin: { start: ['G92 X0 Y220', 'G0 X50 Y170'] } }))
  })

  it('may give the carriage the coordinates of home, also before a stopped plot continues', async () => {
    const start = ['SET_KINEMATIC_POSITION X=0 Y=220']
    const { board, driver, plan } = await klipper({ marlin: { start } }, { mustHome: true })
    for await (const { stroke } of driver.plot(plan, { signal: new AbortController().signal })) if (stroke === 1) break
    expect(driver.position).toEqual({ x: 20, y: 20 })
    await plotAll(driver, plan, { from: 1 })
    expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(SIX_STEPS_MM)
  })

  it('may keep Klipper silent for 20 s, as the lines of a feeder may', async () => {
    const slow = ['G4 P20000']
    const { board, driver, plan } = await klipper({ marlin: { start: slow, end: slow } })
    await plotAll(driver, plan)
    await driver.feed?.(slow, new AbortController().signal)
    expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(SIX_STEPS_MM)
    expect(driver.position).toEqual({ x: 0, y: 0 })
  })

  it.each([
    ['Marlin', 'M280 P0 S60', marlin],
    ['Klipper', 'SET_SERVO SERVO=pen ANGLE=60', klipper],
  ])(
    'do not continue after the present line when the plot of %s is stopped, and the pen is then up',
    async (_, lower, connect) => {
      const { board, driver, plan } = await connect({ marlin: { start: [lower, 'G0 X90 F3000', 'G4 P9000', 'G0 X0'] } })
      const abort = new AbortController()
      const plotting = plotAll(driver, plan, { signal: abort.signal })
      await until(board.clock as VirtualClock, () => board.isPenDown && board.position[0] > 20)
      abort.abort(new Error('stopped'))
      await expect(plotting).rejects.toThrow('stopped')
      expect([board.isPenDown, board.position]).toEqual([false, [90, 0]])
      expect(driver.position).toEqual({ x: 90, y: 0 })
    },
  )
})

it.each([
  ['grbl', 'M3 S0', 'G4 P1', grbl],
  ['Marlin', 'M280 P0 S60', 'G4 P1000', marlin],
])('a feeding ends with the pen of %s up when a line is too long for the board', async (_, lower, dwell, connect) => {
  const { board, driver } = await connect({})
  const feeding = driver.feed?.([lower, dwell, `G0 X${'1'.repeat(130)}`], new AbortController().signal)
  await expect(feeding).rejects.toMatchObject({ code: 'ERR_DEVICE', message: expect.stringContaining('is too long') })
  expect(board.isPenDown).toBe(false)
})
