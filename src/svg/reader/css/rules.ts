import type { Atrule, CssNode, Declaration as DeclarationNode, Rule, Selector } from 'css-tree'
import type { Budget } from '../document/budget.ts'
import type { CascadeLayers } from './cascade-layers.ts'
import { cssTree } from './css-tree.ts'
import { type Declaration, declarationsOf } from './declarations.ts'
import { type Medium, matchesMedia } from './media.ts'
import { nestedItems, replaceParent, splitSelectors, withParent } from './nested-items.ts'
import { isCustom } from './properties.ts'

/** A rule that holds declarations only. */
export interface FlatRule {
  readonly selectors: readonly Selector[]
  readonly declarations: readonly Declaration[]
  /** Name of the cascade layer; '' for a rule outside of layers. */
  readonly layer: string
}

/** Matches the address of an `@import` that has a scheme or a host. */
const WEB_ADDRESS = /^(?:url\()?["']?(?:[a-z][a-z\d+.-]*:|\/\/)/i
/** Steps of work to parse a character. */
const CHARACTER = 10
const MAX_NESTING = 8

interface RuleContext {
  /** Selectors of the outer rule; undefined for a rule that is not nested. */
  readonly outer: readonly Selector[] | undefined
  /** The selectors of the outer rule as one text. */
  readonly parent: string
  readonly layer: string
  readonly depth: number
}

/** Facts about the style sheets of a document, besides their rules. */
export interface SheetFacts {
  /** Names of keyframes, in lower case. */
  readonly keyframes: Set<string>
  /** Number of `@import` rules without a web address. Sheets at web addresses do not count: most only declare fonts. */
  imports: number
  /** Number of `@scope` rules, which are not read. */
  scopes: number
}

/** The rules of a style sheet that apply to `medium`, in order. Nested rules get full selectors. */
export function flatRules(
  text: string,
  medium: Medium,
  layers: CascadeLayers,
  budget: Budget,
  facts: SheetFacts,
): FlatRule[] {
  return new Flattener(medium, layers, budget, facts).sheet(text)
}

class Flattener {
  readonly #medium: Medium
  readonly #rules: FlatRule[] = []
  readonly #budget: Budget
  readonly #layers: CascadeLayers
  readonly #facts: SheetFacts
  /** Prefixes that `@namespace` declares for SVG. */
  readonly #prefixes = new Set<string>()

  constructor(medium: Medium, layers: CascadeLayers, budget: Budget, facts: SheetFacts) {
    this.#medium = medium
    this.#layers = layers
    this.#budget = budget
    this.#facts = facts
  }

  sheet(text: string): FlatRule[] {
    this.#budget.spend(CHARACTER * text.length)
    const sheet = cssTree().parse(text, { parseValue: false, parseCustomProperty: false })
    this.#readBlock(sheet, { outer: undefined, parent: '', layer: '', depth: 0 })
    return this.#rules
  }

  /** Reads the rules of a sheet, or of an at-rule outside of rules. */
  #readBlock(node: CssNode, place: RuleContext): void {
    if (node.type !== 'StyleSheet' && node.type !== 'Block') return
    for (const child of node.children.toArray()) {
      if (child.type === 'Rule') this.#rule(child, place)
      else if (child.type === 'Atrule') this.#atRule(child, place)
    }
  }

  /** Reads the declarations of a rule, or of an at-rule in a rule, and the rules between them. */
  #readNested(block: CssNode, selectors: readonly Selector[], place: RuleContext): void {
    if (block.type !== 'Block') return
    const { generate, parse } = cssTree()
    const add = (node: CssNode): void => {
      this.#rules.push({ selectors, declarations: declarationsOf(node), layer: place.layer })
    }
    if (block.children.toArray().every((node) => node.type === 'Declaration' && !holdsRule(node))) {
      add(block)
      return
    }
    const text = generate(block).slice(1, -1)
    this.#budget.spend(CHARACTER * text.length)
    const parent = selectors.map((selector) => generate(selector)).join()
    const inner = { ...place, outer: selectors, parent, depth: place.depth + 1 }
    if (inner.depth > MAX_NESTING) return
    for (const item of nestedItems(text)) {
      const list = { context: 'declarationList', parseValue: false, parseCustomProperty: false }
      if (item.is === 'declarations') add(parse(item.text, list))
      else if (item.is === 'rule') this.#rawRule(item.text, inner)
      else {
        const rule = tryParse(() => parse(item.text, { ...list, context: 'atrule' }))
        if (rule?.type === 'Atrule') this.#atRule(rule, inner)
      }
    }
  }

  #rule({ prelude, block }: Rule, place: RuleContext): void {
    if (prelude.type !== 'SelectorList') return
    const own = prelude.children.toArray().filter((selector): selector is Selector => selector.type === 'Selector')
    for (const selector of own) this.#dropPrefixes(selector)
    const selectors =
      place.outer === undefined
        ? own
        : own.flatMap((selector) => this.#nestedSelectors(place.parent, cssTree().generate(selector)))
    this.#readNested(block, selectors, place)
  }

  /** Reads a nested rule. A selector without `&` gets one, so that it may begin with a combinator. */
  #rawRule(text: string, place: RuleContext): void {
    const open = text.indexOf('{')
    const list = splitSelectors(text.slice(0, open)).map(withParent)
    const rule = tryParse(() =>
      cssTree().parse(`${list.join()}${text.slice(open)}`, {
        context: 'rule',
        parseValue: false,
        parseCustomProperty: false,
      }),
    )
    if (rule?.type === 'Rule') this.#rule(rule, place)
  }

  #dropPrefixes(selector: Selector): void {
    cssTree().walk(selector, (node) => {
      const [, prefix = '', name] = (node.type === 'TypeSelector' && /^([^|]+)\|(.+)$/.exec(node.name)) || []
      if (node.type === 'TypeSelector' && name !== undefined && this.#prefixes.has(prefix)) node.name = name
    })
  }

  #atRule({ name, prelude, block }: Atrule, place: RuleContext): void {
    const condition = prelude === null ? '' : cssTree().generate(prelude).trim()
    const isLayer = /^layer$/i.test(name)
    if (isLayer && block === null)
      for (const layer of condition.split(',')) this.#layers.named(place.layer, layer.trim())
    const [, prefix] = /^namespace$/i.test(name)
      ? (/^([\w-]+)\s*(?:url\()?["']?http:\/\/www\.w3\.org\/2000\/svg\b/.exec(condition) ?? [])
      : []
    if (prefix !== undefined) this.#prefixes.add(prefix)
    if (/^(?:-webkit-)?keyframes$/i.test(name))
      this.#facts.keyframes.add(condition.replace(/^["']|["']$/g, '').toLowerCase())
    if (/^import$/i.test(name) && !WEB_ADDRESS.test(condition)) this.#facts.imports++
    if (/^scope$/i.test(name)) this.#facts.scopes++
    if (/^property$/i.test(name) && block !== null) this.#registerProperty(condition, block)
    if (block === null || !this.#holds(name.toLowerCase(), condition)) return
    const layer = isLayer ? this.#layers.named(place.layer, condition) : place.layer
    if (place.outer === undefined) this.#readBlock(block, { ...place, layer })
    else this.#readNested(block, place.outer, { ...place, layer })
  }

  /** Reads `@property`. Its initial value is that of the root, unless a rule sets another one. */
  #registerProperty(name: string, block: CssNode): void {
    if (block.type !== 'Block' || !isCustom(name)) return
    const { generate, parse } = cssTree()
    for (const node of block.children.toArray()) {
      if (node.type !== 'Declaration' || node.property.toLowerCase() !== 'initial-value') continue
      const root = parse(':where(:root)', { context: 'selector' }) as Selector
      const declaration = { name, value: generate(node.value).trim(), isImportant: false }
      this.#rules.push({ selectors: [root], declarations: [declaration], layer: this.#layers.initial })
    }
  }

  /** Whether an at-rule applies. Every feature that `@supports` names counts as supported. */
  #holds(name: string, condition: string): boolean {
    if (name === 'supports') return !/^not\b/i.test(condition)
    return name === 'layer' || (name === 'media' && condition !== '' && matchesMedia(condition, this.#medium))
  }

  /**
   * The full selectors of a nested rule. `&` stands for the parent. A selector without `&` matches descendants of the
   * parent (CSS Nesting 1).
   */
  #nestedSelectors(parent: string, selector: string): Selector[] {
    const nests = 1 + selector.split('&').length
    this.#budget.spend(CHARACTER * (selector.length + nests * parent.length))
    const list = tryParse(() => cssTree().parse(nestedText(parent, selector), { context: 'selectorList' }))
    if (list?.type !== 'SelectorList') return []
    return list.children.toArray().filter((node): node is Selector => node.type === 'Selector')
  }
}

/** Whether a declaration may be a nested rule. The CSS parser takes `path:not(.a) {…}` for the property `path`. */
const holdsRule = ({ property, value }: DeclarationNode): boolean =>
  !property.startsWith('--') && value.type === 'Raw' && value.value.includes('{')

/** Parses a text; undefined for a syntax error, since CSS skips invalid rules. */
function tryParse(parse: () => CssNode): CssNode | undefined {
  try {
    return parse()
  } catch (thrown) {
    if (thrown instanceof RangeError) throw thrown
    return undefined
  }
}

function nestedText(parent: string, selector: string): string {
  const own = withParent(selector)
  // A selector without `:is()` is faster to match, and means the same on three conditions: each `&` has blanks between
  // it and other text, the parent is no list, and the parent is one compound selector or the only `&` is at the start.
  const isApart = !/&\S|\S&/.test(own)
  const isPlain = isApart && !parent.includes(',') && (!/[\s>+~]/.test(parent) || /^&[^&]*$/.test(own))
  return replaceParent(own, isPlain ? parent : `:is(${parent})`)
}
