import { useEffect, useRef, useState } from 'preact/hooks'
import type { WireJob } from '../../../src/daemon/protocol/index.ts'
import { number } from './format.ts'
import { Sheet } from './sheet/sheet.tsx'
import { usePlan } from './sheet/use-plan.ts'
import type { Store } from './store.ts'

interface Props {
  readonly store: Store
  readonly job: WireJob
  readonly onClose: () => void
}

/** A plot that was cut off: where it stopped, and how it goes on. Nothing moves before one of these is chosen. */
export function ResumeDialog({ store, job, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const plan = usePlan(store, job)
  const { done = 0, of = 0 } = job.progress ?? {}
  const [from, setFrom] = useState(done)
  useEffect(() => dialog.current?.showModal(), [])
  const choose = async (asked: Promise<unknown>): Promise<void> => {
    if ((await asked) !== undefined) onClose()
  }
  const { widthMm = 148, heightMm = 105 } = job.result ?? {}
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="resume-title">
      <h2 id="resume-title">
        Going on with <em>{job.title}</em>
      </h2>
      <p>
        {job.reason?.message ?? 'It was cut off.'} {number(done)} of {number(of)} strokes are surely on the paper; the
        next one may be there in part.
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
      <p class="quiet">The same sheet must lie as it lay, and the carriage must stand at home.</p>
      <div class="controls">
        {from === done ? (
          <>
            <button
              type="button"
              class="primary"
              onClick={() => void choose(store.ask('job.resume', { id: job.id, cut: 'redraw' }))}
            >
              Draw the cut stroke again
            </button>
            <button type="button" onClick={() => void choose(store.ask('job.resume', { id: job.id, cut: 'skip' }))}>
              Leave it and go on
            </button>
          </>
        ) : (
          <button
            type="button"
            class="primary"
            onClick={() => void choose(store.ask('job.resume', { id: job.id, from }))}
          >
            Go on with stroke {number(from)}
          </button>
        )}
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

const clamp = (value: number, most: number): number => Math.max(0, Math.min(most, Math.round(value)))
