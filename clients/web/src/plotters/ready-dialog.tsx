import { useState } from 'preact/hooks'
import type { WireJob, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { FiguresLine, Warnings } from '../shared/before-ink.tsx'
import { number, plural } from '../shared/format.ts'
import { Modal } from '../shared/modal.tsx'
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
 * Gives a grant for one sheet of the shown job, or for the next sheets of any jobs. The dialog shows size, time and
 * losses of the job. The daemon refuses the grant for one job when another job has become the next one.
 */
export function ReadyDialog({ store, daemon, plotter, onDraw, onClose }: Props) {
  const { name, state, interrupted } = plotter
  const [jobId] = useState(() => {
    const next = nextJob(queueOf(daemon), plotter)
    return next && DRAWABLE.has(next.status) ? next.id : undefined
  })
  const job = jobId === undefined ? undefined : daemon.jobs.get(jobId)
  const [isForSheets, setForSheets] = useState(jobId === undefined)
  const [sheets, setSheets] = useState(1)
  const [isNewSheet, setNewSheet] = useState(false)
  const isJobOver = jobId !== undefined && (job === undefined || !DRAWABLE.has(job.status))
  const isOver = state.is !== 'idle' || isJobOver
  const grant = async (): Promise<void> => {
    const purpose = isForSheets || !job ? { sheets } : { job: job.id }
    const newSheet = interrupted ? { newSheet: true as const } : {}
    if (!(await store.request('plotter.ready', { name, ...purpose, ...newSheet }))) return
    if (job && !isForSheets) onDraw(job.id)
    onClose()
  }
  return (
    <Modal
      title={job && !isForSheets ? <DrawTitle job={job} name={name} /> : `Grant sheets to ${name}`}
      onClose={onClose}
      isOver={isOver}
    >
      {job && !isForSheets && job.result && (
        <>
          <FiguresLine {...job.result} />
          <Warnings warnings={job.result.warnings} />
        </>
      )}
      {isForSheets && (
        <p>
          The plotter draws the next jobs of the queue without asking again, whatever they are. To see a job’s losses
          first, grant one sheet for one job.{plotter.feeder && ' Its feeder changes the sheet between two jobs.'}
        </p>
      )}
      {interrupted && (
        <div class="warnings losses">
          <p>
            The sheet of the interrupted job <em>{interrupted.title}</em> lies on {name}, with{' '}
            {number(interrupted.done)} of {plural(interrupted.of, 'stroke')} drawn.
          </p>
          <label class="check">
            <input type="checkbox" checked={isNewSheet} onInput={(event) => setNewSheet(event.currentTarget.checked)} />
            A new sheet is down: the sheet of {interrupted.title} was taken off.
          </label>
        </div>
      )}
      <p class="quiet">Put a fresh sheet in place, with the carriage at home.</p>
      <div class="purpose" role="radiogroup" aria-label="Permission for">
        {job && (
          <label class="check">
            <input type="radio" name="purpose" checked={!isForSheets} onChange={() => setForSheets(false)} />
            one sheet, for this job
          </label>
        )}
        <label class="check">
          <input type="radio" name="purpose" checked={isForSheets} onChange={() => setForSheets(true)} />
          the next
          <SheetsInput label="Number of sheets" value={sheets} onInput={setSheets} />
          sheets, for any jobs
        </label>
      </div>
      <div class="controls">
        <button
          type="button"
          class="primary"
          disabled={interrupted !== undefined && !isNewSheet}
          onClick={() => void grant()}
        >
          {isForSheets ? `Grant ${plural(sheets, 'sheet')}` : 'The sheet is in place: draw'}
        </button>
        <button type="button" class="plain" onClick={onClose}>
          Not now
        </button>
      </div>
    </Modal>
  )
}

const DrawTitle = ({ job, name }: { job: WireJob; name: string }) => (
  <>
    Draw <em>{job.title}</em> on {name}
  </>
)
