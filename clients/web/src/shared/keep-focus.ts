/**
 * Remembers the place of an element on the page.
 *
 * @returns a function that focuses the element or, when it has left the page, its nearest ancestor that is still there.
 *   An ancestor takes no Enter, so a second Enter does nothing that the user has not read.
 */
export function placeOf(element: Element | null): () => void {
  const path: Element[] = []
  for (let each = element; each && each !== document.body; each = each.parentElement) path.push(each)
  return () => {
    const place = path.find(({ isConnected }) => isConnected)
    if (!(place instanceof HTMLElement)) return
    if (place !== element) place.tabIndex = -1
    place.focus({ preventScroll: place !== element })
  }
}

/** Keeps the focus near its place when the element with the focus leaves the page. */
export function keepFocus(): void {
  let focused: Element | null = null
  let giveBack = (): void => {}
  addEventListener('focusin', ({ target }) => {
    focused = target instanceof Element ? target : null
    giveBack = placeOf(focused)
  })
  new MutationObserver(() => {
    if (focused?.isConnected === false && document.activeElement === document.body) giveBack()
  }).observe(document.body, { childList: true, subtree: true })
}
