import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import { again } from '../job/actions.ts'
import { duration } from '../shared/format.ts'
import { isFinal } from '../state/daemon-state.ts'
import type { Store } from '../state/store.ts'
import { Thumb } from './thumb.tsx'

interface Props {
  readonly store: Store
  readonly job: WireJob
  readonly chosen: boolean
  readonly onShow: (id: string) => void
}

/** One job as a small sheet: thumbnail, title, and where it stands. */
export function Card({ store, job, chosen, onShow }: Props) {
  return (
    <article class={`card ${job.status}`}>
      <button type="button" class="face" aria-current={chosen} onClick={() => onShow(job.id)}>
        <Thumb store={store} job={job} />
        <span class="title">{job.title}</span>
        <span class="where">{where(job)}</span>
      </button>
      <Verbs store={store} job={job} />
    </article>
  )
}

function Verbs({ store, job }: { store: Store; job: WireJob }) {
  const { id, status, title } = job
  const verb = (
    label: string,
    method: 'job.hold' | 'job.release' | 'job.top' | 'job.cancel' | 'job.retry' | 'job.remove',
  ) => (
    <button type="button" class="plain" aria-label={`${label}: ${title}`} onClick={() => store.ask(method, { id })}>
      {label}
    </button>
  )
  return (
    <div class="verbs">
      {['queued', 'rendered', 'scheduled'].includes(status) && verb('Next', 'job.top')}
      {['queued', 'rendered', 'scheduled'].includes(status) && verb('Hold', 'job.hold')}
      {status === 'held' && verb('Release', 'job.release')}
      {!isFinal(job) && verb('Cancel', 'job.cancel')}
      {['failed', 'canceled'].includes(status) && verb('Retry', 'job.retry')}
      {isFinal(job) && (
        <button
          type="button"
          class="plain"
          aria-label={`${job.plot ? 'Plot' : 'Make'} again: ${title}`}
          onClick={() => void again(store, id)}
        >
          {job.plot ? 'Plot again' : 'Make again'}
        </button>
      )}
      {isFinal(job) && verb('Forget', 'job.remove')}
    </div>
  )
}

/** Where a job stands, in a few words. */
export function where(job: WireJob): string {
  const estimate = job.result ? `${duration(job.result.estimateSeconds)}, ` : ''
  switch (job.status) {
    case 'scheduled':
      return `from ${new Date(job.runAt ?? 0).toLocaleString()}`
    case 'held':
      return 'held'
    case 'queued':
      return job.dependsOn.length > 0 ? 'waits for another job' : 'waits'
    case 'started':
      return 'is being rendered'
    case 'rendered':
      return `${estimate}waits for ${job.plot && job.plot.plotter !== 'any' ? job.plot.plotter : 'a sheet'}`
    case 'plotting':
      return job.progress?.secondsLeft === undefined ? 'on the plotter' : `${duration(job.progress.secondsLeft)} left`
    case 'paused':
      return job.reason?.message ?? 'paused, pen up'
    case 'interrupted':
      return 'cut off: asks how to go on'
    case 'finished':
      return job.plot ? 'drawn' : 'rendered'
    case 'failed':
      return job.error?.message ?? 'failed'
    case 'canceled':
      return 'canceled'
    default:
      return job.status satisfies never
  }
}
