import { type Layer, stroke, strokeCount } from '../../geometry/drawing.ts'
import { lengthTo } from '../../geometry/measure.ts'
import { type Clock, sleep } from '../link/clock.ts'
import { PermissionVoid } from '../link/permission.ts'
import type { Plan } from '../plan/plan.ts'
import type { PenUp, PlotOptions } from './driver.ts'

/** A stroke or what is left of one: it is drawn from `drawnMm` on. */
export interface StrokeWork {
  readonly points: Float64Array<ArrayBuffer>
  readonly layer: Layer
  readonly drawnMm: number
}

/** What a dialect does at each step of a plot. `options.signal` also ends with the driver's own `stop`. */
export interface PlotSteps {
  readonly clock: Clock
  /** Refuse what cannot be drawn; pen up, position known. */
  begin(plan: Plan, options: PlotOptions): Promise<void>
  /**
   * Travel, lower, draw, lift; resolves when all that is done, not just sent.
   *
   * @returns how much of the stroke is drawn, mm, when it was held in its middle: the pen is up and nothing moves
   * @throws PermissionVoid when the pen may not be lowered any more; nothing moves then either
   */
  draw(work: StrokeWork, options: PlotOptions): Promise<number | undefined>
  /** After the last stroke, before the way home: what would spoil the whole plot. */
  drawn?(): Promise<void>
  home(signal: AbortSignal): Promise<void>
  /** However it ended. Clean: nothing is moving. Otherwise: halt, lift, find out where that was. */
  end(clean: boolean): Promise<void>
}

/** The way of every plot, from stroke to stroke, as `Driver.plot` promises it. */
export async function* plotLoop(plan: Plan, options: PlotOptions, steps: PlotSteps): AsyncGenerator<PenUp, void, void> {
  const { from = 0, fromMm = 0, stay = false, signal } = options
  const of = strokeCount(plan)
  let clean = false
  /** Between the yields something may be moving. */
  async function* atRest(moment: PenUp): AsyncGenerator<PenUp, void, void> {
    clean = true
    yield moment
    clean = false
    signal.throwIfAborted()
  }
  try {
    await steps.begin(plan, options)
    for (const layer of plan.layers) {
      const start = Math.max(layer.first, from)
      for (let i = start; i < layer.first + layer.count; i++) {
        const at = { stroke: i, of, executed: i }
        yield* atRest(i === start ? { ...at, layer } : at)
        if (i === start) await sleep(steps.clock, layer.options.delayMs ?? 0, signal)
        const points = stroke(plan, i)
        const ofMm = lengthTo(points, points.length / 2 - 1)
        let [moment, drawnMm]: [PenUp, number] = [at, i === from ? fromMm : 0]
        for (;;) {
          const held = await steps.draw({ points, layer, drawnMm }, options).catch(orVoid)
          if (held === undefined) break
          if (held !== 'void') [moment, drawnMm] = [{ ...at, within: { drawnMm: held, ofMm } }, held]
          yield* atRest(moment)
        }
      }
    }
    yield* atRest({ stroke: of, of, executed: of })
    await steps.drawn?.()
    if (!stay) await steps.home(signal)
    clean = true
  } finally {
    await steps.end(clean)
  }
}

function orVoid(error: unknown): 'void' {
  if (error instanceof PermissionVoid) return 'void'
  throw error
}
