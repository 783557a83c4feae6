import { useEffect, useRef, useState } from 'preact/hooks'
import type { Params, Result, WireJob } from '../../../../src/daemon/protocol/index.ts'
import { number, sentenceCase, short } from '../shared/format.ts'
import type { Store } from '../state/store.ts'
import { useAnswer } from '../state/use-answer.ts'
import { ResumePlace, type Spot, Stepper } from './resume-place.tsx'

interface Props {
  readonly store: Store
  readonly job: WireJob
  readonly onClose: () => void
}

/** What `job.resume` takes, without the id and the answer about home. */
type ResumeChoice = Omit<Params<'job.resume'>, 'id' | 'atHome'>
type PlaceAnswer = Result<'job.place'>

/** An interrupted job: where it stopped and the ways to continue. Nothing moves before the user chooses one. */
export function ResumeDialog({ store, job, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [spot, setSpot] = useState<Spot | undefined>()
  const place = usePlace(store, job.id, spot)
  const { done = 0, of = 0 } = job.progress ?? {}
  const { first = done, last = done + 1, drawnMm, homeKnown = false, next } = place ?? {}
  const chosenSpot = spot ?? { from: first, mm: 0 }
  const [atHome, setAtHome] = useState(false)
  useEffect(() => dialog.current?.showModal(), [])
  // Another client may resume or cancel the job while this dialog is open.
  const isOver = job.status !== 'interrupted'
  useEffect(() => {
    if (isOver) dialog.current?.close()
  }, [isOver])
  const origin = homeKnown ? {} : { atHome }
  const closeAfter = async (request: Promise<unknown>): Promise<void> => {
    if ((await request) !== undefined) onClose()
  }
  const resume = (choice: ResumeChoice) =>
    void closeAfter(store.request('job.resume', { id: job.id, ...choice, ...origin }))
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="resume-title">
      <h2 id="resume-title">
        Continue <em>{job.title}</em>
      </h2>
      <p>
        {sentenceCase(job.reason?.message ?? 'the plot was interrupted')} {number(first)} of {number(of)} strokes are
        certainly on the paper{uncertainInk(last - first, drawnMm)}.
      </p>
      <ResumePlace store={store} job={job} stroke={next?.stroke ?? chosenSpot.from} pen={next} />
      <Stepper spot={chosenSpot} of={of} onSpot={setSpot} />
      <p class="quiet">The same sheet must lie exactly where it lay.</p>
      {place && !homeKnown && (
        <label class="check">
          <input type="checkbox" checked={atHome} onInput={(event) => setAtHome(event.currentTarget.checked)} />
          The plotter does not know the position of its carriage. I have moved it to home.
        </label>
      )}
      <div class="controls">
        {spot || first === last ? (
          <button type="button" class="primary" onClick={() => resume(chosenSpot)}>
            {next && next.mm > 0 ? `Continue ${short(next.mm)} mm into stroke ` : 'Continue with stroke '}
            {number((next?.stroke ?? chosenSpot.from) + 1)}
          </button>
        ) : (
          <CutChoices drawnMm={drawnMm} onCut={(cut) => resume({ cut })} />
        )}
        <button type="button" onClick={() => void store.request('job.trace', { id: job.id, ...chosenSpot, ...origin })}>
          Show the place, pen up
        </button>
        <button type="button" onClick={() => void closeAfter(store.request('job.retry', { id: job.id }))}>
          Start again on a new sheet
        </button>
        <button type="button" class="plain" onClick={() => dialog.current?.close()}>
          Not now
        </button>
      </div>
    </dialog>
  )
}

/** Where the plot was cut, and where it would continue from the spot that the user chose. */
function usePlace(store: Store, id: string, spot: Spot | undefined): PlaceAnswer | undefined {
  const request = () => store.request('job.place', { id, ...(spot ?? { cut: 'redraw' }) })
  return useAnswer(request, [store, id, spot], { keep: true })
}

interface CutChoicesProps {
  /** Ink of the cut stroke that is on the paper; undefined when it is unknown. */
  readonly drawnMm: number | undefined
  readonly onCut: (cut: 'continue' | 'redraw' | 'skip') => void
}

/** What to do with the stroke that was cut. */
function CutChoices({ drawnMm, onCut }: CutChoicesProps) {
  return (
    <>
      {drawnMm !== undefined && (
        <button type="button" class="primary" onClick={() => onCut('continue')}>
          Continue where the pen stopped
        </button>
      )}
      <button type="button" class={drawnMm === undefined ? 'primary' : ''} onClick={() => onCut('redraw')}>
        Draw the cut stroke again
      </button>
      <button type="button" onClick={() => onCut('skip')}>
        Skip the cut stroke and continue
      </button>
    </>
  )
}

function uncertainInk(strokes: number, drawnMm: number | undefined): string {
  if (drawnMm !== undefined) return `, and ${drawnMm.toFixed(1)} mm of the next one`
  if (strokes === 0) return ', and nothing of the next one'
  return strokes === 1
    ? '; part of the next one may be there'
    : `; the next ${strokes} may be there or not: look at the paper`
}
