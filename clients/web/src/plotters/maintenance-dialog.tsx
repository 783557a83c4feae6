import { useState } from 'preact/hooks'
import { plural } from '../shared/format.ts'
import { DialogButtons, Modal } from '../shared/modal.tsx'

interface Props {
  readonly names: readonly string[]
  readonly onReason: (reason: string) => void
  readonly onClose: () => void
}

const MAX_CHARACTERS = 200

/** Asks for the reason before the page takes plotters out of service. All users see the reason. */
export function MaintenanceDialog({ names, onReason, onClose }: Props) {
  const [reason, setReason] = useState('')
  return (
    <Modal
      title={`Take ${names.length === 1 ? names[0] : plural(names.length, 'plotter')} out of service`}
      onClose={onClose}
    >
      <p>
        {names.length > 1 && `${names.join(', ')}. `}A plotter that is drawing finishes its sheet. No new job begins
        before a user chooses “Back into service”. The controls under “Move by hand” still move the pen.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (reason.trim() !== '') onReason(reason.trim())
        }}
      >
        <label class="field">
          Reason, which all users see
          <input
            type="text"
            maxLength={MAX_CHARACTERS}
            value={reason}
            placeholder="new belt"
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        <DialogButtons onClose={onClose}>
          <button type="submit" class="primary" disabled={reason.trim() === ''}>
            Out of service
          </button>
        </DialogButtons>
      </form>
    </Modal>
  )
}
