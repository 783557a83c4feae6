import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Notice } from './notice.tsx'

interface Props {
  readonly title: ComponentChildren
  /** Called when the user presses Escape. */
  readonly onClose: () => void
  readonly children: ComponentChildren
}

/** A dialog in front of the page. It is open as long as it is rendered. */
export function Modal({ title, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  return (
    <dialog ref={dialog} onCancel={onClose} aria-labelledby="dialog-title">
      <h2 id="dialog-title">{title}</h2>
      {children}
      <Notice />
    </dialog>
  )
}
