/** A line as a range of cells, `to` exclusive; `hyphen` when it ends at a soft hyphen. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly hyphen: boolean
}

/** A place where a line may end: it holds cells before `end`, the next line begins at `next`. */
export interface Break {
  readonly end: number
  readonly next: number
  readonly hyphen: boolean
}

const HYPHEN_PENALTY = 0.05
/** A last line below this part of the width looks lost. */
const WIDOW = 0.33

/**
 * The breaks that make the most even lines: as few lines as first-fit needs, and among those the least sum of
 * squared gaps at the right edge (Knuth and Plass's optimum, without stretching). The last line may be short, but
 * one lonely word is avoided where another word can be brought down to it.
 *
 * @param breaks   in order; the last one ends the paragraph
 * @param measure  width of the cells from…end, without spaces at its ends
 * @param width    > 0; only a line that cannot be broken may be wider
 */
export function wrap(breaks: readonly Break[], measure: (span: Span) => number, width: number): Span[] {
  const best: { lines: number; cost: number; from: number }[] = [{ lines: 0, cost: 0, from: -1 }]
  const start = (i: number) => (i === 0 ? 0 : (breaks[i - 1]?.next ?? 0))
  breaks.forEach((stop, j) => {
    let found = { lines: Infinity, cost: Infinity, from: j }
    for (let i = j; i >= 0; i--) {
      const used = measure({ from: start(i), to: stop.end, hyphen: stop.hyphen })
      if (used > width && i < j) break
      const before = best[i]
      if (!before) break
      const lines = before.lines + 1
      const last = j === breaks.length - 1
      const cost = before.cost + badness(used / width, last, lines) + (stop.hyphen ? HYPHEN_PENALTY : 0)
      if (lines < found.lines || (lines === found.lines && cost < found.cost)) found = { lines, cost, from: i }
    }
    best.push(found)
  })
  const spans: Span[] = []
  for (let j = breaks.length; j > 0; j = best[j]?.from ?? 0) {
    const stop = breaks[j - 1]
    if (stop) spans.unshift({ from: start(best[j]?.from ?? 0), to: stop.end, hyphen: stop.hyphen })
  }
  return spans
}

function badness(filled: number, last: boolean, lines: number): number {
  if (!last) return (1 - Math.min(filled, 1)) ** 2
  return lines > 1 && filled < WIDOW ? 2 * (1 - filled / WIDOW) ** 2 : 0
}
