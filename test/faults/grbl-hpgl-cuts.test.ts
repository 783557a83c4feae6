import { type DriverMemory, makeDriver } from '../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../src/plotter/link/clock.ts'
import { profileNamed } from '../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../src/plotter/simulators/cable.ts'
import { GrblBoard } from '../../src/plotter/simulators/grbl/board.ts'
import type { FlavourName } from '../../src/plotter/simulators/grbl/flavour.ts'
import { HpglPlotter } from '../../src/plotter/simulators/hpgl/board.ts'
import { cutsEverywhere } from '../contracts/cuts.ts'

const profile = profileNamed('grbl-servo')

/** Without a memory, a new driver does not know the position, so after each connection the carriage is pushed home. */
const grbl =
  (resetsOnOpen: boolean, firmware: FlavourName = 'grbl') =>
  async () => {
    const clock = new VirtualClock()
    const board = new GrblBoard({ clock, resetsOnOpen, firmware })
    const reconnect = async () => {
      const { driver } = await makeDriver(profile, simulatorPort(board.cable), clock)
      await driver.connect()
      board.pushHome()
      return driver
    }
    return { clock, board, reconnect, driver: await reconnect(), profile, stepMm: 1 / 80 }
  }

const hpgl = async () => {
  const clock = new VirtualClock()
  const board = new HpglPlotter({ clock })
  const memory: DriverMemory = {}
  const hp = profileNamed('hp-7475a')
  const reconnect = async () => {
    const { driver } = await makeDriver(hp, simulatorPort(board.cable), clock, memory)
    await driver.connect()
    return driver
  }
  return { clock, board, reconnect, driver: await reconnect(), profile: hp, stepMm: 0.025 }
}

cutsEverywhere('a grbl board that restarts when its port is opened', grbl(true), 'bytes')
cutsEverywhere('a grbl board that continues when its port is opened', grbl(false), 'bytes')
cutsEverywhere('a FluidNC board that continues when its port is opened', grbl(false, 'fluidnc'), 'lines')
cutsEverywhere('a grblHAL board that continues when its port is opened', grbl(false, 'grblhal'), 'lines')
cutsEverywhere('an HP 7475A', hpgl, 'bytes')
