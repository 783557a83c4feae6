import type { SvgElement } from './tree.ts'

/** What browsers say they can show; we draw what is in them as well as they do, which is not at all. */
const EXTENSIONS = new Set(['http://www.w3.org/1999/xhtml', 'http://www.w3.org/1998/Math/MathML'])

/** Conditional attributes (SVG 2, section 5.8): languages that are ours, and extensions that a browser has. */
export function passesConditions({ attributes }: SvgElement, language: string): boolean {
  const { systemLanguage, requiredExtensions } = attributes
  if (requiredExtensions?.split(/\s+/).every((name) => EXTENSIONS.has(name)) === false) return false
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
