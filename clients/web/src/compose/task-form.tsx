import type { WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import type { Draft } from '../sheet/draft.ts'
import type { Store } from '../state/store.ts'
import { plotOf } from './composition.ts'
import { Pictures } from './design-picker.tsx'
import { sampleParams } from './design-samples.ts'
import { DropPlace } from './drop.tsx'
import { Field } from './field.tsx'
import { Layers } from './layers.tsx'
import { Paper } from './paper.tsx'
import { chosenForm, complete, designOf, forms, given, type Schema, type Values } from './schema.ts'
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
  /** Told whether what is on the sheet is older than the form. */
  readonly onStale: (stale: boolean) => void
  readonly onSent: (id: string) => void
}

/** How many fields are shown before 'More'. */
const FEW = 5
/** Of a task that takes a file: what the place to drop it gives. */
const DROPPED: ReadonlySet<string> = new Set(['svg', 'upload', 'name'])

/** A form made from the task's schema, with the drawing it makes shown on the sheet as one types. */
export function TaskForm(props: Props) {
  const { store, task, schema, composing, plotters, draft, onDraft, onStale, onSent } = props
  const { composition, setValues, setWish, take } = composing
  const values = composition.values[task] ?? {}
  const wish = composition.wishes[task] ?? {}
  const offer = forms(schema)
  const form = chosenForm(offer, values)
  const own = form.properties?.['upload'] !== undefined
  const whole = complete(form, values) && (!own || values['upload'] !== undefined)
  const params = given(form, values)
  const plot = plotOf(wish, plotters.length > 0)
  const asked = whole ? { task, params, ...(plot ? { plot } : {}) } : undefined
  const { problem, leave } = usePreview(store, asked, onDraft, onStale)
  const design = designOf(offer)
  const set = (name: string, value: unknown): void => setValues({ ...values, [name]: value })
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      {own && <DropPlace task={task} values={values} onFile={(file) => void take(file, task)} />}
      {design && (
        <Pictures
          store={store}
          task={task}
          name={design.name}
          choices={design.choices}
          chosen={text(values[design.name]) ?? design.first}
          help={form.properties?.[design.name]?.const === undefined ? undefined : form.description}
          params={(choice) => sampleParams(chosenForm(offer, { [design.name]: choice }), design.name, choice)}
          onChoose={(choice) => set(design.name, choice)}
        />
      )}
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
      <Fields form={form} values={values} hidden={own ? DROPPED : new Set(design ? [design.name] : [])} onInput={set} />
      {plot && <Paper wish={wish} onWish={setWish} />}
      <Send
        store={store}
        plotters={plotters}
        wish={wish}
        onWish={setWish}
        problem={problem}
        job={whole ? { task, params } : undefined}
        onSent={(id) => {
          leave()
          onSent(id)
        }}
      />
    </form>
  )
}

interface FieldsProps {
  readonly form: Schema
  readonly values: Values
  readonly hidden: ReadonlySet<string>
  readonly onInput: (name: string, value: unknown) => void
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

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
