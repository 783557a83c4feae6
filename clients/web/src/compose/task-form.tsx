import type { WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { lossesOf } from '../shared/before-ink.tsx'
import { duration, plural } from '../shared/format.ts'
import type { Draft } from '../sheet/stage.tsx'
import type { Store } from '../state/store.ts'
import { plotRequest } from './composition.ts'
import { DesignPicker } from './design-picker.tsx'
import { DropPlace } from './drop.tsx'
import { Field } from './field.tsx'
import { PaperSettings } from './paper.tsx'
import {
  chosenForm,
  designOf,
  formsOf,
  isComplete,
  paramsOf,
  type Schema,
  sampleParams,
  type Values,
} from './schema.ts'
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
  readonly onStale: (stale: boolean) => void
  readonly onSubmitted: (id: string) => void
}

/** The fields that `DropPlace` fills in a task that takes a file. */
const FILE_FIELDS: ReadonlySet<string> = new Set(['svg', 'upload', 'name'])

/** The form of one task, with a preview on the sheet while the user types. */
export function TaskForm(props: Props) {
  const { store, task, schema, composing, plotters, draft, onDraft, onStale, onSubmitted } = props
  const { composition, setValues, setSettings, take } = composing
  const values = composition.values[task] ?? {}
  const settings = composition.settings[task] ?? {}
  const forms = formsOf(schema)
  const form = chosenForm(forms, values)
  const takesFile = form.properties?.['upload'] !== undefined
  const canRender = isComplete(form, values) && (!takesFile || values['upload'] !== undefined)
  const job = canRender ? { task, params: paramsOf(form, values) } : undefined
  const plot = plotRequest(settings, plotters.length > 0)
  const { problem, leave } = usePreview(store, job && { ...job, ...(plot ? { plot } : {}) }, onDraft, onStale)
  const design = designOf(forms)
  const set = (name: string, value: unknown): void => setValues({ ...values, [name]: value })
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      {takesFile && <DropPlace task={task} values={values} onFile={(file) => void take(file, task)} />}
      {design && (
        <DesignPicker
          store={store}
          task={task}
          name={design.name}
          choices={design.choices}
          chosen={textOf(values[design.name]) ?? design.first}
          help={form.properties?.[design.name]?.const === undefined ? undefined : form.description}
          params={(choice) => sampleParams(chosenForm(forms, { [design.name]: choice }), design.name, choice)}
          onChoose={(choice) => set(design.name, choice)}
        />
      )}
      {draft && (takesFile || settings.layers) && (
        <Layers
          layers={draft.layers}
          chosen={settings.layers}
          onChoose={(layers) => {
            const { layers: _, ...rest } = settings
            setSettings(layers ? { ...rest, layers } : rest)
          }}
        />
      )}
      <Fields
        form={form}
        values={values}
        hidden={takesFile ? FILE_FIELDS : new Set(design ? [design.name] : [])}
        onInput={set}
      />
      {plot && <PaperSettings settings={settings} onSettings={setSettings} />}
      <Send
        store={store}
        plotters={plotters}
        settings={settings}
        onSettings={setSettings}
        problem={problem}
        losses={lossesOf(draft?.warnings ?? []).length}
        job={job}
        onSubmitted={(id) => {
          leave()
          onSubmitted(id)
        }}
      />
    </form>
  )
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

interface FieldsProps {
  readonly form: Schema
  readonly values: Values
  /** Names of fields that the form shows in another way. */
  readonly hidden: ReadonlySet<string>
  readonly onInput: (name: string, value: unknown) => void
}

/** Fields that are shown before the user opens 'More'. */
const SHOWN_AT_FIRST = 5

/** Required fields first, then the order of the schema. */
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
      {fields.slice(0, SHOWN_AT_FIRST).map(field)}
      {fields.length > SHOWN_AT_FIRST && (
        <details>
          <summary>More</summary>
          {fields.slice(SHOWN_AT_FIRST).map(field)}
        </details>
      )}
    </>
  )
}

interface LayersProps {
  readonly layers: Draft['layers']
  /** Numbers of the chosen layers, from 1; undefined is all. */
  readonly chosen: readonly number[] | undefined
  readonly onChoose: (chosen: readonly number[] | undefined) => void
}

/** The layers of the drawing, each with its pen. Only the chosen layers are drawn. */
function Layers({ layers, chosen, onChoose }: LayersProps) {
  if (layers.length < 2) return null
  const all = layers.map((_, i) => i + 1)
  const drawn = chosen ?? all
  const toggle = (layer: number): void => {
    const next = all.filter((each) => drawn.includes(each) !== (each === layer))
    onChoose(next.length === all.length ? undefined : next)
  }
  return (
    <fieldset class="layers">
      <legend>Layers</legend>
      {layers.map(({ name, pen, strokes, color, seconds }, i) => (
        <label key={`${i} ${name}`}>
          <input
            type="checkbox"
            checked={drawn.includes(i + 1)}
            disabled={drawn.length === 1 && drawn.includes(i + 1)}
            onChange={() => toggle(i + 1)}
          />
          <i class="ink" style={color === undefined ? {} : { background: color }} />
          <span>{name === '' ? `Layer ${i + 1}` : name}</span>
          <span class="quiet">
            pen {pen}, {plural(strokes, 'stroke')}
            {seconds !== undefined && `, ${duration(seconds)}`}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
