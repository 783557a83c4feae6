import { useState } from 'preact/hooks'
import { plural } from '../shared/format.ts'
import { Modal } from '../shared/modal.tsx'

interface Props {
  readonly names: readonly string[]
  readonly onReason: (reason: string) => void
  readonly onClose: () => void
}

const MOST_CHARACTERS = 200

/** Asks why plotters are taken out of work. Everybody sees the reason. */
export function MaintenanceDialog({ names, onReason, onClose }: Props) {
  const [reason, setReason] = useState('')
  return (
    <Modal
      title={`Take ${names.length === 1 ? names[0] : plural(names.length, 'plotter')} out of work`}
      onClose={onClose}
    >
      <p>
        {names.length > 1 && `${names.join(', ')}. `}A sheet that is being drawn is finished. No new job begins until
        somebody chooses “Back to work”. The pen can still be moved by hand.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (reason.trim() !== '') onReason(reason.trim())
        }}
      >
        <label class="field">
          Reason, which everybody sees
          <input
            type="text"
            maxLength={MOST_CHARACTERS}
            value={reason}
            placeholder="new belt"
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        <div class="controls">
          <button type="submit" class="primary" disabled={reason.trim() === ''}>
            Out of work
          </button>
          <button type="button" class="plain" onClick={onClose}>
            Not now
          </button>
        </div>
      </form>
    </Modal>
  )
}
