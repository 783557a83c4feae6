import type { Store } from '../state/store.ts'
import { Field } from './field.tsx'
import { type Schema, shownFields, type Values } from './schema.ts'

interface Props {
  readonly store: Store
  readonly form: Schema
  readonly values: Values
  /** Names of the fields to leave out. */
  readonly hidden: ReadonlySet<string>
  /** The problems, by name of the field. */
  readonly problems: ReadonlyMap<string, string>
  readonly onInput: (name: string, value: unknown) => void
}

/** Number of fields that the form shows before the user opens 'More'. */
const FIRST_COUNT = 5

/** The fields of a form. */
export function Fields({ store, form, values, hidden, problems, onInput }: Props) {
  const fields = shownFields(form).filter(([name]) => !hidden.has(name))
  const first = fields.slice(0, FIRST_COUNT)
  const more = fields.slice(FIRST_COUNT)
  const field = ([name, property]: [string, Schema]) => (
    <Field
      key={name}
      store={store}
      name={name}
      schema={property}
      value={values[name]}
      required={form.required?.includes(name) ?? false}
      problem={problems.get(name)}
      onInput={(value) => onInput(name, value)}
    />
  )
  return (
    <>
      {first.map(field)}
      {more.length > 0 && (
        <details {...(more.some(([name]) => problems.has(name)) ? { open: true } : {})}>
          <summary>More</summary>
          {more.map(field)}
        </details>
      )}
    </>
  )
}
