import { useEffect, useState } from 'preact/hooks'

/** A media query with the same width as in style.css. */
const ONE_COLUMN = '(max-width: 60rem)'

/** Whether the page has one column, as on a phone. */
export function useNarrow(): boolean {
  const [isNarrow, setNarrow] = useState(() => matchMedia(ONE_COLUMN).matches)
  useEffect(() => {
    const query = matchMedia(ONE_COLUMN)
    const update = (): void => setNarrow(query.matches)
    query.addEventListener('change', update)
    return () => query.removeEventListener('change', update)
  }, [])
  return isNarrow
}
