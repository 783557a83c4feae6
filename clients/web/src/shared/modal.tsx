import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { placeOf } from './keep-focus.ts'
import { Notice } from './notice.tsx'

interface Props {
  readonly title: ComponentChildren
  /** Called when the user presses Escape, and when `isOver` becomes true. */
  readonly onClose: () => void
  /** Whether the dialog has no more purpose: another client may have answered its question. */
  readonly isOver?: boolean
  readonly children: ComponentChildren
}

/** A dialog in front of the page, open as long as it is rendered. */
export function Modal({ title, onClose, isOver = false, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  // An effect that waits for the next frame would show the dialog late, and a key pressed meanwhile would be lost.
  useLayoutEffect(() => {
    const element = dialog.current
    const giveBack = placeOf(document.activeElement)
    element?.showModal()
    return () => {
      element?.close()
      // The browser returns the focus only from a dialog that is still in the page when it closes.
      giveBack()
    }
  }, [])
  useEffect(() => {
    if (isOver) onClose()
  }, [isOver])
  return (
    <dialog ref={dialog} onCancel={onClose} aria-labelledby="dialog-title">
      <h2 id="dialog-title">{title}</h2>
      {children}
      <Notice />
    </dialog>
  )
}

interface DialogButtonsProps {
  readonly onClose: () => void
  readonly children: ComponentChildren
}

/** The buttons of a dialog. The last one closes the dialog and changes nothing. */
export const DialogButtons = ({ onClose, children }: DialogButtonsProps) => (
  <div class="controls">
    {children}
    <button type="button" class="plain" onClick={onClose}>
      Not now
    </button>
  </div>
)
