import type { WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import type { Draft } from '../sheet/draft.ts'
import type { Store } from '../store.ts'
import { plotOf } from './composition.ts'
import { DropPlace } from './drop.tsx'
import { Field } from './field.tsx'
import { Layers } from './layers.tsx'
import { Paper } from './paper.tsx'
import { chosenForm, complete, forms, given, labelOf, type Schema, type Values } from './schema.ts'
import { Send } from './send.tsx'
import type { Composing } from './use-composition.ts'
import { usePreview } from './use-preview.ts'

interface Props {
  readonly store: Store
  readonly task: string
  readonly schema: Schema
  readonly composing: Composing
  readonly plotters: readonly WirePlotter[]
  readonly draft: Draft | undefined
  readonly onDraft: (draft: Draft | undefined) => void
}

/** How many fields are shown before 'More'. */
const FEW = 5
/** Of the SVG task: what the place to drop a file gives. */
const DROPPED: ReadonlySet<string> = new Set(['svg', 'upload', 'name'])

/** A form made from the task's schema, with the drawing it makes shown on the sheet as one types. */
export function TaskForm({ store, task, schema, composing, plotters, draft, onDraft }: Props) {
  const { composition, setValues, setWish, take } = composing
  const values = composition.values[task] ?? {}
  const wish = composition.wishes[task] ?? {}
  const offer = forms(schema)
  const form = chosenForm(offer, values)
  const own = task === 'svg'
  const whole = complete(form, values) && (!own || values['upload'] !== undefined)
  const params = given(form, values)
  const plot = plotOf(wish, plotters.length > 0)
  const problem = usePreview(store, whole ? { task, params, ...(plot ? { plot } : {}) } : undefined, onDraft)
  const set = (name: string, value: unknown): void => setValues({ ...values, [name]: value })
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      {own && <DropPlace values={values} onFile={(file) => void take(file)} />}
      {offer.by !== undefined && <Variant offer={offer} by={offer.by} form={form} onChoose={set} />}
      {draft && (own || wish.layers) && (
        <Layers
          layers={draft.layers}
          chosen={wish.layers}
          onChoose={(layers) => {
            const { layers: _, ...rest } = wish
            setWish(layers ? { ...rest, layers } : rest)
          }}
        />
      )}
      <Fields form={form} values={values} hidden={own ? DROPPED : new Set()} onInput={set} />
      {plot && <Paper wish={wish} onWish={setWish} />}
      <Send
        store={store}
        plotters={plotters}
        wish={wish}
        onWish={setWish}
        problem={problem}
        job={whole ? { task, params } : undefined}
      />
    </form>
  )
}

interface VariantProps {
  readonly offer: ReturnType<typeof forms>
  readonly by: string
  readonly form: Schema
  readonly onChoose: (name: string, value: unknown) => void
}

function Variant({ offer, by, form, onChoose }: VariantProps) {
  const names = offer.choices.map((each) => String(each.properties?.[by]?.const))
  return (
    <div class="field">
      <label for="variant">{labelOf(by)}</label>
      <select
        id="variant"
        value={String(form.properties?.[by]?.const)}
        onChange={(event) => onChoose(by, event.currentTarget.value)}
      >
        {names.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
      {form.description !== undefined && <small>{form.description}</small>}
    </div>
  )
}

interface FieldsProps {
  readonly form: Schema
  readonly values: Values
  readonly hidden: ReadonlySet<string>
  readonly onInput: (name: string, value: unknown) => void
}

/** What is required first, then the few that matter most, the rest behind 'More'. */
function Fields({ form, values, hidden, onInput }: FieldsProps) {
  const isRequired = (name: string): boolean => form.required?.includes(name) ?? false
  const fields = Object.entries(form.properties ?? {}).filter(
    ([name, each]) => each.const === undefined && !hidden.has(name),
  )
  fields.sort(([a], [b]) => Number(isRequired(b)) - Number(isRequired(a)))
  const field = ([name, each]: [string, Schema]) => (
    <Field
      key={name}
      name={name}
      schema={each}
      value={values[name]}
      required={isRequired(name)}
      onInput={(value) => onInput(name, value)}
    />
  )
  return (
    <>
      {fields.slice(0, FEW).map(field)}
      {fields.length > FEW && (
        <details>
          <summary>More</summary>
          {fields.slice(FEW).map(field)}
        </details>
      )}
    </>
  )
}
