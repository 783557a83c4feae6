import { WholeNumber } from './whole-number.tsx'

const MAX_SHEETS = 1000

interface SheetsInputProps {
  readonly id?: string
  /** The name of the field for screen readers, when no visible label names it. */
  readonly label?: string
  readonly value: number
  readonly onInput: (sheets: number) => void
}

/** A number of sheets, 1 to 1,000. */
export const SheetsInput = (props: SheetsInputProps) => <WholeNumber {...props} min={1} max={MAX_SHEETS} />
