/**
 * The room `status`: the most urgent sentence about the plotters and the queue, and a sentence for each further plotter
 * whose buttons the user may need. Only `app.tsx` imports the room.
 */
import type { WireJob, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { shareOf } from '../../../node/job.ts'
import { cancel } from '../job/actions.ts'
import { useNow } from '../shared/use-now.ts'
import { type DaemonState, nextJob, queueOf } from '../state/daemon-state.ts'
import type { Store } from '../state/store.ts'
import { placeOfTitle, type Sentence, sentences } from './sentence.ts'

interface Props {
  readonly store: Store
  readonly daemon: DaemonState
  readonly onShow: (id: string) => void
}

export function Status({ store, daemon, onShow }: Props) {
  const now = useNow(5000)
  return (
    <div class="statuses" aria-live="polite">
      {sentences(daemon, now).map((sentence) => (
        <Line key={sentence.plotter?.name ?? ''} sentence={sentence} store={store} daemon={daemon} onShow={onShow} />
      ))}
    </div>
  )
}

type LineProps = Props & { readonly sentence: Sentence }

function Line({ sentence, store, daemon, onShow }: LineProps) {
  const { job, plotter, tone } = sentence
  const mayOperate = store.permits('operate')
  const mayChange = job !== undefined && store.mayChange(job)
  return (
    <section class={`status ${tone}`}>
      <p>
        <Words sentence={sentence} />
        {sentence.advice && store.permits('submit') && ` ${sentence.advice}`}
      </p>
      {tone === 'busy' && job?.progress && <ProgressBar progress={job.progress} />}
      <div class="controls">
        <Action sentence={sentence} store={store} />
        {mayOperate && plotter && mayDrawAnother(plotter, daemon) && (
          <button type="button" onClick={() => store.open({ is: 'ready', plotter: plotter.name })}>
            Draw another job…
          </button>
        )}
        {mayOperate && plotter?.grant && plotter.gate && (
          <button type="button" onClick={() => store.request('plotter.unready', { name: plotter.name })}>
            Take grant back
          </button>
        )}
        {mayChange && tone === 'busy' && job.status === 'plotting' && (
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
              title="Pauses in the middle of the stroke; “Continue” draws the rest of the stroke"
              onClick={() => store.request('job.pause', { id: job.id, now: true })}
            >
              Stop now
            </button>
          </>
        )}
        {mayChange && ['plotting', 'paused', 'started'].includes(job.status) && (
          <button type="button" class="plain" onClick={() => cancel(store, job)}>
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

/** Whether a plotter in service is idle with an interrupted job's sheet, while another job waits for the plotter. */
function mayDrawAnother(plotter: WirePlotter, daemon: DaemonState): boolean {
  if (plotter.state.is !== 'idle' || !plotter.interrupted || plotter.maintenance) return false
  return nextJob(queueOf(daemon), plotter)?.status === 'rendered'
}

/** The text of a sentence. While a plotter draws, a screen reader does not read out each new stroke and time. */
function Words({ sentence }: { sentence: Sentence }) {
  const { text, title = '', tone } = sentence
  const start = placeOfTitle(sentence)
  if (start < 0) return <>{text}</>
  const rest = text.slice(start + title.length)
  return (
    <>
      {text.slice(0, start)}
      <em>{title}</em>
      {tone === 'busy' ? <span aria-live="off">{rest}</span> : rest}
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

type ActionProps = Pick<LineProps, 'sentence' | 'store'>

/** The button for the action that the sentence asks for. */
function Action({ sentence: { action, plotter, job }, store }: ActionProps) {
  const button = (label: string, onClick: () => void) => (
    <button type="button" class="primary" onClick={onClick}>
      {label}
    </button>
  )
  if (action === 'resume-dialog' && job && store.mayChange(job)) {
    return button('Choose how to continue…', () => store.open({ is: 'resume', job: job.id }))
  }
  if (!store.permits('operate')) return null
  if (action === 'ready' && plotter) return button('Ready…', () => store.open({ is: 'ready', plotter: plotter.name }))
  if (action === 'resume' && plotter) {
    return button('Continue', () => void store.request('plotter.resume', { name: plotter.name }))
  }
  if (action === 'home' && plotter) {
    return button('Go home', () => void store.request('plotter.home', { name: plotter.name }))
  }
  if (action === 'clear' && plotter) {
    return button('Clear the fault', () => void store.request('plotter.clear', { name: plotter.name }))
  }
  if (action === 'connect' && plotter) {
    return button('Connect now', () => void store.request('plotter.connect', { name: plotter.name }))
  }
  return null
}
