/**
 * The past plots of one plotter: their number, and weighted sums of times. Each new plot lowers the weights of the
 * earlier plots.
 */
export interface Pace {
  readonly plots: number
  /** Sum of the estimates, s. */
  readonly expected: number
  /** Sum of the times that the plots took, s. */
  readonly took: number
}

/** Weight of the earlier plots after a new one. About three plots are enough to follow a new pen or speed. */
const OLD_WEIGHT = 0.7
/** The profile's estimate counts like an earlier plot of this many seconds, so one short plot changes little. */
const PROFILE_SECONDS = 120
/** Maximum number of seconds for which one plot counts, so that the next plots still have an effect. */
const MAX_SECONDS = 3600
/**
 * A plot counts when its time is between 1/MAX_RATIO and MAX_RATIO times its estimate. Beyond these limits something
 * delayed the plot, or its clock was scaled.
 */
const MAX_RATIO = 2

/**
 * The pace after one more plot, which ran from its first stroke to its last without a pause.
 *
 * @param expected  the plot's estimate, s
 * @param took      the plot's time, s
 */
export function afterPlot(before: Pace | undefined, expected: number, took: number): Pace | undefined {
  if (!(expected > 0 && took > expected / MAX_RATIO && took < expected * MAX_RATIO)) return before
  const weight = Math.min(1, MAX_SECONDS / expected)
  const { plots, ...sums } = before ?? { plots: 0, expected: 0, took: 0 }
  return {
    plots: plots + 1,
    expected: OLD_WEIGHT * sums.expected + weight * expected,
    took: OLD_WEIGHT * sums.took + weight * took,
  }
}

/** The factor for estimates on this plotter; 1 when no plot is known. */
export function paceFactor(pace: Pace | undefined): number {
  return pace === undefined ? 1 : (pace.took + PROFILE_SECONDS) / (pace.expected + PROFILE_SECONDS)
}
