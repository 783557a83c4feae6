import { useLayoutEffect, useState } from 'preact/hooks'

const WIDE = ['Compose', 'Details', 'Plotters'] as const
/** The id of the panel that the chosen tab shows. */
export const PANEL = 'tab-panel'
type Tab = 'Queue' | (typeof WIDE)[number]

/**
 * The tabs of the page. On a narrow screen the queue has no column of its own, so the queue is the first tab.
 *
 * @param mayCompose  whether the user may submit jobs
 */
export const tabsOf = (isNarrow: boolean, mayCompose: boolean): readonly Tab[] => [
  ...(isNarrow ? (['Queue'] as const) : []),
  ...WIDE.filter((tab) => mayCompose || tab !== 'Compose'),
]

/**
 * The chosen tab, and a function that chooses another tab. Each choice of another tab is a step in the browser's
 * history: Back returns to the tab before that choice, and does not leave the page. A layout effect marks the first
 * step before the user can choose.
 */
export function useTab(first: Tab): readonly [tab: Tab, choose: (tab: Tab) => void] {
  const [tab, setTab] = useState(first)
  useLayoutEffect(() => {
    history.replaceState({ tab: first }, '')
    const onStep = ({ state }: PopStateEvent): void => {
      const step = state as { readonly tab: Tab } | null // null for a step that a link such as `#farm` made
      if (step) setTab(step.tab)
    }
    addEventListener('popstate', onStep)
    return () => removeEventListener('popstate', onStep)
  }, [])
  const choose = (next: Tab): void => {
    if (next !== tab) history.pushState({ tab: next }, '')
    setTab(next)
  }
  return [tab, choose]
}

interface Props {
  readonly tab: Tab
  readonly tabs: readonly Tab[]
  readonly onTab: (tab: Tab) => void
}

/** The row of tabs. The arrow keys left and right, Home and End choose a tab, as in the tabs pattern of ARIA. */
export function Tabs({ tab, tabs, onTab }: Props) {
  const choose = (tab: Tab): void => {
    onTab(tab)
    document.getElementById(`tab-${tab}`)?.focus()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const index = tabs.indexOf(tab)
    const target = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: tabs.length - 1 }[event.key]
    if (target === undefined) return
    event.preventDefault()
    choose(tabs[(target + tabs.length) % tabs.length] ?? tab)
  }
  return (
    <div class="tabs" role="tablist" onKeyDown={onKeyDown}>
      {tabs.map((entry) => (
        <button
          type="button"
          role="tab"
          key={entry}
          id={`tab-${entry}`}
          aria-selected={tab === entry}
          aria-controls={PANEL}
          tabIndex={tab === entry ? 0 : -1}
          onClick={() => choose(entry)}
        >
          {entry}
        </button>
      ))}
    </div>
  )
}
