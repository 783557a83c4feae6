import type { Break, Span } from '../layout/wrap.ts'

/** The facts about a paragraph that the breaker needs. All lengths have the same unit; any unit will do. */
export interface Paragraph {
  /** All places where a line may end, in order; the last one ends the paragraph. */
  readonly breaks: readonly Break[]
  /** Gives the width that a span fills of its line, without spaces at its ends and without hanging characters. */
  readonly measure: (span: Span) => number
  /** Gives the number of spaces inside a span. */
  readonly spaces: (span: Span) => number
  /** Width of a space. */
  readonly space: number
  /** Gives the width of a line by its number from 0. */
  readonly widthOf: (line: number) => number
  /** Whether all lines have the same width. The breaker is then faster. */
  readonly isEven: boolean
  /** Whether the spaces of a line may grow and shrink to fill it. */
  readonly isJustified: boolean
}

/** Fraction by which the spaces of a justified line have grown when its badness is 100. */
const STRETCH = 0.6
/** Fraction by which the spaces of justified lines may shrink. */
const SHRINK = 0.22
/** White at the right edge of a ragged line, in spaces, at badness 100. */
const RAGGED = 3.5
/** Penalty of a line that ends with a hyphen. */
const HYPHEN = 60
/** Demerits of two lines in sequence that end with a hyphen. */
const TWO_HYPHENS = 8000
/** Demerits of a hyphen before the last line. */
const LAST_HYPHEN = 8000
/** A last line is short when it fills less than this fraction of its width. */
const SHORT_LAST = 0.22
/** Demerits of a short last line: all of them for an empty line, none for a line that fills `SHORT_LAST`. */
const SHORT_COST = 6000
/** Demerits of a line that is wider than its place. They grow with the excess. */
const OVERFULL = 1e9

interface Node {
  readonly cost: number
  /** Index of the node at which the line begins; 0 is the start of the paragraph. */
  readonly from: number
  readonly before: Node | undefined
  /** Number of lines up to the node. */
  readonly line: number
}

/**
 * The lines with the least sum of demerits over the whole paragraph (Knuth and Plass 1981). Lines may have different
 * widths. A word wider than its line stands on a line of its own.
 */
export function bestBreaks(paragraph: Paragraph): Span[] {
  const { breaks, measure, widthOf, isEven } = paragraph
  const start = (i: number) => (i === 0 ? 0 : (breaks[i - 1]?.next ?? 0))
  const nodes: Map<number, Node>[] = [new Map([[0, { cost: 0, from: -1, before: undefined, line: 0 }]])]
  let widest = isEven ? widthOf(0) : 0
  breaks.forEach((stop, j) => {
    const nodesHere = new Map<number, Node>()
    for (let i = j; i >= 0; i--) {
      const span = { from: start(i), to: stop.end, hasHyphen: stop.hasHyphen }
      const used = measure(span)
      const least = used - SHRINK * paragraph.space * (paragraph.isJustified ? paragraph.spaces(span) : 0)
      if (i < j && !isEven) for (const { line } of nodes[i]?.values() ?? []) widest = Math.max(widest, widthOf(line))
      if (i < j && least > widest + 1e-9 && nodesHere.size > 0) break
      for (const node of nodes[i]?.values() ?? []) {
        const width = widthOf(node.line)
        if (i < j && least > width + 1e-9) continue
        const cost = node.cost + demerits(paragraph, span, used, width, j, i > 0 && breaks[i - 1]?.hasHyphen === true)
        const line = node.line + 1
        const key = isEven ? 0 : line
        const known = nodesHere.get(key)
        if (known === undefined || cost < known.cost) nodesHere.set(key, { cost, from: i, before: node, line })
      }
    }
    nodes.push(isEven ? nodesHere : dropLongNodes(nodesHere))
  })
  const ends = [...(nodes.at(-1)?.values() ?? [])]
  let node = ends.reduce<Node | undefined>((best, end) => (best && best.cost <= end.cost ? best : end), undefined)
  const spans: Span[] = []
  for (let j = breaks.length; node && j > 0; j = node.from, node = node.before) {
    const stop = breaks[j - 1]
    if (stop) spans.unshift({ from: start(node.from), to: stop.end, hasHyphen: stop.hasHyphen })
  }
  return spans
}

/**
 * Removes each node that has over three lines more than the node with the fewest lines. Such a node is hardly ever the
 * best.
 */
function dropLongNodes(nodesHere: Map<number, Node>): Map<number, Node> {
  const least = Math.min(...nodesHere.keys())
  for (const lines of [...nodesHere.keys()]) if (lines > least + 3) nodesHere.delete(lines)
  return nodesHere
}

function demerits(
  { breaks, spaces, space, isJustified }: Paragraph,
  span: Span,
  used: number,
  width: number,
  j: number,
  isAfterHyphen: boolean,
): number {
  const isLast = j === breaks.length - 1
  const short = width - used
  const gaps = isJustified ? Math.max(0.2, spaces(span)) : 1
  const elasticity = short >= 0 ? space * (isJustified ? STRETCH * gaps : RAGGED) : space * SHRINK * gaps
  if (short < 0 && (!isJustified || -short > elasticity + 1e-9)) return OVERFULL * (1 - short / Math.max(width, 1e-6))
  if (isLast && short >= 0) {
    const filled = used / Math.max(width, 1e-6)
    const cost = j > 0 && span.from > 0 && filled < SHORT_LAST ? SHORT_COST * (1 - filled / SHORT_LAST) : 0
    return 1 + cost + (isAfterHyphen ? LAST_HYPHEN : 0)
  }
  const ratio = Math.min(short / Math.max(elasticity, 1e-9), 30)
  const badness = 100 * ratio ** 2 * Math.abs(ratio)
  const penalty = span.hasHyphen ? HYPHEN : 0
  return (1 + badness + penalty) ** 2 + (span.hasHyphen && isAfterHyphen ? TWO_HYPHENS : 0)
}
