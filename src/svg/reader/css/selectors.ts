import { compile, type Options } from 'css-select'
import { UNBOUNDED, type Work } from '../../../geometry/work.ts'
import { childElements, type SvgElement } from '../document/tree.ts'

type Node = SvgElement | string

const isElement = (node: Node): node is SvgElement => typeof node !== 'string'
/** The root of the copy that a `use` element draws. Selectors see nothing outside the copy. */
let boundary: SvgElement | undefined
/**
 * The budget. Each step through the tree costs work, and one selector may take far more steps than there are elements.
 */
let work: Work = UNBOUNDED

const countSteps = (nodes: Node[]): Node[] => {
  work.spend(1 + nodes.length)
  return nodes
}
const siblings = (node: Node): Node[] =>
  countSteps(isElement(node) && node.parent && node !== boundary ? node.parent.children : [node])

/** The text directly inside an element. */
export const textOf = ({ children }: SvgElement): string =>
  children.map((child) => (typeof child === 'string' ? child : '')).join('')

/** The functions by which css-select reads the tree. */
const adapter: NonNullable<Options<Node, SvgElement>['adapter']> = {
  isTag: isElement,
  getName: (element) => element.name,
  getChildren: (node) => (isElement(node) ? countSteps(node.children) : []),
  getParent: (node) => {
    work.spend(2)
    return isElement(node) && node !== boundary ? (node.parent ?? null) : null
  },
  getSiblings: siblings,
  prevElementSibling: (node) => {
    if (!isElement(node) || node === boundary) return null
    const elements = node.parent ? childElements(node.parent) : []
    work.spend(2 * elements.length)
    return elements[elements.indexOf(node) - 1] ?? null
  },
  getText: (node) => {
    const text = isElement(node) ? textOf(node) : node
    work.spend(text.length)
    return text
  },
  getAttributeValue: (element, name) => {
    const value = element.attributes[name]
    work.spend((value?.length ?? 0) / 4)
    return value
  },
  hasAttrib: (element, name) => element.attributes[name] !== undefined,
  removeSubsets: (nodes) => nodes,
}

/** Whether a selector matches an element. @param scope  the root of the copy, for an element that `use` draws */
export type Matcher = (element: SvgElement, scope: SvgElement | undefined) => boolean

/** Pseudo-classes and pseudo-elements that are valid in a browser. A selector with one of them matches nothing here. */
const NEVER =
  /::|:(?:before|after|first-line|first-letter|focus|target|dir|fullscreen|popover-open|modal|playing|paused|autofill|valid|invalid|user-)/i
const never = (): boolean => false

/** Matches `:nth-child(2n of`. css-tree writes no blank behind `of`, and css-select requires one. */
const OF = /:nth-(?:last-)?child\([^\s()]+ of(?=\S)/gi

/** A test for one selector; undefined for an invalid selector, which makes its whole rule invalid. */
export function matcher(selector: string, budget: Work): Matcher | undefined {
  try {
    const test = compile<Node, SvgElement>(selector.replaceAll('*|', '').replace(OF, '$& '), {
      adapter,
      pseudos: { root: ({ parent }: SvgElement) => parent === undefined },
      xmlMode: true,
      cacheResults: false,
    })
    return (element, scope) => {
      boundary = scope
      work = budget
      return test(element)
    }
  } catch (thrown) {
    if (thrown instanceof RangeError) throw thrown
    return NEVER.test(selector) ? never : undefined
  }
}
