/**
 * Drops the further clicks of a double click on a button. The first click may have put another button under the
 * pointer: that of the next job, or that of a dialog which the user has not read. Buttons inside an element with the
 * attribute `data-repeats`, such as those that move the pen, take every click.
 */
export function dropDoubleClicks(): void {
  const onClick = (event: MouseEvent): void => {
    const button = event.target instanceof Element ? event.target.closest('button') : null
    if (event.detail < 2 || !button || button.closest('[data-repeats]')) return
    event.preventDefault()
    event.stopPropagation()
  }
  addEventListener('click', onClick, { capture: true })
}
