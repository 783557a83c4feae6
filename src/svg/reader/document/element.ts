import { canonicalName, type Scope } from './namespaces.ts'

/** An element of the document. Text stands among the children only where it can matter: in text, tspan and style. */
export interface SvgElement {
  /** Local name; '' when the element is not of SVG. */
  readonly name: string
  /** By canonical name: 'x', 'xlink:href', 'inkscape:label', 'xml:space'. */
  readonly attributes: Readonly<Record<string, string>>
  readonly parent: SvgElement | undefined
  readonly children: (SvgElement | string)[]
  /** Where its start tag ends in the file, from 1; 0 for one that is not in the file. */
  readonly line: number
  /** Characters of its attributes, those of mathematics many times over: what reading them costs. */
  readonly size: number
}

/** What moves other elements. */
export const ANIMATIONS: ReadonlySet<string> = new Set(['animate', 'animateTransform', 'animateMotion', 'set'])

/** An element while its children are still to come. */
export interface Growing extends SvgElement {
  readonly parent: Growing | undefined
  children: (SvgElement | string)[]
}

/** Shared by all elements without children, which most are: a list for each would be a tenth of the tree. */
export const CHILDLESS: (SvgElement | string)[] = []
Object.freeze(CHILDLESS)

export function append(to: Growing, child: SvgElement | string): void {
  if (to.children === CHILDLESS) to.children = [child]
  else to.children.push(child)
}

/**
 * Attributes without a prototype, so that none is found that the file does not have. Objects made by one constructor
 * share their layout; the parser's own each carry a hash table, which at a hundred thousand elements is 20 MB.
 */
const Attributes = function Attributes() {} as unknown as new () => Record<string, string>
Attributes.prototype = Object.create(null)

/** The attributes by canonical names. */
export function attributesOf(read: Readonly<Record<string, string>>, scope: Scope | undefined): Record<string, string> {
  const attributes = new Attributes()
  for (const name in read) attributes[scope?.renames ? canonicalName(name, scope) : name] = read[name] ?? ''
  return attributes
}
