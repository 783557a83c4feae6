/** Times of a farm in the rounds of `farm-rounds.ts`: 5 to 20 times shorter than plotd's. */
export const HOST_TIMES = { beatMs: 250, lossMs: 1_500, pollMs: 100 } as const
/** Lifetime of a permission to begin a stroke, ms. */
export const PERMIT_MS = 300
/** Strokes of one job. */
export const STROKES = 40
