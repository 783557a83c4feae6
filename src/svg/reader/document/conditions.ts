import type { SvgElement } from './tree.ts'

/**
 * Extensions that browsers claim to support, although no browser draws the elements of these extensions directly in an
 * SVG.
 */
const EXTENSIONS = new Set(['http://www.w3.org/1999/xhtml', 'http://www.w3.org/1998/Math/MathML'])

/**
 * Whether the conditional attributes hold for `language` and for a browser's extensions (SVG 2, section 5.8).
 */
export function passesConditions({ attributes }: SvgElement, language: string): boolean {
  const { systemLanguage, requiredExtensions } = attributes
  if (requiredExtensions?.split(/\s+/).every((name) => EXTENSIONS.has(name)) === false) return false
  return systemLanguage === undefined || systemLanguage.split(',').some((tag) => matches(tag.trim(), language))
}

/** Whether two language tags are equal, or one is a regional variety of the other: 'en-GB' matches 'en'. */
function matches(tag: string, language: string): boolean {
  const a = tag.toLowerCase()
  const b = language.toLowerCase()
  return a === b || a.startsWith(`${b}-`) || b.startsWith(`${a}-`)
}

/** The first child whose conditions hold. A `switch` draws only this child. */
export function switchChoice(element: SvgElement, language: string): SvgElement | undefined {
  for (const child of element.children) {
    if (typeof child !== 'string' && child.name !== '' && passesConditions(child, language)) return child
  }
  return undefined
}
