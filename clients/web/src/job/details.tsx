import type { WireJob, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { where } from '../queue/card.tsx'
import { isFinal } from '../state/daemon-state.ts'
import type { Store } from '../state/store.ts'
import { useAnswer } from '../state/use-answer.ts'
import { again } from './actions.ts'

interface Props {
  readonly store: Store
  readonly job: WireJob | undefined
  readonly plotters: readonly WirePlotter[]
  readonly onResume: (id: string) => void
}

/** Everything about one job, with what can be done with it, and its log. */
export function Details({ store, job, plotters, onResume }: Props) {
  if (!job) return <p class="empty">Choose a job to see more of it.</p>
  return (
    <section class="details">
      <h2>{job.title}</h2>
      <dl>
        <Row name="Stands">{where(job)}</Row>
        <Row name="Task">{job.task}</Row>
        <Row name="Turn">{turn(job.priority)}</Row>
        {job.plot && (
          <Row name="Plotter">{`${job.plot.plotter}, ${job.plot.copies} ${job.plot.copies === 1 ? 'sheet' : 'sheets'}`}</Row>
        )}
        {job.result && <Row name="File">{job.result.path}</Row>}
        <Row name="Came">{new Date(job.createdAt).toLocaleString()}</Row>
        {job.endedAt !== undefined && <Row name="Ended">{new Date(job.endedAt).toLocaleString()}</Row>}
        <Row name="Id">
          <code>{job.id}</code>
        </Row>
      </dl>
      <div class="controls">
        {job.status === 'rendered' && <Frame store={store} job={job} plotters={plotters} />}
        {job.status === 'interrupted' && (
          <button type="button" class="primary" onClick={() => onResume(job.id)}>
            How to go on…
          </button>
        )}
        {isFinal(job) && (
          <button type="button" onClick={() => void again(store, job.id)}>
            {job.plot ? 'Plot again' : 'Make again'}
          </button>
        )}
      </div>
      <Log key={job.id} store={store} job={job} />
    </section>
  )
}

/** The words of the composer; a number in between stays a number. */
const turn = (priority: number): string =>
  ({ 75: 'soon', 50: 'in order', 25: 'when there is time' })[priority] ?? `priority ${priority}`

/** Before ink: the pen, up, walks round where the ink will be. */
function Frame({ store, job, plotters }: { store: Store; job: WireJob; plotters: readonly WirePlotter[] }) {
  const free = plotters.find(
    ({ name, state }) => state.is === 'idle' && ['any', name].includes(job.plot?.plotter ?? 'any'),
  )
  if (!free) return null
  return (
    <button type="button" onClick={() => store.ask('plotter.frame', { name: free.name, job: job.id })}>
      Walk round it, pen up
    </button>
  )
}

function Row({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

function Log({ store, job }: { store: Store; job: WireJob }) {
  const logs = () => store.ask('job.logs', { id: job.id })
  const { entries = [] } = useAnswer(logs, [store, job.id, job.status], { keep: true }) ?? {}
  if (entries.length === 0) return null
  return (
    <details class="log">
      <summary>Log</summary>
      <ol>
        {entries.map((each) => (
          <li key={`${each.at} ${each.message}`}>
            <time>{new Date(each.at).toLocaleTimeString()}</time> {each.message}
          </li>
        ))}
      </ol>
    </details>
  )
}
