import { useEffect, useState } from 'preact/hooks'

/** The fragment of the page's address, with its '#'; '' when there is none. */
export function useHash(): string {
  const [hash, setHash] = useState(location.hash)
  useEffect(() => {
    const update = () => setHash(location.hash)
    addEventListener('hashchange', update)
    return () => removeEventListener('hashchange', update)
  }, [])
  return hash
}
