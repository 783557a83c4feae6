import type { Measures, PrepareReport } from '../../plotter/prepare/index.ts'
import type { JobResult, Warning } from '../../spool/job.ts'

/**
 * What clients see of a drawing before the pen draws: the size, the strokes, the lengths, the time and the warnings.
 *
 * @param pace  time of past plots divided by their estimates
 */
export function figures(report: Measures, warnings: readonly Warning[], pace: number): Omit<JobResult, 'path'> {
  const { page, strokes, estimate } = report
  return {
    widthMm: rounded(page.width),
    heightMm: rounded(page.height),
    strokes,
    penDownMm: rounded(estimate.penDownMm),
    travelMm: rounded(estimate.travelMm),
    lifts: estimate.lifts,
    estimateSeconds: rounded(estimate.seconds * pace),
    warnings,
  }
}

/** Rounds to two decimals. */
export const rounded = (value: number) => Math.round(value * 100) / 100

/**
 * Lines that meet or cross draw a little ink twice. Up to this share of the ink, or 1 mm if that is more, there is no
 * warning.
 */
const REPEATED_SHARE = 0.01

/**
 * Warnings about an empty drawing, ink that the preparation removed, and ink that is drawn more than once.
 *
 * @param pace  time of past plots divided by their estimates
 */
export function reportWarnings(report: Measures & Partial<PrepareReport>, pace = 1): Warning[] {
  const { clippedMm, clippedDots, dropped, repeats, strokes, estimate } = report
  const warnings: Warning[] = []
  if (strokes === 0) warnings.push({ code: 'empty', message: 'there is nothing to draw' })
  if (clippedMm > 0.01) {
    warnings.push({
      code: 'clipped',
      message: `${clippedMm.toFixed(1)} mm of ink lie outside the page or its margins and are cut off`,
    })
  }
  if (clippedDots > 0) {
    const dotsLie = clippedDots === 1 ? 'dot lies' : 'dots lie'
    const dotsAre = clippedDots === 1 ? 'is' : 'are'
    const message = `${clippedDots} ${dotsLie} outside the page or its margins and ${dotsAre} left out`
    warnings.push({ code: 'clipped', message, count: clippedDots })
  }
  if (dropped.strokes > 0) {
    const strokesAre = dropped.strokes === 1 ? 'stroke is' : 'strokes are'
    const message = `${dropped.strokes} ${strokesAre} shorter than the limit and left out`
    warnings.push({ code: 'dropped', message, count: dropped.strokes })
  }
  if (repeats && repeats.mm > Math.max(1, REPEATED_SHARE * estimate.penDownMm) && !repeats.removed) {
    warnings.push({
      code: 'repeated',
      message: `${repeats.mm.toFixed(1)} mm of ink are drawn more than once; the repeats take ${roundTime(repeats.seconds * pace)}`,
    })
  }
  if (repeats?.isComplete === false) {
    const message = 'the lines lie so close that plotd did not compare all of them: further lines may be drawn twice'
    warnings.push({ code: 'repeats-unknown', message })
  }
  return warnings
}

const roundTime = (seconds: number): string =>
  seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`
