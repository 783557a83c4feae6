import { useEffect, useRef, useState } from 'preact/hooks'
import type { Params, Result, WireJob } from '../../../src/daemon/protocol/index.ts'
import { number } from './format.ts'
import { Sheet } from './sheet/sheet.tsx'
import { usePlan } from './sheet/use-plan.ts'
import type { Store } from './store.ts'

interface Props {
  readonly store: Store
  readonly job: WireJob
  readonly onClose: () => void
}

type Choice = Omit<Params<'job.resume'>, 'id' | 'atHome'>

/** A plot that was cut off: where it stopped, and how it goes on. Nothing moves before one of these is chosen. */
export function ResumeDialog({ store, job, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const plan = usePlan(store, job)
  const { done = 0, of = 0 } = job.progress ?? {}
  const [place, setPlace] = useState<Result<'job.place'> | undefined>()
  const { first = done, last = done + 1, drawnMm, homeKnown = false } = place ?? {}
  const [named, setFrom] = useState<number | undefined>()
  const from = named ?? first
  const [atHome, setAtHome] = useState(false)
  useEffect(() => dialog.current?.showModal(), [])
  useEffect(() => void store.ask('job.place', { id: job.id }).then(setPlace), [store, job.id])
  const origin = homeKnown ? {} : { atHome }
  const choose = async (asked: Promise<unknown>): Promise<void> => {
    if ((await asked) !== undefined) onClose()
  }
  const goOn = (how: Choice) => void choose(store.ask('job.resume', { id: job.id, ...how, ...origin }))
  const show = (how: Choice) => void store.ask('job.trace', { id: job.id, ...how, ...origin })
  const { widthMm = 148, heightMm = 105 } = job.result ?? {}
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="resume-title">
      <h2 id="resume-title">
        Going on with <em>{job.title}</em>
      </h2>
      <p>
        {job.reason?.message ?? 'It was cut off.'} {number(first)} of {number(of)} strokes are surely on the paper
        {inDoubt(last - first, drawnMm)}.
      </p>
      {plan && (
        <div class="small-stage">
          <Sheet
            scene={{ plan, width: widthMm, height: heightMm, travel: false, executed: from }}
            identity={job.id}
            label="What is drawn, and what is to come"
          />
        </div>
      )}
      <label class="stepper">
        Go on with stroke
        <input
          type="number"
          min={0}
          max={of}
          value={from}
          onInput={(event) => setFrom(clamp(Number(event.currentTarget.value), of))}
        />
        <input
          type="range"
          min={0}
          max={of}
          value={from}
          aria-label="Stroke to go on with"
          onInput={(event) => setFrom(Number(event.currentTarget.value))}
        />
      </label>
      <p class="quiet">The same sheet must lie as it lay.</p>
      {place && !homeKnown && (
        <label>
          <input type="checkbox" checked={atHome} onInput={(event) => setAtHome(event.currentTarget.checked)} />
          The plotter does not know where its carriage stands. I have put it at home.
        </label>
      )}
      <div class="controls">
        {from !== first || first === last ? (
          <button type="button" class="primary" onClick={() => goOn({ from })}>
            Go on with stroke {number(from)}
          </button>
        ) : (
          <>
            {drawnMm !== undefined && (
              <button type="button" class="primary" onClick={() => goOn({ cut: 'continue' })}>
                Go on where the pen stopped
              </button>
            )}
            <button
              type="button"
              class={drawnMm === undefined ? 'primary' : ''}
              onClick={() => goOn({ cut: 'redraw' })}
            >
              Draw what was cut again
            </button>
            <button type="button" onClick={() => goOn({ cut: 'skip' })}>
              Leave it and go on
            </button>
          </>
        )}
        <button type="button" onClick={() => show({ from })}>
          Show the place, pen up
        </button>
        <button type="button" onClick={() => void choose(store.ask('job.retry', { id: job.id }))}>
          A new sheet, from the start
        </button>
        <button type="button" class="plain" onClick={() => dialog.current?.close()}>
          Not now
        </button>
      </div>
    </dialog>
  )
}

function inDoubt(strokes: number, drawnMm: number | undefined): string {
  if (drawnMm !== undefined) return `, and ${drawnMm.toFixed(1)} mm of the next one`
  if (strokes === 0) return ', and nothing of the next one'
  return strokes === 1 ? '; the next one may be there in part' : `; the next ${strokes} may be there or not: look`
}

const clamp = (value: number, most: number): number => Math.max(0, Math.min(most, Math.round(value)))
