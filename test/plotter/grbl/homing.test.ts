import { describe, expect, it } from 'vitest'
import type { Driver } from '../../../src/plotter/drivers/driver.ts'
import { sleep } from '../../../src/plotter/link/clock.ts'
import { PlotterSession } from '../../../src/plotter/session/session.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { lines } from '../../contracts/driver.ts'
import { plotAll, until } from '../../support/bench.ts'
import { HOMED_SERVO, HOMED_Z, homingMachine } from '../../support/homing-machine.ts'
import { inkError } from '../../support/ink.ts'

const square = [10, 10, 60, 10, 60, 60, 10, 60, 10, 10]
const REFUSED = { code: 'ERR_PLOTTER_STATE', message: expect.stringContaining('plotd home') }

/** A session on a machine with limit switches, connected. */
async function sessionOn(profile = HOMED_Z, options: Parameters<typeof homingMachine>[1] = {}) {
  const machine = homingMachine(profile, options)
  const session = new PlotterSession({
    url: 'sim:grbl',
    profile,
    clock: machine.clock,
    open: () => Promise.resolve(simulatorPort(machine.board.cable)),
    wakeLock: () => () => {},
  })
  const idle = () => until(machine.clock, () => session.state.is === 'idle')
  await idle()
  return { ...machine, session, idle, plan: lines(profile, square) }
}

/** Expects that the position is unknown, and that the driver refuses to set home, to jog and to plot. */
async function refusesAllMotion(driver: Driver, plan: ReturnType<typeof lines>): Promise<void> {
  expect(driver.position).toBeUndefined()
  await expect(driver.setHome()).rejects.toMatchObject(REFUSED)
  await expect(driver.jog(5, 5)).rejects.toMatchObject(REFUSED)
  await expect(plotAll(driver, plan)).rejects.toMatchObject(REFUSED)
}

describe.each([
  ['a pen on a Z axis below 0', HOMED_Z],
  ['a servo, and a profile that does not know of the switches', HOMED_SERVO],
])('a grbl machine with limit switches and %s', (_, profile) => {
  it.each([
    ['in alarm, as after the power came on', true],
    ['unlocked by another program and never homed', false],
  ])('moves no axis when it is connected %s, and refuses to jog and to plot before homing', async (_, isLocked) => {
    const { board, open, clock } = homingMachine(profile, { resetsOnOpen: false })
    if (!isLocked) simulatorPort(board.cable).write('$X\nG92X0\n')
    await sleep(clock, 100)
    const stood = board.carriage
    const { driver } = await open()
    expect(await driver.connect()).toMatchObject({ mustHome: true })
    expect(board.carriage).toEqual(stood)
    await refusesAllMotion(driver, lines(profile, square))
    expect([board.carriage, board.ink.strokeCount]).toEqual([stood, 0])
  })

  it('does not trust a position from an earlier connection, but reports where the carriage stood', async () => {
    const { open } = homingMachine(profile, { resetsOnOpen: false })
    const first = await open()
    await first.driver.connect()
    await first.driver.home()
    await first.driver.jog(40, 30)
    const { driver } = await open()
    expect((await driver.connect()).stoodAt).toEqual({ x: 40, y: 30 })
    await refusesAllMotion(driver, lines(profile, square))
    await driver.home()
    expect(driver.position).toEqual({ x: 0, y: 0 })
  })

  it('homes for minutes without an answer, and the link stays open', async () => {
    const { board, clock, session, plan } = await sessionOn(profile, { settings: { 22: 1, 23: 1, 25: 20 } })
    const start = clock.now()
    await session.home()
    expect(clock.now() - start).toBeGreaterThan(5 * 60_000)
    expect(session.state).toEqual({ is: 'idle', ready: false })
    await session.ready()
    expect(await session.plot('j', plan)).toMatchObject({ is: 'finished' })
    expect(board.overrun).toBe(0)
    await session.close()
  })

  it.each([
    ['finds no switch', 'never-closes', 9],
    ['cannot leave a switch', 'never-opens', 8],
  ] as const)('has no known position when homing %s', async (_, fault, alarm) => {
    const { board, session, plan, clock } = await sessionOn(profile)
    await session.home()
    board.switchFault = fault
    await expect(session.home()).rejects.toMatchObject({ code: 'ERR_DEVICE', detail: { alarm } })
    const stood = board.carriage
    await expect(session.ready()).rejects.toMatchObject(REFUSED)
    await expect(session.jog(1, 1)).rejects.toMatchObject(REFUSED)
    await sleep(clock, 60_000)
    expect([session.position, board.carriage, board.ink.strokeCount]).toEqual([undefined, stood, 0])
    board.switchFault = undefined
    await session.home()
    await session.ready()
    expect(await session.plot('j', plan)).toMatchObject({ is: 'finished' })
    await session.close()
  })

  it('stops within 1 s in a homing cycle on request, and then has no known position', async () => {
    const { board, session, plan, clock } = await sessionOn(profile)
    const homing = session.home().catch((error: unknown) => error)
    await until(clock, () => board.isMoving)
    await sleep(clock, 2000)
    const start = clock.now()
    await session.pause()
    expect(clock.now() - start).toBeLessThan(1000)
    await expect(homing).resolves.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    const stood = board.carriage
    await expect(session.jog(1, 1)).rejects.toMatchObject(REFUSED)
    await sleep(clock, 60_000)
    expect([session.position, board.carriage, board.isMoving]).toEqual([undefined, stood, false])
    await session.home()
    await session.ready()
    expect(await session.plot('j', plan)).toMatchObject({ is: 'finished' })
    await session.close()
  })

  it('is stopped, and its link closed, when homing takes longer than the time limit', async () => {
    const { board, open, clock } = homingMachine(profile)
    board.switchFault = 'never-closes'
    const { driver, link } = await open()
    await driver.connect()
    board.settings[25] = 1 // the speed of homing, now lower than the board reported
    await expect(driver.home()).rejects.toMatchObject({ code: 'ERR_LINK_TIMEOUT' })
    await sleep(clock, 100)
    expect([link.isOpen, board.isMoving]).toEqual([false, false])
  })

  it('has no known position after the board restarts by itself during the connection', async () => {
    const { board, session, idle, clock } = await sessionOn(profile)
    await session.home()
    await session.ready()
    board.powerUp()
    await until(clock, () => session.state.is === 'offline')
    await idle()
    expect(session.state).toEqual({ is: 'idle', ready: false })
    await expect(session.ready()).rejects.toMatchObject(REFUSED)
    await session.close()
  })
})

describe('a grbl machine whose profile has `homeAt`', () => {
  it('puts the top left corner of the drawing at `homeAt`, and refuses a plan beyond a switch', async () => {
    const { board, session, profile, plan } = await sessionOn(HOMED_Z)
    await session.home()
    await session.ready()
    await session.plot('j', plan)
    expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(1 / 80)
    await session.ready()
    expect(await session.plot('j', lines(profile, [10, 10, 10, 205]))).toMatchObject({
      is: 'failed',
      code: 'ERR_PLAN_OUT_OF_BOUNDS',
    })
    await expect(session.jog(-5, 0)).rejects.toMatchObject({ code: 'ERR_PLAN_OUT_OF_BOUNDS' })
    expect(board.overrun).toBe(0)
    await session.close()
  })
})

describe('a grbl machine that homes at the right end of its X axis', () => {
  it('refuses a plot that leads to the right, past the limit switch', async () => {
    const { board, open } = homingMachine(HOMED_SERVO, { settings: { 22: 1 } })
    const { driver } = await open()
    await driver.connect()
    await driver.home()
    await expect(plotAll(driver, lines(HOMED_SERVO, [10, 10, 130, 10]))).rejects.toMatchObject({
      code: 'ERR_PLAN_OUT_OF_BOUNDS',
    })
    expect(board.overrun).toBe(0)
  })
})

describe('a pen on the Z axis of a connected machine', () => {
  const withoutSwitches = { settings: { 22: 0 } }

  it('is not moved when it stands above its raised height, as after power-up', async () => {
    const { board, open } = homingMachine(HOMED_Z, withoutSwitches)
    const stood = board.carriage
    const { driver } = await open()
    await driver.connect()
    expect(board.carriage).toEqual(stood)
  })

  it('is lifted when it was left on the paper and the board still knows the position', async () => {
    const { board, open, clock, profile } = homingMachine(HOMED_Z, { resetsOnOpen: false })
    const first = await open()
    await first.driver.connect()
    await first.driver.home()
    const plotting = plotAll(first.driver, lines(profile, square))
    plotting.catch(() => {})
    await until(clock, () => board.isPenDown && board.ink.length > 20)
    board.cable.cut()
    await expect(plotting).rejects.toMatchObject({ code: 'ERR_LINK_CLOSED' })
    const { driver } = await open()
    await driver.connect()
    expect([board.isPenDown, board.isMoving]).toEqual([false, false])
    expect(board.carriage[2]).toBeCloseTo(-5, 1)
  })

  it('is lifted after a limit alarm, although the board reacts only to a reset', async () => {
    const { board, open, clock, profile } = homingMachine()
    const { driver, link } = await open()
    await driver.connect()
    await driver.home()
    const plotting = plotAll(driver, lines(profile, square))
    plotting.catch(() => {})
    await until(clock, () => board.isPenDown && board.ink.length > 20)
    board.hitLimit()
    await expect(plotting).rejects.toMatchObject({ code: 'ERR_DEVICE', detail: { alarm: 1 } })
    expect([board.isPenDown, link.isOpen]).toEqual([false, true])
    await refusesAllMotion(driver, lines(profile, square))
  })
})
