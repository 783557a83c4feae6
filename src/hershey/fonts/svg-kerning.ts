/** Font units by which the second of two code points comes nearer to the first than the first's advance says. */
export type Kerning = (first: number, second: number) => number

type Range = readonly [least: number, most: number]

/** One `hkern`: the same for every pair of what it names first and what it names second. */
export interface KernRule {
  readonly first: readonly Range[]
  readonly second: readonly Range[]
  readonly units: number
}

type Attributes = Readonly<Record<string, string>>

/** Pairs of a text that are remembered; most have some hundreds. */
const MOST_KEPT = 4096

/**
 * What an `hkern` element says (SVG 1.1, section 20.7): `u1` and `u2` are lists of characters and of ranges (`U+20-7E`,
 * `U+30??`), `g1` and `g2` of names of glyphs. What it names and the font lacks counts for nothing.
 *
 * @param named  code points of glyphs by their names
 */
export function kernRule(
  { u1 = '', u2 = '', g1 = '', g2 = '' }: Attributes,
  units: number,
  named: ReadonlyMap<string, number>,
): KernRule {
  return { first: [...characters(u1), ...glyphs(g1, named)], second: [...characters(u2), ...glyphs(g2, named)], units }
}

/** The first rule that names a pair counts; undefined when there are none. */
export function kerningOf(rules: readonly KernRule[]): Kerning | undefined {
  const useful = rules.filter(({ first, second, units }) => units !== 0 && first.length > 0 && second.length > 0)
  if (useful.length === 0) return undefined
  const known = new Map<string, number>()
  return (first, second) => {
    const pair = `${first} ${second}`
    const before = known.get(pair)
    if (before !== undefined) return before
    const units = useful.find((rule) => names(rule.first, first) && names(rule.second, second))?.units ?? 0
    if (known.size >= MOST_KEPT) known.clear()
    known.set(pair, units)
    return units
  }
}

const names = (ranges: readonly Range[], code: number): boolean =>
  ranges.some(([least, most]) => code >= least && code <= most)

/** Parted by commas, a comma itself as well: `a,,,b` names three. */
function characters(list: string): Range[] {
  const items = list.split(',')
  return items.flatMap((item, i) => (item === '' && items[i - 1] === '' ? [of(',')] : range(item)))
}

function range(item: string): Range[] {
  const text = item.trim() === '' ? item.slice(0, 1) : item.trim()
  const [, from, to] = /^U\+([\dA-F?]+)(?:-([\dA-F]+))?$/i.exec(text) ?? []
  if (from !== undefined) return [[hex(from.replaceAll('?', '0')), hex(to ?? from.replaceAll('?', 'F'))]]
  return Array.from(text).length === 1 ? [of(text)] : []
}

const hex = (digits: string): number => Number.parseInt(digits, 16)

function of(char: string): Range {
  const code = char.codePointAt(0) ?? 0
  return [code, code]
}

const glyphs = (list: string, named: ReadonlyMap<string, number>): Range[] =>
  list.split(',').flatMap((name): Range[] => {
    const code = named.get(name.trim())
    return code === undefined ? [] : [[code, code]]
  })
