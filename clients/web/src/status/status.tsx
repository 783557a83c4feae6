import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import { shareOf } from '../../../node/progress.ts'
import type { Picture } from '../state/daemon-state.ts'
import type { Store } from '../state/store.ts'
import { type Sentence, sentences } from './sentence.ts'

interface Props {
  readonly store: Store
  readonly picture: Picture
  readonly onResume: (id: string) => void
  readonly onShow: (id: string) => void
  /** Told the job that a person gave a sheet: its ink is to be seen. */
  readonly onDraw: (id: string) => void
}

/** One sentence says what is going on; where several plotters are at work, one of each. */
export function Status({ picture, ...rest }: Props) {
  return (
    <div class="statuses" aria-live="polite">
      {sentences(picture).map((now) => (
        <Line key={now.plotter?.name ?? ''} now={now} {...rest} />
      ))}
    </div>
  )
}

/** The sentence with its controls beside it. */
function Line({ now, store, onResume, onShow, onDraw }: Omit<Props, 'picture'> & { readonly now: Sentence }) {
  const { job } = now
  return (
    <section class={`status ${now.tone}`}>
      <p>
        <Words sentence={now} />
      </p>
      {now.tone === 'busy' && job?.progress && <Bar job={job} />}
      <div class="controls">
        <Action now={now} store={store} onResume={onResume} onDraw={onDraw} />
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
  const share = job.progress ? shareOf(job.progress) : 0
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

type ActionProps = Pick<Props, 'store' | 'onResume' | 'onDraw'> & { readonly now: Sentence }

function Action({ now, store, onResume, onDraw }: ActionProps) {
  const { action, plotter, job } = now
  const word = (label: string, onClick: () => void) => (
    <button type="button" class="primary" onClick={onClick}>
      {label}
    </button>
  )
  if (action === 'ready' && plotter) {
    return word('The sheet is down: draw', () => {
      if (job) onDraw(job.id)
      void store.ask('plotter.ready', { name: plotter.name })
    })
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
