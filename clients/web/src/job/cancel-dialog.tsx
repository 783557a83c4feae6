import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import { Modal } from '../shared/modal.tsx'
import { isFinal } from '../state/daemon-state.ts'
import { inkWords } from '../state/ink.ts'
import type { Store } from '../state/store.ts'

interface Props {
  readonly store: Store
  readonly job: WireJob
  readonly onClose: () => void
}

/** Asks before the page cancels a job whose ink may be on paper. */
export function CancelDialog({ store, job, onClose }: Props) {
  return (
    <Modal
      title={
        <>
          Cancel <em>{job.title}</em>?
        </>
      }
      onClose={onClose}
      isOver={isFinal(job)}
    >
      <p>On paper: {inkWords(job) ?? 'nothing yet'}. A canceled job cannot be resumed: the sheet is lost.</p>
      {/* The first button has the focus, so a second Enter keeps the job. */}
      <div class="controls">
        <button type="button" onClick={onClose}>
          Keep the job
        </button>
        <button type="button" class="danger" onClick={() => void store.request('job.cancel', { id: job.id })}>
          Cancel the job
        </button>
      </div>
    </Modal>
  )
}
