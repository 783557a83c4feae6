import { useEffect, useState } from 'preact/hooks'
import type { Params, Result, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { toPlotdError } from '../../../../src/errors.ts'
import { lossesOf } from '../shared/before-ink.tsx'
import { duration, plural, size } from '../shared/format.ts'
import type { Draft } from '../sheet/stage.tsx'
import type { Store } from '../state/store.ts'
import { type Composition, plotRequest } from './composition.ts'
import { SendSettings } from './send-settings.tsx'
import type { Composing, UploadedFile } from './use-composition.ts'

interface Props {
  readonly store: Store
  readonly plotters: readonly WirePlotter[]
  readonly composing: Composing
  readonly files: readonly UploadedFile[]
  readonly onDraft: (draft: Draft | undefined) => void
  readonly onSubmitted: (id: string) => void
}

type Look = { readonly preview: Result<'preview.render'> } | { readonly problem: string }

/** Several dropped files: a job for each, with the settings of the form for SVG files. The user sees size, time and losses first. */
export function Files({ store, plotters, composing, files, onDraft, onSubmitted }: Props) {
  const { composition, setBatch, setSettings } = composing
  const settings = composition.settings['svg'] ?? {}
  const plot = plotRequest(settings, plotters.length > 0)
  const [looks, setLooks] = useState<readonly Look[]>([])
  const [isSending, setSending] = useState(false)
  const key = JSON.stringify(plot)
  useEffect(() => {
    let isCurrent = true
    setLooks([])
    const look = async (): Promise<void> => {
      for (const file of files) {
        const request = { ...jobOf(file, composition), ...(plot ? { plot } : {}) }
        const answer: Look = await store.client.call('preview.render', request).then(
          (preview) => ({ preview }),
          (thrown: unknown) => ({ problem: toPlotdError(thrown).message }),
        )
        if (!isCurrent) return
        setLooks((before) => [...before, answer])
      }
    }
    void look()
    return () => {
      isCurrent = false
    }
  }, [store, files, key])
  const good = files.filter((_, i) => !('problem' in (looks[i] ?? {})))
  const seconds = looks.reduce((sum, each) => sum + ('preview' in each ? each.preview.estimateSeconds : 0), 0)
  const isKnown = looks.length === files.length
  const send = async (): Promise<void> => {
    setSending(true)
    const { priority = 'default' } = settings
    const jobs = good.map((file) => ({
      ...jobOf(file, composition),
      priority,
      ...(plot ? { plot } : {}),
      idempotencyKey: crypto.randomUUID(),
    }))
    const queued = await store.request('job.submitAll', { jobs })
    setSending(false)
    if (!queued) return
    setBatch(undefined)
    const [first] = queued
    if (first) onSubmitted(first.id)
  }
  return (
    <form class="batch" onSubmit={(event) => event.preventDefault()}>
      <h2>
        <span>{plural(files.length, 'file')}</span>
        <button type="button" class="plain" onClick={() => setBatch(undefined)}>
          Close
        </button>
      </h2>
      <ul class="files">
        {files.map((file, i) => (
          <li key={`${i} ${file.name}`}>
            <FileLine
              name={file.pageNumber === undefined ? file.name : `${file.name}, page ${file.pageNumber}`}
              look={looks[i]}
              onShow={(preview) => onDraft({ ...preview, ...(plot ? { plot } : {}) })}
            />
          </li>
        ))}
      </ul>
      <div class="send">
        <SendSettings plotters={plotters} settings={settings} onSettings={(next) => setSettings(next, 'svg')} />
        <p class="sent" role="status">
          {isKnown ? `${plural(good.length, 'job')}, ${duration(seconds * (plot?.copies ?? 1))}` : 'Reading the files…'}
        </p>
        <button
          type="submit"
          class="primary"
          disabled={!isKnown || isSending || good.length === 0}
          onClick={() => void send()}
        >
          {`Add ${plural(good.length, 'job')}`}
        </button>
      </div>
    </form>
  )
}

interface LineProps {
  readonly name: string
  readonly look: Look | undefined
  readonly onShow: (preview: Result<'preview.render'>) => void
}

function FileLine({ name, look, onShow }: LineProps) {
  if (!look) return <span>{name} …</span>
  if ('problem' in look) {
    return (
      <>
        {name} <span class="problem">{look.problem}</span>
      </>
    )
  }
  const { preview } = look
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

/** The job of a file, with the parameters that the form of its task has. */
function jobOf(
  { task, upload, name, pageNumber }: UploadedFile,
  { values }: Composition,
): Pick<Params<'job.submit'>, 'task' | 'params'> {
  const { svg: _, upload: __, name: ___, pageNumber: ____, ...params } = values[task] ?? {}
  return { task, params: { ...params, upload, name, ...(pageNumber !== undefined && { pageNumber }) } }
}
