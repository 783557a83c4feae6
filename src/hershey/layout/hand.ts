import { hash } from '../fonts/chance.ts'
import type { Hand } from './options.ts'

/**
 * Gives the shift of a point along its line and downwards. The parameters are the point's place along the line, its
 * distance below the baseline, and the number of the line. Lengths in mm.
 */
export type Unevenness = (along: number, down: number, line: number) => readonly [along: number, down: number]

interface Variation {
  /** Amplitude in cap heights; for `SIZE` and `LEAN`, as a fraction of the point's distance from the baseline. */
  readonly by: number
  /** Wavelength in cap heights. */
  readonly wavelength: number
  /** A number that makes the noise of this variation differ from the noise of the other variations. */
  readonly salt: number
}

/** Rise and fall of the baseline. */
const DRIFT: Variation = { by: 0.06, wavelength: 8, salt: 1 }
/** Width of letters. */
const PACE: Variation = { by: 0.12, wavelength: 1.9, salt: 2 }
/** Height of letters. */
const SIZE: Variation = { by: 0.07, wavelength: 2.3, salt: 3 }
/** Lean of letters. */
const LEAN: Variation = { by: 0.08, wavelength: 3.1, salt: 4 }
/** The tremor of the fingers, along the line and across it. */
const TREMOR: readonly [Variation, Variation] = [
  { by: 0.02, wavelength: 0.85, salt: 5 },
  { by: 0.02, wavelength: 0.85, salt: 6 },
]
/** Variation of the start of a line, cap heights. */
const INDENT = 0.3
/** Greatest rise or fall of a line at amount 1, as a fraction of its length. */
const TILT = 0.008
/** Limit on the rise or fall of a line at amount 1, in cap heights. Without this limit, long lines would meet. */
const MAX_TILT = 0.25

/**
 * The unevenness of handwriting. Each variation is a smooth function of the place on the line: joined letters stay
 * joined, but no two letters are equal.
 *
 * @param size  cap height, mm
 */
export function unevennessOf({ seed, amount = 1 }: Hand, size: number): Unevenness {
  const swing = ({ by, wavelength, salt }: Variation, place: number, line: number) =>
    amount * by * noise(seed + 101 * salt + 1009 * line, place / (size * wavelength))
  return (along, down, line) => {
    const across = along + 3 * down
    const deep = 1.3 * down - along
    const indent = amount * INDENT * noise(seed + 7, 1.7 * line)
    const steep = MAX_TILT * Math.tanh((TILT * along) / (MAX_TILT * size))
    const tilt = amount * size * steep * noise(seed + 13, 2.3 * line)
    return [
      size * (indent + swing(PACE, along, line) + swing(TREMOR[0], across, line)) - down * swing(LEAN, along, line),
      size * (swing(DRIFT, along, line) + swing(TREMOR[1], deep, line)) + down * swing(SIZE, along, line) + tilt,
    ]
  }
}

/**
 * Smooth noise on a line, -1 … 1: hashes of the seed and a whole number, with eased interpolation between whole
 * numbers.
 */
function noise(seed: number, position: number): number {
  const whole = Math.floor(position)
  const t = position - whole
  const eased = t * t * (3 - 2 * t)
  return hash(seed, whole) * (1 - eased) + hash(seed, whole + 1) * eased
}
