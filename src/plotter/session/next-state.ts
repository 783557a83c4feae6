import { PlotdError } from '../../errors.ts'
import type { PauseAsks, PauseReason, PlotterState } from './state.ts'

/** The events of a plotter's state machine. */
export type PlotterEvent =
  | { readonly type: 'connected'; readonly ready: boolean }
  | { readonly type: 'lost'; readonly why: string }
  /** A fresh sheet may begin, or may no longer begin. */
  | { readonly type: 'ready' | 'unready' }
  /** A plot begins on a fresh sheet, or continues on the current one. */
  | { readonly type: 'begin'; readonly job: string; readonly continuesSheet: boolean }
  /** `since`: ms since 1970. */
  | {
      readonly type: 'pause'
      readonly why: PauseReason
      readonly prompt?: string
      readonly asks?: PauseAsks
      readonly since: number
    }
  | { readonly type: 'resume' }
  /** The plot has ended, drawn to its end or not. */
  | { readonly type: 'end'; readonly ready: boolean }
  | { readonly type: 'fault'; readonly code: string; readonly message: string }
  | { readonly type: 'clear' }

/**
 * The plotter after `event`. This function is pure, so the caller acts on the new state and announces it.
 *
 * @throws PlotdError ERR_PLOTTER_STATE when the present state does not accept the event
 */
export function nextPlotterState(state: PlotterState, event: PlotterEvent): PlotterState {
  if (event.type === 'lost') return { is: 'offline', why: event.why }
  const next = transition(state, event)
  if (next) return next
  const message = `the plotter is ${describeState(state)}: cannot ${ACTIONS[event.type]}`
  throw new PlotdError('ERR_PLOTTER_STATE', message, { state: state.is, event: event.type })
}

/**
 * The error for an event or an action that the state does not permit. The error's detail contains the state, so that a
 * client can name the possible actions.
 */
export const stateError = (state: PlotterState, message: string): PlotdError =>
  new PlotdError('ERR_PLOTTER_STATE', message, { state: state.is })

/** Like `stateError`, with a message that describes the state. @param why  the end of the message */
export const refusal = (state: PlotterState, why = ''): PlotdError =>
  stateError(state, `the plotter is ${describeState(state)}${why && `: ${why}`}`)

/**
 * Refuses a user's action that would lose the place of a paused plot.
 *
 * @param action  the action as a verb and its object
 * @throws PlotdError ERR_PLOTTER_STATE in a pause
 */
export function refuseWhilePaused(state: PlotterState, action: string): void {
  if (state.is === 'paused') throw stateError(state, `a plot is paused: it could not continue if you ${action} now`)
}

function transition(state: PlotterState, event: PlotterEvent): PlotterState | undefined {
  if (event.type === 'fault' && state.is !== 'offline') {
    return { is: 'fault', code: event.code, message: event.message }
  }
  switch (state.is) {
    case 'offline':
      return event.type === 'connected' ? { is: 'idle', ready: event.ready } : undefined
    case 'idle':
      if (event.type === 'ready' || event.type === 'unready') return { is: 'idle', ready: event.type === 'ready' }
      if (event.type === 'begin' && (state.ready || event.continuesSheet)) return { is: 'plotting', job: event.job }
      return undefined
    case 'plotting':
      if (event.type === 'pause') return pausedState(state.job, event)
      return event.type === 'end' ? { is: 'idle', ready: event.ready } : undefined
    case 'paused':
      if (event.type === 'resume') return { is: 'plotting', job: state.job }
      return event.type === 'end' ? { is: 'idle', ready: event.ready } : undefined
    case 'fault':
      return event.type === 'clear' ? { is: 'idle', ready: false } : undefined
    default:
      return state satisfies never
  }
}

const pausedState = (
  job: string,
  { why, prompt, asks, since }: Extract<PlotterEvent, { type: 'pause' }>,
): PlotterState => ({
  is: 'paused',
  job,
  why,
  since,
  ...(prompt !== undefined && { prompt }),
  ...(asks !== undefined && { asks }),
})

/** A state in words, as a predicate: "the plotter is …". */
export function describeState(state: PlotterState): string {
  if (state.is === 'offline') return `offline (${state.why})`
  if (state.is === 'idle') return state.ready ? 'idle' : 'idle and has no grant (make it ready first)'
  if (state.is === 'fault') return `in fault ${state.code} (${state.message})`
  return `${state.is}, with job ${state.job}${state.is === 'paused' ? ' (resume continues the plot)' : ''}`
}

/** Each event in words, as the end of "the plotter is …: cannot …". */
const ACTIONS: Readonly<Record<PlotterEvent['type'], string>> = {
  connected: 'connect again',
  lost: 'lose the connection',
  ready: 'be made ready',
  unready: 'lose its grant',
  begin: 'begin a plot',
  pause: 'pause',
  resume: 'resume',
  end: 'end a plot',
  fault: 'fail',
  clear: 'clear a fault',
}
