import type fc from 'fast-check'
import { it } from 'vitest'

/**
 * Number of trials as a multiple of the full number. `npm test` sets PLOTD_FUZZ to 0.1, and `npm run test:long` to 0.3,
 * unless the user sets it (vitest.config.ts).
 */
const STRENGTH = Number(process.env['PLOTD_FUZZ'] ?? 1)

/** Whether this run has the strength of `npm run test:long`, or more. */
export const isLong = STRENGTH >= 0.3

/**
 * A test that runs in `npm run test:long` only. That run leaves out the other tests of the file, because `npm test`
 * runs them. So those tests must not depend on the strength.
 */
export const itLong: (name: string, test: () => Promise<void> | void) => void = isLong ? it.only : () => {}

/** The number of trials at this run's strength, from the number at full strength. */
export const trials = (full: number, least = 1): number => Math.max(least, Math.round(full * STRENGTH))

/** Seed and number of trials of a property test: the same on every machine and in every run of one strength. */
export const runs = (full: number, least = 1): fc.Parameters<unknown> => ({ seed: 7475, numRuns: trials(full, least) })

/** `few` items in `npm test` and `many` (default: all) in `npm run test:long`, spread evenly. All at full strength. */
export function sample<T>(all: readonly T[], few: number, many = all.length): readonly T[] {
  if (STRENGTH >= 1) return all
  const count = isLong ? many : few
  if (all.length <= count) return all
  return all.filter((_, i) => Math.floor((i * count) / all.length) !== Math.floor(((i - 1) * count) / all.length))
}
