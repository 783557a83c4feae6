/** Number of heights at which the sides of a letter are measured. */
const LEVELS = 14
/** Lowest height at which the sides are measured, units. */
const BOTTOM = 2
/** Default of `deepest`, the greatest depth of a side at one height, units. */
const DEEPEST = 11

/** The outermost x of all lines. */
export function edge(lines: readonly number[][], which: 'left' | 'right'): number {
  const [further, start] = which === 'left' ? [Math.min, Infinity] : [Math.max, -Infinity]
  return lines.reduce((most, line) => line.reduce((x, value, i) => (i % 2 === 0 ? further(x, value) : x), most), start)
}

/**
 * The edge of a letter, moved inside by 3/4 of the side's mean depth. The depth at a height is the distance from the
 * edge to the ink; a distance above `deepest` counts as `deepest`. Round and open letters thus stand closer than stems.
 *
 * @param isTall  whether the letter reaches above small letters, so that its sides are measured up to a greater height
 */
export function side(
  lines: readonly number[][],
  which: 'left' | 'right',
  isTall: boolean,
  deepest: number = DEEPEST,
): number {
  const outer = edge(lines, which)
  const sign = which === 'left' ? 1 : -1
  const top = isTall ? 62 : 42
  let sum = 0
  for (let level = 0; level < LEVELS; level++) {
    const y = BOTTOM + ((top - BOTTOM) * level) / (LEVELS - 1)
    sum += lines.reduce((least, line) => Math.min(least, sign * (edgeAt(line, which, y) - outer)), deepest)
  }
  return outer + (0.75 * sign * sum) / LEVELS
}

/** The outermost x of the chords of a line near a height; infinitely far inside where the line has no ink. */
function edgeAt(line: readonly number[], which: 'left' | 'right', y: number): number {
  const outermost = which === 'left' ? Math.min : Math.max
  let edge = which === 'left' ? Infinity : -Infinity
  for (let i = 0; i + 3 < line.length; i += 2) {
    const [ax, ay, bx, by] = [line[i] ?? 0, line[i + 1] ?? 0, line[i + 2] ?? 0, line[i + 3] ?? 0]
    if (Math.min(ay, by) <= y + 2.5 && Math.max(ay, by) >= y - 2.5) edge = outermost(edge, ax, bx)
  }
  return edge
}

/** The median, or the upper one of two values in the middle; undefined when there are no values. */
export function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
}
