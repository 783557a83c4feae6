import { beginningOf } from '../../../../src/values.ts'
import { labelOf } from '../shared/format.ts'

/** One parameter of a job as the page shows it. */
export interface ParamRow {
  readonly name: string
  readonly text: string
}

/** Parameters that hold the words of a drawing. The page shows these parameters first. */
const FIRST = ['recipient', 'message', 'text', 'address', 'sender'] as const
/** The page shortens a value of more characters than this. */
const MOST = 2000

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.length > MOST ? `${beginningOf(text, 80)}… (${text.length.toLocaleString('en')} characters)` : text
}

/** `words` has the parameters that `FIRST` names, in that order. `others` has all others. Empty texts are left out. */
export function paramRows(params: unknown): {
  readonly words: readonly ParamRow[]
  readonly others: readonly ParamRow[]
} {
  const fields = Object.entries((params ?? {}) as Readonly<Record<string, unknown>>).filter(([, value]) => value !== '')
  const row = ([name, value]: readonly [string, unknown]): ParamRow => ({ name: labelOf(name), text: textOf(value) })
  const isFirst = (name: string): boolean => (FIRST as readonly string[]).includes(name)
  const words = FIRST.flatMap((name) => fields.filter(([key]) => key === name))
  return { words: words.map(row), others: fields.filter(([name]) => !isFirst(name)).map(row) }
}
