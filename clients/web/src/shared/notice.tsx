import { createContext } from 'preact'
import { useContext } from 'preact/hooks'

interface NoticeState {
  readonly text: string | undefined
  readonly close: () => void
}

/** The page's message. An open dialog shows it too, because everything outside of a modal dialog is inert. */
export const NoticeContext = createContext<NoticeState>({ text: undefined, close: () => {} })

/** The page's message, with a button that closes it. */
export function Notice() {
  const { text, close } = useContext(NoticeContext)
  if (text === undefined) return null
  return (
    <div class="notice" role="alert">
      {text}
      <button type="button" onClick={close}>
        Close
      </button>
    </div>
  )
}
