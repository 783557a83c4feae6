import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import type { Profile } from '../../../src/plotter/profiles/profile.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import type { GrblSimulatorOptions } from '../../../src/plotter/simulators/index.ts'
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
const heightsBelowZero = {
  penUp: [],
  penDown: [],
  ...onZ.grbl,
  homing: true,
  heights: { at0: -15, at100: -5 },
  homeAt: { x: -299, y: -1 },
}
/** Homing ends at the left and the back ($23), where drawings begin. The paper lies 10 mm below the top of Z. */
const zMachine: GrblSimulatorOptions = {
  settings: { 22: 1, 23: 1 },
  pen: { kind: 'z', touchesAt: -10 },
  at: [-120, -80, -3],
  leftEdge: -299,
  topEdge: -1,
}

aDriver('grbl with a servo on the spindle output', rig(profileNamed('grbl-servo')))
aDriver('grbl with a pen on its Z axis, homed by switches', rig({ ...onZ, grbl: heightsBelowZero }, zMachine), 8)
