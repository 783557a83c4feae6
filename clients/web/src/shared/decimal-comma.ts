/** A pasted number with commas between its thousands: 1,000 or 12,345.6. */
const THOUSANDS = /^\D*[1-9]\d{0,2}(,\d{3})+(\.\d*)?\D*$/

/**
 * Takes a comma as the decimal point in the fields for decimal numbers. A browser whose language writes 1.5 drops the
 * comma, so a typed margin of 1,5 mm would become 15 mm. In a pasted 1,000 the browser rightly drops the comma.
 */
export function takeDecimalCommas(): void {
  if ((1.5).toLocaleString().includes(',')) return // this browser understands the comma itself
  addEventListener('beforeinput', (event) => {
    const { target, data } = event
    if (!data?.includes(',') || THOUSANDS.test(data)) return
    if (!(target instanceof HTMLInputElement) || target.step !== 'any') return
    event.preventDefault()
    const text = data.replace(/\.(?=.*,)/g, '').replace(',', '.') // a point before the comma divides thousands
    // Unlike a change of `value`, `insertText` replaces the user's selection, fires `input`, and can be undone.
    document.execCommand('insertText', false, text)
  })
}
