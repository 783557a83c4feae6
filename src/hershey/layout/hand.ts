import { noise } from './noise.ts'
import type { Hand } from './options.ts'

/** How far a point moves, mm: along its line, and down from it. */
export type Wander = (along: number, down: number, line: number) => readonly [along: number, down: number]

interface Wandering {
  /** Greatest swing: in cap heights, or per cap height of height for pace, size and lean. */
  readonly by: number
  /** Cap heights of line over which it changes. */
  readonly over: number
  readonly salt: number
}

/** The baseline rises and falls. */
const DRIFT: Wandering = { by: 0.06, over: 8, salt: 1 }
/** Letters come out wider and narrower. */
const PACE: Wandering = { by: 0.12, over: 1.9, salt: 2 }
/** …larger and smaller. */
const SIZE: Wandering = { by: 0.07, over: 2.3, salt: 3 }
/** …and lean more and less. */
const LEAN: Wandering = { by: 0.08, over: 3.1, salt: 4 }
/** The finger's own tremor, in both directions. */
const TREMOR: readonly [Wandering, Wandering] = [
  { by: 0.02, over: 0.85, salt: 5 },
  { by: 0.02, over: 0.85, salt: 6 },
]
const INDENT = 0.3
/** Lines rise or fall so much of their length, but never further than so many cap heights: long ones would meet. */
const TILT = 0.008
const TILTED = 0.25

/**
 * The unevenness of a hand. Every wandering is a smooth function of the place on the line, never a jump from letter
 * to letter: so joined letters stay joined, and yet no two letters are the same.
 *
 * @param size  cap height, mm
 */
export function wandering({ seed, amount = 1 }: Hand, size: number): Wander {
  const swing = ({ by, over, salt }: Wandering, place: number, line: number) =>
    amount * by * noise(seed + 101 * salt + 1009 * line, place / (size * over))
  return (along, down, line) => {
    const [across, deep] = [along + 3 * down, 1.3 * down - along]
    const indent = amount * INDENT * noise(seed + 7, 1.7 * line)
    const steep = TILTED * Math.tanh((TILT * along) / (TILTED * size))
    const tilt = amount * size * steep * noise(seed + 13, 2.3 * line)
    return [
      size * (indent + swing(PACE, along, line) + swing(TREMOR[0], across, line)) - down * swing(LEAN, along, line),
      size * (swing(DRIFT, along, line) + swing(TREMOR[1], deep, line)) + down * swing(SIZE, along, line) + tilt,
    ]
  }
}
