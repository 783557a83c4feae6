const WIDE = ['Compose', 'Details', 'Plotters'] as const
/** On a narrow screen the queue has no column of its own, so it is the first tab. */
const NARROW = ['Queue', ...WIDE] as const
/** The id of the panel that the chosen tab shows. */
export const PANEL = 'tab-panel'
export type Tab = (typeof NARROW)[number]

interface Props {
  readonly tab: Tab
  readonly narrow: boolean
  readonly onTab: (tab: Tab) => void
}

export function Tabs({ tab, narrow, onTab }: Props) {
  const choose = (tab: Tab): void => {
    onTab(tab)
    document.getElementById(`tab-${tab}`)?.focus()
  }
  const tabs = narrow ? NARROW : WIDE
  /** Arrow keys go around, Home and End to the ends, as in the tabs pattern of ARIA. */
  const onKeyDown = (event: KeyboardEvent): void => {
    const place = (tabs as readonly Tab[]).indexOf(tab)
    const to = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: tabs.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    choose(tabs[(to + tabs.length) % tabs.length] ?? tab)
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
