import type { Atrule, CssNode, Rule, Selector } from 'css-tree'
import type { Budget } from '../document/budget.ts'
import { cssTree } from './css-tree.ts'
import { type Declaration, declarationsOf } from './declarations.ts'
import { type Medium, mediaApply } from './media.ts'

/** A rule with nothing inside it but declarations. */
export interface FlatRule {
  readonly selectors: readonly Selector[]
  readonly declarations: readonly Declaration[]
  /** 0 outside of every cascade layer, and below that the earlier a layer was named the lower. */
  readonly layer: number
}

/** Steps of parsing a character. */
const CHARACTER = 10
const MOST_NESTING = 8
const MOST_LAYERS = 100

interface Place {
  /** Selector of the rules around; '' at the top. */
  readonly parent: string
  readonly layer: number
  readonly depth: number
}

/** The rules of a style sheet that hold here, in order, with those that are nested in others and in at-rules. */
export function flatRules(text: string, medium: Medium, budget: Budget): FlatRule[] {
  return new Flattener(medium, budget).sheet(text)
}

class Flattener {
  readonly #medium: Medium
  readonly #found: FlatRule[] = []
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
    this.#inside(sheet, { parent: '', layer: 0, depth: 0 })
    return this.#found
  }

  #inside(node: CssNode, place: Place): void {
    if (node.type !== 'StyleSheet' && node.type !== 'Block') return
    for (const child of node.children.toArray()) {
      if (child.type === 'Rule') this.#rule(child, place)
      else if (child.type === 'Atrule') this.#atRule(child, place)
      else if (child.type === 'Raw' && place.parent !== '') this.#raw(child.value, place)
    }
  }

  #rule({ prelude, block }: Rule, place: Place): void {
    if (prelude.type !== 'SelectorList' || place.depth > MOST_NESTING) return
    const own = prelude.children.toArray().filter((selector): selector is Selector => selector.type === 'Selector')
    for (const selector of own) this.#dropPrefixes(selector)
    const selectors =
      place.parent === '' ? own : own.flatMap((selector) => this.#within(place.parent, cssTree().generate(selector)))
    this.#found.push({ selectors, declarations: declarationsOf(block), layer: place.layer })
    const parent = selectors.map((selector) => cssTree().generate(selector)).join()
    if (hasRules(block)) this.#inside(block, { ...place, parent, depth: place.depth + 1 })
  }

  /** What the parser did not take for rules, since they begin with a name or a combinator. */
  #raw(text: string, place: Place): void {
    this.#budget.spend(CHARACTER * text.length)
    for (const rule of blocks(text)) this.#rawRule(rule, place)
  }

  #rawRule(text: string, place: Place): void {
    const open = text.indexOf('{')
    const list = text
      .slice(0, open)
      .split(',')
      .map((selector) => (selector.includes('&') ? selector : `& ${selector.trim()}`))
    const rule = parsed(() =>
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

  #atRule({ name, prelude, block }: Atrule, place: Place): void {
    const asked = prelude === null ? '' : cssTree().generate(prelude).trim()
    if (/^layer$/i.test(name)) for (const layer of asked.split(',')) this.#layer(layer.trim())
    const [, prefix] = /^namespace$/i.test(name)
      ? (/^([\w-]+)\s*(?:url\()?["']?http:\/\/www\.w3\.org\/2000\/svg\b/.exec(asked) ?? [])
      : []
    if (prefix !== undefined) this.#prefixes.add(prefix)
    if (block === null || !this.#holds(name.toLowerCase(), asked)) return
    const layer = /^layer$/i.test(name) ? this.#layer(asked) : place.layer
    if (place.parent !== '' && !hasOnlyRules(block)) {
      const selectors = this.#within('', place.parent)
      this.#found.push({ selectors, declarations: declarationsOf(block), layer })
    }
    this.#inside(block, { ...place, layer })
  }

  /** What is asked for by `supports` is taken to be there, as it is in browsers of today. */
  #holds(name: string, asked: string): boolean {
    if (name === 'supports') return !/^not\b/i.test(asked)
    return name === 'layer' || (name === 'media' && asked !== '' && mediaApply(asked, this.#medium))
  }

  /** Layers count less than what is in none, and the later ones more than the earlier. */
  #layer(name: string): number {
    const index = this.#layers.get(name) ?? this.#layerCount++
    if (name !== '') this.#layers.set(name, index)
    return Math.min(-1, index - MOST_LAYERS)
  }

  /** A nested selector with its `&`, or without one as a descendant, written out (CSS Nesting 1). */
  #within(parent: string, selector: string): Selector[] {
    const nests = 1 + selector.split('&').length
    this.#budget.spend(CHARACTER * (selector.length + nests * parent.length))
    const whole = parent === '' ? selector : nested(parent, selector)
    const list = parsed(() => cssTree().parse(whole, { context: 'selectorList' }))
    if (list?.type !== 'SelectorList') return []
    return list.children.toArray().filter((node): node is Selector => node.type === 'Selector')
  }
}

const hasRules = (block: CssNode): boolean => block.type === 'Block' && !hasOnly(block, 'Declaration')
const hasOnlyRules = (block: CssNode): boolean => block.type === 'Block' && hasOnly(block, 'Rule')
const hasOnly = (block: Extract<CssNode, { type: 'Block' }>, type: string): boolean =>
  block.children.toArray().every((child) => child.type === type)

/** One text for each rule in a row of them. */
function blocks(text: string): string[] {
  const found: string[] = []
  let [depth, start] = [0, 0]
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '{') depth++
    else if (text[i] === '}' && --depth === 0) {
      found.push(text.slice(start, i + 1))
      start = i + 1
    }
  }
  return found
}

/** What CSS cannot parse it skips. */
function parsed(parse: () => CssNode): CssNode | undefined {
  try {
    return parse()
  } catch (thrown) {
    if (thrown instanceof RangeError) throw thrown
    return undefined
  }
}

function nested(parent: string, selector: string): string {
  const own = selector.includes('&') ? selector : `& ${selector}`
  return own.replaceAll('&', parent.includes(',') || /&\S/.test(own) ? `:is(${parent})` : parent)
}
