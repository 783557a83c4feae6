import { useState } from 'preact/hooks'
import type { WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { short, size } from '../shared/format.ts'
import type { Store } from '../state/store.ts'
import { asked } from '../status/sentence.ts'
import { Adjust } from './adjust.tsx'

const STEPS = [0.1, 1, 10, 50] as const

/** Each machine with its state and, while it draws nothing, the controls that move it. */
export function Plotters({ store, plotters }: { store: Store; plotters: readonly WirePlotter[] }) {
  if (plotters.length === 0) {
    return (
      <p class="empty">
        No plotter is set up. <code>plotd ports</code> lists what is plugged in; docs/devices.md says how to add one.
      </p>
    )
  }
  return (
    <>
      {plotters.map((each) => (
        <Plotter key={each.name} store={store} plotter={each} />
      ))}
    </>
  )
}

function Plotter({ store, plotter }: { store: Store; plotter: WirePlotter }) {
  const { name, state, position } = plotter
  const free = state.is === 'idle'
  // In a pause the pen may be moved to change it or to look: the plot goes back to its place. But home must stay home.
  const movable = free || state.is === 'paused'
  return (
    <section class="plotter">
      <h2>{name}</h2>
      <p>
        {stateWords(plotter)}
        {position && ` The pen stands at ${short(position.x)}, ${short(position.y)} mm.`}
      </p>
      <p class="quiet">
        {plotter.profile}, reach {size(plotter.widthMm, plotter.heightMm)}, {plotter.url}
        {plotter.device && `, firmware ${plotter.device.firmware}`}
      </p>
      <fieldset disabled={!movable}>
        <legend>Move by hand</legend>
        <Jog store={store} name={name} />
        <div class="controls">
          <button type="button" disabled={!free} onClick={() => store.ask('plotter.align', { name })}>
            Align
          </button>
          <button type="button" onClick={() => store.ask('plotter.pen', { name, to: 'up' })}>
            Pen up
          </button>
          <button type="button" onClick={() => store.ask('plotter.pen', { name, to: 'down' })}>
            Pen down
          </button>
          <button type="button" onClick={() => store.ask('plotter.home', { name })}>
            Home
          </button>
          <button type="button" disabled={!free} onClick={() => store.ask('plotter.setHome', { name })}>
            Here is home
          </button>
          <button type="button" disabled={!free} onClick={() => store.ask('plotter.motors', { name, on: false })}>
            Motors off
          </button>
        </div>
      </fieldset>
      <Adjust store={store} plotter={plotter} />
    </section>
  )
}

function Jog({ store, name }: { store: Store; name: string }) {
  const [step, setStep] = useState<number>(10)
  const jog = (dx: number, dy: number) => () => void store.ask('plotter.jog', { name, dx: dx * step, dy: dy * step })
  return (
    <div class="jog">
      <div class="cross" role="group" aria-label={`Jog ${name}`}>
        <button type="button" class="north" aria-label="Up the page" onClick={jog(0, -1)}>
          ↑
        </button>
        <button type="button" class="west" aria-label="Left" onClick={jog(-1, 0)}>
          ←
        </button>
        <button type="button" class="east" aria-label="Right" onClick={jog(1, 0)}>
          →
        </button>
        <button type="button" class="south" aria-label="Down the page" onClick={jog(0, 1)}>
          ↓
        </button>
      </div>
      <div role="group" aria-label="Step, mm" class="steps">
        {STEPS.map((each) => (
          <button type="button" key={each} aria-pressed={step === each} onClick={() => setStep(each)}>
            {each}
          </button>
        ))}
        <span>mm</span>
      </div>
    </div>
  )
}

function stateWords({ state }: WirePlotter): string {
  switch (state.is) {
    case 'offline':
      return `Not there: ${state.why}.`
    case 'idle':
      return state.ready ? 'Ready.' : 'Idle. Waits for a fresh sheet.'
    case 'plotting':
      return 'Drawing.'
    case 'paused':
      return state.prompt === undefined ? 'Paused, the pen up.' : asked(state.prompt)
    case 'fault':
      return `Stopped: ${state.message}`
    default:
      return state satisfies never
  }
}
