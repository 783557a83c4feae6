/**
 * Drops every click after the first, when the user double-clicks a button or holds Enter down. After the first click,
 * another button may lie under the pointer or have the focus: a button of the next job, or of a dialog that the user
 * has not read. A button with the attribute `data-repeats`, or inside an element with this attribute, takes every
 * click. Examples are the buttons that move the pen.
 */
export function dropDoubleClicks(): void {
  const onClick = (event: MouseEvent): void => {
    const button = event.target instanceof Element ? event.target.closest('button') : null
    if (event.detail < 2 || !button || button.closest('[data-repeats]')) return
    event.preventDefault()
    event.stopPropagation()
  }
  // A held Enter clicks again and again. In a field, Enter clicks the button of the form.
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!event.repeat || event.key !== 'Enter' || !(event.target instanceof Element)) return
    if (event.target instanceof HTMLTextAreaElement || event.target.closest('button')?.closest('[data-repeats]')) return
    event.preventDefault()
  }
  addEventListener('click', onClick, { capture: true })
  addEventListener('keydown', onKeyDown, { capture: true })
}
