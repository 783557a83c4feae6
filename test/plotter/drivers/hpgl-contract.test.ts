import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { HpglPlotter } from '../../../src/plotter/simulators/hpgl/board.ts'
import { aDriver } from '../../contracts/driver.ts'

const rig = async () => {
  const clock = new VirtualClock()
  const board = new HpglPlotter({ clock })
  const profile = profileNamed('hp-7475a')
  const { driver } = await makeDriver(profile, simulatorPort(board.cable), clock)
  board.cable.faults.lateMs = 1
  await driver.connect()
  return { clock, board, driver, profile, stepMm: 0.025 }
}

aDriver('an HP 7475A', rig)
