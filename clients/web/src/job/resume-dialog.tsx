import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Params, WireJob, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { number, plural, sentenceCase } from '../shared/format.ts'
import { DialogButtons, Modal } from '../shared/modal.tsx'
import type { Store } from '../state/store.ts'
import { useAnswer } from '../state/use-answer.ts'
import { cancel } from './actions.ts'
import { ResumePlace, type Spot, Stepper } from './resume-place.tsx'
import { continueWords, cutWords } from './status-words.ts'

interface Props {
  readonly store: Store
  readonly job: WireJob
  readonly plotters: readonly WirePlotter[]
  readonly onClose: () => void
}

/** The parameters of `job.resume` that the user chooses: the place, or the treatment of the cut stroke. */
type ResumeChoice = Omit<Params<'job.resume'>, 'id' | 'atHome' | 'sheetBack'>

/** An interrupted job: the place of the cut and the ways to continue. Nothing moves until the user presses a button. */
export function ResumeDialog({ store, job, plotters, onClose }: Props) {
  const [spot, setSpot] = useState<Spot | undefined>()
  /** Number of moves to the place. After a move, the plotter may know the position of its carriage. */
  const [moves, setMoves] = useState(0)
  const { place, isLate } = usePlace(store, job, spot, moves)
  const { done = 0, of = 0 } = job.progress ?? {}
  const { first = done, last = done + 1, drawnMm, homeKnown = false, next } = place ?? {}
  const chosenSpot = spot ?? { from: first, mm: 0 }
  // A plot that stopped between two strokes has no cut stroke, so its first undrawn stroke counts as chosen.
  const hasChosenSpot = spot !== undefined || first === last
  const [isAtHome, setAtHome] = useState(false)
  const mayOperate = store.permits('operate')
  const sheetStatement = sheetStatementOf(job, plotters)
  // When the statement changes, the user must confirm it again.
  const [confirmedStatement, setConfirmedStatement] = useState<string | undefined>()
  const isSheetBack = sheetStatement === confirmedStatement
  const origin = homeKnown ? {} : { atHome: isAtHome }
  const sheet = sheetStatement === undefined ? {} : { sheetBack: true as const }
  const isConfirmed = (homeKnown || isAtHome) && (sheetStatement === undefined || isSheetBack)
  const mayResume = place !== undefined && !isLate && isConfirmed
  const closeAfter = async (request: Promise<unknown>): Promise<void> => {
    if ((await request) !== undefined) onClose()
  }
  const trace = async (): Promise<void> => {
    await store.request('job.trace', { id: job.id, ...chosenSpot, ...origin })
    // Even a failed request may have moved the carriage. So the user must confirm again that the carriage is at home.
    setAtHome(false)
    setMoves((count) => count + 1)
  }
  const resume = (choice: ResumeChoice) =>
    void closeAfter(store.request('job.resume', { id: job.id, ...choice, ...origin, ...sheet }))
  return (
    <Modal
      title={
        <>
          Continue <em>{job.title}</em>
        </>
      }
      onClose={onClose}
      isOver={job.status !== 'interrupted'}
    >
      <p>
        {sentenceCase(job.reason?.message ?? 'the plot was interrupted')} {number(first)} of {plural(of, 'stroke')}{' '}
        {first === 1 ? 'is' : 'are'} certainly on the paper{uncertainInk(last - first, drawnMm)}.
      </p>
      <ResumePlace store={store} job={job} stroke={next?.stroke ?? chosenSpot.from} pen={next} />
      {mayOperate && <Stepper spot={chosenSpot} of={of} onSpot={setSpot} />}
      {!mayOperate && <p class="quiet">Only an operator may continue on this sheet.</p>}
      {mayOperate && sheetStatement === undefined && (
        <p class="quiet">The same sheet must lie exactly where it lay during the plot.</p>
      )}
      {mayOperate && sheetStatement !== undefined && (
        <Confirmation
          isTrue={isSheetBack}
          onChange={(isTrue) => setConfirmedStatement(isTrue ? sheetStatement : undefined)}
        >
          {sheetStatement}
        </Confirmation>
      )}
      {mayOperate && place && !homeKnown && (
        <Confirmation isTrue={isAtHome} onChange={setAtHome}>
          The plotter does not know the position of its carriage. I have moved the carriage to home.
        </Confirmation>
      )}
      <DialogButtons onClose={onClose}>
        {mayOperate && place && hasChosenSpot && (
          <button type="button" class="primary" disabled={!mayResume} onClick={() => resume(chosenSpot)}>
            {continueWords(next ?? { stroke: chosenSpot.from, mm: 0 }, place.of)}
          </button>
        )}
        {mayOperate && place && !hasChosenSpot && (
          <CutChoices count={last - first} drawnMm={drawnMm} enabled={mayResume} onCut={(cut) => resume({ cut })} />
        )}
        {mayOperate && (
          <button type="button" onClick={() => void trace()}>
            Show the place, pen up
          </button>
        )}
        <button type="button" onClick={() => void closeAfter(store.request('job.retry', { id: job.id }))}>
          Start again on a new sheet
        </button>
        <button type="button" onClick={() => cancel(store, job)}>
          Cancel the job…
        </button>
      </DialogButtons>
    </Modal>
  )
}

interface ConfirmationProps {
  readonly isTrue: boolean
  readonly onChange: (isTrue: boolean) => void
  readonly children: ComponentChildren
}

/** A statement that the user must confirm. */
const Confirmation = ({ isTrue, onChange, children }: ConfirmationProps) => (
  <label class="check">
    <input type="checkbox" checked={isTrue} onInput={(event) => onChange(event.currentTarget.checked)} />
    {children}
  </label>
)

/** The statement about the sheet that the user must confirm; undefined when there is nothing to confirm. */
function sheetStatementOf(
  { id, title, touched, progress }: WireJob,
  plotters: readonly WirePlotter[],
): string | undefined {
  const plotter = plotters.find(({ name }) => name === progress?.plotter)
  if (!touched || !plotter || plotter.interrupted?.job === id) return undefined
  return plotter.interrupted
    ? `The sheet of ${plotter.interrupted.title} was taken off. The sheet of ${title} is back, and lies exactly where it lay during the plot.`
    : `The sheet of ${title} was taken off. It is back, and lies exactly where it lay during the plot.`
}

/**
 * The place of the cut, and the place from which the user chose to continue. `isLate` is true while the daemon's last
 * answer belongs to an earlier choice of the user. The button then still names the stroke of that choice.
 *
 * @param moves  number of moves of the carriage; after a move the page asks again whether the plotter knows the
 *   position of the carriage
 */
function usePlace(store: Store, { id, status }: WireJob, spot: Spot | undefined, moves: number) {
  const request = async () => {
    const place = await store.request('job.place', { id, ...(spot ?? { cut: 'redraw' }) })
    return { place, spot }
  }
  // A job that continues has no place any more, and this dialog is about to close.
  const ask = () => (status === 'interrupted' ? request() : undefined)
  const answer = useAnswer(ask, [store, id, spot, moves], { keep: true })
  return { place: answer?.place, isLate: answer?.spot !== spot }
}

interface CutChoicesProps {
  /** Number of strokes that may be on the paper or not. */
  readonly count: number
  /** Ink of the cut stroke that is on the paper; undefined when it is unknown. */
  readonly drawnMm: number | undefined
  readonly enabled: boolean
  readonly onCut: (cut: 'continue' | 'redraw' | 'skip') => void
}

function CutChoices({ count, drawnMm, enabled, onCut }: CutChoicesProps) {
  const button = (label: string, cut: 'continue' | 'redraw' | 'skip', isFirst = false) => (
    <button type="button" class={isFirst ? 'primary' : ''} disabled={!enabled} onClick={() => onCut(cut)}>
      {label}
    </button>
  )
  return (
    <>
      {drawnMm !== undefined && button('Continue where the pen stopped', 'continue', true)}
      {button(`Draw ${cutWords(count)} again`, 'redraw', drawnMm === undefined)}
      {button(`Skip ${cutWords(count)} and continue`, 'skip')}
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
