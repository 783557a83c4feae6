import { useState } from 'preact/hooks'

interface NumberText {
  /** The text that the field shows. */
  readonly text: string
  /** Takes each text that the user types. */
  readonly take: (text: string) => void
  /** Call it when the user leaves the field. The field then shows `value` again. */
  readonly leave: () => void
}

/**
 * The text of a number field. While the user types, the field shows the typed text if this text is empty or means
 * `value`, else `value`. A field that replaced '1.0' by '1' would turn a typed 1.05 into 15. A field that replaced an
 * empty text by '1' would turn a typed 5 into 15.
 */
export function useNumberText(value: number | undefined): NumberText {
  const [typed, take] = useState<string | undefined>()
  const isKept = typed !== undefined && (typed === '' || Number(typed) === value)
  return { text: isKept ? typed : String(value ?? ''), take, leave: () => take(undefined) }
}
