import type { WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import type { Draft } from '../sheet/draft.ts'
import type { Store } from '../store.ts'
import { Field } from './field.tsx'
import { chosenForm, complete, forms, given, labelOf, type Schema, type Values } from './schema.ts'
import { Send } from './send.tsx'
import { usePreview } from './use-preview.ts'

interface Props {
  readonly store: Store
  readonly task: string
  readonly schema: Schema
  readonly values: Values
  readonly plotters: readonly WirePlotter[]
  readonly onValues: (values: Values) => void
  readonly onDraft: (draft: Draft | undefined) => void
}

/** How many fields are shown before 'More'. */
const FEW = 5

/** A form made from the task's schema, with the drawing it makes shown on the sheet as one types. */
export function TaskForm({ store, task, schema, values, plotters, onValues, onDraft }: Props) {
  const offer = forms(schema)
  const form = chosenForm(offer, values)
  const params = given(form, values)
  const problem = usePreview(store, task, complete(form, values) ? params : undefined, onDraft)
  const set = (name: string, value: unknown): void => onValues({ ...values, [name]: value })
  const fields = Object.entries(form.properties ?? {}).filter(([, each]) => each.const === undefined)
  const isRequired = (name: string): boolean => form.required?.includes(name) ?? false
  fields.sort(([a], [b]) => Number(isRequired(b)) - Number(isRequired(a)))
  const field = ([name, each]: [string, Schema]) => (
    <Field
      key={name}
      name={name}
      schema={each}
      value={values[name]}
      required={isRequired(name)}
      onInput={(v) => set(name, v)}
    />
  )
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      {offer.by !== undefined && (
        <div class="field">
          <label for="variant">{labelOf(offer.by)}</label>
          <select
            id="variant"
            value={String(form.properties?.[offer.by]?.const)}
            onChange={(event) => set(offer.by ?? '', event.currentTarget.value)}
          >
            {offer.choices.map((each) => {
              const value = String(each.properties?.[offer.by ?? '']?.const)
              return (
                <option key={value} value={value}>
                  {value}
                </option>
              )
            })}
          </select>
          {form.description !== undefined && <small>{form.description}</small>}
        </div>
      )}
      {fields.slice(0, FEW).map(field)}
      {fields.length > FEW && (
        <details>
          <summary>More</summary>
          {fields.slice(FEW).map(field)}
        </details>
      )}
      <Send
        store={store}
        plotters={plotters}
        problem={problem}
        job={complete(form, values) ? { task, params } : undefined}
      />
    </form>
  )
}
