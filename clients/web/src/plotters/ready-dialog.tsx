import { useState } from 'preact/hooks'
import type { WireJob, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { BeforeInk } from '../shared/before-ink.tsx'
import { number, plural } from '../shared/format.ts'
import { DialogButtons, Modal } from '../shared/modal.tsx'
import { SheetsInput } from '../shared/sheets-input.tsx'
import { type DaemonState, nextJob, queueOf } from '../state/daemon-state.ts'
import type { Store } from '../state/store.ts'

interface Props {
  readonly store: Store
  readonly daemon: DaemonState
  readonly plotter: WirePlotter
  /** Called with the job that starts. */
  readonly onDraw: (id: string) => void
  readonly onClose: () => void
}

const DRAWABLE: ReadonlySet<string> = new Set(['rendered', 'paused'])

/**
 * Gives a grant for one sheet of the shown job, or for the next sheets of any jobs. The dialog shows size and time of
 * the job, and what will not be drawn. The daemon refuses the grant for one job when another job has become the next
 * one.
 */
export function ReadyDialog({ store, daemon, plotter, onDraw, onClose }: Props) {
  const { name, state, interrupted } = plotter
  const [{ jobId, copiesDone }] = useState(() => {
    const next = nextJob(queueOf(daemon), plotter)
    return next && DRAWABLE.has(next.status) ? { jobId: next.id, copiesDone: next.progress?.copiesDone } : {}
  })
  const job = jobId === undefined ? undefined : daemon.jobs.get(jobId)
  const [isForSheets, setForSheets] = useState(jobId === undefined)
  const [sheets, setSheets] = useState(1)
  const [isSending, setSending] = useState(false)
  // The sheet that the user confirmed to be gone. For the sheet of another cut, the user must confirm again.
  const [goneSheet, setGoneSheet] = useState<string | undefined>()
  const oldSheet = interrupted && `${interrupted.job} ${interrupted.done}`
  const isNewSheet = oldSheet !== undefined && goneSheet === oldSheet
  const isWaiting = job && DRAWABLE.has(job.status) && job.progress?.copiesDone === copiesDone
  const isJobOver = jobId !== undefined && !isWaiting
  // Whether another user has given a grant meanwhile. A grant from this dialog would replace that grant.
  const isGranted = plotter.grant !== undefined && !isSending
  const isOver = state.is !== 'idle' || isJobOver || isGranted
  const grant = async (): Promise<void> => {
    const purpose = isForSheets || !job ? { sheets } : { job: job.id }
    const newSheet = interrupted ? { newSheet: true as const } : {}
    setSending(true)
    const answer = await store.request('plotter.ready', { name, ...purpose, ...newSheet })
    setSending(false)
    if (!answer) return
    if (job && !isForSheets) onDraw(job.id)
    onClose()
  }
  return (
    <Modal
      title={job && !isForSheets ? <DrawTitle job={job} name={name} /> : `Grant sheets to ${name}`}
      onClose={onClose}
      isOver={isOver}
    >
      {job && !isForSheets && job.result && <BeforeInk figures={job.result} />}
      {isForSheets && (
        <p>
          The plotter draws the next jobs of the queue without asking again, whatever they are. To see a job’s losses
          first, grant one sheet for one job.
          {plotter.feeder && ' The plotter’s feeder changes the sheet between two jobs.'}
        </p>
      )}
      {interrupted && (
        <InterruptedSheet
          name={name}
          interrupted={interrupted}
          isGone={isNewSheet}
          onGone={(isGone) => setGoneSheet(isGone ? oldSheet : undefined)}
        />
      )}
      <p class="quiet">Put a fresh sheet in place, with the carriage at home.</p>
      <Purpose
        hasJob={job !== undefined}
        isForSheets={isForSheets}
        sheets={sheets}
        onForSheets={setForSheets}
        onSheets={(sheets) => {
          setSheets(sheets)
          setForSheets(true)
        }}
      />
      <DialogButtons onClose={onClose}>
        <button
          type="button"
          class="primary"
          disabled={isSending || (interrupted !== undefined && !isNewSheet)}
          onClick={() => void grant()}
        >
          {isForSheets ? `Grant ${plural(sheets, 'sheet')}` : 'The sheet is in place: draw'}
        </button>
      </DialogButtons>
    </Modal>
  )
}

const DrawTitle = ({ job, name }: { job: WireJob; name: string }) => (
  <>
    Draw <em>{job.title}</em> on {name}
  </>
)

interface InterruptedSheetProps {
  readonly name: string
  readonly interrupted: NonNullable<WirePlotter['interrupted']>
  readonly isGone: boolean
  readonly onGone: (isGone: boolean) => void
}

/** The user confirms that the sheet of an interrupted job is no longer on the plotter. */
const InterruptedSheet = ({ name, interrupted, isGone, onGone }: InterruptedSheetProps) => (
  <div class="warnings losses">
    <p>
      The sheet of the interrupted job <em>{interrupted.title}</em> lies on {name}, with {number(interrupted.done)} of{' '}
      {plural(interrupted.of, 'stroke')} drawn.
    </p>
    <label class="check">
      <input type="checkbox" checked={isGone} onInput={(event) => onGone(event.currentTarget.checked)} />A new sheet is
      down: the sheet of {interrupted.title} was taken off.
    </label>
  </div>
)

interface PurposeProps {
  readonly hasJob: boolean
  readonly isForSheets: boolean
  readonly sheets: number
  readonly onForSheets: (isForSheets: boolean) => void
  readonly onSheets: (sheets: number) => void
}

/** The choice between a grant for the job of the dialog and one for sheets of any jobs. */
const Purpose = ({ hasJob, isForSheets, sheets, onForSheets, onSheets }: PurposeProps) => (
  <div class="purpose" role="radiogroup" aria-label="Grant for">
    {hasJob && (
      <label class="check">
        <input type="radio" name="purpose" checked={!isForSheets} onChange={() => onForSheets(false)} />
        one sheet, for this job
      </label>
    )}
    <label class="check">
      <input type="radio" name="purpose" checked={isForSheets} onChange={() => onForSheets(true)} />
      the next
      <SheetsInput label="Number of sheets" value={sheets} onInput={onSheets} />
      sheets, for any jobs
    </label>
  </div>
)
