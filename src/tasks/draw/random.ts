import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { skipN } from 'pure-rand/utils/skipN'
import { createNoise2D } from 'simplex-noise'

/** Seeded random numbers. A seed gives the same numbers on every machine and in every version. */
export interface Random {
  /** Uniform in 0 … 1, without 1. */
  next(): number
  /** Uniform in from … to, without `to`. */
  between(from: number, to: number): number
  /** A whole number in from … to, both included. */
  whole(from: number, to: number): number
  /** Normal distribution with mean 0 and standard deviation 1 (Box and Muller 1958). */
  gauss(): number
  /** One of the choices, each with the same chance. */
  pick<T>(choices: readonly [T, ...T[]]): T
  /** A new field of simplex noise over the plane, -1 … 1, independent of other fields. */
  noise(): (x: number, y: number) => number
}

/** Random numbers from a seed. @param seed  a whole number, 0 … 2³² - 1 */
export function randomFrom(seed: number): Random {
  const generator = xoroshiro128plus(seed)
  skipN(generator, 32) // neighbouring seeds begin with similar numbers
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
