/**
 * Takes a comma as the decimal point in the fields for decimal numbers. A browser whose language writes 1.5 drops the
 * comma, so a typed margin of 1,5 mm would become 15 mm.
 */
export function takeDecimalCommas(): void {
  if ((1.5).toLocaleString().includes(',')) return // this browser understands the comma itself
  addEventListener('beforeinput', (event) => {
    const { target, data } = event
    if (!data?.includes(',') || !(target instanceof HTMLInputElement) || target.step !== 'any') return
    event.preventDefault()
    // Unlike a change of `value`, this replaces the user's selection, fires `input`, and can be undone.
    document.execCommand('insertText', false, data.replace(',', '.'))
  })
}
