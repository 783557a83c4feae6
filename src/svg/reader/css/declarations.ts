import type { CssNode } from 'css-tree'
import { cssTree } from './css-tree.ts'
import { ALL, isCustom, isProperty, type Property } from './properties.ts'
import { isKeyword, isValid, keyword } from './validity.ts'

/** A valid declaration. */
export interface Declaration {
  readonly name: Property
  readonly value: string
  readonly isImportant: boolean
}

/**
 * Signs that need the parser. A `style` attribute with one of these signs cannot be split at colons and semicolons.
 */
const NEEDS_A_PARSER = /[\\"'{}@!]|\/\*/

/** Whether brackets hold a colon or a semicolon, as in `url(data:…)`. */
function hasSignsInside(text: string): boolean {
  let isInside = false
  for (let i = text.indexOf('('); i >= 0 && i < text.length; i++) {
    const char = text[i]
    if (char === '(') isInside = true
    else if (char === ')') isInside = false
    else if (isInside && (char === ';' || char === ':')) return true
  }
  return false
}

/** The valid declarations of a `style` attribute. Splitting a plain attribute is ten times faster than parsing it. */
export function inlineDeclarations(text: string): Declaration[] {
  if (NEEDS_A_PARSER.test(text) || hasSignsInside(text))
    return declarationsOf(cssTree().parse(text, { context: 'declarationList', parseValue: false }), 'inline')
  return text.split(';').flatMap((declaration) => {
    const colon = declaration.indexOf(':')
    if (colon < 0) return []
    return validDeclarations(
      propertyName(declaration.slice(0, colon).trim()),
      keyword(declaration.slice(colon + 1).trim()),
      false,
      'inline',
    )
  })
}

/**
 * The valid declarations of a block.
 *
 * @param from  `sheet` for a style sheet; `inline` for a `style` attribute, where only `transform-origin` needs units
 */
export function declarationsOf(block: CssNode, from: 'sheet' | 'inline' = 'sheet'): Declaration[] {
  if (block.type !== 'Block' && block.type !== 'DeclarationList') return []
  const { generate } = cssTree()
  return block.children.toArray().flatMap((node) => {
    if (node.type !== 'Declaration') return []
    const name = propertyName(node.property)
    return validDeclarations(
      name,
      keyword(withoutComments(generate(node.value)).trim()),
      node.important !== false,
      from,
    )
  })
}

/** Removes comments, because the parser leaves them in raw values. */
const withoutComments = (value: string): string =>
  value.includes('/*') ? value.replace(/\/\*.*?(?:\*\/|$)/gs, ' ') : value

/** Matches the prefix `-webkit-` of the names that browsers read as if they had no prefix. */
const PREFIX = /^-webkit-(?=(?:clip-path|filter|mask(?:-image)?|opacity|transform(?:-origin)?)$)/

/** Names are case-insensitive, except those of custom properties. */
const propertyName = (name: string): string => (name.startsWith('--') ? name : name.toLowerCase().replace(PREFIX, ''))

function validDeclarations(
  property: string,
  value: string,
  isImportant: boolean,
  from: 'sheet' | 'inline',
): Declaration[] {
  return longhands(property, value)
    .filter(([name, text]) => isValid(name, text, from))
    .map(([name, text]) => ({ name, value: text, isImportant }))
}

/** The properties that a declaration sets: several for `marker`, `font` and `all`, none for an unknown name. */
function longhands(name: string, value: string): [Property, string][] {
  if (name === 'marker')
    return [
      ['marker-start', value],
      ['marker-mid', value],
      ['marker-end', value],
    ]
  if (name === 'font') return fontShorthand(value)
  // `animation` also holds times and keywords. `Reading.isAnimated` finds the words that name keyframes.
  if (/^(?:-webkit-)?animation(?:-name)?$/.test(name)) return [['animation-name', value]]
  if (name === 'all') return isKeyword(value) ? ALL.map((property): [Property, string] => [property, value]) : []
  if (name === 'mask-image') return [['mask', value]]
  if (name === 'offset') return [['offset-path', value]]
  if (name === 'text-decoration-line') return [['text-decoration', value]]
  return isProperty(name) || isCustom(name) ? [[name, value]] : []
}

const FONT =
  /(?:^|\s)([\d.]+(?:px|pt|mm|cm|in|pc|q|r?em|r?ex|ch|%|v[wh])|(?:xx?-|xxx-)?(?:small|large)|medium|larger|smaller)(?:\s*\/\s*\S+)?\s+(.+)$/i

function fontShorthand(value: string): [Property, string][] {
  const [, size, family] = FONT.exec(value) ?? []
  return size === undefined || family === undefined
    ? []
    : [
        ['font-size', size],
        ['font-family', family],
      ]
}
