import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import { shareOf } from '../../../node/progress.ts'
import type { DaemonState } from '../state/daemon-state.ts'
import type { Store } from '../state/store.ts'
import { type Sentence, sentences } from './sentence.ts'

interface Props {
  readonly store: Store
  readonly daemon: DaemonState
  readonly onResume: (id: string) => void
  readonly onShow: (id: string) => void
  /** Called with the job that the user gave a sheet, so that the page shows its ink. */
  readonly onDraw: (id: string) => void
}

/**
 * The room `status`: one sentence that says what is going on, or one for each busy plotter, with the controls beside it.
 * `app.tsx` is its only user.
 */
export function Status({ daemon, ...rest }: Props) {
  return (
    <div class="statuses" aria-live="polite">
      {sentences(daemon).map((sentence) => (
        <Line key={sentence.plotter?.name ?? ''} sentence={sentence} {...rest} />
      ))}
    </div>
  )
}

type LineProps = Omit<Props, 'daemon'> & { readonly sentence: Sentence }

function Line({ sentence, store, onResume, onShow, onDraw }: LineProps) {
  const { job, tone } = sentence
  return (
    <section class={`status ${tone}`}>
      <p>
        <Words sentence={sentence} />
      </p>
      {tone === 'busy' && job?.progress && <ProgressBar progress={job.progress} />}
      <div class="controls">
        <Action sentence={sentence} store={store} onResume={onResume} onDraw={onDraw} />
        {tone === 'busy' && job?.status === 'plotting' && (
          <>
            <button
              type="button"
              title="Pauses at the end of this stroke"
              onClick={() => store.request('job.pause', { id: job.id })}
            >
              Pause
            </button>
            <button
              type="button"
              class="plain"
              title="Pauses in the middle of the stroke; the stroke continues from there"
              onClick={() => store.request('job.pause', { id: job.id, now: true })}
            >
              Stop now
            </button>
          </>
        )}
        {job && ['plotting', 'paused', 'started'].includes(job.status) && (
          <button type="button" class="plain" onClick={() => store.request('job.cancel', { id: job.id })}>
            Cancel
          </button>
        )}
        {job && (
          <button type="button" class="plain" onClick={() => onShow(job.id)}>
            Show
          </button>
        )}
      </div>
    </section>
  )
}

function Words({ sentence: { text, title } }: { sentence: Sentence }) {
  if (title === undefined || !text.includes(title)) return <>{text}</>
  const start = text.indexOf(title)
  return (
    <>
      {text.slice(0, start)}
      <em>{title}</em>
      {text.slice(start + title.length)}
    </>
  )
}

function ProgressBar({ progress }: { progress: NonNullable<WireJob['progress']> }) {
  const share = shareOf(progress)
  return (
    <div
      class="bar"
      role="progressbar"
      aria-label="Progress"
      aria-valuenow={Math.round(share * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <i style={{ width: `${share * 100}%` }} />
      <b style={{ left: `${share * 100}%` }} />
    </div>
  )
}

type ActionProps = Pick<LineProps, 'sentence' | 'store' | 'onResume' | 'onDraw'>

/** The one thing that the sentence asks the user for. */
function Action({ sentence: { action, plotter, job }, store, onResume, onDraw }: ActionProps) {
  const button = (label: string, onClick: () => void) => (
    <button type="button" class="primary" onClick={onClick}>
      {label}
    </button>
  )
  if (action === 'ready' && plotter) {
    return button('The sheet is in place: draw', () => {
      if (job) onDraw(job.id)
      void store.request('plotter.ready', { name: plotter.name })
    })
  }
  if (action === 'resume' && plotter)
    return button('Continue', () => void store.request('plotter.resume', { name: plotter.name }))
  if (action === 'clear' && plotter)
    return button('Clear the fault', () => void store.request('plotter.clear', { name: plotter.name }))
  if (action === 'connect' && plotter)
    return button('Connect now', () => void store.request('plotter.connect', { name: plotter.name }))
  if (action === 'resume-dialog' && job) return button('Choose how to continue…', () => onResume(job.id))
  return null
}
