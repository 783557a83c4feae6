import { PlotdError, toPlotdError } from '../../errors.ts'
import { describeState, type PlotterEvent } from './next-state.ts'
import type { Run } from './run.ts'
import type { InterruptReason, PlotOutcome, PlotterState } from './state.ts'

const INTERRUPTED: Partial<Record<PlotdError['code'], InterruptReason>> = {
  ERR_LINK_CLOSED: 'connection-lost',
  ERR_LINK_TIMEOUT: 'connection-lost',
  ERR_TRANSPORT: 'connection-lost',
  ERR_DEVICE_POWER: 'power-lost',
  ERR_DEVICE: 'device-fault',
  ERR_DEVICE_UNKNOWN: 'device-fault', // during a plot, noise has damaged an answer
  ERR_FILE: 'device-fault', // the plotter's memory could not be written, but the sheet can continue later
}

/** Replaces an error that follows a lost link by ERR_LINK_CLOSED, so that the job is interrupted and does not fail. */
export function orLinkLoss(thrown: unknown, state: PlotterState): unknown {
  if (state.is !== 'offline' || toPlotdError(thrown).code !== 'ERR_PLOTTER_STATE') return thrown
  return new PlotdError('ERR_LINK_CLOSED', `the plotter is ${describeState(state)}`, {}, thrown)
}

/** The outcome of a plot that plotd ended early. */
export function endingOf({ ending, executed, begun }: Pick<Run, 'ending' | 'executed' | 'begun'>): PlotOutcome {
  if (ending === 'canceled' || ending === 'registered') return { is: ending, executed, begun }
  return { is: 'interrupted', why: 'restart', executed, begun, message: 'plotd was stopped' }
}

/**
 * The outcome of a plot that threw. The plot can continue only after an error of the device, its link or the plotter's
 * memory.
 */
export function outcomeOf(thrown: unknown, { executed, begun }: Pick<Run, 'executed' | 'begun'>): PlotOutcome {
  const { code, message } = toPlotdError(thrown)
  const why = INTERRUPTED[code]
  if (why) return { is: 'interrupted', why, executed, begun, message }
  return { is: 'failed', code, message, executed, begun }
}

/** The event after a plot that threw. It is a lost link, a fault, or the plot's end if the plan exceeds the reach. */
export function eventOfFailure(outcome: PlotOutcome, thrown: unknown, ready: boolean): PlotterEvent {
  const { code, message } = toPlotdError(thrown)
  if (outcome.is === 'interrupted' && outcome.why === 'connection-lost') return { type: 'lost', why: message }
  if (code === 'ERR_PLAN_OUT_OF_BOUNDS') return { type: 'end', ready }
  return { type: 'fault', code, message }
}
