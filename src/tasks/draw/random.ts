import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { skipN } from 'pure-rand/utils/skipN'
import { createNoise2D } from 'simplex-noise'

/** A seeded source of chance: the same seed gives the same numbers on every machine, for ever. */
export interface Random {
  /** 0 … 1, 1 excluded. */
  next(): number
  /** from … to, evenly. */
  between(from: number, to: number): number
  /** A whole number, from … to, both included. */
  whole(from: number, to: number): number
  /** Normal distribution about 0 with deviation 1 (Box and Muller 1958). */
  gauss(): number
  pick<T>(choices: readonly [T, ...T[]]): T
  /** Smooth simplex noise over the plane, -1 … 1; each call gives a new, independent field. */
  noise(): (x: number, y: number) => number
}

/** @param seed  a whole number, 0 … 2³² - 1 */
export function randomFrom(seed: number): Random {
  const generator = xoroshiro128plus(seed)
  skipN(generator, 32) // neighbouring seeds begin alike; they have parted by then
  const next = () => uniformFloat64(generator)
  const between = (from: number, to: number) => from + (to - from) * next()
  return {
    next,
    between,
    whole: (from, to) => Math.floor(between(from, to + 1)),
    gauss: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: (choices) => choices[Math.floor(next() * choices.length)] ?? choices[0],
    noise: () => createNoise2D(next),
  }
}
