import { useState } from 'preact/hooks'
import type { WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { Pair } from '../shared/pair.tsx'
import type { Store } from '../state/store.ts'
import { plotOf, type Wish } from './composition.ts'

interface Props {
  readonly store: Store
  readonly plotters: readonly WirePlotter[]
  readonly wish: Wish
  readonly onWish: (wish: Wish) => void
  /** What is wrong with it, if anything: then it is not sent. */
  readonly problem: string | undefined
  /** Undefined while something is missing. */
  readonly job: { readonly task: string; readonly params: unknown } | undefined
  readonly onSent: (id: string) => void
}

/** How soon, how often, and whether with ink. */
export function Send({ store, plotters, wish, onWish, problem, job: made, onSent }: Props) {
  const job = problem === undefined ? made : undefined
  const [sent, setSent] = useState<'' | 'under way' | 'sent'>('')
  const plot = plotOf(wish, plotters.length > 0)
  const send = async (): Promise<void> => {
    if (!job) return
    setSent('under way')
    const { priority = 'default' } = wish
    const key = { idempotencyKey: crypto.randomUUID() }
    const queued = await store.ask('job.submit', { ...job, priority, ...(plot ? { plot } : {}), ...key })
    setSent(queued ? 'sent' : '')
    if (queued) onSent(queued.id)
  }
  return (
    <>
      {problem !== undefined && (
        <p class="problem" role="status">
          {problem}
        </p>
      )}
      <div class="send">
        <Pair id="send-turn" label="Turn">
          <select
            id="send-turn"
            value={wish.priority ?? 'default'}
            onChange={(event) =>
              onWish({ ...wish, priority: event.currentTarget.value as NonNullable<Wish['priority']> })
            }
          >
            <option value="high">soon</option>
            <option value="default">in order</option>
            <option value="low">when there is time</option>
          </select>
        </Pair>
        <Pair id="send-on" label="Draw on">
          <select
            id="send-on"
            value={plot?.plotter ?? ''}
            onChange={(event) => onWish({ ...wish, plotter: event.currentTarget.value })}
          >
            <option value="">no plotter, only the SVG</option>
            {plotters.length > 0 && <option value="any">any plotter</option>}
            {plotters.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </Pair>
        {plot && (
          <Pair id="send-sheets" label="Sheets">
            <input
              id="send-sheets"
              type="number"
              min={1}
              max={1000}
              value={wish.copies ?? 1}
              onInput={(event) => onWish({ ...wish, copies: Math.max(1, Number(event.currentTarget.value)) })}
            />
          </Pair>
        )}
        <button type="submit" class="primary" disabled={!job || sent === 'under way'} onClick={() => void send()}>
          {plot ? 'Put it in the queue' : 'Make the SVG'}
        </button>
        <p class="sent" role="status">
          {sent === 'sent' ? 'It is in the queue.' : sent === 'under way' ? 'On its way…' : ''}
        </p>
      </div>
    </>
  )
}
