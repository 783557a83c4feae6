import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { HOLDABLE, UNSUCCESSFUL } from '../../../../src/daemon/protocol/constants.ts'
import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import { cancel, submitAgain } from '../job/actions.ts'
import { canAskInk } from '../job/plot-dialog.tsx'
import { statusWords } from '../job/status-words.ts'
import { lossesOf } from '../shared/before-ink.tsx'
import { plural } from '../shared/format.ts'
import { MAX_IMAGE_STROKES, outputImage } from '../sheet/images.ts'
import { paintInk, THUMBNAIL_PIXELS } from '../sheet/paint.ts'
import { usePlan } from '../sheet/sheet.tsx'
import { isFinal } from '../state/daemon-state.ts'
import { executedStrokes } from '../state/ink.ts'
import type { Store } from '../state/store.ts'
import { useAnswer } from '../state/use-answer.ts'

interface Props {
  readonly store: Store
  readonly job: WireJob
  readonly chosen: boolean
  readonly onShow: (id: string) => void
}

/** One job as a small sheet: thumbnail, title, status, and the actions of the job. */
export function Card({ store, job, chosen, onShow }: Props) {
  const losses = isFinal(job) ? 0 : lossesOf(job.result?.warnings ?? []).length
  const face = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => () => passFocus(face.current, job.id), [])
  return (
    <article class={`card ${job.status}`}>
      <button
        ref={face}
        type="button"
        class="face"
        data-job={job.id}
        aria-current={chosen}
        onClick={() => onShow(job.id)}
      >
        <Thumbnail store={store} job={job} />
        <span class="title">{job.title}</span>
        <span class="where">
          {losses > 0 && (
            <>
              <span class="loss">{plural(losses, 'loss', 'losses')}</span>
              {' · '}
            </>
          )}
          {statusWords(job)}
        </span>
        {job.plot?.needs && (
          <span class="tags">
            {job.plot.needs.map((tag) => (
              <span key={tag}>{tag}</span>
            ))}
          </span>
        )}
      </button>
      <Actions store={store} job={job} />
    </article>
  )
}

/**
 * When a card with the focus leaves its list, the focus goes to the card of the same job in another list, else to a
 * neighbour. The list scrolls there only for a user of the keyboard.
 */
function passFocus(face: HTMLElement | null, id: string): void {
  const item = face?.closest('li')
  const { activeElement } = document
  if (!item?.contains(activeElement)) return
  const preventScroll = !activeElement?.matches(':focus-visible')
  const near = item.nextElementSibling ?? item.previousElementSibling
  queueMicrotask(() => {
    const next = document.querySelector(`[data-job="${id}"]`) ?? near?.querySelector('.face')
    if (next instanceof HTMLElement) next.focus({ preventScroll })
  })
}

/**
 * The job's SVG, or a blank sheet before there is one. After an interrupted, canceled or failed plot, strokes without
 * ink are pale. If such a plot has more than MAX_IMAGE_STROKES strokes, all its strokes are pale. The page loads the
 * SVG when the thumbnail becomes visible.
 */
function Thumbnail({ store, job }: { store: Store; job: WireJob }) {
  const box = useRef<HTMLSpanElement>(null)
  const [isVisible, setVisible] = useState(false)
  const { path, sha256, widthMm = 148, heightMm = 105 } = job.result ?? {}
  useEffect(() => {
    if (!box.current) return
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setVisible(true)
    })
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [])
  const url = useAnswer(
    () => (path === undefined || !isVisible ? undefined : outputImage(store.client, path, sha256)),
    [store, path, sha256, isVisible],
  )
  const executed = ['canceled', 'failed', 'interrupted'].includes(job.status) ? executedStrokes(job) : undefined
  return (
    <span ref={box} class="thumb" style={thumbBox(widthMm, heightMm)}>
      {url !== undefined && <img src={url} alt="" class={executed === undefined ? '' : 'pale'} />}
      {isVisible && executed !== undefined && executed > 0 && <DrawnInk store={store} job={job} executed={executed} />}
    </span>
  )
}

/** The longer side of a thumbnail, rem. */
const THUMB_REM = 4.2

/** A box in the proportion of the paper. A sheet in portrait is as high as one in landscape is wide. */
function thumbBox(width: number, height: number) {
  const scale = THUMB_REM / Math.max(width, height)
  return { width: `${scale * width}rem`, height: `${scale * height}rem` }
}

/** The executed strokes, over the pale thumbnail. */
function DrawnInk({ store, job, executed }: { store: Store; job: WireJob; executed: number }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const plan = usePlan(store, (job.result?.strokes ?? 0) > MAX_IMAGE_STROKES ? undefined : job)
  useEffect(() => {
    if (canvas.current && plan) paintInk(canvas.current, plan, executed)
  }, [plan, executed])
  return <canvas ref={canvas} width={THUMBNAIL_PIXELS} />
}

const WAITING: ReadonlySet<string> = new Set(['queued', 'rendered', 'scheduled'])

function Actions({ store, job }: { store: Store; job: WireJob }) {
  const { id, status, title } = job
  const mayChange = store.mayChange(job)
  const button = (label: string, onClick: () => void) => (
    <button type="button" class="plain" aria-label={`${label}: ${title}`} onClick={onClick}>
      {label}
    </button>
  )
  const request = (label: string, method: 'job.hold' | 'job.release' | 'job.top' | 'job.retry' | 'job.remove') =>
    button(label, () => void store.request(method, { id }))
  return (
    <div class="verbs">
      {WAITING.has(status) && store.permits('operate') && request('Top', 'job.top')}
      {mayChange && HOLDABLE.has(status) && request('Hold', 'job.hold')}
      {mayChange && status === 'held' && request('Release', 'job.release')}
      {mayChange && !isFinal(job) && button('Cancel', () => cancel(store, job))}
      {mayChange && UNSUCCESSFUL.has(status) && request('Retry', 'job.retry')}
      {mayChange &&
        canAskInk(job) &&
        store.daemon.plotters.length > 0 &&
        button('Plot…', () => store.open({ is: 'plot', job: id }))}
      {isFinal(job) &&
        store.permits('submit') &&
        button(job.plot ? 'Plot again' : 'Render again', () => void submitAgain(store, id))}
      {mayChange && isFinal(job) && request('Remove', 'job.remove')}
    </div>
  )
}
