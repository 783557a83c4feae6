import type { JSX } from 'preact'
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { WireJob } from '../../../src/daemon/protocol/index.ts'
import { Compose } from './compose/compose.tsx'
import type { Composition } from './compose/composition.ts'
import { useFileDrop } from './compose/drop.tsx'
import { useComposition } from './compose/use-composition.ts'
import { Farm } from './farm/farm.tsx'
import { Wall } from './farm/wall.tsx'
import { CancelDialog } from './job/cancel-dialog.tsx'
import { Details } from './job/details.tsx'
import { PlotDialog } from './job/plot-dialog.tsx'
import { ResumeDialog } from './job/resume-dialog.tsx'
import { Plotters } from './plotters/plotters.tsx'
import { ReadyDialog } from './plotters/ready-dialog.tsx'
import { Batches } from './queue/batches.tsx'
import { History, Queue, Search } from './queue/queue.tsx'
import { Notice, NoticeContext } from './shared/notice.tsx'
import { useNarrow } from './shared/use-narrow.ts'
import { type Paper, paperOf } from './sheet/paper.ts'
import type { Stale } from './sheet/sheet.tsx'
import { type Draft, Stage } from './sheet/stage.tsx'
import { type DaemonState, historyOf, isFinal, queueOf } from './state/daemon-state.ts'
import { type Store, useStore } from './state/store.ts'
import { Status } from './status/status.tsx'
import { PANEL, Tabs, tabsOf, useTab } from './tabs.tsx'
import { Wordmark } from './wordmark.tsx'

/** The whole page: the wall, the farm, or the view with status line, sheet, queue and a side column with tabs. */
export function App({ store }: { store: Store }) {
  const daemon = useStore(store)
  const isNarrow = useNarrow()
  const hash = useHash()
  const [chosenTab, setTab] = useTab(isNarrow ? 'Queue' : 'Compose')
  const mayCompose = store.permits('submit')
  const tabs = tabsOf(isNarrow, mayCompose)
  const tab = tabs.includes(chosenTab) ? chosenTab : (tabs[0] ?? 'Details')
  const drawer = useRef<HTMLElement>(null)
  const shownTab = useRef(tab)
  // Each tab begins at its top. On a wide page the side column (`drawer`) scrolls. On a narrow page the panel scrolls,
  // or the whole page if the window is also low.
  useLayoutEffect(() => {
    const panel = document.getElementById(PANEL)
    if (tab !== shownTab.current) panel?.scrollIntoView()
    shownTab.current = tab
    for (const each of [drawer.current, panel]) each?.scrollTo(0, 0)
  }, [tab])
  const composing = useComposition(store)
  // Behind the other tabs the form stays in the page, because it keeps the user's choices, and may be sending a job.
  const hasForm = useRef(false)
  hasForm.current ||= tab === 'Compose'
  const isFileOver = useFileDrop((files) => {
    if (!mayCompose) return
    setTab('Compose')
    void composing.take(files)
  })
  const queue = useMemo(() => queueOf(daemon), [daemon])
  const sheet = useSheet(daemon, queue)
  const show = (id: string): void => {
    if (hash !== '') location.hash = '#page'
    sheet.showJob(id)
    setTab('Details')
  }
  const edit = (job: WireJob): void => {
    composing.edit(job)
    sheet.showDraft(undefined)
    setTab('Compose')
  }
  const jobs = <JobLists store={store} daemon={daemon} queue={queue} chosen={sheet.job?.id} onShow={show} />
  const isPage = hash !== '#wall' && hash !== '#farm'
  // Behind the farm and the wall, the view with the sheet stays, too. The view is made when it is first shown. So a
  // browser tab that has shown only the farm or the wall does not have it.
  const hasPage = useRef(false)
  hasPage.current ||= isPage
  const notice = { text: store.notice, close: () => store.showNotice(undefined) }
  return (
    <NoticeContext.Provider value={notice}>
      {hasPage.current && (
        <div class={isFileOver && mayCompose ? 'app dropping' : 'app'} hidden={!isPage}>
          <header>
            <Wordmark />
            <Status store={store} daemon={daemon} onShow={show} />
            <button type="button" class="plain log-out" disabled={!daemon.isConnected} onClick={() => store.logOut()}>
              Log out
            </button>
          </header>
          <main>
            <Stage
              store={store}
              daemon={daemon}
              job={sheet.job}
              draft={sheet.isDraftHidden ? undefined : sheet.draft}
              stale={sheet.stale}
              paper={paperOfForm(composing.composition)}
            />
          </main>
          {!isNarrow && (
            <nav class="stack" aria-label="Jobs">
              {isPage && jobs}
            </nav>
          )}
          <aside ref={drawer} class="drawer">
            <Tabs tab={tab} tabs={tabs} onTab={setTab} />
            <div class="panel" role="tabpanel" id={PANEL} aria-labelledby={`tab-${tab}`}>
              {tab === 'Queue' && isPage && jobs}
              {mayCompose && hasForm.current && (
                <div hidden={tab !== 'Compose'}>
                  <Compose
                    store={store}
                    isShown={tab === 'Compose'}
                    fontsVersion={sheet.fontsVersion}
                    plotters={daemon.plotters}
                    composing={composing}
                    draft={sheet.draft}
                    onDraft={sheet.showDraft}
                    onSubmitted={sheet.follow}
                    onStale={sheet.setStale}
                  />
                </div>
              )}
              {tab === 'Details' && <Details store={store} job={sheet.job} plotters={daemon.plotters} onEdit={edit} />}
              {tab === 'Plotters' && <Plotters store={store} daemon={daemon} />}
            </div>
          </aside>
        </div>
      )}
      {hash === '#farm' && (
        <Farm store={store} daemon={daemon}>
          {jobs}
        </Farm>
      )}
      {hash === '#wall' ? <Wall daemon={daemon} /> : (dialogOf(store, daemon, sheet.follow) ?? <Notice />)}
    </NoticeContext.Provider>
  )
}

/** The content of the sheet: a job, or the draft of the form. */
function useSheet(daemon: DaemonState, queue: readonly WireJob[]) {
  const [chosen, setChosen] = useState<Chosen | undefined>()
  const [draft, setDraft] = useState<Draft | undefined>()
  /**
   * After a submit, a plot request or a grant for a job, the sheet shows that job. The next change of the form shows
   * the draft again.
   */
  const [isDraftHidden, setDraftHidden] = useState(false)
  const [stale, setStale] = useState<Stale>(false)
  // While a job has the place of the draft, a change of the fonts does not bring the draft back.
  const fontsVersion = useRef(0)
  if (!isDraftHidden) fontsVersion.current = daemon.fontsVersion
  return {
    job: sheetJobOf(daemon, queue, chosen),
    draft,
    isDraftHidden,
    stale,
    setStale,
    fontsVersion: fontsVersion.current,
    showJob: (id: string): void => {
      setChosen({ id, isChosenByUser: true })
      setDraft(undefined)
    },
    follow: (id: string): void => {
      setChosen({ id, isChosenByUser: false })
      setDraftHidden(true)
    },
    showDraft: (next: Draft | undefined): void => {
      setDraft(next)
      setDraftHidden(false)
    },
  }
}

function paperOfForm({ task, values, settings }: Composition): Paper | undefined {
  return paperOf(values[task], {
    pageSize: settings[task]?.page,
    options: settings[task] as Readonly<Record<string, unknown>> | undefined,
  })
}

interface JobListsProps {
  readonly store: Store
  readonly daemon: DaemonState
  readonly queue: readonly WireJob[]
  /** Id of the job that the sheet shows. */
  readonly chosen: string | undefined
  readonly onShow: (id: string) => void
}

/** The batches, the queue and the history. The search filters the queue and the history. */
function JobLists({ store, daemon, queue, chosen, onShow }: JobListsProps) {
  const [search, setSearch] = useState('')
  const isPaused = daemon.paused.includes('')
  return (
    <>
      <Batches store={store} jobs={daemon.jobs} />
      {(daemon.jobs.size > 1 || search !== '') && <Search search={search} onSearch={setSearch} />}
      <Queue
        store={store}
        queue={queue}
        isCutOff={daemon.isCutOff}
        isPaused={isPaused}
        search={search}
        chosen={chosen}
        onShow={onShow}
      />
      <History store={store} ended={historyOf(daemon)} search={search} chosen={chosen} onShow={onShow} />
    </>
  )
}

/** The dialog in front of the page; null when there is none, or when its job or plotter no longer exists. */
function dialogOf(store: Store, daemon: DaemonState, onDraw: (id: string) => void): JSX.Element | null {
  const { dialog } = store
  /** Closes this dialog, but not another one that the user has opened meanwhile. */
  const close = (): void => {
    if (store.dialog === dialog) store.open(undefined)
  }
  if (dialog?.is === 'ready') {
    const plotter = daemon.plotters.find(({ name }) => name === dialog.plotter)
    return plotter ? (
      <ReadyDialog store={store} daemon={daemon} plotter={plotter} onDraw={onDraw} onClose={close} />
    ) : null
  }
  const job = dialog && daemon.jobs.get(dialog.job)
  if (!job) return null
  if (dialog.is === 'cancel') return <CancelDialog store={store} job={job} onClose={close} />
  const { plotters } = daemon
  if (dialog.is === 'resume') {
    // When the plot was continued and interrupted again, it stopped at another place, so the dialog begins anew.
    const key = `${job.id} ${job.reason?.since} ${job.progress?.done}`
    return <ResumeDialog key={key} store={store} job={job} plotters={plotters} onClose={close} />
  }
  const showQueued = (id: string): void => {
    close()
    onDraw(id)
  }
  return <PlotDialog store={store} job={job} plotters={plotters} onQueued={showQueued} onClose={close} />
}

/**
 * The fragment of the page's address, with its '#'; '' when there is none. A layout effect begins to listen before the
 * user can follow a link.
 */
function useHash(): string {
  const [hash, setHash] = useState(location.hash)
  useLayoutEffect(() => {
    const update = () => setHash(location.hash)
    addEventListener('hashchange', update)
    return () => removeEventListener('hashchange', update)
  }, [])
  return hash
}

/**
 * The job that the sheet shows instead of the default (`sheetJobOf`). A job that the user chose stays on the sheet. A
 * job that the page follows leaves the sheet when the job has ended.
 */
interface Chosen {
  readonly id: string
  readonly isChosenByUser: boolean
}

/** The `chosen` job while it stays on the sheet, else the queue's first job with an SVG, else the newest with one. */
function sheetJobOf(daemon: DaemonState, queue: readonly WireJob[], chosen: Chosen | undefined): WireJob | undefined {
  const job = chosen === undefined ? undefined : daemon.jobs.get(chosen.id)
  if (job && (chosen?.isChosenByUser || !isFinal(job))) return job
  const newest = [...daemon.jobs.values()].filter(({ result }) => result).sort((a, b) => b.createdAt - a.createdAt)
  return queue.find(({ result }) => result) ?? newest[0]
}
