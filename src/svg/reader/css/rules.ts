import type { Atrule, CssNode, Rule, Selector } from 'css-tree'
import type { Budget } from '../document/budget.ts'
import { cssTree } from './css-tree.ts'
import { type Declaration, declarationsOf } from './declarations.ts'
import { type Medium, matchesMedia } from './media.ts'

/** A rule that holds declarations only. */
export interface FlatRule {
  readonly selectors: readonly Selector[]
  readonly declarations: readonly Declaration[]
  /** Rank of the cascade layer: 0 outside of layers; below 0 in a layer, lower for earlier layers. */
  readonly layer: number
}

/** Steps of work to parse a character. */
const CHARACTER = 10
const MAX_NESTING = 8
/** Number of cascade layers with a rank of their own. Later layers share the rank of the last one of these. */
const MAX_LAYERS = 100

interface RuleContext {
  /** Selector list of the outer rule; '' for a rule that is not nested. */
  readonly parent: string
  readonly layer: number
  readonly depth: number
}

/** The rules of a style sheet that apply to `medium`, in order. Nested rules get full selectors. */
export function flatRules(text: string, medium: Medium, budget: Budget): FlatRule[] {
  return new Flattener(medium, budget).sheet(text)
}

class Flattener {
  readonly #medium: Medium
  readonly #rules: FlatRule[] = []
  readonly #budget: Budget
  readonly #layers = new Map<string, number>()
  #layerCount = 0
  /** Prefixes that `@namespace` declares for SVG. */
  readonly #prefixes = new Set<string>()

  constructor(medium: Medium, budget: Budget) {
    this.#medium = medium
    this.#budget = budget
  }

  sheet(text: string): FlatRule[] {
    this.#budget.spend(CHARACTER * text.length)
    const sheet = cssTree().parse(text, { parseValue: false, parseCustomProperty: false })
    this.#readBlock(sheet, { parent: '', layer: 0, depth: 0 })
    return this.#rules
  }

  #readBlock(node: CssNode, place: RuleContext): void {
    if (node.type !== 'StyleSheet' && node.type !== 'Block') return
    for (const child of node.children.toArray()) {
      if (child.type === 'Rule') this.#rule(child, place)
      else if (child.type === 'Atrule') this.#atRule(child, place)
      else if (child.type === 'Raw' && place.parent !== '') this.#raw(child.value, place)
    }
  }

  #rule({ prelude, block }: Rule, place: RuleContext): void {
    if (prelude.type !== 'SelectorList' || place.depth > MAX_NESTING) return
    const own = prelude.children.toArray().filter((selector): selector is Selector => selector.type === 'Selector')
    for (const selector of own) this.#dropPrefixes(selector)
    const selectors =
      place.parent === ''
        ? own
        : own.flatMap((selector) => this.#nestedSelectors(place.parent, cssTree().generate(selector)))
    this.#rules.push({ selectors, declarations: declarationsOf(block), layer: place.layer })
    const parent = selectors.map((selector) => cssTree().generate(selector)).join()
    if (hasRules(block)) this.#readBlock(block, { ...place, parent, depth: place.depth + 1 })
  }

  /** Reads nested rules that the parser leaves raw, because they begin with a name or a combinator. */
  #raw(text: string, place: RuleContext): void {
    this.#budget.spend(CHARACTER * text.length)
    for (const rule of blocks(text)) this.#rawRule(rule, place)
  }

  #rawRule(text: string, place: RuleContext): void {
    const open = text.indexOf('{')
    const list = text
      .slice(0, open)
      .split(',')
      .map((selector) => (selector.includes('&') ? selector : `& ${selector.trim()}`))
    const rule = tryParse(() =>
      cssTree().parse(`${list.join()}${text.slice(open)}`, { context: 'rule', parseValue: false }),
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
    if (/^layer$/i.test(name)) for (const layer of condition.split(',')) this.#layer(layer.trim())
    const [, prefix] = /^namespace$/i.test(name)
      ? (/^([\w-]+)\s*(?:url\()?["']?http:\/\/www\.w3\.org\/2000\/svg\b/.exec(condition) ?? [])
      : []
    if (prefix !== undefined) this.#prefixes.add(prefix)
    if (block === null || !this.#holds(name.toLowerCase(), condition)) return
    const layer = /^layer$/i.test(name) ? this.#layer(condition) : place.layer
    if (place.parent !== '' && !hasOnlyRules(block)) {
      const selectors = this.#nestedSelectors('', place.parent)
      this.#rules.push({ selectors, declarations: declarationsOf(block), layer })
    }
    this.#readBlock(block, { ...place, layer })
  }

  /** Whether an at-rule applies. Every feature that `@supports` names counts as supported. */
  #holds(name: string, condition: string): boolean {
    if (name === 'supports') return !/^not\b/i.test(condition)
    return name === 'layer' || (name === 'media' && condition !== '' && matchesMedia(condition, this.#medium))
  }

  #layer(name: string): number {
    const index = this.#layers.get(name) ?? this.#layerCount++
    if (name !== '') this.#layers.set(name, index)
    return Math.min(-1, index - MAX_LAYERS)
  }

  /**
   * The full selectors of a nested rule: `&` stands for the parent. A selector without `&` matches descendants of the
   * parent (CSS Nesting 1).
   */
  #nestedSelectors(parent: string, selector: string): Selector[] {
    const nests = 1 + selector.split('&').length
    this.#budget.spend(CHARACTER * (selector.length + nests * parent.length))
    const whole = parent === '' ? selector : nestedText(parent, selector)
    const list = tryParse(() => cssTree().parse(whole, { context: 'selectorList' }))
    if (list?.type !== 'SelectorList') return []
    return list.children.toArray().filter((node): node is Selector => node.type === 'Selector')
  }
}

const hasRules = (block: CssNode): boolean => block.type === 'Block' && !hasOnly(block, 'Declaration')
const hasOnlyRules = (block: CssNode): boolean => block.type === 'Block' && hasOnly(block, 'Rule')
const hasOnly = (block: Extract<CssNode, { type: 'Block' }>, type: string): boolean =>
  block.children.toArray().every((child) => child.type === type)

/** Splits a text into rules. */
function blocks(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '{') depth++
    else if (text[i] === '}' && --depth === 0) {
      parts.push(text.slice(start, i + 1))
      start = i + 1
    }
  }
  return parts
}

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
  const own = selector.includes('&') ? selector : `& ${selector}`
  return own.replaceAll('&', parent.includes(',') || /&\S/.test(own) ? `:is(${parent})` : parent)
}
