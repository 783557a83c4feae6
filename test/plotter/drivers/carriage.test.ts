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

it.each([
  ['the offset of home (M206)', 'X10 Y5', 'echo:  M205', 'echo:  M206 X10.00 Y5.00 Z0.00\necho:  M205', '10, 5'],
  ['the ends of its axes (M211)', 'X-5 Y220', 'Min:  X0.00', 'Min:  X-5.00', '-5, 220'],
])(
  'a Marlin that counts from %s after a restart does not know its place then',
  async (_, start, line, report, place) => {
    const clock = new VirtualClock()
    const memory: DriverMemory = {}
    const connect = async (words: string, reports: boolean) => {
      const board = new MarlinBoard({ clock, resetsOnOpen: false })
      const toHost = board.cable.toHost.bind(board.cable)
      board.cable.toHost = (text) => toHost(reports ? text.replace(line, report) : text)
      board.receive(Buffer.from(`G92 ${words}\n`)) // the board restarts at this place
      const { driver } = await makeDriver(profileNamed('marlin-servo'), simulatorPort(board.cable), clock, memory)
      return { driver, device: await driver.connect() }
    }
    const { driver } = await connect('X0 Y0', true)
    await driver.setHome()
    await driver.close()
    expect((await connect(start, false)).device.stoodAt).toBeDefined()
    const { device, driver: restarted } = await connect(start, true)
    expect([device.stoodAt, restarted.position, device.whyLost]).toEqual([
      undefined,
      undefined,
      `the board reports position ${place}, as after a restart`,
    ])
  },
)
