/**
 * What past plots of one plotter came to against their estimates, in seconds. Older plots count less with each new one.
 */
export interface Pace {
  readonly plots: number
  readonly expected: number
  readonly took: number
}

/** Of what was known before, this share still counts after a plot: some three plots make a new pen or speed known. */
const KEPT = 0.7
/** The profile's estimate weighs as much as a plot of so many seconds: a short plot proves little. */
const PROFILE_SECONDS = 120
/** However long a plot was, it counts as this many seconds, so that the next ones are still heard. */
const MOST_SECONDS = 3600
/** Further off than this a plot was held up, or its clock runs otherwise: it says nothing of the machine. */
const FURTHEST = 2

/** What is known after a plot that was drawn from its first stroke to its last without a pause. */
export function afterPlot(before: Pace | undefined, expected: number, took: number): Pace | undefined {
  if (!(expected > 0 && took > expected / FURTHEST && took < expected * FURTHEST)) return before
  const weight = Math.min(1, MOST_SECONDS / expected)
  const { plots, expected: e, took: t } = before ?? { plots: 0, expected: 0, took: 0 }
  return { plots: plots + 1, expected: KEPT * e + weight * expected, took: KEPT * t + weight * took }
}

/** By how much an estimate is to be multiplied on this plotter; 1 when nothing is known. */
export function paceFactor(pace: Pace | undefined): number {
  return pace === undefined ? 1 : (pace.took + PROFILE_SECONDS) / (pace.expected + PROFILE_SECONDS)
}
