/**
 * A letter of a font, with its lines in units of the font, y up. The advance includes the white (the empty space) at
 * both sides of the letter.
 */
export interface SpacedLetter {
  readonly text: string
  readonly lines: readonly (readonly number[])[]
  readonly advance: number
}

/** A pair of letters, and the units by which the second letter moves towards the first. */
export interface KerningPair {
  readonly first: string
  readonly second: string
  readonly units: number
}

/** Lowest height at which the white between two letters is measured: the end of tails, units. */
const LOWEST = -24
/** Greatest height at which the white is measured: the top of capitals, units. */
const HIGHEST = 70
/** Distance between the heights at which the white is measured, units. */
const STEP = 4
/** Greatest white that counts at one side of a letter at one height, units. */
const DEEPEST = 16
/** A pair is kerned when its letters would move by more than this, units. */
const LEAST = 2
/** Kerning removes this fraction of the difference between the white of a pair and the usual white. */
const SHARE = 0.6
/** Greatest distance by which kerning moves two letters closer, units. */
const MAX_CLOSER = 16
/** Greatest distance by which too little white moves two letters apart, units. `CLEAR` may move them further. */
const MAX_APART = 8
/**
 * Kerning moves two letters apart to this distance, units, when they stand closer at any height. A move of at most
 * `LEAST` is left out.
 */
const CLEAR = 10
/** Matches a letter, or a sign that stands beside letters. */
const IS_KERNED = /^[\p{L}.,:;’'"”“-]$/u

/**
 * The pairs of letters whose white differs from the white between two n, or that stand too close. Without an n, H is
 * used. The white of a pair is the mean distance between both letters, over the heights at which either letter has ink.
 * At each side the white counts only up to `DEEPEST`, so that no letter moves over the foot of an `L`.
 *
 * @param letters  all forms of all letters; only the first form of a letter counts
 */
export function kerningPairs(letters: readonly SpacedLetter[]): KerningPair[] {
  const shapes = new Map<string, Shape>()
  for (const letter of letters)
    if (IS_KERNED.test(letter.text) && !shapes.has(letter.text)) shapes.set(letter.text, shapeOf(letter))
  const stem = shapes.get('n') ?? shapes.get('H')
  if (!stem) return []
  const usual = meanWhite(stem, stem)
  return [...shapes].flatMap(([first, a]) =>
    [...shapes].flatMap(([second, b]) => {
      const shift = Math.max(-MAX_APART, Math.min(MAX_CLOSER, SHARE * (meanWhite(a, b) - usual)))
      const units = Math.min(shift, leastDistance(a, b) - CLEAR)
      return Math.abs(units) > LEAST ? [{ first, second, units }] : []
    }),
  )
}

/**
 * The white at the left and at the right of a letter's ink. Each list has an entry for each height from `LOWEST` up in
 * steps of `STEP`, undefined where there is no ink.
 */
interface Shape {
  readonly left: readonly (number | undefined)[]
  readonly right: readonly (number | undefined)[]
}

function shapeOf({ lines, advance }: SpacedLetter): Shape {
  const left: (number | undefined)[] = []
  const right: (number | undefined)[] = []
  for (let y = LOWEST; y <= HIGHEST; y += STEP) {
    const ends = lines.flatMap((line) => crossings(line, y - STEP / 2, y + STEP / 2))
    left.push(ends.length === 0 ? undefined : ends.reduce((least, x) => Math.min(least, x), Infinity))
    right.push(ends.length === 0 ? undefined : advance - ends.reduce((most, x) => Math.max(most, x), -Infinity))
  }
  return { left, right }
}

/** The x of the ends of those pieces of a line that lie between two heights. */
function crossings(line: readonly number[], low: number, high: number): number[] {
  const out: number[] = []
  for (let i = 0; i + 3 < line.length; i += 2) {
    const [ax = 0, ay = 0, bx = 0, by = 0] = line.slice(i, i + 4)
    if (Math.min(ay, by) > high || Math.max(ay, by) < low) continue
    const xAt = (y: number) => (ay === by ? ax : ax + ((bx - ax) * (y - ay)) / (by - ay))
    const within = (y: number) => Math.max(Math.min(ay, by), Math.min(Math.max(ay, by), y))
    out.push(...(ay === by ? [ax, bx] : [xAt(within(low)), xAt(within(high))]))
  }
  return out
}

function meanWhite(first: Shape, second: Shape): number {
  let sum = 0
  let count = 0
  first.right.forEach((before, i) => {
    const after = second.left[i]
    if (before === undefined && after === undefined) return
    sum += Math.min(DEEPEST, before ?? DEEPEST) + Math.min(DEEPEST, after ?? DEEPEST)
    count++
  })
  return count === 0 ? 0 : sum / count
}

/** The least distance between the letters of a pair, over ink at the same height or at neighbouring heights. */
function leastDistance(first: Shape, second: Shape): number {
  let least = Number.POSITIVE_INFINITY
  first.right.forEach((before, i) => {
    if (before === undefined) return
    for (const neighbour of [i - 1, i, i + 1]) {
      const after = second.left[neighbour]
      if (after !== undefined) least = Math.min(least, before + after)
    }
  })
  return least
}
