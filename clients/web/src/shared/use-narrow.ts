import { useLayoutEffect, useState } from 'preact/hooks'

/** A media query with the same width as in style.css. */
const ONE_COLUMN = '(max-width: 60rem)'

/** Whether the page has one column, as on a phone. A layout effect begins to listen before the next frame. */
export function useNarrow(): boolean {
  const [isNarrow, setNarrow] = useState(() => matchMedia(ONE_COLUMN).matches)
  useLayoutEffect(() => {
    const query = matchMedia(ONE_COLUMN)
    const update = (): void => setNarrow(query.matches)
    query.addEventListener('change', update)
    return () => query.removeEventListener('change', update)
  }, [])
  return isNarrow
}
