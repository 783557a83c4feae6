import { expect, it } from 'vitest'
import { type DriverMemory, makeDriver } from '../../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed, withOverrides } from '../../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import type { MarlinSimulatorOptions } from '../../../src/plotter/simulators/index.ts'
import { MarlinBoard } from '../../../src/plotter/simulators/marlin/board.ts'

/** A homed printer with its pen on the paper, away from home. */
async function lowered(options: MarlinSimulatorOptions = {}) {
  const clock = new VirtualClock()
  const board = new MarlinBoard({ clock, pen: { kind: 'z', touchesAt: 0 }, topEdge: 220, ...options })
  const connect = async () => {
    const name = options.firmware === 'klipper' ? 'klipper-z' : 'marlin-z'
    const { driver } = await makeDriver(profileNamed(name), simulatorPort(board.cable), clock)
    await driver.connect()
    return driver
  }
  const driver = await connect()
  await driver.home()
  await driver.jog(100, 100)
  board.ink.newSheet()
  await driver.pen('down')
  return { board, driver, connect }
}

/** Makes a board refuse G28. @returns a function that lets the board obey G28 again */
function refuseHoming(board: MarlinBoard): () => void {
  const receive = board.receive.bind(board)
  board.receive = (bytes) => {
    const refused = Buffer.from(bytes)
      .toString('latin1')
      .replace(/G28\*(\d+)/, (_, sum) => `G29*${Number(sum) ^ 1}`)
    receive(Buffer.from(refused, 'latin1'))
  }
  return () => {
    board.receive = receive
  }
}

it.each(['marlin', 'klipper'] as const)('%s raises a pen on the Z axis before it homes', async (firmware) => {
  const { board, driver } = await lowered({ firmware })
  await driver.home()
  expect(board.ink.length).toBeLessThan(1)
})

it('Marlin raises a pen on the Z axis before it homes, also after a restart, when the height is unknown', async () => {
  const { board, connect } = await lowered({ resetsOnOpen: true })
  const driver = await connect()
  expect(board.isPenDown).toBe(true)
  await driver.home()
  expect([board.ink.length < 1, board.isPenDown]).toEqual([true, false])
})

it('Marlin raises a pen of unknown height by the distance between the heights in `penUp` and `penDown`', async () => {
  const clock = new VirtualClock()
  const board = new MarlinBoard({ clock, pen: { kind: 'z', touchesAt: 0 }, topEdge: 220 })
  const marlin = { firmware: 'marlin', homing: true, penUp: ['G0 Z2 F300'], penDown: ['G1 Z0 F300'] } as const
  const profile = { ...profileNamed('marlin-z'), marlin }
  const { driver } = await makeDriver(profile, simulatorPort(board.cable), clock)
  await driver.connect()
  const lines: string[] = []
  board.onLine = (line) => lines.push(line)
  await driver.home()
  expect(lines.filter((line) => line !== 'M114').slice(0, 4)).toEqual(['G91', 'G0 Z2', 'G90', 'G28'])
})

it('Marlin raises a pen of unknown height once, not at each `home` that fails', async () => {
  const { board, connect } = await lowered({ resetsOnOpen: true })
  const driver = await connect()
  const sent: string[] = []
  board.onLine = (line) => sent.push(line)
  const obey = refuseHoming(board)
  for (let home = 0; home < 3; home++) await expect(driver.home()).rejects.toMatchObject({ code: 'ERR_DEVICE' })
  expect(sent.filter((line) => /G29|G0 Z/.test(line))).toEqual(['G0 Z3', 'G29', 'G29', 'G29'])
  obey()
  await driver.home()
  expect([board.ink.length < 1, board.isPenDown]).toEqual([true, false])
})

it('Marlin raises a pen that was lowered to paper above Z 0, also if an earlier `home` had failed', async () => {
  const clock = new VirtualClock()
  const board = new MarlinBoard({ clock, pen: { kind: 'z', touchesAt: 5 }, topEdge: 220 })
  const marlin = { firmware: 'marlin', homing: true, penUp: ['G0 Z8 F300'], penDown: ['G1 Z5 F300'] } as const
  const { driver } = await makeDriver({ ...profileNamed('marlin-z'), marlin }, simulatorPort(board.cable), clock)
  await driver.connect()
  const obey = refuseHoming(board)
  await expect(driver.home()).rejects.toMatchObject({ code: 'ERR_DEVICE' })
  obey()
  await driver.home()
  await driver.jog(100, 100)
  await driver.pen('down')
  await driver.motors(false)
  const sent: string[] = []
  board.onLine = (line) => sent.push(line)
  await driver.home()
  expect(sent.filter((line) => /G28|G0 Z/.test(line))).toEqual(['G0 Z3', 'G28', 'G0 Z8 F300'])
})

it('Marlin homes also when it refuses every move before homing', async () => {
  const { board, connect } = await lowered({ resetsOnOpen: true, mustHome: true })
  const driver = await connect()
  await driver.home()
  expect([driver.position, board.isPenDown]).toEqual([{ x: 0, y: 0 }, false])
})

it('after a restart with the pen up, Marlin without limit switches sets no home and does not jog with a pen on the Z axis before a command of the pen', async () => {
  const clock = new VirtualClock()
  const board = new MarlinBoard({ clock, pen: { kind: 'z', touchesAt: 0 }, topEdge: 220, resetsOnOpen: true })
  const profile = withOverrides(profileNamed('marlin-z'), { marlin: { homing: false } })
  const memory: DriverMemory = {}
  const connect = async () => {
    const { driver } = await makeDriver(profile, simulatorPort(board.cable), clock, memory)
    await driver.connect()
    return driver
  }
  await (await connect()).setHome()
  await (await connect()).pen('up')
  const driver = await connect()
  await expect(driver.setHome()).rejects.toThrow('lower its tip to the paper by hand')
  await expect(driver.jog(10, 0)).rejects.toMatchObject({ code: 'ERR_DEVICE' })
  await driver.pen('up')
  await driver.setHome()
  expect(driver.position).toEqual({ x: 0, y: 0 })
})
