import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import type { Profile } from '../../../src/plotter/profiles/profile.ts'
import { GrblBoard, type GrblSimulatorOptions, simulatorPort } from '../../../src/plotter/simulators/index.ts'
import { aDriver } from '../../contracts/driver.ts'

const rig =
  (profile: Profile, options: GrblSimulatorOptions = {}) =>
  async () => {
    const clock = new VirtualClock()
    const board = new GrblBoard({ clock, ...options })
    const { driver } = await makeDriver(profile, simulatorPort(board.cable), clock)
    board.cable.faults.lateMs = 1
    await driver.connect()
    if (profile.grbl?.homing) await driver.home()
    return { clock, board, driver, profile, stepMm: 1 / 80 }
  }

const onZ = profileNamed('grbl-z')
const below = { penUp: [], penDown: [], homing: true, ...onZ.grbl, heights: { at0: -15, at100: -5 } }
/** Homing ends in the corner, where drawings begin; the paper lies 10 mm below. */
const zMachine: GrblSimulatorOptions = { settings: { 22: 1, 27: 0 }, pen: { kind: 'z', touchesAt: -10 } }

aDriver('grbl with a servo on the spindle output', rig(profileNamed('grbl-servo')))
aDriver('grbl with a pen on its Z axis, homed by switches', rig({ ...onZ, grbl: below }, zMachine), 8)
