import { useEffect, useRef, useState } from 'preact/hooks'
import type { Result, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { toPlotdError } from '../../../../src/errors.ts'
import type { MergeOptions, MergeReport } from '../../../node/merge/index.ts'
import { labelOf, plural } from '../shared/format.ts'
import type { Draft } from '../sheet/stage.tsx'
import type { Store } from '../state/store.ts'
import { plotRequest } from './composition.ts'
import { DesignPicker } from './design-picker.tsx'
import { Fields } from './fields.tsx'
import { firstMap, rowsWords, sampleRows, totalWords } from './merge-plan.ts'
import { designOf, formsOf, paramsOf, type Schema, sampleParams } from './schema.ts'
import { SendSettings } from './send-settings.tsx'
import type { Composing } from './use-composition.ts'

const TASK = 'postcard'
/** Time without a change before the rows are checked again, ms. */
const PAUSE_MS = 400
/** Bad rows and warnings that the page lists. */
const MOST_LISTED = 12
/** Parameters that no column gives: the number of a pair is the row's. */
const NEVER_MAPPED: ReadonlySet<string> = new Set(['strict', 'number', 'numberOn'])
/** A column that gives no parameter. */
const UNUSED = ''

type Preview = Result<'preview.render'>
type Table = ReturnType<Awaited<ReturnType<typeof load>>['readTable']>

/** Reads tables; it is loaded when the user drops one. */
const load = () => import('../../../node/merge/index.ts')

interface Props {
  readonly store: Store
  readonly plotters: readonly WirePlotter[]
  readonly composing: Composing
  readonly schema: Schema
  /** Of the task `envelope`. */
  readonly envelope: Schema
  readonly name: string
  readonly csv: Uint8Array
  readonly onDraft: (draft: Draft | undefined) => void
  readonly onSubmitted: (id: string) => void
}

/** Mail merge: a card for each row of a table. The user maps columns and sees bad rows, the first and last card and the time. */
export function Merge({ store, plotters, composing, schema, envelope, name, csv, onDraft, onSubmitted }: Props) {
  const { composition, setValues, setSettings, setBatch } = composing
  const values = composition.values[TASK] ?? {}
  const settings = composition.settings[TASK] ?? {}
  const [table, setTable] = useState<Table | undefined>()
  const [problem, setProblem] = useState<string | undefined>()
  const [map, setMap] = useState<Readonly<Record<string, string>>>({})
  const [isSending, setSending] = useState(false)
  const forms = formsOf(schema)
  const form = forms.choices[0] ?? {}
  const [envelopes, setEnvelopes] = useState('')
  const [orderBy, setOrderBy] = useState('')
  const [runs, setRuns] = useState<'beside' | 'runs'>('beside')
  const ofCard = Object.keys(form.properties ?? {}).filter((name) => !NEVER_MAPPED.has(name))
  const params = [...new Set([...ofCard, ...Object.keys(envelope.properties ?? {})])].filter(
    (name) => !NEVER_MAPPED.has(name) && (envelopes !== '' || ofCard.includes(name)),
  )
  useEffect(() => {
    void load().then(({ readTable }) => {
      try {
        const read = readTable(csv)
        setTable(read)
        setMap(firstMap(read.columns, params))
      } catch (thrown) {
        setProblem(toPlotdError(thrown).message)
      }
    })
  }, [csv, envelopes])
  const mapped = new Set(Object.values(map))
  const plot = plotRequest(settings, plotters.length > 0)
  const priority = settings.priority ?? 'default'
  const common = Object.fromEntries(
    Object.entries(paramsOf(form, values, settings.strict)).filter(([param]) => !mapped.has(param)),
  )
  const options: MergeOptions = {
    task: TASK,
    // The address stands on the back, so a merge with addresses has to name the side.
    params: mapped.has('address') && envelopes === '' ? { side: 'front', ...common } : common,
    map,
    bad: 'skip',
    batch: batchName(name),
    ...(orderBy !== '' && { orderBy }),
    job: { priority, ...(plot ? { plot } : {}) },
    ...(envelopes === ''
      ? {}
      : {
          envelopes: {
            params: { size: envelopes },
            order: runs,
            // Page, layers and copies are those of the card.
            job: { priority, ...(plot ? { plot: { plotter: plot.plotter } } : {}) },
          },
        }),
  }
  const lacking = (form.required ?? []).find((param) => !mapped.has(param))
  const merged = useMerge(store, lacking === undefined && table ? csv : undefined, options)
  const { report, previews } = merged
  const refusal =
    lacking === undefined ? merged.refusal : `Choose the column that gives the ${labelOf(lacking).toLowerCase()}.`
  const show = (preview: Preview): void => onDraft({ ...preview, ...(plot ? { plot } : {}) })
  // The sheet shows the first card at once, and again after each change.
  const first = previews[0]
  useEffect(() => {
    if (first) show(first)
  }, [first])
  if (problem !== undefined || !table) {
    return (
      <>
        <Title name={name} onClose={() => setBatch(undefined)} />
        <p class={problem === undefined ? 'empty' : 'problem'}>{problem ?? '…'}</p>
      </>
    )
  }
  const cards = report ? report.rows - report.bad.length : 0
  const set = (param: string, value: unknown): void => setValues({ ...values, [param]: value })
  const design = designOf(forms)
  const send = async (): Promise<void> => {
    setSending(true)
    try {
      const { mailMerge } = await load()
      const { jobs } = await mailMerge(store.client, csv, options)
      const [firstJob] = jobs
      if (firstJob) onSubmitted(firstJob.id)
      setBatch(undefined)
    } catch (thrown) {
      store.showNotice(toPlotdError(thrown).message)
    }
    setSending(false)
  }
  const last = previews.at(-1)
  return (
    <form class="merge" onSubmit={(event) => event.preventDefault()}>
      <Title name={`${name}: ${plural(table.rows.length, 'row')}`} onClose={() => setBatch(undefined)} />
      <fieldset>
        <legend>Columns</legend>
        {table.columns
          .filter((column) => column !== '')
          .map((column) => (
            <label class="pair" key={column}>
              <span>{column}</span>
              <select
                value={map[column] ?? UNUSED}
                onChange={(event) => setMap({ ...map, [column]: event.currentTarget.value })}
              >
                <option value={UNUSED}>not used</option>
                {params.map((param) => (
                  <option key={param} value={param}>
                    {labelOf(param).toLowerCase()}
                  </option>
                ))}
              </select>
            </label>
          ))}
      </fieldset>
      <label class="pair">
        <span>Envelopes</span>
        <select value={envelopes} onChange={(event) => setEnvelopes(event.currentTarget.value)}>
          <option value="">none</option>
          {(envelope.properties?.['size']?.enum ?? []).map((size) => (
            <option key={String(size)} value={String(size)}>
              {`${String(size).toUpperCase()}, one for each card`}
            </option>
          ))}
        </select>
      </label>
      {envelopes !== '' && (
        <label class="pair">
          <span>Pairs</span>
          <select value={runs} onChange={(event) => setRuns(event.currentTarget.value === 'runs' ? 'runs' : 'beside')}>
            <option value="beside">each envelope after its card</option>
            <option value="runs">all cards, then all envelopes</option>
          </select>
        </label>
      )}
      <label class="pair">
        <span>Order</span>
        <select value={orderBy} onChange={(event) => setOrderBy(event.currentTarget.value)}>
          <option value="">as in the table</option>
          {table.columns
            .filter((column) => column !== '')
            .map((column) => (
              <option key={column} value={column}>
                by {column}
              </option>
            ))}
        </select>
      </label>
      {design && !mapped.has(design.name) && (
        <DesignPicker
          store={store}
          task={TASK}
          name={design.name}
          choices={design.choices}
          chosen={textOf(values[design.name]) ?? design.first}
          help={undefined}
          params={(choice) => sampleParams(form, design.name, choice)}
          onChoose={(choice) => set(design.name, choice)}
        />
      )}
      {mapped.has('address') && envelopes === '' && (
        <label class="pair">
          <span>Side</span>
          <select
            value={textOf(values['side']) ?? 'front'}
            onChange={(event) => set('side', event.currentTarget.value)}
          >
            <option value="front">front, without the address</option>
            <option value="back">back, with the address</option>
            <option value="both">both, with a pause to turn it</option>
          </select>
        </label>
      )}
      <details>
        <summary>For all cards</summary>
        <Fields
          store={store}
          form={form}
          values={values}
          hidden={new Set(['recipient', 'strict', 'side', design?.name ?? '', ...mapped])}
          problems={new Map()}
          onInput={set}
        />
      </details>
      {report && <Rows report={report} />}
      <div class="controls">
        {first && (
          <button type="button" onClick={() => show(first)}>
            First card
          </button>
        )}
        {last && (
          <button type="button" onClick={() => show(last)}>
            Last card
          </button>
        )}
      </div>
      <div class="send">
        <SendSettings plotters={plotters} settings={settings} onSettings={setSettings} />
        <p class="sent" role="status">
          {refusal ??
            (report
              ? totalWords(
                  cards,
                  previews.map(({ estimateSeconds }) => estimateSeconds),
                  plot?.copies ?? 1,
                )
              : 'Checking the rows…')}
        </p>
        <button
          type="submit"
          class="primary"
          disabled={isSending || refusal !== undefined || cards === 0}
          onClick={() => void send()}
        >
          {`Add ${plural(cards, 'card')}`}
          {envelopes !== '' && (cards === 1 ? ' and its envelope' : ' and their envelopes')}
          {report && report.bad.length > 0 && `, leave out ${plural(report.bad.length, 'row')}`}
        </button>
      </div>
    </form>
  )
}

/** A batch has the name of its file. */
const batchName = (file: string): string => (file.replace(/\.[^.]*$/, '') || file).replace(/\p{Cc}/gu, '').slice(0, 100)

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function Title({ name, onClose }: { name: string; onClose: () => void }) {
  return (
    <h2>
      <span>{name}</span>
      <button type="button" class="plain" onClick={onClose}>
        Close
      </button>
    </h2>
  )
}

/** The rows that are left out, each with its problems, and what is to say of the others. */
function Rows({ report: { bad, warnings } }: { report: MergeReport }) {
  return (
    <>
      {bad.length > 0 && (
        <div class="warnings losses">
          <strong>{plural(bad.length, 'bad row')}</strong>
          <ul>
            {bad.slice(0, MOST_LISTED).map(({ row, problems }) => (
              <li key={row}>
                row {row}: {problems.map(({ message }) => message).join('; ')}
              </li>
            ))}
            {bad.length > MOST_LISTED && <li>and {plural(bad.length - MOST_LISTED, 'more row')}</li>}
          </ul>
        </div>
      )}
      {warnings.length > 0 && (
        <div class="warnings notes">
          <ul>
            {warnings.slice(0, MOST_LISTED).map(({ message, rows }) => (
              <li key={message}>
                {rowsWords(rows)}: {message}
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  )
}

interface MergePreview {
  readonly report: MergeReport | undefined
  /** Previews of some good rows, in their order; the first and the last are among them. */
  readonly previews: readonly Preview[]
  /** Why no row can be merged. */
  readonly refusal: string | undefined
}

const NOTHING: MergePreview = { report: undefined, previews: [], refusal: undefined }

/** Checks all rows a moment after the last change, and renders some of them. Answers to an older state are dropped. */
function useMerge(store: Store, csv: Uint8Array | undefined, options: MergeOptions): MergePreview {
  const [merged, setMerged] = useState(NOTHING)
  const newest = useRef(0)
  const key = JSON.stringify(options)
  useEffect(() => {
    if (!csv) return
    const number = ++newest.current
    setMerged(NOTHING)
    const timer = setTimeout(async () => {
      try {
        const { mailMerge, previewRow, readTable } = await load()
        const report = await mailMerge(store.client, csv, { ...options, dryRun: true })
        if (number !== newest.current) return
        setMerged({ report, previews: [], refusal: undefined })
        const bad = new Set(report.bad.map(({ row }) => row))
        const good = readTable(csv)
          .rows.map(({ row }) => row)
          .filter((row) => !bad.has(row))
        const previews: Preview[] = []
        for (const row of sampleRows(good)) {
          const preview = await previewRow(store.client, csv, row, options)
          if (number !== newest.current) return
          previews.push(preview)
        }
        setMerged({ report, previews, refusal: undefined })
      } catch (thrown) {
        if (number === newest.current) setMerged({ ...NOTHING, refusal: toPlotdError(thrown).message })
      }
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [store, csv, key])
  return merged
}
