import type { Store } from '../state/store.ts'
import { Field } from './field.tsx'
import type { Schema, Values } from './schema.ts'

interface Props {
  readonly store: Store
  readonly form: Schema
  readonly values: Values
  /** Names of fields that the form shows elsewhere. */
  readonly hidden: ReadonlySet<string>
  /** The problems, by name of the field. */
  readonly problems: ReadonlyMap<string, string>
  readonly onInput: (name: string, value: unknown) => void
}

/** Fields that are shown before the user opens 'More'. */
const SHOWN_AT_FIRST = 5

/** Required fields first, then the order of the schema. */
export function Fields({ store, form, values, hidden, problems, onInput }: Props) {
  const isRequired = (name: string): boolean => form.required?.includes(name) ?? false
  const fields = Object.entries(form.properties ?? {}).filter(
    ([name, field]) => field.const === undefined && !hidden.has(name),
  )
  fields.sort(([a], [b]) => Number(isRequired(b)) - Number(isRequired(a)))
  const [first, more] = [fields.slice(0, SHOWN_AT_FIRST), fields.slice(SHOWN_AT_FIRST)]
  const field = ([name, property]: [string, Schema]) => (
    <Field
      key={name}
      store={store}
      name={name}
      schema={property}
      value={values[name]}
      required={isRequired(name)}
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
