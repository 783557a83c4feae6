/**
 * The room `simulators`: boards in software, which report their ink. They follow the firmware and its protocol, and
 * import no driver, so tests can compare board and driver. Import from this file.
 */
import type { Duplex } from 'node:stream'
import { PlotdError } from '../../errors.ts'
import { type Clock, scaledClock } from '../link/clock.ts'
import { simulatorPort } from './cable.ts'
import { makeSimulator } from './make.ts'
import type { SimulatedPlotter } from './simulated-plotter.ts'

export type { Cable, CableFaults } from './cable.ts'

export type { EbbSimulatorOptions } from './ebb/board.ts'

export type { GrblSimulatorOptions } from './grbl/options.ts'
export type { HpglSimulatorOptions } from './hpgl/board.ts'
export type { Ink } from './ink.ts'
export type { MarlinSimulatorOptions } from './marlin/options.ts'
export { type RunningSimulator, runSimulator, type SimulateOptions } from './run.ts'
export type { Served } from './serve.ts'
export type { SimulatedPlotter } from './simulated-plotter.ts'

/** Simulators of this process by owner and URL. Each keeps its paper between openings, as a plotter does. */
const boards = new Map<string, SimulatedPlotter>()

/** The simulator that a `sim:` URL names. The same owner and URL always give the same simulator. */
export function simulatorNamed(name: string, query: URLSearchParams, clock: Clock, owner = ''): SimulatedPlotter {
  const key = `${owner} ${name}?${query.toString()}`
  const present = boards.get(key)
  if (present) return present
  const speed = speedOf(query)
  const board = makeSimulator(name, query, speed === 1 ? clock : scaledClock(speed))
  boards.set(key, board)
  return board
}

function speedOf(query: URLSearchParams): number {
  const word = query.get('speed')
  const speed = Number(word ?? 1)
  if (speed >= 0.001 && speed <= 1_000_000) return speed
  throw new PlotdError('ERR_CONFIG', `speed ${word}: expected a number from 0.001 to 1000000`, { speed: word })
}

/** The stream of a `sim:` URL. `speed=20` runs the board twenty times as fast as a real one. */
export const simulatorPortFor = (name: string, query: URLSearchParams, clock: Clock, owner?: string): Duplex =>
  simulatorPort(simulatorNamed(name, query, clock, owner).cable)
