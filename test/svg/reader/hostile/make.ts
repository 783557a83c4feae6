import type { ReadOptions } from '../../../../src/svg/index.ts'

/** An SVG that needs far more work than its size suggests, and the options for reading it. */
export interface Hostile {
  readonly name: string
  /**
   * @param strength  0 to 1: the approximate size of the SVG as a share of 4 MB, or a count in the SVG, such as its
   *                  nesting, as a share of the largest count
   */
  readonly svg: (strength: number) => string
  readonly options?: ReadOptions
}

const MAX_BYTES = 4_000_000

export const list = (count: number, item: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => item(i)).join('')

/** As many items as make about 0.9 · `strength` · 4 MB of text, but at least one. */
export function filled(strength: number, item: (i: number) => string): string {
  const size = item(99_999).length
  return list(Math.max(1, Math.floor((strength * MAX_BYTES * 0.9) / size)), item)
}

/** A pseudo-random whole number, at least 0 and less than `end`, which depends only on `i` and `end`. */
export const chance = (i: number, end: number): number => Math.floor((((i * 2654435761) >>> 0) / 2 ** 32) * end)

export const nested = (deep: number, open: string, inside: string, close: string): string =>
  open.repeat(deep) + inside + close.repeat(deep)

export const scribble = (points: number): string =>
  `M${list(points, (i) => `${chance(i, 1000) / 10} ${chance(7 * i + 3, 1000) / 10} `)}z`

export const levels = (strength: number, most: number): number => Math.max(2, Math.round(strength * most))
