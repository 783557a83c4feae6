import { type Layer, stroke, strokeCount } from '../../geometry/drawing.ts'
import { lengthTo } from '../../geometry/measure.ts'
import { PermissionVoid } from '../link/permission.ts'
import type { Plan } from '../plan/plan.ts'
import type { PenUp, PlotOptions } from './driver.ts'

/** A stroke to draw. Its `points` are x, y interleaved, mm, and its first `drawnMm` are on the paper. */
export interface StrokeWork {
  readonly points: Float64Array<ArrayBuffer>
  readonly layer: Layer
  readonly drawnMm: number
}

/** The steps of a plot in one dialect. */
export interface PlotSteps {
  /**
   * Refuses a plan that leaves the reach that the device reports. When `begin` resolves, the pen is up. The position is
   * then known, unless the device answers nothing.
   */
  begin(): Promise<void>
  /**
   * Travels, lowers the pen, draws and lifts. Resolves when the device has drawn the stroke.
   *
   * @returns the drawn length of the stroke, mm, when a pause cut the stroke. The pen is then up, and nothing moves
   * @throws PermissionVoid when the permission became void before the pen was lowered. The device is then at rest
   */
  draw(work: StrokeWork): Promise<number | undefined>
  /** Checks for errors that spoil the whole plot, after the last stroke and before the return home. */
  checkErrors?(): Promise<void>
  /** Travels home with the pen up. */
  home(signal: AbortSignal): Promise<void>
  /**
   * Raises the pen at the end of every plot, also after an error. If the device is not at rest, also stops the device,
   * and finds the position unless the device answers nothing.
   */
  end(isAtRest: boolean): Promise<void>
}

/** Runs any plot from stroke to stroke, as `Driver.plot` promises. */
export async function* plotLoop(plan: Plan, options: PlotOptions, steps: PlotSteps): AsyncGenerator<PenUp, void, void> {
  const { from = 0, fromMm = 0, signal } = options
  const strokes = strokeCount(plan)
  let isAtRest = false
  /** Yields a moment at which nothing moves. Between two yields the device may move. */
  async function* atRest(moment: PenUp): AsyncGenerator<PenUp, void, void> {
    isAtRest = true
    yield moment
    isAtRest = false
    signal.throwIfAborted()
  }
  try {
    await steps.begin()
    for (const layer of plan.layers) {
      const start = Math.max(layer.first, from)
      for (let i = start; i < layer.first + layer.count; i++) {
        const place = { stroke: i, of: strokes, executed: i }
        yield* atRest(i === start ? { ...place, layer } : place)
        const points = stroke(plan, i)
        const ofMm = lengthTo(points, points.length / 2 - 1)
        let moment: PenUp = place
        let drawnMm = i === from ? fromMm : 0
        for (;;) {
          const heldMm = await steps.draw({ points, layer, drawnMm }).catch(voidOrThrow)
          if (heldMm === undefined) break
          if (heldMm !== 'void') {
            drawnMm = heldMm
            moment = { ...place, within: { drawnMm, ofMm } }
          }
          yield* atRest(moment)
        }
      }
    }
    yield* atRest({ stroke: strokes, of: strokes, executed: strokes })
    await steps.checkErrors?.()
    await steps.home(signal)
    isAtRest = true
  } finally {
    await steps.end(isAtRest)
  }
}

function voidOrThrow(error: unknown): 'void' {
  if (error instanceof PermissionVoid) return 'void'
  throw error
}
