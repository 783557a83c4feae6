import { useMemo, useState } from 'preact/hooks'
import { Compose } from './compose/compose.tsx'
import { useFileDrop } from './compose/drop.tsx'
import { useComposition } from './compose/use-composition.ts'
import { Details } from './job/details.tsx'
import { ResumeDialog } from './job/resume-dialog.tsx'
import { Plotters } from './plotters/plotters.tsx'
import { History } from './queue/history.tsx'
import { Queue } from './queue/queue.tsx'
import type { Draft } from './sheet/draft.ts'
import { Stage } from './sheet/stage.tsx'
import { isFinal, queueOf } from './state/daemon-state.ts'
import { type Store, useStore } from './state/store.ts'
import { Status } from './status/status.tsx'
import { type Tab, Tabs, useNarrow } from './tabs.tsx'
import { Wordmark } from './wordmark.tsx'

/** The whole page: one sentence, the sheet, the stack of jobs, and the drawer to make or mend things. */
export function App({ store }: { store: Store }) {
  const picture = useStore(store)
  const [chosen, choose] = useState<Chosen | undefined>()
  const [draft, setDraft] = useState<Draft | undefined>()
  /** The draft was sent, or the pen draws: the sheet is a job's until the next letter is typed. */
  const [aside, setAside] = useState(false)
  const [stale, setStale] = useState(false)
  const [resuming, resume] = useState<string | undefined>()
  const narrow = useNarrow()
  const [turned, setTab] = useState<Tab>(narrow ? 'Queue' : 'Compose')
  const tab = turned === 'Queue' && !narrow ? 'Compose' : turned
  const composing = useComposition(store)
  const dropping = useFileDrop((file) => {
    setTab('Compose')
    void composing.take(file)
  })
  const shown = shownJob(picture, chosen)
  const onSheet = aside ? undefined : draft
  const dialog = resuming === undefined ? undefined : picture.jobs.get(resuming)
  /** In one column the sheet may be far above: what was asked for is to be seen. */
  const toSheet = (): void => {
    if (narrow) scrollTo({ top: 0 })
  }
  const show = (id: string | undefined): void => {
    choose(id === undefined ? undefined : { id, byHand: true })
    setDraft(undefined)
    if (id !== undefined) setTab('Details')
    toSheet()
  }
  const follow = (id: string): void => {
    choose({ id, byHand: false })
    setAside(true)
    toSheet()
  }
  const take = (made: Draft | undefined): void => {
    setDraft(made)
    setAside(false)
  }
  const queue = useMemo(() => queueOf(picture), [picture])
  return (
    <div class={dropping ? 'app dropping' : 'app'}>
      <header>
        <Wordmark />
        <Status store={store} picture={picture} onResume={resume} onShow={show} onDraw={follow} />
      </header>
      <main>
        <Stage store={store} picture={picture} job={shown} draft={onSheet} stale={stale} />
      </main>
      {(!narrow || tab === 'Queue') && (
        <nav class="stack" aria-label="Jobs">
          <Queue store={store} queue={queue} paused={picture.paused.includes('')} chosen={shown?.id} onShow={show} />
          <History store={store} picture={picture} chosen={shown?.id} onShow={show} />
        </nav>
      )}
      <aside class="drawer">
        <Tabs tab={tab} narrow={narrow} onTab={setTab} />
        {tab === 'Compose' && (
          <Compose
            store={store}
            plotters={picture.plotters}
            composing={composing}
            draft={draft}
            onDraft={take}
            onSent={follow}
            onStale={setStale}
          />
        )}
        {tab === 'Details' && <Details store={store} job={shown} plotters={picture.plotters} onResume={resume} />}
        {tab === 'Plotters' && <Plotters store={store} plotters={picture.plotters} />}
      </aside>
      {dialog && <ResumeDialog store={store} job={dialog} onClose={() => resume(undefined)} />}
      {store.notice !== undefined && (
        <div class="notice" role="alert">
          {store.notice}
          <button type="button" onClick={() => store.say(undefined)}>
            Close
          </button>
        </div>
      )}
    </div>
  )
}

/** What a person picks stays on the sheet; what is followed leaves it when it is over and something else is drawn. */
interface Chosen {
  readonly id: string
  readonly byHand: boolean
}

/** The job that was chosen, else what is on the paper, else what comes next, else the last one drawn. */
function shownJob(picture: Parameters<typeof queueOf>[0], chosen: Chosen | undefined) {
  const picked = chosen === undefined ? undefined : picture.jobs.get(chosen.id)
  if (picked && (chosen?.byHand || !isFinal(picked))) return picked
  const queue = queueOf(picture)
  const newest = [...picture.jobs.values()].filter(({ result }) => result).sort((a, b) => b.createdAt - a.createdAt)
  return queue.find(({ result }) => result) ?? newest[0]
}
