/**
 * Drops the further clicks of a double click on a button, and those of a key that the user holds down. The first click
 * may have put another button under the pointer, or under the focus: that of the next job, or that of a dialog which
 * the user has not read. Buttons inside an element with the attribute `data-repeats`, such as those that move the pen,
 * take every click.
 */
export function dropDoubleClicks(): void {
  const onClick = (event: MouseEvent): void => {
    const button = event.target instanceof Element ? event.target.closest('button') : null
    if (event.detail < 2 || !button || button.closest('[data-repeats]')) return
    event.preventDefault()
    event.stopPropagation()
  }
  // A held Enter clicks again and again. In a field it clicks the button of the form.
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!event.repeat || event.key !== 'Enter' || !(event.target instanceof Element)) return
    if (event.target instanceof HTMLTextAreaElement || event.target.closest('button')?.closest('[data-repeats]')) return
    event.preventDefault()
  }
  addEventListener('click', onClick, { capture: true })
  addEventListener('keydown', onKeyDown, { capture: true })
}
