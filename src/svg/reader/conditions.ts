import type { SvgElement } from './tree.ts'

/** Conditional attributes (SVG 2, section 5.8): languages that are ours, and no extensions, for we have none. */
export function passesConditions({ attributes }: SvgElement, language: string): boolean {
  const { systemLanguage, requiredExtensions } = attributes
  if (requiredExtensions !== undefined) return false
  return systemLanguage === undefined || systemLanguage.split(',').some((tag) => isOurs(tag.trim(), language))
}

/** A tag matches its own language and every variety of it: 'en-GB' is English enough. */
function isOurs(tag: string, language: string): boolean {
  const [wanted, ours] = [tag.toLowerCase(), language.toLowerCase()]
  return wanted === ours || wanted.startsWith(`${ours}-`) || ours.startsWith(`${wanted}-`)
}

/** The first child that passes; it alone is drawn. */
export function switchChoice(element: SvgElement, language: string): SvgElement | undefined {
  for (const child of element.children) {
    if (typeof child !== 'string' && child.name !== '' && passesConditions(child, language)) return child
  }
  return undefined
}
