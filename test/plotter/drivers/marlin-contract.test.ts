import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { type ProfileOverrides, profileNamed, withOverrides } from '../../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import type { MarlinSimulatorOptions } from '../../../src/plotter/simulators/index.ts'
import { MarlinBoard } from '../../../src/plotter/simulators/marlin/board.ts'
import { aDriver } from '../../contracts/driver.ts'

/** Klipper reports the target of a move, not the nearest whole step. Fine steps hide the difference. */
const FINE = { stepsPerMm: [1000, 1000, 400] } as const

/** Homing ends at the front left corner. Drawings begin at the back left corner. */
const onZ: MarlinSimulatorOptions = { pen: { kind: 'z', touchesAt: 0 }, topEdge: 220 }

const rig =
  (name: string, options: MarlinSimulatorOptions = {}, changes: ProfileOverrides = {}) =>
  async () => {
    const clock = new VirtualClock()
    const board = new MarlinBoard({ clock, ...options })
    const base = withOverrides(profileNamed(name), changes)
    const { driver } = await makeDriver(base, simulatorPort(board.cable), clock)
    board.cable.faults.lateMs = 1
    const { profile = base } = await driver.connect()
    if (profile.marlin?.homing) await driver.home()
    board.ink.newSheet()
    // Marlin drops moves of fewer than six steps
    return { clock, board, driver, profile, stepMm: options.firmware === 'klipper' ? 1 / 80 : 6 / 80 }
  }

aDriver('Marlin with a pen on a servo', rig('marlin-servo'), 8)
// after a stop Klipper still draws about two seconds of motion: 16 mm at 8 mm/s
aDriver(
  'Klipper with a pen on a servo',
  rig('klipper-servo', { firmware: 'klipper', settings: FINE }, { down: { speed: 8 } }),
  8,
)
aDriver('Marlin with a pen on its Z axis, homed', rig('marlin-z', onZ), 4)
aDriver(
  'Klipper with a pen on its Z axis, homed',
  rig('klipper-z', { ...onZ, firmware: 'klipper', settings: FINE }, { down: { speed: 8 } }),
  4,
)
