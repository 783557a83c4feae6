import { useEffect, useState } from 'preact/hooks'

/** The fragment of the page's address, with its '#'; '' when there is none. */
export function useHash(): string {
  const [hash, setHash] = useState(location.hash)
  useEffect(() => {
    const changed = () => setHash(location.hash)
    addEventListener('hashchange', changed)
    return () => removeEventListener('hashchange', changed)
  }, [])
  return hash
}
