import { type DriverMemory, makeDriver } from '../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../src/plotter/link/clock.ts'
import { profileNamed } from '../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../src/plotter/simulators/cable.ts'
import type { MarlinSimulatorOptions } from '../../src/plotter/simulators/index.ts'
import { MarlinBoard } from '../../src/plotter/simulators/marlin/board.ts'
import { cutsEverywhere } from '../contracts/cuts.ts'

/** After a new connection the operator pushes the carriage home, unless the board `keeps` its place. */
const printer =
  (name: string, options: MarlinSimulatorOptions, keeps = false) =>
  async () => {
    const clock = new VirtualClock()
    const board = new MarlinBoard({ clock, ...options })
    const profile = profileNamed(name)
    const memory: DriverMemory = {}
    const reconnect = async () => {
      const { driver } = await makeDriver(profile, simulatorPort(board.cable), clock, keeps ? memory : {})
      await driver.connect()
      if (!keeps) board.pushHome()
      return driver
    }
    const driver = await reconnect()
    return { clock, board, reconnect, driver, profile, stepMm: options.firmware === 'klipper' ? 1 / 80 : 6 / 80 }
  }

cutsEverywhere('a Marlin board that restarts when its port is opened', printer('marlin-servo', {}), 'lines')
cutsEverywhere(
  'a Marlin board with native USB that keeps its place',
  printer('marlin-servo', { resetsOnOpen: false }, true),
  'bytes',
)
cutsEverywhere('Klipper behind its virtual port', printer('klipper-servo', { firmware: 'klipper' }, true), 'bytes')
