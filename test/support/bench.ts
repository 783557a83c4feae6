import { type Drawing, drawingOf, strokesOf } from '../../src/geometry/drawing.ts'
import { VirtualClock } from '../../src/plotter/clock.ts'
import type { Driver, PenUp, PlotOptions } from '../../src/plotter/driver.ts'
import { makeDriver } from '../../src/plotter/drivers/index.ts'
import { hashOf } from '../../src/plotter/make-plan.ts'
import { estimate } from '../../src/plotter/motion/index.ts'
import type { Plan } from '../../src/plotter/plan.ts'
import { profileNamed } from '../../src/plotter/profiles/index.ts'
import { EbbBoard, type EbbSimulatorOptions, simulatorPort } from '../../src/plotter/simulators/index.ts'

export const axidraw = profileNamed('axidraw-v3')
/** One step of an AxiDraw, mm. */
export const STEP = 1 / axidraw.stepsPerMm

/** A board and a driver on its port, in virtual time. */
export async function ebbBench(options: EbbSimulatorOptions = {}): Promise<{
  clock: VirtualClock
  board: EbbBoard
  driver: Driver
}> {
  const clock = new VirtualClock()
  const board = new EbbBoard({ clock, ...options })
  const { driver } = await makeDriver(axidraw, simulatorPort(board.cable), clock)
  return { clock, board, driver }
}

/** Exactly these strokes in this order, as a plan for an AxiDraw. */
export function planOf(drawing: Drawing): Plan {
  return { ...drawing, hash: hashOf(drawing), estimate: estimate(drawing, axidraw) }
}

export const planOfLines = (...lines: readonly (readonly number[])[]): Plan =>
  planOf(drawingOf(strokesOf(...lines), 200, 150))

/** Plot to the end, noting every moment with the pen up. */
export async function plotAll(driver: Driver, plan: Plan, options: Partial<PlotOptions> = {}): Promise<PenUp[]> {
  const moments: PenUp[] = []
  for await (const moment of driver.plot(plan, { signal: new AbortController().signal, ...options })) {
    moments.push(moment)
  }
  return moments
}
