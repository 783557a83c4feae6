import type { WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { lossesOf } from '../shared/before-ink.tsx'
import type { Stale } from '../sheet/sheet.tsx'
import type { Draft } from '../sheet/stage.tsx'
import type { Store } from '../state/store.ts'
import { mayPlot, plotRequest } from './composition.ts'
import { DesignPicker } from './design-picker.tsx'
import { DropPlace } from './drop.tsx'
import { Fields } from './fields.tsx'
import { Layers, takesPen } from './layers.tsx'
import { PaperSettings } from './paper.tsx'
import { chosenForm, designOf, formsOf, missingField, paramsOf, type Schema, sampleParams, textOf } from './schema.ts'
import { Send } from './send.tsx'
import type { Composing } from './use-composition.ts'
import { usePreview } from './use-preview.ts'

interface Props {
  readonly store: Store
  /** Whether the form is in sight. */
  readonly isShown: boolean
  readonly fontsVersion: number
  readonly task: string
  readonly schema: Schema
  readonly composing: Composing
  readonly plotters: readonly WirePlotter[]
  readonly draft: Draft | undefined
  readonly onDraft: (draft: Draft | undefined) => void
  readonly onStale: (stale: Stale) => void
  readonly onSubmitted: (id: string) => void
}

/** Fields that the form of a task with a file does not show, because a dropped file or another client sets them. */
const FILE_FIELDS = ['svg', 'upload', 'name', 'pagesOnSheet']

/** The form of one task, with a preview on the sheet while the user types. */
export function TaskForm(props: Props) {
  const { store, isShown, fontsVersion, task, schema, composing, plotters, draft, onDraft, onStale, onSubmitted } =
    props
  const { composition, setValues, setSettings, take } = composing
  const values = composition.values[task] ?? {}
  const settings = composition.settings[task] ?? {}
  const forms = formsOf(schema)
  const form = chosenForm(forms, values)
  const hasFileField = form.properties?.['upload'] !== undefined
  const hasFile = (values['upload'] ?? values['svg']) !== undefined
  const missing = hasFileField && !hasFile ? 'a file' : missingField(form, values)
  const job = missing === undefined ? { task, params: paramsOf(form, values, settings.strict) } : undefined
  const plot = plotRequest(settings, plotters.length > 0)
  const request = job && { ...job, ...(plot ? { plot } : {}) }
  const { problem, leave } = usePreview(store, isShown, fontsVersion, request, onDraft, onStale)
  const design = designOf(forms)
  const layerPlotters = plotters.filter((plotter) => plot === undefined || mayPlot(plotter, plot))
  const set = (name: string, value: unknown): void => setValues({ ...values, [name]: value })
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      {hasFileField && (
        <DropPlace
          task={task}
          values={values}
          onFiles={(files) => void take(files, task === 'svg' || task === 'photo' ? undefined : task)}
        />
      )}
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
      {draft && (hasFileField || settings.layers) && (
        <Layers
          layers={draft.layers}
          chosen={settings.layers}
          plotters={layerPlotters}
          mayChoosePens={store.permits('operate')}
          onPen={(layer, pen) => {
            for (const { name } of layerPlotters.filter((plotter) => takesPen(plotter, layer, pen))) {
              void store.request('plotter.layerPen', { name, layer, ...(pen !== '' && { pen }) })
            }
          }}
          onChoose={(layers) => {
            const { layers: _, ...rest } = settings
            setSettings(layers ? { ...rest, layers } : rest)
          }}
        />
      )}
      <Fields
        store={store}
        form={form}
        values={values}
        hidden={new Set([...(hasFileField ? FILE_FIELDS : []), ...(design ? [design.name] : []), 'strict'])}
        problems={problem?.fields ?? NONE}
        onInput={set}
      />
      {plot && <PaperSettings settings={settings} problems={problem?.fields ?? NONE} onSettings={setSettings} />}
      <Send
        store={store}
        plotters={plotters}
        settings={settings}
        onSettings={setSettings}
        problem={problem}
        missing={missing}
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

const NONE: ReadonlyMap<string, string> = new Map()
