import { expect, it } from 'vitest'
import { sleep, VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { PlotterSession } from '../../../src/plotter/session/session.ts'
import type { GrantOrder } from '../../../src/plotter/session/session-options.ts'
import type { PlotterState } from '../../../src/plotter/session/state.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import { MarlinBoard } from '../../../src/plotter/simulators/marlin/board.ts'
import { until } from '../../support/bench.ts'

const order: GrantOrder = { by: 'ada', for: { sheets: 2, of: 2 }, limitMs: Number.POSITIVE_INFINITY }

it('a Marlin board that halts while the plotter rests ends the grant, and the state names the cause', async () => {
  const clock = new VirtualClock()
  const board = new MarlinBoard({ clock, firmware: 'marlin' })
  const states: PlotterState[] = []
  const session = new PlotterSession({
    ...{ url: 'sim:marlin', profile: profileNamed('marlin-servo'), clock, wakeLock: () => () => {} },
    open: () => Promise.resolve(simulatorPort(board.cable)),
    onChange: (state) => states.push(state),
  })
  await until(clock, () => session.state.is === 'idle')
  await session.ready(order)
  board.kill('Thermal Runaway, system stopped! Heater_ID: E0')
  await until(clock, () => session.state.is === 'fault')
  expect(session.state).toMatchObject({ code: 'ERR_DEVICE', message: expect.stringContaining('Thermal Runaway') })
  expect(session.grant).toBeUndefined()
  const changes = states.length
  await sleep(clock, 60_000)
  expect(states.length).toBe(changes) // later checks announce nothing
  board.powerUp()
  await until(clock, () => session.state.is === 'idle')
  expect(session.state).toEqual({ is: 'idle', ready: false })
  await session.close()
})

it('a grbl board that raises an alarm while the plotter rests ends the grant, and the state names the cause', async () => {
  const clock = new VirtualClock()
  const board = new GrblBoard({ clock })
  const session = new PlotterSession({
    ...{ url: 'sim:grbl', profile: profileNamed('grbl-servo'), clock, wakeLock: () => () => {} },
    open: () => Promise.resolve(simulatorPort(board.cable)),
  })
  await until(clock, () => session.state.is === 'idle')
  await session.ready(order)
  await session.pen('down')
  board.hitLimit()
  await until(clock, () => session.state.is !== 'idle')
  expect(session.state).toMatchObject({
    ...{ is: 'fault', code: 'ERR_DEVICE', message: 'grbl alarm 1: a limit switch closed' },
  })
  expect([session.grant, session.position]).toEqual([undefined, undefined])
  await session.clear()
  expect([session.state, board.isPenDown]).toEqual([{ is: 'idle', ready: false }, false])
  await session.pen('toggle')
  expect(board.isPenDown).toBe(true)
  await session.close()
})

it.each([
  ['$I', 'grbl'],
  ['$$', 'grbl'],
  ['$/stepping/idle_ms', 'fluidnc'],
  ['$/planner_blocks', 'fluidnc'],
  ['G21G90G94G17', 'grbl'],
] as const)(
  'a board held by its button at the line %s of a connection is connected by the next attempt (%s)',
  async (heldAt, firmware) => {
    const clock = new VirtualClock()
    const board = new GrblBoard({ clock, firmware, resetsOnOpen: false })
    board.onLine = (line) => {
      if (line !== heldAt) return
      board.onLine = undefined
      board.pressButton()
    }
    const states: PlotterState[] = []
    const session = new PlotterSession({
      ...{ url: 'sim:grbl', profile: profileNamed('grbl-servo'), clock, wakeLock: () => () => {} },
      open: () => Promise.resolve(simulatorPort(board.cable)),
      onChange: (state) => states.push(state),
    })
    await until(clock, () => session.state.is === 'idle')
    expect(states).toMatchObject([{ is: 'offline', why: expect.stringContaining('the board holds') }, { is: 'idle' }])
    expect([board.onLine, board.isPenDown]).toEqual([undefined, false])
    await session.close()
  },
)

it('a grbl board held by its button frees no motors, and then takes the next command', async () => {
  const clock = new VirtualClock()
  const board = new GrblBoard({ clock })
  const session = new PlotterSession({
    ...{ url: 'sim:grbl', profile: profileNamed('grbl-servo'), clock, wakeLock: () => () => {} },
    open: () => Promise.resolve(simulatorPort(board.cable)),
  })
  await until(clock, () => session.state.is === 'idle')
  await session.pen('down')
  board.pressButton()
  const start = clock.now()
  await expect(session.motors(false)).rejects.toMatchObject({ message: expect.stringContaining('the board holds') })
  expect(clock.now() - start).toBeLessThan(5000)
  expect(board.isPenDown).toBe(false)
  await session.motors(false)
  await session.close()
})
