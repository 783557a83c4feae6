import { type Atrule, type CssNode, generate, parse, type Rule, type Selector } from 'css-tree'
import { isProperty, isValid, keyword, type Property } from './properties.ts'
import { type Matcher, matcher, textOf } from './selectors.ts'
import type { SvgElement } from './tree.ts'

export interface Declaration {
  readonly name: Property
  readonly value: string
  readonly important: boolean
}

export interface StyleRule {
  readonly matches: Matcher
  /** Specificity and then place, as one number that sorts. */
  readonly weight: number
  readonly declarations: readonly Declaration[]
  readonly isContextual: boolean
}

/** Rules by what their last compound selector needs, so that an element is only asked about rules that may match. */
export interface Stylesheet {
  readonly byKey: ReadonlyMap<string, readonly StyleRule[]>
  readonly isEmpty: boolean
  /** Some selector looks at more than the element itself. */
  readonly isContextual: boolean
}

const MOST_RULES = 20_000

/** The rules of all style elements, in order. What CSS cannot parse it skips, and so do we. */
export function stylesheet(styles: readonly SvgElement[]): Stylesheet {
  const byKey = new Map<string, StyleRule[]>()
  let order = 0
  for (const style of styles) {
    const { type = 'text/css', media = 'all' } = style.attributes
    if (!/^(?:|text\/css)$/i.test(type.trim()) || !appliesTo(media)) continue
    const text = textOf(style)
    for (const rule of rules(parse(text, { parseValue: false, parseCustomProperty: false }))) {
      if (order < MOST_RULES) for (const [key, entry] of entries(rule, order++)) collect(byKey, key, entry)
    }
  }
  const isContextual = [...byKey.values()].some((list) => list.some((rule) => rule.isContextual))
  return { byKey, isEmpty: byKey.size === 0, isContextual }
}

function collect(byKey: Map<string, StyleRule[]>, key: string, rule: StyleRule): void {
  const list = byKey.get(key)
  if (list === undefined) byKey.set(key, [rule])
  else list.push(rule)
}

/** Rules at the top and inside media queries that a screen answers. */
function rules(node: CssNode): Rule[] {
  if (node.type === 'Rule') return [node]
  if (node.type === 'StyleSheet') return node.children.toArray().flatMap(rules)
  if (node.type === 'Atrule' && isForScreens(node)) return (node.block?.children.toArray() ?? []).flatMap(rules)
  return []
}

/** What is asked for by `supports` is taken to be there, as it is in browsers of today. */
const isForScreens = ({ name, prelude }: Atrule): boolean =>
  /^(?:supports|layer)$/i.test(name) || (/^media$/i.test(name) && prelude !== null && appliesTo(generate(prelude)))

/** Whether a list of media queries takes in a screen. Conditions on size are taken to hold. */
function appliesTo(media: string): boolean {
  if (media.trim() === '') return true
  return media
    .toLowerCase()
    .split(',')
    .some((query) => /^\s*(?:only\s+)?(?:all|screen)\b|^\s*\(|^\s*not\s+(?!all|screen)/.test(query))
}

function entries({ prelude, block }: Rule, order: number): [key: string, rule: StyleRule][] {
  if (prelude.type !== 'SelectorList') return []
  const declared = declarationsOf(block)
  if (declared.length === 0) return []
  return prelude.children.toArray().flatMap((selector): [string, StyleRule][] => {
    if (selector.type !== 'Selector') return []
    const matches = matcher(generate(selector))
    if (matches === undefined) return []
    const weight = specificity(selector) * 1e5 + order
    const isContextual = selector.children.some(({ type }) => type === 'Combinator' || type === 'PseudoClassSelector')
    return [[keyOf(selector), { matches, weight, declarations: declared, isContextual }]]
  })
}

/** What makes a `style` attribute more than names and values between colons and semicolons. */
const NEEDS_A_PARSER = /[\\"'{}@!]|\/\*|\([^)]*[;:]/

/** The declarations of a `style` attribute. Most are plain, and splitting those is ten times faster than parsing. */
export function inlineDeclarations(text: string): Declaration[] {
  if (NEEDS_A_PARSER.test(text)) return declarationsOf(parse(text, { context: 'declarationList', parseValue: false }))
  return text.split(';').flatMap((declaration) => {
    const colon = declaration.indexOf(':')
    if (colon < 0) return []
    return valid(declaration.slice(0, colon).trim().toLowerCase(), keyword(declaration.slice(colon + 1).trim()), false)
  })
}

function declarationsOf(block: CssNode): Declaration[] {
  if (block.type !== 'Block' && block.type !== 'DeclarationList') return []
  return block.children.toArray().flatMap((node) => {
    if (node.type !== 'Declaration') return []
    const name = node.property.toLowerCase()
    return valid(name, keyword(generate(node.value).trim()), node.important !== false)
  })
}

function valid(property: string, value: string, important: boolean): Declaration[] {
  return expanded(property, value)
    .filter(([name, text]) => isValid(name, text, 'css'))
    .map(([name, text]) => ({ name, value: text, important }))
}

/** `marker` stands for three properties, `font` for the two that count here. */
function expanded(name: string, value: string): [Property, string][] {
  if (name === 'marker')
    return [
      ['marker-start', value],
      ['marker-mid', value],
      ['marker-end', value],
    ]
  if (name === 'font') return fontShorthand(value)
  return isProperty(name) ? [[name, value]] : []
}

function fontShorthand(value: string): [Property, string][] {
  const [, size, family] = /(?:^|\s)([\d.]+(?:px|pt|mm|cm|in|pc|em|ex|%|rem))(?:\s*\/\s*\S+)?\s+(.+)$/.exec(value) ?? []
  return size === undefined || family === undefined
    ? []
    : [
        ['font-size', size],
        ['font-family', family],
      ]
}

/** What the last compound selector asks first: an id, a class, a name, or nothing. */
function keyOf(selector: Selector): string {
  let key = '*'
  for (const node of selector.children.toArray()) {
    if (node.type === 'Combinator') key = '*'
    else if (node.type === 'IdSelector') key = `#${node.name}`
    else if (node.type === 'ClassSelector' && !key.startsWith('#')) key = `.${node.name}`
    else if (node.type === 'TypeSelector' && key === '*') key = node.name.replace(/^\*\|/, '')
  }
  return key.includes('\\') ? '*' : key
}

/** Ids, then classes and the like, then names (Selectors 4, section 17), in one number. */
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
      return 1e3
    default:
      return 0
  }
}
