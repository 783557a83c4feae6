import { useState } from 'preact/hooks'
import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import type { Store } from '../state/store.ts'
import { Card } from './card.tsx'

interface Props {
  readonly store: Store
  readonly queue: readonly WireJob[]
  readonly paused: boolean
  readonly chosen: string | undefined
  readonly onShow: (id: string) => void
}

const MOVABLE: ReadonlySet<string> = new Set(['queued', 'rendered', 'held', 'scheduled'])

/** The stack of small sheets, in the order they will be drawn; drag, or Alt with the arrow keys, changes it. */
export function Queue({ store, queue, paused, chosen, onShow }: Props) {
  const [dragged, drag] = useState<string | undefined>()
  const [over, hover] = useState<string | undefined>()
  const waiting = queue.filter(({ status }) => status !== 'held')
  const aside = queue.filter(({ status }) => status === 'held')
  const drop = (before: string | undefined): void => {
    if (dragged !== undefined && dragged !== before)
      void store.ask('job.move', { id: dragged, ...(before === undefined ? {} : { before }) })
    drag(undefined)
    hover(undefined)
  }
  const shift = (job: WireJob, by: -1 | 1): void => {
    const at = waiting.indexOf(job)
    const before = waiting[by < 0 ? at - 1 : at + 2]
    if (by < 0 && !before) return
    void store.ask('job.move', { id: job.id, ...(before ? { before: before.id } : {}) })
  }
  const card = (job: WireJob) => (
    <li
      key={job.id}
      draggable={MOVABLE.has(job.status)}
      class={[over === job.id && dragged !== undefined ? 'over' : '', dragged === job.id ? 'dragged' : ''].join(' ')}
      onDragStart={() => drag(job.id)}
      onDragEnd={() => drop(dragged)}
      onDragOver={(event) => {
        event.preventDefault()
        hover(job.id)
      }}
      onDrop={(event) => {
        event.preventDefault()
        drop(job.id)
      }}
      onKeyDown={(event) => {
        if (!event.altKey || !MOVABLE.has(job.status)) return
        if (event.key === 'ArrowUp') shift(job, -1)
        else if (event.key === 'ArrowDown') shift(job, 1)
        else return
        event.preventDefault()
      }}
    >
      <Card store={store} job={job} chosen={chosen === job.id} onShow={onShow} />
    </li>
  )
  return (
    <section aria-labelledby="queue-title">
      <h2 id="queue-title">
        Queue
        <button
          type="button"
          class="plain"
          aria-pressed={paused}
          onClick={() => store.ask(paused ? 'queue.resume' : 'queue.pause', {})}
        >
          {paused ? 'Let it go on' : 'Hold all'}
        </button>
      </h2>
      {waiting.length === 0 && <p class="empty">Empty.</p>}
      <ol class="cards" title="Drag a sheet, or press Alt with an arrow key, to change the order">
        {waiting.map(card)}
      </ol>
      {aside.length > 0 && (
        <>
          <h3>Held aside</h3>
          <ol class="cards aside">{aside.map(card)}</ol>
        </>
      )}
    </section>
  )
}
