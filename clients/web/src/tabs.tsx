import { useEffect, useState } from 'preact/hooks'

const WIDE = ['Compose', 'Details', 'Plotters'] as const
/** On a narrow screen the queue has no column of its own, so it is the first tab. */
const NARROW = ['Queue', ...WIDE] as const
export type Tab = (typeof NARROW)[number]

interface Props {
  readonly tab: Tab
  readonly narrow: boolean
  readonly onTab: (tab: Tab) => void
}

export function Tabs({ tab, narrow, onTab }: Props) {
  const choose = (each: Tab): void => {
    onTab(each)
    if (narrow) scrollTo({ top: 0 })
  }
  return (
    <div class="tabs" role="tablist">
      {(narrow ? NARROW : WIDE).map((each) => (
        <button type="button" role="tab" key={each} aria-selected={tab === each} onClick={() => choose(each)}>
          {each}
        </button>
      ))}
    </div>
  )
}

/** The same width as in style.css. */
const ONE_COLUMN = '(max-width: 60rem)'

/** Whether the page has one column, as on a phone. */
export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(ONE_COLUMN).matches)
  useEffect(() => {
    const query = matchMedia(ONE_COLUMN)
    const update = (): void => setNarrow(query.matches)
    query.addEventListener('change', update)
    return () => query.removeEventListener('change', update)
  }, [])
  return narrow
}
