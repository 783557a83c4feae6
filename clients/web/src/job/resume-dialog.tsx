import { useEffect, useRef, useState } from 'preact/hooks'
import type { Params, Result, WireJob } from '../../../../src/daemon/protocol/index.ts'
import { number, short } from '../shared/format.ts'
import type { Store } from '../state/store.ts'
import { useAnswer } from '../state/use-answer.ts'
import { Place, type Spot, Stepper } from './resume-place.tsx'

interface Props {
  readonly store: Store
  readonly job: WireJob
  readonly onClose: () => void
}

type Choice = Omit<Params<'job.resume'>, 'id' | 'atHome'>
type Known = Result<'job.place'>

/** A plot that was cut off: where it stopped, and how it goes on. Nothing moves before one of these is chosen. */
export function ResumeDialog({ store, job, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [spot, setSpot] = useState<Spot | undefined>()
  const known = usePlace(store, job.id, spot)
  const { done = 0, of = 0 } = job.progress ?? {}
  const { first = done, last = done + 1, drawnMm, homeKnown = false, next } = known ?? {}
  const here = spot ?? { from: first, mm: 0 }
  const [atHome, setAtHome] = useState(false)
  useEffect(() => dialog.current?.showModal(), [])
  // Somebody else may have said how it goes on, or that it does not.
  const isOver = job.status !== 'interrupted'
  useEffect(() => {
    if (isOver) dialog.current?.close()
  }, [isOver])
  const origin = homeKnown ? {} : { atHome }
  const choose = async (asked: Promise<unknown>): Promise<void> => {
    if ((await asked) !== undefined) onClose()
  }
  const goOn = (how: Choice) => void choose(store.ask('job.resume', { id: job.id, ...how, ...origin }))
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="resume-title">
      <h2 id="resume-title">
        Going on with <em>{job.title}</em>
      </h2>
      <p>
        {sentenceOf(job.reason?.message ?? 'it was cut off')} {number(first)} of {number(of)} strokes are surely on the
        paper{inDoubt(last - first, drawnMm)}.
      </p>
      <Place store={store} job={job} stroke={next?.stroke ?? here.from} pen={next} />
      <Stepper spot={here} of={of} onSpot={setSpot} />
      <p class="quiet">The same sheet must lie as it lay.</p>
      {known && !homeKnown && (
        <label class="check">
          <input type="checkbox" checked={atHome} onInput={(event) => setAtHome(event.currentTarget.checked)} />
          The plotter does not know where its carriage stands. I have put it at home.
        </label>
      )}
      <div class="controls">
        {spot || first === last ? (
          <button type="button" class="primary" onClick={() => goOn(here)}>
            {next && next.mm > 0 ? `Go on ${short(next.mm)} mm into stroke ` : 'Go on with stroke '}
            {number((next?.stroke ?? here.from) + 1)}
          </button>
        ) : (
          <Cuts drawnMm={drawnMm} onCut={(cut) => goOn({ cut })} />
        )}
        <button type="button" onClick={() => void store.ask('job.trace', { id: job.id, ...here, ...origin })}>
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

/** What is known of the cut, and where it would go on from the spot that a person points at. */
function usePlace(store: Store, id: string, spot: Spot | undefined): Known | undefined {
  const place = () => store.ask('job.place', { id, ...(spot ?? { cut: 'redraw' }) })
  return useAnswer(place, [store, id, spot], { keep: true })
}

interface CutsProps {
  readonly drawnMm: number | undefined
  readonly onCut: (cut: 'continue' | 'redraw' | 'skip') => void
}

/** The three things that can become of a stroke that was cut. */
function Cuts({ drawnMm, onCut }: CutsProps) {
  return (
    <>
      {drawnMm !== undefined && (
        <button type="button" class="primary" onClick={() => onCut('continue')}>
          Go on where the pen stopped
        </button>
      )}
      <button type="button" class={drawnMm === undefined ? 'primary' : ''} onClick={() => onCut('redraw')}>
        Draw what was cut again
      </button>
      <button type="button" onClick={() => onCut('skip')}>
        Leave it and go on
      </button>
    </>
  )
}

function inDoubt(strokes: number, drawnMm: number | undefined): string {
  if (drawnMm !== undefined) return `, and ${drawnMm.toFixed(1)} mm of the next one`
  if (strokes === 0) return ', and nothing of the next one'
  return strokes === 1 ? '; the next one may be there in part' : `; the next ${strokes} may be there or not: look`
}

const sentenceOf = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1).replace(/\.?$/, '.')}`
