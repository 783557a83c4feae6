/**
 * The room `plotters`: each plotter's state and grant, the controls that move the pen by hand, the marks of a sheet,
 * pen heights and speed, and two dialogs: for a grant and for maintenance. `app.tsx` uses `Plotters` (here) and the
 * dialog for a grant, `farm` the dialog for maintenance, and `status` the words of a grant.
 */
import { useState } from 'preact/hooks'
import type { MethodName, Params, WireJob, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { mustHomeFirst } from '../../../node/attention.ts'
import { clock, number, plural, sentenceCase, short, size, withStop } from '../shared/format.ts'
import { useNow } from '../shared/use-now.ts'
import { type DaemonState, nextJob, queueOf } from '../state/daemon-state.ts'
import type { Store } from '../state/store.ts'
import { Adjust } from './adjust.tsx'
import { grantedBy, grantedFor } from './grant-words.ts'
import { MaintenanceDialog } from './maintenance-dialog.tsx'
import { SheetMarks } from './sheet-marks.tsx'

/** All plotters, each with its controls. */
export function Plotters({ store, daemon }: { store: Store; daemon: DaemonState }) {
  const { plotters } = daemon
  const queue = queueOf(daemon)
  if (plotters.length === 0) {
    return (
      <p class="empty">
        No plotter is set up. <code>plotd ports</code> lists the connected devices; docs/devices.md says how to add a
        plotter.
      </p>
    )
  }
  return (
    <>
      {plotters.length > 1 && (
        <p class="quiet">
          <a href="#farm">All plotters together</a>, <a href="#wall">for a screen on a wall</a>
        </p>
      )}
      {plotters.map((option) => (
        <Plotter key={option.name} store={store} plotter={option} next={nextJob(queue, option)} />
      ))}
    </>
  )
}

function Plotter({ store, plotter, next }: { store: Store; plotter: WirePlotter; next: WireJob | undefined }) {
  const { name, position } = plotter
  const mayOperate = store.permits('operate')
  return (
    <section class="plotter">
      <h2>{name}</h2>
      <p>
        {stateWords(plotter)}
        {position && ` The pen is at ${short(position.x)}, ${short(position.y)} mm.`}
      </p>
      <p class="quiet">
        {plotter.profile}, reach {size(plotter.widthMm, plotter.heightMm)}, {plotter.url}
        {plotter.device && `, firmware ${plotter.device.firmware}`}
        {plotter.host && `, host ${plotter.host}`}
        {plotter.room && `, ${plotter.room}`}
        {plotter.tags && `, ${plotter.tags.join(', ')}`}
      </p>
      {plotter.pens && <p class="quiet">{plotter.pens.map(penWords).join(' ')}</p>}
      {plotter.layerPens && (
        <p class="quiet">
          {plotter.layerPens.map(({ layer, pen }) => `The layer ${layer} is drawn with ${pen}.`).join(' ')}
        </p>
      )}
      {plotter.maintenance && (
        <p class="losses">
          In maintenance: {plotter.maintenance.reason}.{' '}
          {mayOperate && (
            <button type="button" onClick={() => store.request('plotter.maintenance', { name })}>
              Back into service
            </button>
          )}
        </p>
      )}
      <Grant store={store} plotter={plotter} />
      {mayOperate && (
        <>
          <MoveByHand store={store} plotter={plotter} />
          <SheetMarks store={store} plotter={plotter} next={next} />
          <Adjust store={store} plotter={plotter} />
        </>
      )}
    </section>
  )
}

/** The plotter's grant and the sheet of an interrupted job, each with the user's actions. */
function Grant({
  store,
  plotter: { name, state, gate, grant, interrupted, maintenance },
}: {
  store: Store
  plotter: WirePlotter
}) {
  const now = useNow(5000)
  const [isAsking, setAsking] = useState(false)
  const mayOperate = store.permits('operate')
  const job = interrupted && store.daemon.jobs.get(interrupted.job)
  const takeOut = async (reason: string): Promise<void> => {
    if (await store.request('plotter.maintenance', { name, reason })) setAsking(false)
  }
  return (
    <>
      {grant && (
        <p class="granted">
          Ready {grantedFor(grant)}, {grantedBy(grant, now)}.
        </p>
      )}
      {interrupted && (
        <p class="losses">
          The sheet of the interrupted job {interrupted.title} lies here, with {number(interrupted.done)} of{' '}
          {plural(interrupted.of, 'stroke')} drawn.
        </p>
      )}
      <div class="controls">
        {mayOperate && grant && gate && (
          <button type="button" onClick={() => store.request('plotter.unready', { name })}>
            Take grant back
          </button>
        )}
        {job && store.mayChange(job) && (
          <button type="button" onClick={() => store.open({ is: 'resume', job: job.id })}>
            Choose how to continue…
          </button>
        )}
        {mayOperate && state.is === 'idle' && !state.ready && !maintenance && (
          <button type="button" onClick={() => store.open({ is: 'ready', plotter: name })}>
            {interrupted ? 'Draw another job…' : 'Ready…'}
          </button>
        )}
        {mayOperate && !maintenance && (
          <button type="button" onClick={() => setAsking(true)}>
            Maintenance…
          </button>
        )}
      </div>
      {isAsking && (
        <MaintenanceDialog
          names={[name]}
          onReason={(reason) => void takeOut(reason)}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  )
}

/**
 * Moves the pen by hand, also during a pause. Before the plot continues, the pen returns to the place of the pause. The
 * buttons to set home, to align and to release the motors would lose that place, so they need an idle plotter.
 */
function MoveByHand({ store, plotter: { name, state } }: { store: Store; plotter: WirePlotter }) {
  const isIdle = state.is === 'idle'
  const button = <M extends MethodName>(label: string, method: M, params: Params<M>, enabled = true) => (
    <button type="button" disabled={!enabled} onClick={() => store.request(method, params)}>
      {label}
    </button>
  )
  return (
    <fieldset disabled={!isIdle && state.is !== 'paused'}>
      <legend>Move by hand</legend>
      <Jog store={store} name={name} />
      <div class="controls">
        {button('Stop moving', 'plotter.pause', { name, now: true })}
        {button('Align', 'plotter.align', { name }, isIdle)}
        {button('Pen up', 'plotter.pen', { name, to: 'up' })}
        {button('Pen down', 'plotter.pen', { name, to: 'down' })}
        {button('Go home', 'plotter.home', { name })}
        {button('Set home here', 'plotter.setHome', { name }, isIdle)}
        {button('Motors off', 'plotter.motors', { name, on: false }, isIdle)}
      </div>
    </fieldset>
  )
}

/** Lengths of a jog, mm. */
const STEPS = [0.1, 1, 10, 50] as const

function Jog({ store, name }: { store: Store; name: string }) {
  const [step, setStep] = useState<number>(10)
  const arrow = (place: string, label: string, symbol: string, dx: number, dy: number) => (
    <button
      type="button"
      class={place}
      aria-label={label}
      onClick={() => void store.request('plotter.jog', { name, dx: dx * step, dy: dy * step })}
    >
      {symbol}
    </button>
  )
  return (
    <div class="jog" data-repeats>
      <div class="cross" role="group" aria-label={`Jog ${name}`}>
        {arrow('north', 'Up the page', '↑', 0, -1)}
        {arrow('west', 'Left', '←', -1, 0)}
        {arrow('east', 'Right', '→', 1, 0)}
        {arrow('south', 'Down the page', '↓', 0, 1)}
      </div>
      <div role="group" aria-label="Step, mm" class="steps">
        {STEPS.map((size) => (
          <button type="button" key={size} aria-pressed={step === size} onClick={() => setStep(size)}>
            {size}
          </button>
        ))}
        <span>mm</span>
      </div>
    </div>
  )
}

/** The state of a pen: 'Pen 1 (blue-g2) has drawn 12.4 m; 837.6 m left, about 310 sheets.' */
function penWords({
  slot,
  pen,
  drawnMm,
  leftMm,
  isGuess,
  sheetsLeft,
}: NonNullable<WirePlotter['pens']>[number]): string {
  const name = pen === undefined ? `Pen ${slot}` : `Pen ${slot} (${pen})`
  const left = leftMm === undefined ? '' : `; ${isGuess ? 'perhaps ' : ''}${metres(leftMm)} left`
  const sheets = sheetsLeft === undefined ? '' : `, about ${plural(sheetsLeft, 'sheet')}`
  return `${name} has drawn ${metres(drawnMm)}${left}${sheets}.`
}

const metres = (mm: number): string => `${short(mm / 1000)} m`

function stateWords(plotter: WirePlotter): string {
  const { state, grant, interrupted, maintenance, feeder, button } = plotter
  switch (state.is) {
    case 'unknown':
      return `Unknown since ${clock(state.since)}: ${state.why}.`
    case 'offline':
      return `Offline: ${state.why}.`
    case 'idle':
      if (mustHomeFirst(plotter)) return 'Idle. Must find its limit switches first: press Go home.'
      if (feeder?.is === 'feeding') return 'Idle. The feeder brings a fresh sheet.'
      if (feeder?.is === 'failed') return `Stopped: ${feeder.why}. Needs a fresh sheet.`
      if (grant || interrupted || maintenance) return 'Idle.'
      if (state.ready) return 'Idle. Draws the next job without asking.'
      return button ? 'Idle. Needs a fresh sheet, then a press of its button.' : 'Idle. Needs a fresh sheet.'
    case 'plotting':
      return 'Drawing.'
    case 'paused':
      return state.prompt === undefined ? 'Paused. plotd lifted the pen.' : sentenceCase(state.prompt)
    case 'fault':
      return withStop(`Stopped: ${state.message}`)
    default:
      return state satisfies never
  }
}
