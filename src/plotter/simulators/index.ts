import type { Duplex } from 'node:stream'
import { PlotdError } from '../../errors.ts'
import { type Clock, scaledClock } from '../clock.ts'
import { EbbBoard, type EbbSimulatorOptions } from './ebb/board.ts'
import { simulatorPort } from './port.ts'

export { Cable, type CableFaults } from './cable.ts'
export { EbbBoard, type EbbSimulatorOptions } from './ebb/board.ts'
export { Ink } from './ink.ts'
export { simulatorPort } from './port.ts'
export { type RunningSimulator, runSimulator, type SimulateOptions } from './run.ts'
export { type Served, servePty } from './serve-pty.ts'
export { serveTcp } from './serve-tcp.ts'

/** Simulators in this process keep their paper between two openings, as a plotter does. */
const boards = new Map<string, EbbBoard>()

/** The simulator that a `sim:` URL names: the same one each time. */
export function simulatorNamed(name: string, query: URLSearchParams, clock: Clock): EbbBoard {
  const key = `${name}?${query.toString()}`
  const known = boards.get(key)
  if (known) return known
  const board = makeSimulator(name, query, clock)
  boards.set(key, board)
  return board
}

/** The stream that opening a `sim:` URL gives. `speed=20` runs it twenty times as fast as a real board. */
export const simulatorPortFor = (name: string, query: URLSearchParams, clock: Clock): Duplex =>
  simulatorPort(simulatorNamed(name, query, clock).cable)

function makeSimulator(name: string, query: URLSearchParams, clock: Clock): EbbBoard {
  if (name !== 'ebb') throw new PlotdError('ERR_CONFIG', `no simulator is called ${name}; there is ebb`, { name })
  const firmware = query.get('firmware')
  const speed = Number(query.get('speed') ?? 1)
  return new EbbBoard({
    clock: speed === 1 ? clock : scaledClock(speed),
    nickname: query.get('nickname') ?? 'simulated',
    ...(firmware === null ? {} : { firmware: firmware as NonNullable<EbbSimulatorOptions['firmware']> }),
  })
}
