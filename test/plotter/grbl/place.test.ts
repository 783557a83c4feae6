import { describe, expect, it } from 'vitest'
import { drawingOf, strokesOf } from '../../../src/geometry/drawing.ts'
import type { HomeMemory } from '../../../src/plotter/drivers/gcode/carriage.ts'
import { GrblDriver } from '../../../src/plotter/drivers/grbl/driver.ts'
import { type DriverMemory, makeDriver } from '../../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import type { GrblSimulatorOptions } from '../../../src/plotter/simulators/index.ts'
import { planOf, plotAll } from '../../support/bench.ts'
import { inkError } from '../../support/ink.ts'

const profile = profileNamed('grbl-servo')
const strokes = strokesOf([10, 10, 20, 10, 20, 20], [30, 30, 30, 40])
const plan = planOf(drawingOf(strokes, 300, 200), profile)

function benchOf(options: GrblSimulatorOptions = {}) {
  const clock = new VirtualClock()
  const board = new GrblBoard({ clock, ...options })
  const memory: HomeMemory = {}
  const connect = async () => {
    const driver = new GrblDriver(simulatorPort(board.cable), profile, clock, memory)
    const { stoodAt, whyLost } = await driver.connect()
    return { driver, stoodAt, whyLost }
  }
  return { board, connect }
}

describe('the position of a grbl board', () => {
  it('is counted in machine coordinates, wherever another program left the work coordinates', async () => {
    const { board, connect } = benchOf()
    board.modal.systems.set(54, [100, 50, 0])
    const { driver } = await connect()
    await plotAll(driver, plan)
    expect(inkError(board.ink.strokes(), strokes)).toBeLessThanOrEqual(1 / 80)
    expect(board.position).toEqual([0, 0])
  })

  it('is known again after a reconnect, when the board did not restart', async () => {
    const { board, connect } = benchOf({ resetsOnOpen: false })
    const first = await connect()
    await first.driver.setHome()
    await first.driver.jog(30, 20)
    const { driver, stoodAt } = await connect()
    expect([first.stoodAt, stoodAt]).toEqual([undefined, { x: 30, y: 20 }])
    expect(driver.position).toEqual({ x: 30, y: 20 })
    await plotAll(driver, plan)
    expect(inkError(board.ink.strokes(), strokes)).toBeLessThanOrEqual(1 / 80)
  })

  it('is unknown when the board restarted, because a restart sets the position to zero', async () => {
    const { connect } = benchOf({ resetsOnOpen: true })
    const first = await connect()
    await first.driver.setHome()
    await first.driver.jog(30, 20)
    const { driver, stoodAt } = await connect()
    expect([stoodAt, driver.position]).toEqual([undefined, undefined])
  })

  it('is unknown when a reconnected board reports 0, 0; plotd says why, and the operator sets home again', async () => {
    const { board, connect } = benchOf({ resetsOnOpen: false })
    const first = await connect()
    await first.driver.setHome()
    const { driver, stoodAt, whyLost } = await connect()
    expect([first.whyLost, stoodAt, driver.position]).toEqual([undefined, undefined, undefined])
    expect(whyLost).toMatch(/0, 0, as after a restart/)
    await driver.setHome() // the carriage was not moved
    await plotAll(driver, plan)
    expect(inkError(board.ink.strokes(), strokes)).toBeLessThanOrEqual(1 / 80)
  })

  it('is unknown after an alarm', async () => {
    const { board, connect } = benchOf({ resetsOnOpen: false })
    const first = await connect()
    await first.driver.setHome()
    await first.driver.jog(30, 20)
    board.hitLimit()
    expect(await connect()).toMatchObject({ stoodAt: undefined, whyLost: 'grbl was in alarm' })
    expect((await connect()).stoodAt).toBeUndefined()
  })
})

describe('a pen on a Z axis without limit switches, on a board that restarts at each connection', () => {
  const onZ = profileNamed('grbl-z')

  function zBench(options: GrblSimulatorOptions = {}) {
    const clock = new VirtualClock()
    const board = new GrblBoard({ clock, pen: { kind: 'z', touchesAt: 0 }, ...options })
    const memory: DriverMemory = {}
    const connect = async () => {
      const { driver } = await makeDriver(onZ, simulatorPort(board.cable), clock, memory)
      await driver.connect()
      return driver
    }
    return { clock, board, connect, height: () => board.carriage[2] }
  }

  it('rises at the first connection only, because later connections find it up', async () => {
    const { connect, height } = zBench()
    for (let connections = 0; connections < 4; connections++) {
      await connect()
      expect(height()).toBe(5)
    }
  })

  it('rises again after a connection that ended with the pen on the paper', async () => {
    const { board, connect, height } = zBench()
    const driver = await connect()
    await driver.pen('down')
    expect(height()).toBe(0)
    await connect()
    expect([height(), board.isPenDown]).toEqual([5, false])
    await connect()
    expect(height()).toBe(5)
  })

  it('is not used after a restart that found the pen up, unless the user has lowered its tip to the paper since then', async () => {
    const { board, connect, height } = zBench()
    await connect()
    const driver = await connect()
    await expect(driver.setHome()).rejects.toMatchObject({
      code: 'ERR_DEVICE',
      message: expect.stringContaining('the height of the pen is unknown'),
    })
    await expect(driver.jog(10, 0)).rejects.toMatchObject({ code: 'ERR_DEVICE' })
    expect([board.carriage[0], height()]).toEqual([0, 5])
    await driver.pen('up')
    await driver.setHome()
    expect(driver.position).toEqual({ x: 0, y: 0 })
  })

  it('is not used after such a restart, either, when another program has put the origin of Z below the start', async () => {
    const { board, connect } = zBench()
    board.modal.systems.set(54, [0, 0, -10])
    await (await connect()).pen('up')
    const driver = await connect()
    await expect(driver.setHome()).rejects.toThrow('put its tip 10 mm above the paper')
  })

  it('is used after a reconnect without a restart, although its height is rounded to a whole step', async () => {
    const { connect, height } = zBench({ resetsOnOpen: false, settings: { 102: 30.07 } })
    await connect()
    expect(height()).toBeLessThan(4.99)
    const driver = await connect()
    await driver.setHome()
    expect(driver.position).toEqual({ x: 0, y: 0 })
  })
})
