import { useEffect, useRef, useState } from 'preact/hooks'
import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import { submitAgain } from '../job/actions.ts'
import { statusWords } from '../job/status-words.ts'
import { outputImage } from '../sheet/images.ts'
import { isFinal } from '../state/daemon-state.ts'
import type { Store } from '../state/store.ts'

interface Props {
  readonly store: Store
  readonly job: WireJob
  readonly chosen: boolean
  readonly onShow: (id: string) => void
}

/** One job as a small sheet: thumbnail, title, status, and what can be done with it. */
export function Card({ store, job, chosen, onShow }: Props) {
  return (
    <article class={`card ${job.status}`}>
      <button type="button" class="face" aria-current={chosen} onClick={() => onShow(job.id)}>
        <Thumbnail store={store} job={job} />
        <span class="title">{job.title}</span>
        <span class="where">{statusWords(job)}</span>
      </button>
      <Actions store={store} job={job} />
    </article>
  )
}

/** The job's SVG; a blank sheet before it is rendered. Loaded when it scrolls into view. */
function Thumbnail({ store, job }: { store: Store; job: WireJob }) {
  const box = useRef<HTMLSpanElement>(null)
  const [url, setUrl] = useState<string | undefined>()
  const path = job.result?.path
  useEffect(() => {
    if (path === undefined || !box.current) return
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return
      observer.disconnect()
      outputImage(store.client, path).then(setUrl, () => setUrl(undefined))
    })
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [store, path])
  const { widthMm = 148, heightMm = 105 } = job.result ?? {}
  return (
    <span ref={box} class="thumb" style={{ aspectRatio: `${widthMm} / ${heightMm}` }}>
      {url !== undefined && <img src={url} alt="" />}
    </span>
  )
}

const WAITING: ReadonlySet<string> = new Set(['queued', 'rendered', 'scheduled'])

function Actions({ store, job }: { store: Store; job: WireJob }) {
  const { id, status, title } = job
  const button = (label: string, onClick: () => void) => (
    <button type="button" class="plain" aria-label={`${label}: ${title}`} onClick={onClick}>
      {label}
    </button>
  )
  const request = (
    label: string,
    method: 'job.hold' | 'job.release' | 'job.top' | 'job.cancel' | 'job.retry' | 'job.remove',
  ) => button(label, () => void store.request(method, { id }))
  return (
    <div class="verbs">
      {WAITING.has(status) && request('To the top', 'job.top')}
      {WAITING.has(status) && request('Hold', 'job.hold')}
      {status === 'held' && request('Release', 'job.release')}
      {!isFinal(job) && request('Cancel', 'job.cancel')}
      {['failed', 'canceled'].includes(status) && request('Retry', 'job.retry')}
      {isFinal(job) && button(job.plot ? 'Plot again' : 'Render again', () => void submitAgain(store, id))}
      {isFinal(job) && request('Remove', 'job.remove')}
    </div>
  )
}
