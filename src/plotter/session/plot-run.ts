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

/** Why a machine cannot reach a box, mm from home; undefined when it can. */
export function beyond(box: Bounds, { width, height, name }: Profile): PlotdError | undefined {
  if (isEmpty(box)) return undefined
  const over: readonly (readonly [string, number])[] = [
    ['left', -box.minX],
    ['top', -box.minY],
    ['right', box.maxX - width],
    ['bottom', box.maxY - height],
  ]
  const [side, by] = over.reduce((worst, each) => (each[1] > worst[1] ? each : worst))
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

/** What was refused because the link had gone meanwhile is a link that was lost, and no fault of the job's. */
export function lostOr(thrown: unknown, state: PlotterState): unknown {
  if (state.is !== 'offline' || toPlotdError(thrown).code !== 'ERR_PLOTTER_STATE') return thrown
  return new PlotdError('ERR_LINK_CLOSED', `the plotter is ${described(state)}`, {}, thrown)
}

/** How a plot that was ended on purpose has ended. */
export function endingOf({ ending, executed, begun }: Pick<Run, 'ending' | 'executed' | 'begun'>): PlotOutcome {
  if (ending === 'canceled' || ending === 'registered') return { is: ending, executed, begun }
  return { is: 'interrupted', why: 'restart', executed, begun, message: 'plotd was stopped' }
}

/** How a plot that threw has ended. What a device does can be gone on from; what is wrong with the plan cannot. */
export function outcomeOf(thrown: unknown, { executed, begun }: Pick<Run, 'executed' | 'begun'>): PlotOutcome {
  const { code, message } = toPlotdError(thrown)
  const why = INTERRUPTED[code]
  if (why) return { is: 'interrupted', why, executed, begun, message }
  return { is: 'failed', code, message, executed, begun }
}
