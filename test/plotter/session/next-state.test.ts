import { describe, expect, it } from 'vitest'
import { nextPlotterState, type PlotterEvent } from '../../../src/plotter/session/next-state.ts'
import type { PlotterState } from '../../../src/plotter/session/state.ts'

const states: Readonly<Record<string, PlotterState>> = {
  offline: { is: 'offline', why: 'unplugged' },
  idle: { is: 'idle', ready: false },
  ready: { is: 'idle', ready: true },
  plotting: { is: 'plotting', job: 'a' },
  paused: { is: 'paused', job: 'a', why: 'operator', since: 7 },
  fault: { is: 'fault', code: 'ERR_DEVICE', message: 'no' },
}
const events: Readonly<Record<string, PlotterEvent>> = {
  connected: { type: 'connected', ready: false },
  lost: { type: 'lost', why: 'unplugged' },
  ready: { type: 'ready' },
  unready: { type: 'unready' },
  begin: { type: 'begin', job: 'a', continuesSheet: false },
  goOn: { type: 'begin', job: 'a', continuesSheet: true },
  pause: { type: 'pause', why: 'operator', since: 7 },
  resume: { type: 'resume' },
  end: { type: 'end', ready: false },
  fault: { type: 'fault', code: 'ERR_DEVICE', message: 'no' },
  clear: { type: 'clear' },
}
/** Every permitted transition; all others are refused. */
const transitions: Readonly<Record<string, string>> = {
  'offline connected': 'idle',
  'idle ready': 'ready',
  'ready ready': 'ready',
  'idle unready': 'idle',
  'ready unready': 'idle',
  'ready begin': 'plotting',
  'idle goOn': 'plotting',
  'ready goOn': 'plotting',
  'plotting pause': 'paused',
  'plotting end': 'idle',
  'paused resume': 'plotting',
  'paused end': 'idle',
  'idle fault': 'fault',
  'ready fault': 'fault',
  'plotting fault': 'fault',
  'paused fault': 'fault',
  'fault fault': 'fault',
  'fault clear': 'idle',
  ...Object.fromEntries(Object.keys(states).map((state) => [`${state} lost`, 'offline'])),
}
const all = Object.entries(states).flatMap(([name, state]) =>
  Object.entries(events).map(([word, event]) => [name, word, transitions[`${name} ${word}`], state, event] as const),
)

describe('the states of a plotter', () => {
  it.each(all.filter(([, , next]) => next))('in %s, the event %s leads to %s', (_name, _word, next, state, event) => {
    expect(nextPlotterState(state, event)).toEqual(states[next ?? ''])
  })

  it.each(all.filter(([, , next]) => !next))('in %s, the event %s is refused', (_name, _word, _next, state, event) => {
    expect(() => nextPlotterState(state, event)).toThrow(expect.objectContaining({ code: 'ERR_PLOTTER_STATE' }))
  })

  it('are ready after a plot or a connection if `ready` of the event is true', () => {
    const plotting: PlotterState = { is: 'plotting', job: 'a' }
    expect(nextPlotterState(plotting, { type: 'end', ready: true })).toEqual({ is: 'idle', ready: true })
    expect(nextPlotterState({ is: 'offline', why: '' }, { type: 'connected', ready: true })).toMatchObject({
      ready: true,
    })
  })

  it('name the pen that the plot waits for', () => {
    const pause: PlotterEvent = { type: 'pause', why: 'pen-change', prompt: 'put in pen 2', since: 7 }
    expect(nextPlotterState({ is: 'plotting', job: 'a' }, pause)).toMatchObject({ prompt: 'put in pen 2' })
  })
})
