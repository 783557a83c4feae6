import type { CssNode, Selector } from 'css-tree'
import { PlotdError } from '../../../errors.ts'
import type { Budget } from '../document/budget.ts'
import type { SvgElement } from '../document/tree.ts'
import { CascadeLayers } from './cascade-layers.ts'
import { cssTree } from './css-tree.ts'
import type { Declaration } from './declarations.ts'
import { type Medium, matchesMedia } from './media.ts'
import { isCustom } from './properties.ts'
import { type FlatRule, flatRules, type SheetFacts } from './rules.ts'
import { type Matcher, matcher, textOf } from './selectors.ts'

/** A rule with one selector. */
export interface StyleRule {
  readonly matches: Matcher
  /** Rank of the cascade layer: 0 outside of layers; below 0 in a layer, lower for earlier layers. */
  readonly layer: number
  /** Specificity and order as one number. Within a layer the higher number wins. */
  readonly weight: number
  readonly declarations: readonly Declaration[]
  /** Whether the selector depends on more than the element itself. */
  readonly isContextual: boolean
}

/** Rules by a key of their last compound selector, so that each element is tested only against rules that may match. */
export interface Stylesheet {
  readonly byKey: ReadonlyMap<string, readonly StyleRule[]>
  readonly isEmpty: boolean
  /** Whether a selector depends on more than the element itself. */
  readonly isContextual: boolean
  /** Whether a rule declares a custom property. */
  readonly hasCustom: boolean
  readonly facts: Readonly<SheetFacts>
}

/** Maximum number of selectors of a file. A compiled selector takes about a kilobyte. */
const MAX_SELECTORS = 50_000
/** Steps of work to compile a selector. */
const SELECTOR = 500
/** Further steps of work for each character of a selector. */
const CHARACTER = 10

/**
 * The rules of all style elements, in order. Rules that cannot be parsed are skipped, as CSS requires.
 *
 * @throws PlotdError ERR_SVG_LIMIT for more than 50,000 selectors, or when the budget is spent
 */
export function stylesheet(styles: readonly SvgElement[], medium: Medium, budget: Budget): Stylesheet {
  const byKey = new Map<string, StyleRule[]>()
  const layers = new CascadeLayers()
  const facts: SheetFacts = { keyframes: new Set(), imports: 0, scopes: 0 }
  const rules: [FlatRule, SvgElement][] = []
  for (const style of styles) {
    const { type = 'text/css', media = 'all' } = style.attributes
    if (!/^(?:|text\/css)$/i.test(type) || !matchesMedia(media, medium)) continue
    budget.at = style
    for (const rule of flatRules(textOf(style), medium, layers, budget, facts)) rules.push([rule, style])
  }
  const rankOf = layers.ranked()
  let selectors = 0
  for (const [order, [rule, style]] of rules.entries()) {
    budget.at = style
    selectors += rule.selectors.length
    if (selectors > MAX_SELECTORS) throw tooManySelectors(budget)
    for (const [key, entry] of entries(rule, rankOf(rule.layer), order, budget)) collect(byKey, key, entry)
  }
  const all = [...byKey.values()].flat()
  return {
    byKey,
    isEmpty: all.length === 0,
    isContextual: all.some((rule) => rule.isContextual),
    hasCustom: all.some(({ declarations }) => declarations.some(({ name }) => isCustom(name))),
    facts,
  }
}

function tooManySelectors(budget: Budget): PlotdError {
  return new PlotdError('ERR_SVG_LIMIT', `the style sheets have more than ${MAX_SELECTORS} selectors${budget.place}`, {
    limit: 'selectors',
    most: MAX_SELECTORS,
    ...budget.detail,
  })
}

function collect(byKey: Map<string, StyleRule[]>, key: string, rule: StyleRule): void {
  const list = byKey.get(key)
  if (list === undefined) byKey.set(key, [rule])
  else list.push(rule)
}

/**
 * One rule for each selector, with the key of the rule. There is no rule when any selector is invalid (Selectors 4,
 * section 3.9).
 */
function entries(
  { selectors, declarations }: FlatRule,
  layer: number,
  order: number,
  budget: Budget,
): [key: string, rule: StyleRule][] {
  if (declarations.length === 0) return []
  const pairs: [string, StyleRule][] = []
  for (const selector of selectors) {
    const text = cssTree().generate(selector)
    budget.spend(SELECTOR + CHARACTER * text.length)
    const matches = matcher(text, budget)
    if (matches === undefined) return []
    const weight = specificity(selector) * 1e5 + order
    const isContextual = selector.children.some(({ type }) => type === 'Combinator' || type === 'PseudoClassSelector')
    pairs.push([keyOf(selector), { matches, layer, weight, declarations, isContextual }])
  }
  return pairs
}

/** The most specific part of the last compound selector: an id, a class, a name, or '*'. */
function keyOf(selector: Selector): string {
  let key = '*'
  for (const node of selector.children.toArray()) {
    if (node.type === 'Combinator') key = '*'
    else if (node.type === 'IdSelector') key = `#${node.name}`
    else if (node.type === 'ClassSelector' && !key.startsWith('#')) key = `.${node.name}`
    else if (node.type === 'TypeSelector' && key === '*') key = node.name.replace(/^.*\|/, '')
  }
  return key.includes('\\') ? '*' : key
}

/** Specificity (Selectors 4, section 17) as one number: ids, then classes and the like, then names. */
function specificity(selector: CssNode): number {
  switch (selector.type) {
    case 'Selector':
      return selector.children.toArray().reduce((sum, node) => sum + specificity(node), 0)
    case 'SelectorList':
      return Math.max(0, ...selector.children.toArray().map(specificity))
    case 'IdSelector':
      return 1e6
    case 'ClassSelector':
    case 'AttributeSelector':
      return 1e3
    case 'TypeSelector':
      return selector.name.endsWith('*') ? 0 : 1
    case 'PseudoElementSelector':
      return 1
    case 'PseudoClassSelector':
      if (selector.name === 'where') return 0
      if (/^(?:not|is|has)$/.test(selector.name)) return specificity(selector.children?.first ?? selector)
      // The list in `:nth-child(2n of .a, .b)` counts, too.
      return 1e3 + (selector.children?.toArray() ?? []).reduce((sum, node) => sum + specificity(node), 0)
    case 'Nth':
      return selector.selector === null ? 0 : specificity(selector.selector)
    default:
      return 0
  }
}
