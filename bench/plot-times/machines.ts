import type { Drawing } from '../../src/geometry/drawing.ts'
import { makeDriver } from '../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../src/plotter/link/clock.ts'
import { estimate } from '../../src/plotter/motion/estimate.ts'
import type { Plan } from '../../src/plotter/plan/plan.ts'
import { profileNamed } from '../../src/plotter/profiles/index.ts'
import type { Profile } from '../../src/plotter/profiles/profile.ts'
import { simulatorPort } from '../../src/plotter/simulators/cable.ts'
import { EbbBoard } from '../../src/plotter/simulators/ebb/board.ts'
import { GrblBoard } from '../../src/plotter/simulators/grbl/board.ts'
import type { GrblSimulatorOptions } from '../../src/plotter/simulators/grbl/options.ts'
import { HpglPlotter } from '../../src/plotter/simulators/hpgl/board.ts'
import type { SimulatedPlotter } from '../../src/plotter/simulators/index.ts'
import { MarlinBoard } from '../../src/plotter/simulators/marlin/board.ts'
import type { MarlinSimulatorOptions } from '../../src/plotter/simulators/marlin/options.ts'

export interface TimedMachine {
  readonly name: string
  readonly profile: Profile
  readonly make: (clock: VirtualClock) => SimulatedPlotter
  /** Delay of the board's answers, ms. */
  readonly lateMs: number
}

/** A pen on the Z axis that touches the paper at Z = 0. */
const ON_Z = { kind: 'z', touchesAt: 0 } as const
/** A printer with the pen `ON_Z`. The printer homes to its front left corner. */
const PRINTER_ON_Z = { pen: ON_Z, topEdge: 220 } as const

const ebb = (firmware: '2.5.3' | '2.8.1' | '3.0.3'): TimedMachine => ({
  name: `EBB ${firmware}`,
  profile: profileNamed('axidraw-v3'),
  make: (clock) => new EbbBoard({ clock, firmware }),
  lateMs: 1,
})

/** A grbl machine. Its answers are as late as the measured answers of the real firmware. */
const grbl = (name: string, profile: string, options: GrblSimulatorOptions = {}): TimedMachine => ({
  name,
  profile: profileNamed(profile),
  make: (clock) => new GrblBoard({ clock, ...options }),
  lateMs: 0.25,
})

const steps = (perMm: number): GrblSimulatorOptions => ({ settings: { 100: perMm, 101: perMm } })

const printer = (name: string, profile: string, options: MarlinSimulatorOptions = {}): TimedMachine => ({
  name,
  profile: profileNamed(profile),
  make: (clock) => new MarlinBoard({ clock, ...options }),
  lateMs: 1,
})

const hp = (model: '7470A' | '7475A' | '7550A'): TimedMachine => ({
  name: `HP ${model}`,
  profile: profileNamed(`hp-${model.toLowerCase()}`),
  make: (clock) => new HpglPlotter({ clock, model }),
  lateMs: 1,
})

export const MACHINES: readonly TimedMachine[] = [
  ...(['2.5.3', '2.8.1', '3.0.3'] as const).map(ebb),
  ...[40, 80, 250].map((perMm) => grbl(`grbl ${perMm}/mm`, 'grbl-servo', steps(perMm))),
  grbl('grbl Z', 'grbl-z', { pen: ON_Z }),
  printer('Marlin servo', 'marlin-servo'),
  printer('Marlin Z', 'marlin-z', PRINTER_ON_Z),
  printer('Klipper servo', 'klipper-servo', { firmware: 'klipper' }),
  printer('Klipper Z', 'klipper-z', { firmware: 'klipper', ...PRINTER_ON_Z }),
  ...(['7475A', '7550A', '7470A'] as const).map(hp),
]

/** @throws Error when there is no such machine */
export function machineNamed(wanted: string): TimedMachine {
  const machine = MACHINES.find(({ name }) => name === wanted)
  if (!machine) throw new Error(`no machine is called ${wanted}`)
  return machine
}

/** A driver that is connected to a machine's board, with the carriage at home, in virtual time. */
export async function connectMachine({ profile: configured, make, lateMs }: TimedMachine) {
  const clock = new VirtualClock()
  const board = make(clock)
  board.cable.faults.lateMs = lateMs
  const { driver } = await makeDriver(configured, simulatorPort(board.cable), clock)
  const { profile = configured, profileWith } = await driver.connect()
  // after power-on the carriages of these machines are not at home
  if (profile.dialect === 'hpgl' || profile.marlin?.homing) await driver.home()
  return { clock, board, driver, profile, profileWith }
}

/** Percent by which a simulated board's time for a drawing, from home to home, exceeds the estimate. */
export async function percentOff(machine: TimedMachine, make: (profile: Profile) => Drawing): Promise<number> {
  const { clock, driver, profile } = await connectMachine(machine)
  const drawing = make(profile)
  const plan: Plan = { ...drawing, hash: '', estimate: estimate(drawing, profile) }
  const start = clock.now()
  const plotting = driver.plot(plan, { signal: new AbortController().signal })
  for (let moment = await plotting.next(); moment.done !== true; ) moment = await plotting.next()
  return ((clock.now() - start) / 1000 / plan.estimate.seconds - 1) * 100
}
