import { useEffect, useState } from 'preact/hooks'
import type { Params, Result, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { toPlotdError } from '../../../../src/errors.ts'
import { lossesOf } from '../shared/before-ink.tsx'
import { duration, plural, size } from '../shared/format.ts'
import type { Draft } from '../sheet/stage.tsx'
import { type Store, useStore } from '../state/store.ts'
import { type PlotRequest, plotRequest, withoutFile } from './composition.ts'
import { chosenForm, formsOf, paramsOf, type Schema } from './schema.ts'
import { SendSettings } from './send-settings.tsx'
import type { Composing, UploadedFile } from './use-composition.ts'

interface Props {
  readonly store: Store
  readonly tasks: Result<'task.list'>['tasks']
  readonly plotters: readonly WirePlotter[]
  readonly composing: Composing
  readonly files: readonly UploadedFile[]
  readonly onDraft: (draft: Draft | undefined) => void
  readonly onSubmitted: (id: string) => void
}

type FileJob = Pick<Params<'job.submit'>, 'task' | 'params'>

type FileCheck = { readonly preview: Result<'preview.render'> } | { readonly problem: string }

/**
 * The form for several dropped files. Each chosen file becomes a job with the settings of the form for SVG files. The
 * page shows the size, the time and the number of losses of each file before the user queues the jobs.
 */
export function Files({ store, tasks, plotters, composing, files, onDraft, onSubmitted }: Props) {
  const { composition, setSource, setSettings } = composing
  const settings = composition.settings['svg'] ?? {}
  const { layers: _, ...common } = settings // the layers belong to the file that the form had before
  const plot = plotRequest(common, plotters.length > 0)
  /** The job of a file, with the parameters of the form of its task. */
  const jobOf = ({ task, upload, name, pageNumber }: UploadedFile): FileJob => {
    const schema = (tasks.find((candidate) => candidate.name === task)?.schema ?? {}) as Schema
    const values = withoutFile(composition.values[task])
    const params = paramsOf(chosenForm(formsOf(schema), values), values, settings.strict)
    return { task, params: { ...params, upload, name, ...(pageNumber !== undefined && { pageNumber }) } }
  }
  const checks = useChecks(store, files.map(jobOf), plot)
  const [isSending, setSending] = useState(false)
  const [excluded, setExcluded] = useState<ReadonlySet<UploadedFile>>(new Set())
  const isGood = (file: UploadedFile, i: number): boolean => !excluded.has(file) && !('problem' in (checks[i] ?? {}))
  const good = files.filter(isGood)
  const seconds = files.reduce((sum, file, i) => sum + (isGood(file, i) ? secondsOf(checks[i]) : 0), 0)
  const toggle = (file: UploadedFile): void => {
    const next = new Set(excluded)
    if (!next.delete(file)) next.add(file)
    setExcluded(next)
  }
  const isChecked = checks.length === files.length
  const send = async (): Promise<void> => {
    setSending(true)
    const { priority = 'default' } = settings
    const jobs = good.map((file) => ({
      ...jobOf(file),
      priority,
      ...(plot ? { plot } : {}),
      idempotencyKey: crypto.randomUUID(),
    }))
    const queued = await store.request('job.submitAll', { jobs })
    setSending(false)
    if (!queued) return
    setSource(undefined)
    const [first] = queued
    if (first) onSubmitted(first.id)
  }
  return (
    <form class="batch" onSubmit={(event) => event.preventDefault()}>
      <h2>
        <span>{plural(files.length, 'drawing')}</span>
        <button type="button" class="plain" onClick={() => setSource(undefined)}>
          Close
        </button>
      </h2>
      <ul class="files">
        {files.map((file, i) => (
          <li key={`${i} ${file.name}`}>
            <FileLine
              name={nameOf(file)}
              check={checks[i]}
              isChosen={isGood(file, i)}
              onToggle={() => toggle(file)}
              onShow={(preview) => onDraft({ ...preview, ...(plot ? { plot } : {}) })}
            />
          </li>
        ))}
      </ul>
      <div class="send">
        <SendSettings plotters={plotters} settings={settings} onSettings={(next) => setSettings(next, 'svg')} />
        <p class="sent" role="status">
          {isChecked
            ? `${plural(good.length, 'job')}, ${duration(seconds * (plot?.copies ?? 1))}`
            : 'Reading the files…'}
        </p>
        <button
          type="submit"
          class="primary"
          disabled={!isChecked || isSending || good.length === 0}
          onClick={() => void send()}
        >
          {`Add ${plural(good.length, 'job')}`}
        </button>
      </div>
    </form>
  )
}

/** The preview or the problem of each job, in the order of the jobs. The page checks one job after the other. */
function useChecks(store: Store, jobs: readonly FileJob[], plot: PlotRequest | undefined): readonly FileCheck[] {
  const { fontsVersion } = useStore(store)
  const [checks, setChecks] = useState<readonly FileCheck[]>([])
  const key = JSON.stringify([jobs, plot])
  useEffect(() => {
    let isCurrent = true
    setChecks([])
    const checkAll = async (): Promise<void> => {
      for (const job of jobs) {
        const request = { ...job, ...(plot ? { plot } : {}) }
        const check: FileCheck = await store.client.call('preview.render', request).then(
          (preview) => ({ preview }),
          (thrown: unknown) => ({ problem: toPlotdError(thrown).message }),
        )
        if (!isCurrent) return
        setChecks((before) => [...before, check])
      }
    }
    void checkAll()
    return () => {
      isCurrent = false
    }
  }, [store, key, fontsVersion])
  return checks
}

const nameOf = ({ name, pageNumber }: UploadedFile): string =>
  pageNumber === undefined ? name : `${name}, page ${pageNumber}`

const secondsOf = (check: FileCheck | undefined): number =>
  check && 'preview' in check ? check.preview.estimateSeconds : 0

interface LineProps {
  readonly name: string
  readonly check: FileCheck | undefined
  readonly isChosen: boolean
  readonly onToggle: () => void
  readonly onShow: (preview: Result<'preview.render'>) => void
}

/** The choice of one file, with its figures or its problem. */
const FileLine = ({ name, check, isChosen, onToggle, onShow }: LineProps) => (
  <>
    <input
      type="checkbox"
      aria-label={`Draw ${name}`}
      checked={isChosen}
      disabled={check !== undefined && 'problem' in check}
      onChange={onToggle}
    />
    <FileFigures name={name} check={check} onShow={onShow} />
  </>
)

function FileFigures({ name, check, onShow }: Pick<LineProps, 'name' | 'check' | 'onShow'>) {
  if (!check) return <span>{name} …</span>
  if ('problem' in check) {
    return (
      <span>
        {name} <span class="problem">{check.problem}</span>
      </span>
    )
  }
  const { preview } = check
  const losses = lossesOf(preview.warnings).length
  return (
    <button type="button" onClick={() => onShow(preview)}>
      {name}
      <span class="quiet">
        {size(preview.widthMm, preview.heightMm)}, {duration(preview.estimateSeconds)}
      </span>
      {losses > 0 && <span class="loss">{plural(losses, 'loss', 'losses')}</span>}
    </button>
  )
}
