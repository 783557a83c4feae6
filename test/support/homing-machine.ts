import { type DriverMemory, makeDriver, type OpenDriver } from '../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../src/plotter/link/clock.ts'
import { profileNamed } from '../../src/plotter/profiles/index.ts'
import type { Profile } from '../../src/plotter/profiles/profile.ts'
import { simulatorPort } from '../../src/plotter/simulators/cable.ts'
import { GrblBoard } from '../../src/plotter/simulators/grbl/board.ts'
import type { GrblSimulatorOptions } from '../../src/plotter/simulators/index.ts'

const onZ = profileNamed('grbl-z')

/** A pen on a Z axis whose top is at 0: all heights lie below. A drawing's top-left corner is at the back left. */
export const HOMED_Z: Profile = {
  ...onZ,
  grbl: {
    penUp: [],
    penDown: [],
    ...onZ.grbl,
    homing: true,
    heights: { at0: -15, at100: -5 },
    homeAt: { x: -298, y: -2 },
  },
}

/** A servo on the spindle output of a machine with limit switches. The profile does not know the switches. */
export const HOMED_SERVO: Profile = profileNamed('grbl-servo')

/** Limit switches 300 × 200 × 20 mm apart. The homing corner ($23) is back left. The carriage starts elsewhere. */
export const WITH_SWITCHES: GrblSimulatorOptions = {
  settings: { 22: 1, 23: 1 },
  at: [-120, -80, -3],
  leftEdge: -298,
  topEdge: -2,
}

/** A board with limit switches, and the driver's memory of it. Each `open` connects with a new driver. */
export function homingMachine(profile: Profile = HOMED_Z, options: GrblSimulatorOptions = {}) {
  const clock = new VirtualClock()
  const pen = profile === HOMED_Z ? ({ kind: 'z', touchesAt: -10 } as const) : undefined
  const board = new GrblBoard({ clock, ...WITH_SWITCHES, ...(pen && { pen }), ...options })
  const memory: DriverMemory = {}
  const open = (): Promise<OpenDriver> => makeDriver(profile, simulatorPort(board.cable), clock, memory)
  return { clock, board, memory, profile, open }
}
