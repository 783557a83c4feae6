import { at } from '../../geometry/drawing.ts'

/**
 * Short lines a second that an ATmega328 can read and plan while it draws, with some to spare: 311 were measured. Drawn
 * faster than they are read, the planner runs low, and the pen slows down and hurries on.
 */
const LINES_PER_SECOND = 280

/** Segments around each that share its speed: about what the planner holds. */
const AROUND = 8

/** Speeds are lowered in steps of a tenth, so that not every line has to say its own. */
const STEP = 1.1

/**
 * The speed of each segment of a stroke on grbl: as asked, or as fast as lines as short as those around it come in.
 *
 * @param lengths  up to each vertex, mm
 * @param most     mm/s
 */
export function lineSpeeds(lengths: Float64Array, most: number): Float64Array {
  const speeds = new Float64Array(Math.max(0, lengths.length - 1))
  for (let i = 0; i < speeds.length; i++) speeds[i] = lineSpeed(lengths, i, most)
  return speeds
}

/** Of one segment of them: for those who cannot wait for all of a long stroke's. */
export function lineSpeed(lengths: Float64Array, segment: number, most: number): number {
  const from = Math.max(0, segment - AROUND)
  const to = Math.min(lengths.length - 1, segment + AROUND)
  const fastest = (LINES_PER_SECOND * (at(lengths, to) - at(lengths, from))) / (to - from)
  return fastest > 0 && fastest < most ? most / STEP ** Math.ceil(Math.log(most / fastest) / Math.log(STEP)) : most
}
