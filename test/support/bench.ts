/* Simulated plotters with their drivers and sessions on a virtual clock, and plans for them. */
import { type Drawing, drawingOf, strokesOf } from '../../src/geometry/drawing.ts'
import type { Driver, PenUp, PlotOptions } from '../../src/plotter/drivers/driver.ts'
import { makeDriver } from '../../src/plotter/drivers/index.ts'
import { sleep, VirtualClock } from '../../src/plotter/link/clock.ts'
import { estimate } from '../../src/plotter/motion/estimate.ts'
import type { Plan } from '../../src/plotter/plan/plan.ts'
import { hashOf } from '../../src/plotter/plan/plan-hash.ts'
import { profileNamed } from '../../src/plotter/profiles/index.ts'
import type { Profile } from '../../src/plotter/profiles/profile.ts'
import { PlotterSession } from '../../src/plotter/session/session.ts'
import type { SessionOptions } from '../../src/plotter/session/session-options.ts'
import type { PlotterState } from '../../src/plotter/session/state.ts'
import { simulatorPort } from '../../src/plotter/simulators/cable.ts'
import { EbbBoard } from '../../src/plotter/simulators/ebb/board.ts'
import type { EbbSimulatorOptions } from '../../src/plotter/simulators/index.ts'

export const axidraw = profileNamed('axidraw-v3')
/** One step of an AxiDraw, mm. */
export const STEP = 1 / axidraw.stepsPerMm

/** A simulated EBB and a driver on its port, in virtual time. */
export async function ebbBench({
  profile = axidraw,
  ...options
}: EbbSimulatorOptions & { readonly profile?: Profile } = {}): Promise<{
  clock: VirtualClock
  board: EbbBoard
  driver: Driver
}> {
  const clock = new VirtualClock()
  const board = new EbbBoard({ clock, ...options })
  const { driver } = await makeDriver(profile, simulatorPort(board.cable), clock)
  return { clock, board, driver }
}

/** A plan of exactly these strokes in this order; for an AxiDraw by default. */
export function planOf(drawing: Drawing, profile: Profile = axidraw): Plan {
  return { ...drawing, hash: hashOf(drawing), estimate: estimate(drawing, profile) }
}

/** @param lines  x and y interleaved, mm, on a sheet of 200 × 150 mm */
export const planOfLines = (...lines: readonly (readonly number[])[]): Plan =>
  planOf(drawingOf(strokesOf(...lines), 200, 150))

/** Plots to the end. @returns every moment at which the driver yielded, with the pen up */
export async function plotAll(driver: Driver, plan: Plan, options: Partial<PlotOptions> = {}): Promise<PenUp[]> {
  const moments: PenUp[] = []
  for await (const moment of driver.plot(plan, { signal: new AbortController().signal, ...options })) {
    moments.push(moment)
  }
  return moments
}

/** A session, connected to a simulator in virtual time. `board.cable` can cut the connection. */
export async function sessionBench(
  options: EbbSimulatorOptions &
    Partial<Pick<SessionOptions, 'profile' | 'gate' | 'readClocks' | 'onGrantEnd' | 'memory'>> = {},
) {
  const clock = new VirtualClock()
  const board = new EbbBoard({ clock, ...options })
  const states: PlotterState[] = []
  const session = new PlotterSession({
    url: 'sim:ebb',
    profile: options.profile ?? axidraw,
    clock,
    open: () => Promise.resolve(simulatorPort(board.cable)),
    onChange: (state) => states.push(state),
    wakeLock: () => () => {},
    ...(options.gate === undefined ? {} : { gate: options.gate }),
    ...(options.readClocks && { readClocks: options.readClocks }),
    ...(options.onGrantEnd && { onGrantEnd: options.onGrantEnd }),
    ...(options.memory && { memory: options.memory }),
  })
  await until(clock, () => session.state.is === 'idle')
  return { clock, board, session, states }
}

/**
 * Advances virtual time until a condition holds. Throws after an hour of virtual time.
 *
 * @param stepMs  virtual time between two checks, ms
 */
export async function until(clock: VirtualClock, condition: () => boolean, stepMs = 1): Promise<void> {
  const giveUp = clock.now() + 3_600_000
  while (!condition()) {
    if (clock.now() > giveUp) throw new Error('the condition did not hold within an hour of virtual time')
    await sleep(clock, stepMs)
  }
}
