import { at } from '../../geometry/drawing.ts'
import { type Line, sampleCurve } from '../draw/curve.ts'

/** Built-in lines that text may follow. */
export const GUIDES = ['arc', 'valley', 'circle', 'wave', 'spiral'] as const
export type GuideName = (typeof GUIDES)[number]

/** Angle of an arc, radians. */
const ARC = (2 / 3) * Math.PI
/**
 * Factor on a line's length. A line consists of chords, which are shorter than its curve, and the text must still fit.
 */
const SPARE = 1.03

/** Maximum number of waves of a line. Beyond this number, a longer line has longer waves. */
const MOST_WAVES = 2000
/**
 * Limit on the chords of a spiral. The longest text without tabs needs about 150,000. A spiral that needs more than the
 * limit gets longer chords.
 */
const MOST_CHORDS = 200_000

/**
 * The line for a text of `length` mm with capitals of `size` mm: an arc over a hill or through a valley, a circle
 * clockwise from its foot, waves, or a spiral from the middle outwards. Returns x, y interleaved, mm.
 */
export function guideFor(name: GuideName, length: number, size: number): Float64Array {
  const long = Math.max(length, size) * SPARE
  return Float64Array.from(LINES[name](long, size))
}

const LINES: Readonly<Record<GuideName, (length: number, size: number) => Line>> = {
  arc: (length) => bow(length, -1),
  valley: (length) => bow(length, 1),
  circle: (length, size) => {
    const radius = (length + 1.5 * size) / (2 * Math.PI)
    return sampleCurve(720, (t) => [-radius * Math.sin(2 * Math.PI * t), radius * Math.cos(2 * Math.PI * t)])
  },
  wave: (length, size) => {
    const waves = Math.min(MOST_WAVES, Math.max(1, Math.round(length / (24 * size))))
    const flat = sampleCurve(360 * waves, (t) => [t, (-0.1 / waves) * Math.sin(2 * Math.PI * waves * t)])
    const scale = length / lengthOf(flat)
    return flat.map((value) => value * scale)
  },
  spiral,
}

/** An arc of a circle from left to right, over the hill (-1) or through the valley (1). */
function bow(length: number, down: 1 | -1): Line {
  const radius = length / ARC
  return sampleCurve(360, (t) => {
    const angle = (t - 0.5) * ARC
    return [radius * Math.sin(angle), down * radius * Math.cos(angle)]
  })
}

/** A spiral whose windings are about as far apart as lines of text. */
function spiral(length: number, size: number): Line {
  const first = 2.2 * size
  const spacing = 2.1 * size
  // The integral of the radius over the angle: length = first · a + spacing · a² / 4π.
  const angle = (2 * Math.PI * (Math.sqrt(first ** 2 + (spacing * length) / Math.PI) - first)) / spacing
  return sampleCurve(Math.min(MOST_CHORDS, Math.ceil(angle / 0.03)), (t) => {
    const radius = first + (spacing * angle * t) / (2 * Math.PI)
    return [radius * Math.sin(angle * t), -radius * Math.cos(angle * t)]
  })
}

/** Length of a line, mm. */
export function lengthOf(line: ArrayLike<number>): number {
  let sum = 0
  for (let i = 2; i < line.length; i += 2)
    sum += Math.hypot(at(line, i) - at(line, i - 2), at(line, i + 1) - at(line, i - 1))
  return sum
}
