import { useEffect, useState } from 'preact/hooks'

const DESK = ['Compose', 'Details', 'Plotters'] as const
/** On a phone the queue has no side of its own: it is the first of the tabs, which lie under the thumb. */
const PHONE = ['Queue', ...DESK] as const
export type Tab = (typeof PHONE)[number]

interface Props {
  readonly tab: Tab
  readonly narrow: boolean
  readonly onTab: (tab: Tab) => void
}

export function Tabs({ tab, narrow, onTab }: Props) {
  const turn = (each: Tab): void => {
    onTab(each)
    if (narrow) scrollTo({ top: 0 })
  }
  return (
    <div class="tabs" role="tablist">
      {(narrow ? PHONE : DESK).map((each) => (
        <button type="button" role="tab" key={each} aria-selected={tab === each} onClick={() => turn(each)}>
          {each}
        </button>
      ))}
    </div>
  )
}

/** The same width as in style.css. */
const NARROW = '(max-width: 60rem)'

/** One column, as on a phone. */
export function useNarrow(): boolean {
  const [narrow, set] = useState(() => matchMedia(NARROW).matches)
  useEffect(() => {
    const query = matchMedia(NARROW)
    const changed = (): void => set(query.matches)
    query.addEventListener('change', changed)
    return () => query.removeEventListener('change', changed)
  }, [])
  return narrow
}
