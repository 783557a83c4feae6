import type { Duplex } from 'node:stream'
import { type Clock, scaledClock } from '../link/clock.ts'
import { simulatorPort } from './cable.ts'
import { makeSimulator } from './make.ts'
import type { SimulatedPlotter } from './simulated-plotter.ts'

export type { Cable, CableFaults } from './cable.ts'
export { simulatorPort } from './cable.ts'
export { EbbBoard, type EbbSimulatorOptions } from './ebb/board.ts'
export { GrblBoard } from './grbl/board.ts'
export type { GrblSimulatorOptions } from './grbl/options.ts'
export { HpglPlotter, type HpglSimulatorOptions } from './hpgl/board.ts'
export type { Ink } from './ink.ts'
export { type RunningSimulator, runSimulator, type SimulateOptions } from './run.ts'
export type { Served } from './serve.ts'
export type { SimulatedPlotter } from './simulated-plotter.ts'

/** Simulators in this process keep their paper between two openings, as a plotter does. */
const boards = new Map<string, SimulatedPlotter>()

/** The simulator that a `sim:` URL names: the same one each time for one owner. */
export function simulatorNamed(name: string, query: URLSearchParams, clock: Clock, owner = ''): SimulatedPlotter {
  const key = `${owner} ${name}?${query.toString()}`
  const known = boards.get(key)
  if (known) return known
  const speed = Number(query.get('speed') ?? 1)
  const board = makeSimulator(name, query, speed === 1 ? clock : scaledClock(speed))
  boards.set(key, board)
  return board
}

/** The stream that opening a `sim:` URL gives. `speed=20` runs it twenty times as fast as a real board. */
export const simulatorPortFor = (name: string, query: URLSearchParams, clock: Clock, owner?: string): Duplex =>
  simulatorPort(simulatorNamed(name, query, clock, owner).cable)
