const KEY = 'plotd.token'

/**
 * The token from the address's fragment, which no server sees. It is taken out of the address bar at once, so that it
 * is not copied along with it, and kept for this tab and the next visit.
 */
export function takeToken(): string | undefined {
  const found = /[#&]token=([\w-]+)/.exec(location.hash)?.[1]
  if (found !== undefined) {
    localStorage.setItem(KEY, found)
    history.replaceState(undefined, '', location.pathname + location.search)
  }
  return localStorage.getItem(KEY) ?? undefined
}
