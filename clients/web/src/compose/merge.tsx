import { useEffect, useState } from 'preact/hooks'
import type { Result, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { toPlotdError } from '../../../../src/errors.ts'
import type { MergeOptions, MergeReport } from '../../../node/merge/index.ts'
import { rowsWords } from '../../../node/merge/rows-words.ts'
import { labelOf, plural } from '../shared/format.ts'
import type { Draft } from '../sheet/stage.tsx'
import type { Store } from '../state/store.ts'
import { type PlotSettings, plotRequest } from './composition.ts'
import { MergeFields } from './merge-fields.tsx'
import {
  firstMap,
  isMapped,
  MERGE_TASK,
  type MergeChoices,
  mappableParams,
  mergeOptions,
  totalWords,
} from './merge-plan.ts'
import { formsOf, type Schema } from './schema.ts'
import { SendSettings } from './send-settings.tsx'
import type { Composing } from './use-composition.ts'
import { loadMerge, type Table, useMerge, useTable } from './use-merge.ts'

/** Maximum number of bad rows, and of warnings, that the page lists. */
const MAX_LISTED = 12

type Preview = Result<'preview.render'>

interface Props {
  readonly store: Store
  /** Whether the form is in sight. */
  readonly isShown: boolean
  readonly plotters: readonly WirePlotter[]
  readonly composing: Composing
  readonly schema: Schema
  /** The schema of the task `envelope`. */
  readonly envelope: Schema
  /** The name of the table's file. */
  readonly name: string
  readonly csv: Uint8Array
  readonly onDraft: (draft: Draft | undefined) => void
  readonly onSubmitted: (id: string) => void
}

/**
 * The form of a mail merge, which makes a card for each good row of a table. The user maps the columns. The form shows
 * the bad rows, the first card, the last card, and the drawing time.
 */
export function Merge(props: Props) {
  const { composing, name, csv } = props
  const { table, problem } = useTable(csv)
  if (table) return <MergeForm {...props} table={table} />
  return (
    <>
      <Title name={name} onClose={() => composing.setSource(undefined)} />
      <p class={problem === undefined ? 'empty' : 'problem'}>{problem ?? '…'}</p>
    </>
  )
}

function MergeForm(props: Props & { readonly table: Table }) {
  const { store, isShown, plotters, composing, schema, envelope, name, csv, table, onDraft, onSubmitted } = props
  const { composition, setValues, setSettings, setSource } = composing
  const values = composition.values[MERGE_TASK] ?? {}
  const settings = composition.settings[MERGE_TASK] ?? {}
  const form = formsOf(schema).choices[0] ?? {}
  const [choices, setChoices] = useState<MergeChoices>(() => ({
    map: firstMap(table.columns, mappableParams(form, envelope, false)),
    envelopes: '',
    pairs: 'beside',
    orderBy: '',
  }))
  const plot = plotRequest(settings, plotters.length > 0)
  const options = mergeOptions(name, { card: form, envelope }, { values, settings, choices, plot })
  const missing = (form.required ?? []).find((param) => !isMapped(choices, param))
  const { report, previews, refusal, hasFailed } = useMerge(store, missing === undefined ? csv : undefined, options)
  const show = (preview: Preview): void => onDraft({ ...preview, ...(plot ? { plot } : {}) })
  // The sheet shows the first card without a click, and again after each change and each return to this tab.
  const [first] = previews
  useEffect(() => {
    if (!isShown) return
    if (first) show(first)
    else if (hasFailed) onDraft(undefined)
  }, [first, hasFailed, isShown])
  return (
    <form class="merge" onSubmit={(event) => event.preventDefault()}>
      <Title name={name} rows={table.rows.length} onClose={() => setSource(undefined)} />
      <MergeFields
        store={store}
        schema={schema}
        envelope={envelope}
        table={table}
        values={values}
        choices={choices}
        onChoices={setChoices}
        onInput={(param, value) => setValues({ ...values, [param]: value })}
      />
      {report && <Rows report={report} />}
      <CardButtons previews={previews} onShow={show} />
      <MergeSend
        store={store}
        plotters={plotters}
        settings={settings}
        onSettings={setSettings}
        csv={csv}
        options={options}
        report={report}
        refusal={
          missing === undefined ? refusal : `Choose the column that gives the ${labelOf(missing).toLowerCase()}.`
        }
        seconds={previews.map(({ estimateSeconds }) => estimateSeconds)}
        onSent={(job) => {
          if (job !== undefined) onSubmitted(job)
          setSource(undefined)
        }}
      />
    </form>
  )
}

function Title({ name, rows, onClose }: { name: string; rows?: number; onClose: () => void }) {
  return (
    <h2>
      <span>
        <bdi>{name}</bdi>
        {rows !== undefined && `: ${plural(rows, 'row')}`}
      </span>
      <button type="button" class="plain" onClick={onClose}>
        Close
      </button>
    </h2>
  )
}

/** The rows that the merge leaves out, each with its problems, and the warnings about the other rows. */
function Rows({ report: { bad, warnings } }: { report: MergeReport }) {
  return (
    <>
      {bad.length > 0 && (
        <div class="warnings losses">
          <strong>{plural(bad.length, 'bad row')}</strong>
          <ul>
            {bad.slice(0, MAX_LISTED).map(({ row, problems }) => (
              <li key={row}>
                row {row}: {problems.map(({ message }) => message).join('; ')}
              </li>
            ))}
            {bad.length > MAX_LISTED && <li>and {plural(bad.length - MAX_LISTED, 'more row')}</li>}
          </ul>
        </div>
      )}
      {warnings.length > 0 && (
        <div class="warnings notes">
          <ul>
            {warnings.slice(0, MAX_LISTED).map(({ message, rows }) => (
              <li key={message}>
                {rowsWords(rows)}: {message}
              </li>
            ))}
            {warnings.length > MAX_LISTED && <li>and {plural(warnings.length - MAX_LISTED, 'more warning')}</li>}
          </ul>
        </div>
      )}
    </>
  )
}

/** Buttons that show the first and the last card on the sheet. */
function CardButtons({ previews, onShow }: { previews: readonly Preview[]; onShow: (preview: Preview) => void }) {
  const button = (label: string, preview: Preview | undefined) =>
    preview && (
      <button type="button" onClick={() => onShow(preview)}>
        {label}
      </button>
    )
  return (
    <div class="controls">
      {button('First card', previews[0])}
      {button('Last card', previews.at(-1))}
    </div>
  )
}

interface SendProps {
  readonly store: Store
  readonly plotters: readonly WirePlotter[]
  readonly settings: PlotSettings
  readonly onSettings: (settings: PlotSettings) => void
  readonly csv: Uint8Array
  readonly options: MergeOptions
  readonly report: MergeReport | undefined
  /** The reason why no row can be merged. */
  readonly refusal: string | undefined
  /** Drawing times of some cards. */
  readonly seconds: readonly number[]
  /** Called with the id of the first job, once all jobs are queued. */
  readonly onSent: (job: string | undefined) => void
}

/** The send settings, the button that queues the cards, and a line with their number and drawing time. */
function MergeSend({
  store,
  plotters,
  settings,
  onSettings,
  csv,
  options,
  report,
  refusal,
  seconds,
  onSent,
}: SendProps) {
  const [isSending, setSending] = useState(false)
  const cards = report ? report.rows - report.bad.length : 0
  const send = async (): Promise<void> => {
    setSending(true)
    try {
      const { mailMerge } = await loadMerge()
      const { jobs } = await mailMerge(store.client, csv, options)
      onSent(jobs[0]?.id)
    } catch (thrown) {
      store.showNotice(toPlotdError(thrown).message)
    }
    setSending(false)
  }
  const total = report ? totalWords(cards, seconds, options.job?.plot?.copies ?? 1) : 'Checking the rows…'
  return (
    <div class="send">
      <SendSettings plotters={plotters} settings={settings} onSettings={onSettings} />
      <p class="sent" role="status">
        {refusal ?? total}
      </p>
      <button
        type="submit"
        class="primary"
        disabled={isSending || refusal !== undefined || cards === 0}
        onClick={() => void send()}
      >
        {report ? `Add ${plural(cards, 'card')}` : 'Add cards'}
        {options.envelopes && (cards === 1 ? ' and its envelope' : ' and their envelopes')}
        {report && report.bad.length > 0 && `, leave out ${plural(report.bad.length, 'row')}`}
      </button>
    </div>
  )
}
