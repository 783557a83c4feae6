import type { ComponentChildren } from 'preact'
import { sentenceCase } from './format.ts'
import { useNumberText } from './use-number-text.ts'

/** A label and its control side by side; the control takes the same `id`. */
export function Pair({ id, label, children }: { id: string; label: string; children: ComponentChildren }) {
  return (
    <div class="pair">
      <label for={id}>{label}</label>
      {children}
    </div>
  )
}

interface NumberPairProps {
  readonly id: string
  readonly label: string
  readonly value: number | undefined
  readonly min: number
  readonly max: number
  readonly placeholder?: string
  /** The correction that the daemon asks for. */
  readonly problem?: string | undefined
  readonly onInput: (value: number | undefined) => void
}

/** A label, and an input for a number. The input may stay empty. */
export function NumberPair({ id, label, value, min, max, placeholder, problem, onInput }: NumberPairProps) {
  const { text, take, leave } = useNumberText(value)
  return (
    <>
      <Pair id={id} label={label}>
        <input
          id={id}
          {...(problem === undefined ? {} : { 'aria-invalid': true, 'aria-describedby': `${id}-problem` })}
          type="number"
          min={min}
          max={max}
          step="any"
          placeholder={placeholder}
          value={text}
          onInput={({ currentTarget: { value: typed } }) => {
            take(typed)
            onInput(typed === '' ? undefined : Number(typed))
          }}
          onBlur={leave}
        />
      </Pair>
      {problem !== undefined && (
        <p class="problem" id={`${id}-problem`}>
          {sentenceCase(problem)}
        </p>
      )}
    </>
  )
}
