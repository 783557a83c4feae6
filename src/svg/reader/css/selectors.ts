import { compile, type Options } from 'css-select'
import { UNBOUNDED, type Work } from '../../../geometry/work.ts'
import type { SvgElement } from '../document/tree.ts'

type Node = SvgElement | string

const isElement = (node: Node): node is SvgElement => typeof node !== 'string'
const childElements = (element: SvgElement): SvgElement[] => element.children.filter(isElement)
/** The root of the copy that a `use` makes: to selectors the world ends there. */
let boundary: SvgElement | undefined
/** Where each step through the tree is counted: a selector may ask for more of them than there are elements. */
let work: Work = UNBOUNDED

const counted = (nodes: Node[]): Node[] => {
  work.spend(1 + nodes.length)
  return nodes
}
const siblings = (node: Node): Node[] =>
  counted(isElement(node) && node.parent && node !== boundary ? node.parent.children : [node])

/** The text directly inside an element. */
export const textOf = ({ children }: SvgElement): string =>
  children.map((child) => (typeof child === 'string' ? child : '')).join('')

/** How css-select walks our tree. */
const adapter: NonNullable<Options<Node, SvgElement>['adapter']> = {
  isTag: isElement,
  getName: (element) => element.name,
  getChildren: (node) => (isElement(node) ? counted(node.children) : []),
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
  getAttributeValue: (element, name) => element.attributes[name],
  hasAttrib: (element, name) => element.attributes[name] !== undefined,
  removeSubsets: (nodes) => nodes,
}

/** @param scope  the root of the copy, for an element that `use` draws */
export type Matcher = (element: SvgElement, scope: SvgElement | undefined) => boolean

/** What a browser knows and a sheet of paper never is. */
const NEVER =
  /::|:(?:before|after|first-line|first-letter|focus|target|lang|dir|fullscreen|popover-open|modal|playing|paused|autofill|valid|invalid|user-)/i
const never = (): boolean => false

/** A test for one selector; undefined for what is no selector: then the whole rule is void. */
export function matcher(selector: string, budget: Work): Matcher | undefined {
  try {
    const test = compile<Node, SvgElement>(selector.replaceAll('*|', ''), {
      adapter,
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
