import { useState } from 'preact/hooks'
import type { WireJob, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { BeforeInk } from '../shared/before-ink.tsx'
import { DialogButtons, Modal } from '../shared/modal.tsx'
import { Pair } from '../shared/pair.tsx'
import { SheetsInput } from '../shared/sheets-input.tsx'
import type { Store } from '../state/store.ts'
import { useAnswer } from '../state/use-answer.ts'

interface Props {
  readonly store: Store
  readonly job: WireJob
  readonly plotters: readonly WirePlotter[]
  /** Called with the job that waits for ink. */
  readonly onQueued: (id: string) => void
  readonly onClose: () => void
}

/** Whether a finished job has an SVG and no plot request yet. */
export const canAskInk = ({ status, plot, result }: WireJob): boolean =>
  status === 'finished' && plot === undefined && result !== undefined

/**
 * Asks for ink for a finished job that has none. First the user sees size, time and what the chosen plotter will not
 * draw.
 */
export function PlotDialog({ store, job, plotters, onQueued, onClose }: Props) {
  const [plotter, setPlotter] = useState('any')
  const [copies, setCopies] = useState(1)
  const [isSending, setSending] = useState(false)
  const request = { ids: [job.id], plot: { plotter, copies } }
  const preview = useAnswer(() => store.request('job.plot', { ...request, dryRun: true }), [store, job.id, plotter])
  const result = preview?.[0]?.result
  const send = async (): Promise<void> => {
    setSending(true)
    const jobs = await store.request('job.plot', request)
    setSending(false)
    if (jobs) onQueued(job.id)
  }
  return (
    <Modal
      title={
        <>
          Plot <em>{job.title}</em>
        </>
      }
      onClose={onClose}
      isOver={!canAskInk(job)}
    >
      {result && <BeforeInk figures={result} />}
      <div>
        <Pair id="plot-plotter" label="Plotter">
          <select id="plot-plotter" value={plotter} onChange={(event) => setPlotter(event.currentTarget.value)}>
            <option value="any">any plotter</option>
            {plotters.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </Pair>
        <Pair id="plot-sheets" label="Sheets">
          <SheetsInput id="plot-sheets" value={copies} onInput={setCopies} />
        </Pair>
      </div>
      <p class="quiet">
        The plotter draws the job’s SVG from the output folder, with any changes that you made to the file. The job
        waits in the queue for a sheet.
      </p>
      <DialogButtons onClose={onClose}>
        <button type="button" class="primary" disabled={result === undefined || isSending} onClick={() => void send()}>
          Add to queue
        </button>
      </DialogButtons>
    </Modal>
  )
}
