import { type Clock, realClock, scaledClock, VirtualClock } from '../link/clock.ts'
import type { Profile } from '../profiles/profile.ts'
import { EbbBoard, type EbbSimulatorOptions } from './ebb/board.ts'
import { makeSimulator } from './make.ts'
import { type Served, servePty, serveTcp } from './serve.ts'
import type { SimulatedPlotter } from './simulated-plotter.ts'
import type { HostFlow } from './uart.ts'

/** The options of a running simulator. The fields of `EbbSimulatorOptions` count only for an EBB. */
export interface SimulateOptions extends Omit<EbbSimulatorOptions, 'clock'> {
  /** A TCP port to use instead of a pty; 0 takes a free port. */
  readonly tcp?: number
  /** Path of a symbolic link to the pty. */
  readonly link?: string
  /** For grbl and Marlin, the name of another firmware of the family, such as fluidnc or klipper. */
  readonly family?: string
  /** HP-GL: 7470A, 7475A or 7550A. */
  readonly model?: string
  /** For HP-GL, the signals of the plotter that the host obeys; none when absent. */
  readonly flow?: HostFlow
  /** Factor on the speed of the simulated time: 1 is real time; 'instant' does not wait. */
  readonly speed?: number | 'instant'
}

export interface RunningSimulator {
  /** A URL for `openTransport`. */
  readonly url: string
  /** Device path, or host:port. */
  readonly path: string
  /** The board itself, with its live ink. */
  readonly board: SimulatedPlotter
  close(): Promise<void>
}

/** Runs a simulated board on a pty or TCP port, where other programs can open it. */
export async function runSimulator(
  dialect: Profile['dialect'],
  options: SimulateOptions = {},
): Promise<RunningSimulator> {
  const { tcp, link, family, model, flow, speed = 1, ...board } = options
  const clock = clockFor(speed)
  const simulator: SimulatedPlotter =
    dialect === 'ebb'
      ? new EbbBoard({ ...board, clock })
      : makeSimulator(dialect, queryOf({ firmware: family, model, flow }), clock)
  const server: Served =
    tcp === undefined
      ? await servePty(simulator.cable, link === undefined ? {} : { link })
      : await serveTcp(simulator.cable, tcp)
  return {
    url: tcp === undefined ? `serial:${server.path}` : `tcp://${server.path}`,
    path: server.path,
    board: simulator,
    close: () => server.close(),
  }
}

/** A query of the defined parameters. */
function queryOf(parameters: Readonly<Record<string, string | undefined>>): URLSearchParams {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value)
  return query
}

function clockFor(speed: number | 'instant'): Clock {
  if (speed === 'instant') return new VirtualClock()
  return speed === 1 ? realClock : scaledClock(speed)
}
