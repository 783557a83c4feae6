/**
 * The room `document`: from bytes to a tree of elements. `decode` finds the encoding, `entities` expands the DTD,
 * `tree` (here) parses and limits the size, and `budget` limits the work.
 */
import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { PlotdError } from '../../../errors.ts'
import type { Budget } from './budget.ts'
import type { Document } from './entities.ts'
import { canonicalName, type Scope, SVG_NAMESPACE, scopeOf } from './namespaces.ts'

/**
 * An element of the document. The children include text only in text, tspan, style and similar elements, and in a
 * foreignObject.
 */
export interface SvgElement {
  /** Local name. Outside the SVG namespace: '', or a name such as 'html:p' inside a foreignObject. */
  readonly name: string
  /** Values by canonical name, such as 'x', 'xlink:href', 'inkscape:label', 'xml:space'. */
  readonly attributes: Readonly<Record<string, string>>
  readonly parent: SvgElement | undefined
  readonly children: (SvgElement | string)[]
  /** Line where its start tag ends, from 1. An element that plotd made has the line of its source, or 0. */
  readonly line: number
  /** Characters of its attributes, weighted by the cost of reading them. */
  readonly size: number
}

/** Elements that animate other elements. */
export const ANIMATIONS: ReadonlySet<string> = new Set(['animate', 'animateTransform', 'animateMotion', 'set'])

/** An element whose end tag is not read yet. */
interface OpenElement extends SvgElement {
  readonly parent: OpenElement | undefined
  children: (SvgElement | string)[]
}

/**
 * All elements without children share this list, because an empty list for each would take a tenth of the tree's
 * memory.
 */
const CHILDLESS: (SvgElement | string)[] = []
Object.freeze(CHILDLESS)

function append(to: OpenElement, child: SvgElement | string): void {
  if (to.children === CHILDLESS) to.children = [child]
  else to.children.push(child)
}

/**
 * Attributes have an empty prototype, so that a lookup finds only attributes of the file. Objects of one constructor
 * share their layout. The parser's objects each carry a hash table: 20 MB for a hundred thousand elements.
 */
const Attributes = function Attributes() {} as unknown as new () => Record<string, string>
Attributes.prototype = Object.create(null)

function attributesOf(read: Readonly<Record<string, string>>, scope: Scope | undefined): Record<string, string> {
  const attributes = new Attributes()
  for (const name in read) attributes[scope?.mustRename ? canonicalName(name, scope) : name] = read[name] ?? ''
  return attributes
}

export const childElements = ({ children }: SvgElement): SvgElement[] =>
  children.filter((child): child is SvgElement => typeof child !== 'string')

/** The text by which an element refers to another element or to a file. Older files use `xlink:href`. */
export const hrefOf = ({ attributes }: SvgElement): string | undefined => attributes['href'] ?? attributes['xlink:href']

/** Whether an element or one of its descendants has text other than blanks. */
export const hasText = ({ children }: SvgElement): boolean =>
  children.some((child) => (typeof child === 'string' ? child.trim() !== '' : hasText(child)))

/** Maximum number of elements of a document, and its maximum depth. */
export interface TreeLimits {
  readonly elements: number
  readonly depth: number
}

export interface Tree {
  readonly root: SvgElement
  readonly byId: ReadonlyMap<string, SvgElement>
  /** The style elements in document order. */
  readonly styles: readonly SvgElement[]
  readonly animations: readonly SvgElement[]
  /** Number of instructions before the root (`<?xml-stylesheet …?>`) that name style sheets of other files. */
  readonly linkedSheets: number
  /** Whether a `style` attribute may declare a custom property, because it contains `--`. */
  readonly hasVariables: boolean
}

const MAX_ATTRIBUTES = 1000
const KEEPS_TEXT = new Set('text tspan textPath tref a style flowDiv flowPara flowSpan flowLine'.split(' '))

/**
 * Parses the document into a tree. Parsing is strict: a file that is not well-formed is refused with line and column,
 * because the rest of the file would be a guess. Namespaces are handled leniently: an undeclared prefix has its usual
 * meaning.
 *
 * @throws PlotdError ERR_SVG_INVALID when the document is not well-formed or its root is not an svg element,
 *   ERR_SVG_LIMIT when it exceeds a limit
 */
export function parseTree(document: Document, limits: TreeLimits, budget: Budget): Tree {
  return new TreeBuilder(document, limits, budget).build()
}

class TreeBuilder {
  readonly #document: Document
  readonly #limits: TreeLimits
  readonly #budget: Budget
  readonly #parser = new SaxesParser({ xmlns: false })
  readonly #byId = new Map<string, SvgElement>()
  readonly #styles: SvgElement[] = []
  readonly #animations: SvgElement[] = []
  readonly #scopes: (Scope | undefined)[] = [undefined]
  /** One string per element name. The parser makes a new string for each tag. */
  readonly #names = new Map<string, string>()
  #root: SvgElement | undefined
  #open: OpenElement | undefined
  /**
   * Whether the root has no prefix. Then elements without a prefix belong to SVG, even if no `xmlns` declares that.
   */
  #isBare = true
  /** Whether the root has no default namespace. */
  #isLoose = true
  #elements = 0
  #hasVariables = false
  #linkedSheets = 0
  /**
   * Number of open elements from the outermost foreignObject inwards. The tree keeps their text and their HTML names.
   */
  #foreign = 0

  constructor(document: Document, limits: TreeLimits, budget: Budget) {
    this.#document = document
    this.#limits = limits
    this.#budget = budget
  }

  build(): Tree {
    const parser = this.#parser
    Object.assign(parser.ENTITIES, this.#document.entities)
    parser.on('error', (error) => this.#invalid(error.message))
    parser.on('processinginstruction', ({ target }) => {
      if (target === 'xml-stylesheet' && this.#root === undefined) this.#linkedSheets++
    })
    parser.on('opentag', (tag) => this.#begin(tag))
    parser.on('closetag', () => this.#end())
    parser.on('text', (text) => this.#text(text))
    parser.on('cdata', (text) => this.#text(text))
    parser.write(this.#document.xml).close()
    const root = this.#root
    if (root === undefined) throw new PlotdError('ERR_SVG_INVALID', 'the SVG has no elements')
    if (root.name !== 'svg')
      throw new PlotdError('ERR_SVG_INVALID', 'the root element is not an svg element in the namespace of SVG')
    return {
      root,
      byId: this.#byId,
      styles: this.#styles,
      animations: this.#animations,
      linkedSheets: this.#linkedSheets,
      hasVariables: this.#hasVariables,
    }
  }

  #begin(tag: SaxesTagPlain): void {
    if (++this.#elements > this.#limits.elements) throw tooMany('elements', this.#limits.elements)
    if (this.#scopes.length > this.#limits.depth) throw tooMany('depth', this.#limits.depth)
    const defaults = this.#document.defaults.get(tag.name)
    const read = defaults === undefined ? tag.attributes : { ...defaults, ...tag.attributes }
    // A default attribute takes a hundred bytes or more of memory in each element, though the file has it only once.
    if (defaults !== undefined) this.#budget.spend(50 * Object.keys(defaults).length)
    if (Object.keys(read).length > MAX_ATTRIBUTES) throw this.#tooManyAttributes(tag.name)
    const scope = scopeOf(read, this.#scopes.at(-1), this.#budget)
    if (this.#root === undefined) this.#isLoose = !scope?.spaces.get('')
    this.#scopes.push(scope)

    const svg = withoutPrototypeNames(svgName(tag.name, scope, this.#open === undefined || this.#isBare, this.#isLoose))
    const element: OpenElement = {
      name: this.#intern(svg === '' && this.#foreign > 0 ? `html:${tag.name.replace(/^.*:/, '')}` : svg),
      attributes: attributesOf(read, scope),
      parent: this.#open,
      children: CHILDLESS,
      line: this.#parser.line,
      size: sizeOf(read),
    }
    this.#budget.visit(element)
    if (this.#open !== undefined) append(this.#open, element)
    if (this.#root === undefined) this.#isBare = !tag.name.includes(':')
    this.#root ??= element
    this.#open = element
    if (this.#foreign > 0 || element.name === 'foreignObject') this.#foreign++
    const id = element.attributes['id'] ?? element.attributes['xml:id']
    if (id && !this.#byId.has(id)) this.#byId.set(id, element)
    this.#hasVariables ||= element.attributes['style']?.includes('--') ?? false
    if (element.name === 'style') this.#styles.push(element)
    else if (ANIMATIONS.has(element.name)) this.#animations.push(element)
  }

  #end(): void {
    this.#scopes.pop()
    if (this.#foreign > 0) this.#foreign--
    this.#open = this.#open?.parent
  }

  #text(text: string): void {
    const open = this.#open
    if (open !== undefined && (this.#foreign > 0 || KEEPS_TEXT.has(open.name))) append(open, text)
  }

  #intern(name: string): string {
    const shared = this.#names.get(name)
    if (shared !== undefined) return shared
    this.#names.set(name, name)
    return name
  }

  #tooManyAttributes(name: string): PlotdError {
    const { line } = this.#parser
    const where = `<${name}> in line ${line}`
    return new PlotdError('ERR_SVG_LIMIT', `${where} has more than ${MAX_ATTRIBUTES} attributes`, {
      limit: 'attributes',
      most: MAX_ATTRIBUTES,
      element: { name, line },
    })
  }

  #invalid(message: string): never {
    const { line, column } = this.#parser
    const reason = message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')
    throw new PlotdError('ERR_SVG_INVALID', `not well-formed at line ${line}, column ${column}: ${reason}`, {
      line,
      column,
    })
  }
}

/** Cost of an attribute besides its name and its value, in characters. */
const ATTRIBUTE = 80
const CALCULATED = /(?:calc|min|max|clamp|round|mod|rem|abs|sign|sqrt|exp|log|pow|hypot|sin|cos|tan2?)\(/i
/** Cost of a character of a value with calc() or a similar function, in plain characters. */
const CALCULATION = 50

function sizeOf(attributes: Readonly<Record<string, string>>): number {
  let size = 0
  for (const name in attributes) {
    const value = attributes[name] ?? ''
    const isCalculated = value.includes('(') && CALCULATED.test(value)
    size += ATTRIBUTE + name.length + (isCalculated ? CALCULATION * value.length : value.length)
  }
  return size
}

function tooMany(limit: 'elements' | 'depth', most: number): PlotdError {
  const what = limit === 'elements' ? `more than ${most} elements` : `elements nested more than ${most} deep`
  return new PlotdError('ERR_SVG_LIMIT', `the SVG has ${what}`, { limit, most })
}

/** Hides names such as `constructor`, which a lookup in a table of element names would find. */
const withoutPrototypeNames = (name: string): string => (name in Object.prototype ? '' : name)

/**
 * The local name of an SVG element; '' for others.
 *
 * @param isBare   whether elements without a prefix belong to SVG where no default namespace is declared
 * @param isLoose  whether the root has no default namespace: elements in no namespace then count as SVG
 */
function svgName(name: string, scope: Scope | undefined, isBare: boolean, isLoose: boolean): string {
  const colon = name.indexOf(':')
  const space = scope?.spaces.get(colon < 0 ? '' : name.slice(0, colon))
  if (space === '' && isLoose) return name
  if (space !== undefined) return space === SVG_NAMESPACE ? name.slice(colon + 1) : ''
  if (colon < 0) return isBare ? name : ''
  return name.startsWith('svg:') ? name.slice(4) : ''
}
