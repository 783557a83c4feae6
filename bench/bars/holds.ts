import { drawingOf, type Strokes, strokesOf } from '../../src/geometry/drawing.ts'
import { sleep, VirtualClock } from '../../src/plotter/link/clock.ts'
import { estimate } from '../../src/plotter/motion/estimate.ts'
import type { Plan } from '../../src/plotter/plan/plan.ts'
import { type ProfileOverrides, profileNamed, withOverrides } from '../../src/plotter/profiles/index.ts'
import { PlotterSession } from '../../src/plotter/session/session.ts'
import type { PlotterState } from '../../src/plotter/session/state.ts'
import { simulatorPort } from '../../src/plotter/simulators/cable.ts'
import { GrblBoard } from '../../src/plotter/simulators/grbl/board.ts'
import type { GrblSimulatorOptions } from '../../src/plotter/simulators/grbl/options.ts'

const BEFORE = [2, 2, 8, 2]
const SQUARE = [10, 10, 40, 10, 40, 40, 10, 40, 10, 10]
const DRAWING = drawingOf(strokesOf(BEFORE, SQUARE, [50, 50, 60, 55]), 200, 150)
/** The length of all strokes, mm. */
export const DRAWING_MM = 6 + 120 + Math.hypot(10, 5)
/** Two steps, mm: grbl rounds the ends of the lines before and after a pause to whole steps. */
export const PAUSE_MM = 2 / 80

export const BOARDS = [
  ['a grbl board with a servo', 'grbl-servo', {}],
  ['a FluidNC board with a servo', 'fluidnc-servo', { firmware: 'fluidnc' }],
  ['a grblHAL board with a servo', 'grblhal-servo', { firmware: 'grblhal' }],
  ['a grbl board with a pen on its Z axis', 'grbl-z', { pen: { kind: 'z', touchesAt: 0 } }],
] as const

/** A session with a simulated grbl board, ready to plot a plan of three strokes. The second is a square. */
export async function grblSession(name: string, options: GrblSimulatorOptions, changes: ProfileOverrides = {}) {
  const clock = new VirtualClock()
  const board = new GrblBoard({ clock, ...options })
  const profile = withOverrides(profileNamed(name), changes)
  const session = new PlotterSession({
    url: 'sim:grbl',
    profile,
    clock,
    wakeLock: () => () => {},
    open: () => Promise.resolve(simulatorPort(board.cable)),
  })
  while (session.state.is !== 'idle') await sleep(clock, 1)
  await session.ready()
  board.ink.newSheet() // a Z axis at 0 touches until it is raised
  const plan: Plan = { ...DRAWING, hash: '', estimate: estimate(DRAWING, profile) }
  return { clock, board, session, plan }
}

export interface Held {
  /** The state after the hold button. */
  readonly state: PlotterState
  /** Vertices of ink that the jogs drew. */
  readonly inkOfJogs: number
  /** Whether the pen was up and the carriage stood still after each jog. */
  readonly isCalm: boolean
  readonly outcome: string
  readonly ink: Strokes
  readonly inkMm: number
}

/** Plots, presses the hold button after `mm` of the square, jogs in the pause, and resumes. */
export async function holdInStroke(
  { clock, board, session, plan }: Awaited<ReturnType<typeof grblSession>>,
  mm: number,
  jogs: readonly (readonly [dx: number, dy: number])[],
): Promise<Held> {
  const plotting = session.plot('job', plan)
  while (board.ink.strokeCount < 2 || board.ink.length < 6 + mm) await sleep(clock, 1)
  board.pressButton()
  while (session.state.is !== 'paused') await sleep(clock, 1)
  const { state } = session
  const inked = board.ink.vertexCount
  let isCalm = true
  for (const [dx, dy] of jogs) {
    await session.jog(dx, dy)
    isCalm &&= !board.isPenDown && !board.isMoving
  }
  const inkOfJogs = board.ink.vertexCount - inked
  await session.resume()
  const { is: outcome } = await plotting
  await session.close()
  return { state, inkOfJogs, isCalm, outcome, ink: board.ink.strokes(), inkMm: board.ink.length }
}
