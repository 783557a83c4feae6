import type { WireJob } from '../../../src/daemon/protocol/index.ts'
import type { Picture } from './picture.ts'
import { type Sentence, sentence } from './sentence.ts'
import type { Store } from './store.ts'

interface Props {
  readonly store: Store
  readonly picture: Picture
  readonly onResume: (id: string) => void
  readonly onShow: (id: string) => void
}

/** One sentence says what is going on; its controls sit beside it. */
export function Status({ store, picture, onResume, onShow }: Props) {
  const now = sentence(picture)
  const { job } = now
  return (
    <section class={`status ${now.tone}`} aria-live="polite">
      <p>
        <Words sentence={now} />
      </p>
      {now.tone === 'busy' && job?.progress && <Bar job={job} />}
      <div class="controls">
        <Action now={now} store={store} onResume={onResume} />
        {now.tone === 'busy' && job?.status === 'plotting' && (
          <>
            <button
              type="button"
              title="At the end of this stroke"
              onClick={() => store.ask('job.pause', { id: job.id })}
            >
              Pause
            </button>
            <button
              type="button"
              class="plain"
              title="In the middle of the stroke: it goes on from there"
              onClick={() => store.ask('job.pause', { id: job.id, now: true })}
            >
              Stop now
            </button>
          </>
        )}
        {job && ['plotting', 'paused', 'started'].includes(job.status) && (
          <button type="button" class="plain" onClick={() => store.ask('job.cancel', { id: job.id })}>
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
  const at = text.indexOf(title)
  return (
    <>
      {text.slice(0, at)}
      <em>{title}</em>
      {text.slice(at + title.length)}
    </>
  )
}

function Bar({ job }: { job: WireJob }) {
  const { done = 0, of = 1 } = job.progress ?? {}
  const share = Math.min(1, done / Math.max(1, of))
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

function Action({ now, store, onResume }: { now: Sentence; store: Store; onResume: (id: string) => void }) {
  const { action, plotter, job } = now
  const word = (label: string, onClick: () => void) => (
    <button type="button" class="primary" onClick={onClick}>
      {label}
    </button>
  )
  if (action === 'ready' && plotter) {
    return word('The sheet is down: draw', () => void store.ask('plotter.ready', { name: plotter.name }))
  }
  if (action === 'resume' && plotter)
    return word('Go on', () => void store.ask('plotter.resume', { name: plotter.name }))
  if (action === 'clear' && plotter)
    return word('It is mended', () => void store.ask('plotter.clear', { name: plotter.name }))
  if (action === 'connect' && plotter)
    return word('Try now', () => void store.ask('plotter.connect', { name: plotter.name }))
  if (action === 'resume-dialog' && job) return word('How to go on…', () => onResume(job.id))
  return null
}
