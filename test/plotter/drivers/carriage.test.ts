import { expect, it } from 'vitest'
import { Carriage, type HomeMemory } from '../../../src/plotter/drivers/gcode/carriage.ts'
import { type DriverMemory, makeDriver } from '../../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import { MarlinBoard } from '../../../src/plotter/simulators/marlin/board.ts'

const HOME = { x: 3, y: 200 }

it.each([
  ['a position away from 0, 0', { x: 5, y: 5 }, undefined, HOME],
  ['position 0, 0', { x: 0, y: 0 }, /reports position 0, 0/, undefined],
  ['no position', undefined, /does not report its position/, undefined],
] as const)(
  'the carriage remembers home, or names the reason why not, when the board reports %s',
  async (_, place, why, home) => {
    const memory: HomeMemory = { home: HOME }
    const carriage = new Carriage('grbl', { penUp: [], penDown: [], homing: false }, memory, async () => {})
    carriage.place = place
    const answer = await carriage.recallHome()
    if (why) expect(answer).toMatch(why)
    else expect(answer).toBeUndefined()
    expect(carriage.isHomeKnown).toBe(home !== undefined)
    expect(memory.home).toEqual(home)
  },
)

it.each([
  ['grbl-servo', (clock: VirtualClock) => new GrblBoard({ clock, resetsOnOpen: false }), '20190830:'],
  ['marlin-servo', (clock: VirtualClock) => new MarlinBoard({ clock, resetsOnOpen: false }), 'UUID:'],
] as const)(
  'the driver of %s knows where its carriage stood when the same board is back, but not when another board answers',
  async (name, make, id) => {
    const clock = new VirtualClock()
    const connect = async (board: GrblBoard | MarlinBoard, memory: DriverMemory) => {
      const { driver } = await makeDriver(profileNamed(name), simulatorPort(board.cable), clock, memory)
      return { driver, device: await driver.connect() }
    }
    const jog = async (board: GrblBoard | MarlinBoard, memory: DriverMemory) => {
      const { driver } = await connect(board, memory)
      await driver.setHome()
      await driver.jog(20, 10)
      await driver.close()
    }
    const memory: DriverMemory = {}
    const board = make(clock)
    await jog(board, memory)
    const back = await connect(board, memory)
    expect(back.device.stoodAt).toEqual({ x: 20, y: 10 })
    await back.driver.close()

    const other = make(clock)
    const toHost = other.cable.toHost.bind(other.cable)
    other.cable.toHost = (text) => toHost(text.replace(id, `${id}2`))
    await jog(other, {})
    const { driver, device } = await connect(other, memory)
    expect([device.stoodAt, driver.position, device.whyLost]).toEqual([
      undefined,
      undefined,
      expect.stringContaining('another board'),
    ])
    await driver.close()
  },
)
