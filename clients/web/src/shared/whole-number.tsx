import { useNumberText } from './use-number-text.ts'

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
 * A field for a whole number. The user may empty the field to type another number. The field then stays empty, and
 * `value` does not change.
 */
export function WholeNumber({ id, label, value, min, max, onInput }: Props) {
  const { text, take, leave } = useNumberText(value)
  return (
    <input
      {...(id === undefined ? {} : { id })}
      {...(label === undefined ? {} : { 'aria-label': label })}
      type="number"
      min={min}
      max={max}
      value={text}
      onInput={({ currentTarget: { value: typed } }) => {
        take(typed)
        if (typed !== '') onInput(Math.min(max, Math.max(min, Math.round(Number(typed)))))
      }}
      onBlur={leave}
    />
  )
}
