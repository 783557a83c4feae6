import type fc from 'fast-check'

/** Property tests are the same on every machine and every run; raise PLOTD_FUZZ to search further. */
export const runs = (usual: number): fc.Parameters<unknown> => ({
  seed: 7475,
  numRuns: Math.round(usual * Number(process.env['PLOTD_FUZZ'] ?? 1)),
})
