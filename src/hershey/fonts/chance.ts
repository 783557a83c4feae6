/** Hashes two whole numbers to a number from -1 to 1. */
export function hash(seed: number, index: number): number {
  let h = Math.imul(Math.trunc(seed) ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39)
  return ((h ^ (h >>> 15)) >>> 0) / 0x7fffffff - 1
}

/** A number whose distribution is about normal with deviation 1: a sum of three hashes, at most 2.6 from 0. */
export function normal(seed: number, index: number): number {
  const sum = hash(seed, 3 * index) + hash(seed + 1, 3 * index + 1) + hash(seed + 2, 3 * index + 2)
  return Math.max(-2.6, Math.min(2.6, sum))
}

/** The second argument of `hash` or `normal` for a letter, by the number of its line and its index in the line. */
export const placeOf = (line: number, index: number): number => 4099 * line + index
