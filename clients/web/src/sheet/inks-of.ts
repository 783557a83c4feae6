import type { Inks } from './scene.ts'

/** The colours that the stylesheet gives, in the light or dark that it is now. */
export function inksOf(element: Element): Inks {
  const style = getComputedStyle(element)
  const ink = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    paper: ink('paper'),
    shadow: ink('shadow'),
    drawn: ink('ink'),
    toCome: ink('ink-pale'),
    travel: ink('travel'),
    pen: ink('pen'),
    ruler: ink('quiet'),
    desk: ink('desk'),
  }
}
