/** Font units to subtract from the advance of the first code point when the second follows it. */
export type Kerning = (first: number, second: number) => number

/** Code points, both ends included. */
type Range = readonly [first: number, last: number]

/** One `hkern` element: the same kerning for each pair of a first and a second code point. */
export interface KernRule {
  readonly first: readonly Range[]
  readonly second: readonly Range[]
  readonly units: number
}

type Attributes = Readonly<Record<string, string>>

/** Limit on the pairs in the cache. Most texts have a few hundred. */
const MAX_CACHED = 4096

/**
 * The rule of an `hkern` element (SVG 1.1, section 20.7). `u1` and `u2` are lists of characters and of ranges
 * (`U+20-7E`, `U+30??`); `g1` and `g2` are lists of glyph names. Names of glyphs that the font does not have are
 * ignored.
 *
 * @param units  value of the kerning, font units
 * @param named  code points by glyph name; several characters can share a glyph
 */
export function kernRule(
  { u1 = '', u2 = '', g1 = '', g2 = '' }: Attributes,
  units: number,
  named: ReadonlyMap<string, ReadonlySet<number>>,
): KernRule {
  return { first: [...characters(u1), ...glyphs(g1, named)], second: [...characters(u2), ...glyphs(g2, named)], units }
}

/**
 * The kerning by the rules. Of several rules for a pair, the first one counts. Undefined when no rule has an effect.
 */
export function kerningOf(rules: readonly KernRule[]): Kerning | undefined {
  if (!rules.some(({ first, second, units }) => units !== 0 && first.length > 0 && second.length > 0)) return undefined
  const cache = new Map<string, number>()
  return (first, second) => {
    const pair = `${first} ${second}`
    const cached = cache.get(pair)
    if (cached !== undefined) return cached
    const units = rules.find((rule) => isInRange(rule.first, first) && isInRange(rule.second, second))?.units ?? 0
    if (cache.size >= MAX_CACHED) cache.clear()
    cache.set(pair, units)
    return units
  }
}

const isInRange = (ranges: readonly Range[], code: number): boolean =>
  ranges.some(([first, last]) => code >= first && code <= last)

/** Items separated by commas. The comma itself can be an item: `a,,,b` has the items a, comma and b. */
function characters(list: string): Range[] {
  const items = list.split(',')
  return items.flatMap((item, i) => (item === '' && items[i - 1] === '' ? [only(',')] : range(item)))
}

function range(item: string): Range[] {
  const text = item.trim() === '' ? item.slice(0, 1) : item.trim()
  const [, from, to] = /^U\+([\dA-F?]+)(?:-([\dA-F]+))?$/i.exec(text) ?? []
  if (from !== undefined) return [[hex(from.replaceAll('?', '0')), hex(to ?? from.replaceAll('?', 'F'))]]
  return Array.from(text).length === 1 ? [only(text)] : []
}

const hex = (digits: string): number => Number.parseInt(digits, 16)

function only(char: string): Range {
  const code = char.codePointAt(0) ?? 0
  return [code, code]
}

const glyphs = (list: string, named: ReadonlyMap<string, ReadonlySet<number>>): Range[] =>
  list.split(',').flatMap((name) => Array.from(named.get(name.trim()) ?? [], (code): Range => [code, code]))
