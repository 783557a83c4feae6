/** Times of a farm in the sweep of faults: 5 to 20 times shorter than those of plotd. */
export const HOST_TIMES = { beatMs: 250, lossMs: 1_500, pollMs: 100 } as const
/** Lifetime of a permission to begin a stroke, ms. */
export const PERMIT_MS = 300
/** Strokes of one job. */
export const STROKES = 40
