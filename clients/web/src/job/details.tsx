/**
 * The room `job`: one job. `Details` (here) is its panel. Dialogs resume, plot and cancel the job, `actions` holds
 * further actions, and `status-words` puts the job's state into words.
 */
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Result, WireJob, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { mayDraw } from '../../../node/attention.ts'
import { Warnings } from '../shared/before-ink.tsx'
import { duration, plural, size } from '../shared/format.ts'
import { isFinal } from '../state/daemon-state.ts'
import { inkWords } from '../state/ink.ts'
import type { Store } from '../state/store.ts'
import { useAnswer } from '../state/use-answer.ts'
import { edit, submitAgain } from './actions.ts'
import { type ParamRow, paramRows } from './params.ts'
import { canAskInk } from './plot-dialog.tsx'
import { priorityWords, statusWords } from './status-words.ts'

interface Props {
  readonly store: Store
  readonly job: WireJob | undefined
  readonly plotters: readonly WirePlotter[]
  /** Opens the form (`compose`) with the job's parameters. */
  readonly onEdit: (job: WireJob) => void
}

/** The chosen job: its state, parameters, warnings and log, with buttons for its actions. */
export function Details({ job, ...rest }: Props) {
  if (!job) return <p class="empty">Choose a job to see its details.</p>
  return <JobDetails key={job.id} job={job} {...rest} />
}

function JobDetails({ store, job, plotters, onEdit }: Props & { readonly job: WireJob }) {
  const full = useAnswer(() => store.client.call('job.get', { id: job.id }), [store, job.id])
  const { words, others } = paramRows(full?.params)
  return (
    <section class="details">
      <h2>{job.title}</h2>
      <Facts job={job} plotters={plotters} words={words} />
      {full?.paramsError && <p class="problem">{full.paramsError.message}</p>}
      {others.length > 0 && (
        <details>
          <summary>Parameters</summary>
          <dl>
            <ParamRows rows={others} />
          </dl>
        </details>
      )}
      {job.result && <Warnings warnings={job.result.warnings} />}
      <Actions store={store} job={job} plotters={plotters} onEdit={onEdit} />
      <Log store={store} job={job} />
    </section>
  )
}

interface FactsProps {
  readonly job: WireJob
  readonly plotters: readonly WirePlotter[]
  /** The job's own texts, such as recipient and message. */
  readonly words: readonly ParamRow[]
}

function Facts({ job, plotters, words }: FactsProps) {
  const ink = inkWords(job)
  const copies = job.plot?.copies ?? 1
  return (
    <dl>
      <Row name="Status">{statusWords(job)}</Row>
      <ParamRows rows={words} />
      <Row name="Task">{job.task}</Row>
      <Row name="Priority">{priorityWords(job.priority)}</Row>
      {job.plot && <Row name="Plotter">{`${job.plot.plotter}, ${plural(copies, 'sheet')}`}</Row>}
      {job.plot?.needs && <Row name="Must have">{needsWords(job, plotters)}</Row>}
      {ink !== undefined && <Row name="On paper">{ink}</Row>}
      {job.result && (
        <>
          <Row name="Size">{size(job.result.widthMm, job.result.heightMm)}</Row>
          <Row name="Time">
            {`${duration(job.result.estimateSeconds)}${copies > 1 ? ' a sheet' : ''}, ${plural(job.result.strokes, 'stroke')}`}
          </Row>
          <Row name="File">{job.result.path}</Row>
        </>
      )}
      <Row name="Submitted">{new Date(job.createdAt).toLocaleString()}</Row>
      {job.endedAt !== undefined && <Row name="Ended">{new Date(job.endedAt).toLocaleString()}</Row>}
      <Row name="Id">
        <code>{job.id}</code>
      </Row>
    </dl>
  )
}

const ParamRows = ({ rows }: { rows: readonly ParamRow[] }) => (
  <>
    {rows.map(({ name, text }) => (
      <Row key={name} name={name}>
        <span class="verbatim">{text}</span>
      </Row>
    ))}
  </>
)

const Actions = ({ store, job, plotters, onEdit }: Props & { readonly job: WireJob }) => (
  <div class="controls">
    {job.status === 'rendered' && store.permits('operate') && (
      <TraceOutline store={store} job={job} plotters={plotters} />
    )}
    {job.status === 'interrupted' && store.mayChange(job) && (
      <button type="button" class="primary" onClick={() => store.open({ is: 'resume', job: job.id })}>
        Choose how to continue…
      </button>
    )}
    {canAskInk(job) && plotters.length > 0 && store.mayChange(job) && (
      <button type="button" class="primary" onClick={() => store.open({ is: 'plot', job: job.id })}>
        Plot it…
      </button>
    )}
    {isFinal(job) && store.permits('submit') && (
      <button type="button" onClick={() => void submitAgain(store, job.id)}>
        {job.plot ? 'Plot again' : 'Render again'}
      </button>
    )}
    {store.permits('submit') && (
      <button type="button" onClick={() => void edit(store, job.id, onEdit)}>
        Edit and queue again…
      </button>
    )}
  </div>
)

/** The needed tags, and the plotters that may draw the job: 'a4, gold: ada or bob'. */
function needsWords(job: WireJob, plotters: readonly WirePlotter[]): string {
  const names = plotters.filter((plotter) => mayDraw(plotter, job)).map(({ name }) => name)
  return `${(job.plot?.needs ?? []).join(', ')}: ${names.length === 0 ? 'no plotter may draw it' : names.join(' or ')}`
}

/** A button that moves the lifted pen around the bounding box of the ink. So the user sees where the ink will lie. */
function TraceOutline({ store, job, plotters }: { store: Store; job: WireJob; plotters: readonly WirePlotter[] }) {
  const idle = plotters.find(
    (plotter) => plotter.state.is === 'idle' && (job.plot === undefined || mayDraw(plotter, job)),
  )
  if (!idle) return null
  return (
    <button type="button" onClick={() => store.request('plotter.frame', { name: idle.name, job: job.id })}>
      Trace the outline, pen up
    </button>
  )
}

function Row({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

/** Time from the arrival of an open log to the next request for it, ms. */
const LOG_PAUSE_MS = 2000

function Log({ store, job }: { store: Store; job: WireJob }) {
  const [isOpen, setOpen] = useState(false)
  const [entries, setEntries] = useState<Result<'job.logs'>['entries']>([])
  // The daemon sends no event for a new entry. So the page asks when the user opens or closes the log. While the log is
  // open and in sight, and the job has not ended, the page asks again and again.
  useEffect(() => {
    let isCurrent = true
    let timer: ReturnType<typeof setTimeout> | undefined
    let hasFailed = false
    const ask = async (): Promise<void> => {
      const request = hasFailed
        ? store.client.call('job.logs', { id: job.id })
        : store.request('job.logs', { id: job.id })
      const answer = await request.catch(() => undefined)
      if (!isCurrent) return
      hasFailed = answer === undefined // the user may have closed the notice of the first failure
      if (answer) setEntries(answer.entries)
      if (isOpen && !isFinal(job)) askLater()
    }
    const askLater = (): void => {
      timer = setTimeout(() => (document.hidden ? askLater() : void ask()), LOG_PAUSE_MS)
    }
    void ask()
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [store, job.id, job.status, isOpen])
  if (entries.length === 0) return null
  return (
    <details class="log" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Log</summary>
      <ol>
        {entries.map(({ at, message }) => (
          <li key={`${at} ${message}`}>
            <time>{new Date(at).toLocaleTimeString()}</time> {message}
          </li>
        ))}
      </ol>
    </details>
  )
}
