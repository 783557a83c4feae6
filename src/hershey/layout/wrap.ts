/** A line as a range of cells, `to` exclusive. `hasHyphen` is true when the line ends at a soft hyphen. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly hasHyphen: boolean
}

/** A place where a line may end, before cell `end`. The next line begins at cell `next`. */
export interface Break {
  readonly end: number
  readonly next: number
  readonly hasHyphen: boolean
}

/** Cost of a line that ends at a soft hyphen. */
const HYPHEN_PENALTY = 0.05
/** In a paragraph of several lines, a last line shorter than this fraction of the width is a widow. */
const WIDOW = 0.33

/**
 * Chooses the breaks with the fewest lines and, among these, with the least cost. A line costs the square of the
 * fraction of its width that is free, and a soft hyphen at its end costs extra. A last line has a cost only if it is a
 * widow.
 *
 * @param breaks   all places where a line may end, in order; the last one ends the paragraph
 * @param measure  gives the width of a span, in the unit of `width`
 * @param width    width of a line, above 0; only a line without a break may be wider
 */
export function wrap(breaks: readonly Break[], measure: (span: Span) => number, width: number): Span[] {
  const best: { lines: number; cost: number; from: number }[] = [{ lines: 0, cost: 0, from: -1 }]
  const start = (i: number) => (i === 0 ? 0 : (breaks[i - 1]?.next ?? 0))
  breaks.forEach((stop, j) => {
    let shortest = { lines: Infinity, cost: Infinity, from: j }
    for (let i = j; i >= 0; i--) {
      const used = measure({ from: start(i), to: stop.end, hasHyphen: stop.hasHyphen })
      if (used > width && i < j) break
      const before = best[i]
      if (!before) break
      const lines = before.lines + 1
      const isLast = j === breaks.length - 1
      const cost = before.cost + badness(used / width, isLast, lines) + (stop.hasHyphen ? HYPHEN_PENALTY : 0)
      if (lines < shortest.lines || (lines === shortest.lines && cost < shortest.cost))
        shortest = { lines, cost, from: i }
    }
    best.push(shortest)
  })
  const spans: Span[] = []
  for (let j = breaks.length; j > 0; j = best[j]?.from ?? 0) {
    const stop = breaks[j - 1]
    if (stop) spans.unshift({ from: start(best[j]?.from ?? 0), to: stop.end, hasHyphen: stop.hasHyphen })
  }
  return spans
}

/** Cost of a line. @param filled  width of the line as a fraction of the whole width */
function badness(filled: number, isLast: boolean, lines: number): number {
  if (!isLast) return (1 - Math.min(filled, 1)) ** 2
  return lines > 1 && filled < WIDOW ? 2 * (1 - filled / WIDOW) ** 2 : 0
}
