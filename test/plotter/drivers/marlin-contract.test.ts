import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import type { MarlinSimulatorOptions } from '../../../src/plotter/simulators/index.ts'
import { MarlinBoard } from '../../../src/plotter/simulators/marlin/board.ts'
import { aDriver } from '../../contracts/driver.ts'

const rig =
  (name: string, options: MarlinSimulatorOptions = {}) =>
  async () => {
    const clock = new VirtualClock()
    const board = new MarlinBoard({ clock, ...options })
    const asked = profileNamed(name)
    const { driver } = await makeDriver(asked, simulatorPort(board.cable), clock)
    board.cable.faults.lateMs = 1
    const { profile = asked } = await driver.connect()
    if (profile.marlin?.homing) await driver.home()
    board.ink.newSheet()
    // Marlin drops moves of fewer than six steps
    return { clock, board, driver, profile, stepMm: options.firmware === 'klipper' ? 1 / 80 : 6 / 80 }
  }

aDriver('Marlin with a pen on a servo', rig('marlin-servo'), 8)
aDriver('Klipper with a pen on a servo', rig('klipper-servo', { firmware: 'klipper' }), 8)
