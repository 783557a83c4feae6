import { PlotdError, toPlotdError } from '../../errors.ts'
import { type Bounds, boundsOf, EMPTY_BOUNDS, isEmpty, united } from '../../geometry/bounds.ts'
import type { Strokes } from '../../geometry/drawing.ts'
import { inStretches } from '../plan/stretches.ts'
import type { Profile } from '../profiles/profile.ts'
import { described } from './next-state.ts'
import type { Run } from './run.ts'
import type { InterruptReason, PlotOutcome, PlotterState } from './state.ts'

/** A plan may leave the machine's reach by this much: rounding, not drawing. */
const SLACK_MM = 0.05

/** @returns the box around the ink. @throws PlotdError ERR_PLAN_OUT_OF_BOUNDS naming the side and by how much */
export async function requireReach({ points }: Strokes, profile: Profile): Promise<Bounds> {
  let box = EMPTY_BOUNDS
  await inStretches(points.length / 2, (from, to) => {
    box = united(box, boundsOf({ points: points.subarray(2 * from, 2 * to) }))
  })
  const error = beyond(box, profile)
  if (error) throw error
  return box
}

/** A sentence that says why a machine cannot reach a box, mm from home; undefined when it can. */
export function beyond(box: Bounds, { width, height, name }: Profile): PlotdError | undefined {
  if (isEmpty(box)) return undefined
  const excesses: readonly (readonly [string, number])[] = [
    ['left', -box.minX],
    ['top', -box.minY],
    ['right', box.maxX - width],
    ['bottom', box.maxY - height],
  ]
  const [side, by] = excesses.reduce((worst, side) => (side[1] > worst[1] ? side : worst))
  if (by <= SLACK_MM) return undefined
  const reach = `${width} × ${height} mm`
  return new PlotdError(
    'ERR_PLAN_OUT_OF_BOUNDS',
    `the plan leaves the reach of ${name} (${reach}) at the ${side} by ${by.toFixed(1)} mm`,
    { side, by, width, height },
  )
}

const INTERRUPTED: Partial<Record<PlotdError['code'], InterruptReason>> = {
  ERR_LINK_CLOSED: 'connection-lost',
  ERR_LINK_TIMEOUT: 'connection-lost',
  ERR_TRANSPORT: 'connection-lost',
  ERR_DEVICE_POWER: 'power-lost',
  ERR_DEVICE: 'device-fault',
}

/** An error that came after the link was lost counts as a lost link, not as an error of the job. */
export function lostOr(thrown: unknown, state: PlotterState): unknown {
  if (state.is !== 'offline' || toPlotdError(thrown).code !== 'ERR_PLOTTER_STATE') return thrown
  return new PlotdError('ERR_LINK_CLOSED', `the plotter is ${described(state)}`, {}, thrown)
}

/** The outcome of a plot that was ended on purpose. */
export function endingOf({ ending, executed, begun }: Pick<Run, 'ending' | 'executed' | 'begun'>): PlotOutcome {
  if (ending === 'canceled' || ending === 'registered') return { is: ending, executed, begun }
  return { is: 'interrupted', why: 'restart', executed, begun, message: 'plotd was stopped' }
}

/**
 * The outcome of a plot that threw. After an error of the device the plot can continue; after an error of the plan it cannot.
 */
export function outcomeOf(thrown: unknown, { executed, begun }: Pick<Run, 'executed' | 'begun'>): PlotOutcome {
  const { code, message } = toPlotdError(thrown)
  const why = INTERRUPTED[code]
  if (why) return { is: 'interrupted', why, executed, begun, message }
  return { is: 'failed', code, message, executed, begun }
}
