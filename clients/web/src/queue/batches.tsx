import { useState } from 'preact/hooks'
import type { Result, WireJob } from '../../../../src/daemon/protocol/index.ts'
import { plural } from '../shared/format.ts'
import { Modal } from '../shared/modal.tsx'
import { outputImage, previewImage } from '../sheet/images.ts'
import type { Store } from '../state/store.ts'
import { useAnswer } from '../state/use-answer.ts'
import { batchSignature, batchWords, cardWords } from './figures.ts'

type Batch = Result<'batch.list'>['batches'][number]
type Card = Result<'batch.cards'>['cards'][number]

/** The page shows a batch for this time after its end. */
const KEPT_MS = 12 * 3_600_000
/** Maximum number of batches that the page shows. */
const MOST = 5
const ORDERS = ['row', 'title', 'pen'] as const
/** Number of cards on one page of the contact sheet. */
const PAGE = 24

interface Props {
  readonly store: Store
  readonly jobs: ReadonlyMap<string, WireJob>
}

/**
 * The newest batches that are under way or ended within `KEPT_MS`, at most `MOST`. Each batch has its progress and the
 * actions for all its cards.
 */
export function Batches({ store, jobs }: Props) {
  const signature = batchSignature(jobs.values())
  const answer = useAnswer(
    () => (signature === '' ? undefined : store.client.call('batch.list', {})),
    [store, signature],
    { keep: true },
  )
  const [open, setOpen] = useState<{ readonly name: string; readonly is: 'sheet' | 'cancel' } | undefined>()
  const now = Date.now()
  const batches = (answer?.batches ?? []).filter(({ endedAt }) => endedAt === undefined || now - endedAt < KEPT_MS)
  if (signature === '' || batches.length === 0) return null
  const chosen = batches.find(({ name }) => name === open?.name)
  const mayChange = ({ owners }: Batch): boolean =>
    store.permits('operate') || (owners.length > 0 && owners.every((owner) => store.mayChange({ owner })))
  return (
    <section aria-labelledby="batches-title">
      <h2 id="batches-title">Batches</h2>
      <ul class="batches">
        {batches.slice(0, MOST).map((batch) => (
          <li key={batch.name}>
            <Line
              store={store}
              batch={batch}
              mayChange={mayChange(batch)}
              onSheet={() => setOpen({ name: batch.name, is: 'sheet' })}
              onCancel={() => setOpen({ name: batch.name, is: 'cancel' })}
            />
          </li>
        ))}
      </ul>
      {chosen && open?.is === 'sheet' && (
        <ContactSheet store={store} batch={chosen} signature={signature} onClose={() => setOpen(undefined)} />
      )}
      {chosen && open?.is === 'cancel' && (
        <CancelBatch store={store} batch={chosen} onClose={() => setOpen(undefined)} />
      )}
    </section>
  )
}

interface LineProps {
  readonly store: Store
  readonly batch: Batch
  readonly mayChange: boolean
  readonly onSheet: () => void
  readonly onCancel: () => void
}

function Line({ store, batch, mayChange, onSheet, onCancel }: LineProps) {
  const { name, cards, done, left, held } = batch
  const button = (label: string, act: () => void) => (
    <button type="button" class="plain" aria-label={`${label}: batch ${name}`} onClick={act}>
      {label}
    </button>
  )
  const act = (method: 'batch.hold' | 'batch.release') => () => void store.request(method, { name })
  return (
    <article class="batch-line">
      <strong>{name}</strong>
      <progress value={done} max={cards} aria-label={`${name}: drawn`} />
      <span class="quiet">{batchWords(batch)}</span>
      <div class="verbs">
        {button('Cards', onSheet)}
        {mayChange && left > held && button('Hold', act('batch.hold'))}
        {mayChange && held > 0 && button('Release', act('batch.release'))}
        {store.permits('operate') && left > 1 && (
          <select
            aria-label={`Order: batch ${name}`}
            value=""
            onChange={({ currentTarget }) => {
              const by = ORDERS.find((order) => order === currentTarget.value)
              if (by) void store.request('batch.order', { name, by })
              currentTarget.value = ''
            }}
          >
            <option value="">Order…</option>
            {ORDERS.map((by) => (
              <option key={by} value={by}>
                by {by}
              </option>
            ))}
          </select>
        )}
        {mayChange && left > 0 && button('Cancel…', onCancel)}
      </div>
    </article>
  )
}

interface SheetProps {
  readonly store: Store
  readonly batch: Batch
  /** The `batchSignature` of all jobs. When this text changes, the page asks for the cards again. */
  readonly signature: string
  readonly onClose: () => void
}

/**
 * The cards of a batch, `PAGE` at a time. The picture of a card is a preview or the rendered SVG. Here the user marks a
 * drawn card as spoiled.
 */
function ContactSheet({ store, batch: { name, cards: total }, signature, onClose }: SheetProps) {
  const [from, setFrom] = useState(0)
  const page = useAnswer(
    () => store.client.call('batch.cards', { name, from, limit: PAGE }),
    [store, name, from, signature],
    { keep: true },
  )
  const cards = page?.cards ?? []
  return (
    <Modal
      title={
        <>
          <bdi>{name}</bdi>: {plural(total, 'card')}
        </>
      }
      onClose={onClose}
    >
      <ol class="contact-sheet">
        {cards.map((card) => (
          <li key={card.job}>
            <Picture store={store} card={card} />
          </li>
        ))}
      </ol>
      <div class="controls">
        <button type="button" data-repeats disabled={from === 0} onClick={() => setFrom(Math.max(0, from - PAGE))}>
          Back
        </button>
        <button
          type="button"
          data-repeats
          disabled={page?.next === undefined}
          onClick={() => setFrom(page?.next ?? from)}
        >
          More
        </button>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Modal>
  )
}

function Picture({ store, card }: { readonly store: Store; readonly card: Card }) {
  const { job: id, output, status, row, title } = card
  const isRendered = !['scheduled', 'queued', 'started', 'held'].includes(status)
  const url = useAnswer(
    () => (output === undefined || !isRendered ? previewImage(store.client, id) : outputImage(store.client, output)),
    [store, id, output, isRendered],
  )
  return (
    <figure class={`contact ${status}`}>
      <span class="contact-face">{url !== undefined && <img src={url} alt="" />}</span>
      <figcaption title={title}>{cardWords(card)}</figcaption>
      {status === 'finished' && store.mayChange(card) && (
        <button
          type="button"
          class="plain"
          aria-label={`Spoiled: row ${row}`}
          onClick={() => void store.request('job.spoiled', { id })}
        >
          Spoiled
        </button>
      )}
    </figure>
  )
}

/** Asks before the page cancels the undrawn cards of a batch. */
function CancelBatch({ store, batch: { name, left }, onClose }: Omit<SheetProps, 'signature'>) {
  return (
    <Modal
      title={
        <>
          Cancel the rest of <em>{name}</em>?
        </>
      }
      onClose={onClose}
      isOver={left === 0}
    >
      <p>{left === 1 ? 'One card is' : `${left} cards are`} not drawn yet. A card under the pen is lost.</p>
      {/* The first button has the focus, so a second Enter keeps the cards. */}
      <div class="controls">
        <button type="button" onClick={onClose}>
          Keep them
        </button>
        <button type="button" class="danger" onClick={() => void store.request('batch.cancel', { name })}>
          Cancel the cards
        </button>
      </div>
    </Modal>
  )
}
