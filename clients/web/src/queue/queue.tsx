/**
 * The room `queue`. This file shows the jobs that have not ended, in drawing order, and the jobs that have ended.
 * `batches.tsx` shows the batches of these jobs.
 */
import type { HTMLAttributes, JSX, TargetedKeyboardEvent } from 'preact'
import { useState } from 'preact/hooks'
import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import { ago, number } from '../shared/format.ts'
import type { Store } from '../state/store.ts'
import { Card } from './card.tsx'
import { isMatch, placeAfterShift, queueWords } from './figures.ts'

interface QueueProps {
  readonly store: Store
  readonly queue: readonly WireJob[]
  /** Whether more jobs may wait than the queue shows. */
  readonly isCutOff: boolean
  readonly isPaused: boolean
  /** The words of a search; '' shows all jobs. */
  readonly search: string
  /** Id of the job that the page shows on its picture of a sheet (`sheet`). */
  readonly chosen: string | undefined
  readonly onShow: (id: string) => void
}

/** Number of jobs that each of the two lists of `Queue` shows at first. */
const FIRST_CARDS = 100

const MOVABLE: ReadonlySet<string> = new Set(['queued', 'rendered', 'held', 'scheduled'])

/**
 * The jobs that have not ended, in drawing order, and at the end the jobs on hold. Dragging a job, or Alt with an arrow
 * key, changes the order.
 */
export function Queue({ store, queue, isCutOff, isPaused, search, chosen, onShow }: QueueProps) {
  const waiting = queue.filter(({ status }) => status !== 'held')
  const held = queue.filter(({ status }) => status === 'held')
  const match = (job: WireJob): boolean => isMatch(job, search)
  const matching = waiting.filter(match)
  const moving = useMoving(store, waiting, matching)
  const card = (job: WireJob) => (
    <li key={job.id} {...moving(job)}>
      <Card store={store} job={job} chosen={chosen === job.id} onShow={onShow} />
    </li>
  )
  return (
    <section aria-labelledby="queue-title">
      <h2 id="queue-title">
        Queue
        {store.permits('operate') && (
          <button
            type="button"
            class="plain"
            onClick={() => store.request(isPaused ? 'queue.resume' : 'queue.pause', {})}
          >
            {isPaused ? 'Resume queue' : 'Pause queue'}
          </button>
        )}
      </h2>
      <p class="quiet totals">{queueWords(waiting, isCutOff)}</p>
      {waiting.length === 0 && <p class="empty">Empty.</p>}
      {waiting.length > 0 && matching.length === 0 && <p class="empty">No job matches.</p>}
      <Cards
        kind="cards"
        {...(store.permits('own') && { title: 'Drag a job, or press Alt with an arrow key, to change the order' })}
        jobs={matching}
        card={card}
      />
      {held.length > 0 && (
        <>
          <h3>On hold</h3>
          <Cards kind="cards aside" jobs={held.filter(match)} card={card} />
        </>
      )}
    </section>
  )
}

interface CardsProps {
  readonly kind: string
  readonly title?: string
  readonly jobs: readonly WireJob[]
  readonly card: (job: WireJob) => JSX.Element
}

/**
 * A list that shows each job by `card`: first `FIRST_CARDS` jobs, and more after a press of the button. Alt+↓ moves a
 * job down. On the last job, Alt+↓ also shows more jobs: else the moved job would leave the list and lose the focus.
 */
function Cards({ kind, title, jobs, card }: CardsProps) {
  const [count, setCount] = useState(FIRST_CARDS)
  const showMore = (): void => setCount(count + 5 * FIRST_CARDS)
  const onKeyDown = ({ altKey, key, target, currentTarget }: TargetedKeyboardEvent<HTMLOListElement>): void => {
    if (altKey && key === 'ArrowDown' && currentTarget.lastElementChild?.contains(target as Node)) showMore()
  }
  return (
    <>
      <ol class={kind} title={title} onKeyDown={onKeyDown}>
        {jobs.slice(0, count).map(card)}
      </ol>
      {jobs.length > count && (
        <button type="button" class="plain" onClick={showMore}>
          {number(jobs.length - count)} more
        </button>
      )}
    </>
  )
}

/** The attributes of the list item of a job, which the user can drag, or move with Alt and an arrow key. */
function useMoving(store: Store, waiting: readonly WireJob[], shown: readonly WireJob[]) {
  const [dragged, setDragged] = useState<string | undefined>()
  const [target, setTarget] = useState<string | undefined>()
  const endDrag = (): void => {
    setDragged(undefined)
    setTarget(undefined)
  }
  const shift = (job: WireJob, by: -1 | 1): void => {
    const place = placeAfterShift(waiting, shown, job, by)
    if (place) void store.request('job.move', { id: job.id, ...place })
  }
  const isMovable = (job: WireJob): boolean => MOVABLE.has(job.status) && store.mayChange(job)
  return (job: WireJob): HTMLAttributes<HTMLLIElement> => ({
    draggable: isMovable(job),
    class: [target === job.id && dragged !== undefined ? 'over' : '', dragged === job.id ? 'dragged' : ''].join(' '),
    onDragStart: () => setDragged(job.id),
    onDragEnd: endDrag,
    onDragOver: (event) => {
      event.preventDefault()
      setTarget(job.id)
    },
    onDrop: (event) => {
      event.preventDefault()
      if (dragged !== undefined && dragged !== job.id) void store.request('job.move', { id: dragged, before: job.id })
      endDrag()
    },
    onKeyDown: (event) => {
      if (!event.altKey || !isMovable(job)) return
      if (event.key === 'ArrowUp') shift(job, -1)
      else if (event.key === 'ArrowDown') shift(job, 1)
      else return
      event.preventDefault()
    },
  })
}

interface SearchProps {
  readonly search: string
  readonly onSearch: (search: string) => void
}

/** Restricts queue and history to the jobs that match. */
export const Search = ({ search, onSearch }: SearchProps) => (
  <input
    class="search"
    type="search"
    placeholder="Search jobs"
    aria-label="Search jobs"
    value={search}
    onInput={(event) => onSearch(event.currentTarget.value)}
  />
)

interface HistoryProps {
  readonly store: Store
  /** Jobs that have ended, newest first. */
  readonly ended: readonly WireJob[]
  /** The words of a search; '' shows all jobs. */
  readonly search: string
  /** Id of the job that the page shows on its picture of a sheet (`sheet`). */
  readonly chosen: string | undefined
  readonly onShow: (id: string) => void
}

/** Number of jobs that the history shows at first. */
const FIRST_COUNT = 8

/** The jobs that have ended: first `FIRST_COUNT` jobs, and more after a press of the button. */
export function History({ store, ended: all, search, chosen, onShow }: HistoryProps) {
  const ended = all.filter((job) => isMatch(job, search))
  const [count, setCount] = useState(FIRST_COUNT)
  if (ended.length === 0) return null
  const now = Date.now()
  return (
    <section aria-labelledby="history-title">
      <h2 id="history-title">Done</h2>
      <ol class="cards past">
        {ended.slice(0, count).map((job) => (
          <li key={job.id} title={ago(job.endedAt ?? job.createdAt, now)}>
            <Card store={store} job={job} chosen={chosen === job.id} onShow={onShow} />
          </li>
        ))}
      </ol>
      {ended.length > count && (
        <button type="button" class="plain" onClick={() => setCount(count + 5 * FIRST_COUNT)}>
          {number(ended.length - count)} more
        </button>
      )}
    </section>
  )
}
