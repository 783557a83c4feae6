const MAX_SHEETS = 1000

interface SheetsInputProps {
  readonly id?: string
  /** The name of the field for screen readers, when no visible label names it. */
  readonly label?: string
  readonly value: number
  readonly onInput: (sheets: number) => void
}

/** A number of sheets, 1 to 1,000. */
export const SheetsInput = ({ id, label, value, onInput }: SheetsInputProps) => (
  <input
    {...(id === undefined ? {} : { id })}
    {...(label === undefined ? {} : { 'aria-label': label })}
    type="number"
    min={1}
    max={MAX_SHEETS}
    value={value}
    onInput={({ currentTarget }) => onInput(Math.min(MAX_SHEETS, Math.max(1, Math.round(Number(currentTarget.value)))))}
  />
)
