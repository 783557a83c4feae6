import { type Clock, realClock, scaledClock, VirtualClock } from '../link/clock.ts'
import type { Profile } from '../profiles/profile.ts'
import { EbbBoard, type EbbSimulatorOptions } from './ebb/board.ts'
import { makeSimulator } from './make.ts'
import { type Served, servePty, serveTcp } from './serve.ts'
import type { SimulatedPlotter } from './simulated-plotter.ts'
import type { HostFlow } from './uart.ts'

export interface SimulateOptions extends Omit<EbbSimulatorOptions, 'clock'> {
  /** On a pty (the default) or on a TCP port; 0 takes a free one. */
  readonly tcp?: number
  /** A name for the pty: a symbolic link is made there. */
  readonly link?: string
  /** Of an HP-GL plotter: 7470A, 7475A, 7550A. */
  readonly model?: string
  /** How the cable of an HP-GL plotter holds back its host: not at all, unless told otherwise. */
  readonly flow?: HostFlow
  /** 1 is real time; 20 twenty times as fast; 'instant' does not wait at all. */
  readonly speed?: number | 'instant'
}

export interface RunningSimulator {
  /** What `openTransport` opens. */
  readonly url: string
  /** Device path, or host:port. */
  readonly path: string
  /** The board itself, with its live ink. */
  readonly board: SimulatedPlotter
  close(): Promise<void>
}

/** Run a simulated board where other programs can reach it. */
export async function runSimulator(
  dialect: Profile['dialect'],
  options: SimulateOptions = {},
): Promise<RunningSimulator> {
  const { tcp, link, model, flow, speed = 1, ...board } = options
  const clock = clockFor(speed)
  const simulator: SimulatedPlotter =
    dialect === 'ebb' ? new EbbBoard({ ...board, clock }) : makeSimulator(dialect, queryOf({ model, flow }), clock)
  const served: Served =
    tcp === undefined
      ? await servePty(simulator.cable, link === undefined ? {} : { link })
      : await serveTcp(simulator.cable, tcp)
  return {
    url: tcp === undefined ? `serial:${served.path}` : `tcp://${served.path}`,
    path: served.path,
    board: simulator,
    close: () => served.close(),
  }
}

/** The words that are there. */
function queryOf(words: Readonly<Record<string, string | undefined>>): URLSearchParams {
  const query = new URLSearchParams()
  for (const [name, word] of Object.entries(words)) if (word !== undefined) query.set(name, word)
  return query
}

function clockFor(speed: number | 'instant'): Clock {
  if (speed === 'instant') return new VirtualClock()
  return speed === 1 ? realClock : scaledClock(speed)
}
