import { useState } from 'preact/hooks'

interface Props {
  readonly id?: string
  /** The name of the field for screen readers, when no visible label names it. */
  readonly label?: string
  readonly value: number
  readonly min: number
  readonly max: number
  /** Called with a whole number from `min` to `max`, and never while the field is empty. */
  readonly onInput: (value: number) => void
}

/**
 * A field for a whole number. The user may empty it to type another number: it then stays empty, and the value stays
 * as it was. A field that fills itself would turn the 5 that the user types into 15.
 */
export function WholeNumber({ id, label, value, min, max, onInput }: Props) {
  const [isEmpty, setEmpty] = useState(false)
  return (
    <input
      {...(id === undefined ? {} : { id })}
      {...(label === undefined ? {} : { 'aria-label': label })}
      type="number"
      min={min}
      max={max}
      value={isEmpty ? '' : value}
      onInput={({ currentTarget: { value: text } }) => {
        setEmpty(text === '')
        if (text !== '') onInput(Math.min(max, Math.max(min, Math.round(Number(text)))))
      }}
      onBlur={() => setEmpty(false)}
    />
  )
}
