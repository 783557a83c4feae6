import { useState } from 'preact/hooks'
import { ago } from '../shared/format.ts'
import { historyOf, type Picture } from '../state/daemon-state.ts'
import type { Store } from '../state/store.ts'
import { Card } from './card.tsx'

interface Props {
  readonly store: Store
  readonly picture: Picture
  readonly chosen: string | undefined
  readonly onShow: (id: string) => void
}

const FEW = 8

/** What is over, newest first. */
export function History({ store, picture, chosen, onShow }: Props) {
  const [most, setMost] = useState(FEW)
  const past = historyOf(picture)
  if (past.length === 0) return null
  const now = Date.now()
  return (
    <section aria-labelledby="history-title">
      <h2 id="history-title">Done</h2>
      <ol class="cards past">
        {past.slice(0, most).map((job) => (
          <li key={job.id} title={ago(job.endedAt ?? job.createdAt, now)}>
            <Card store={store} job={job} chosen={chosen === job.id} onShow={onShow} />
          </li>
        ))}
      </ol>
      {past.length > most && (
        <button type="button" class="plain" onClick={() => setMost(most + 5 * FEW)}>
          {past.length - most} more
        </button>
      )}
    </section>
  )
}
