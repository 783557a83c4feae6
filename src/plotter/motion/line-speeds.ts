/**
 * Short lines a second that an ATmega328 reads and plans while it draws, with a margin: 311 were measured. If the pen were
 * faster, the planner would run low and the speed would vary.
 */
const LINES_PER_SECOND = 280

/** Segments on either side that determine a segment's speed: about what the planner holds. */
const AROUND = 8

/** Speeds are lowered in steps of this factor, so that few lines need a feed word. */
const STEP = 1.1

/**
 * The speed of each segment of a stroke on grbl, mm/s: `most`, or less where the lines around it are short.
 *
 * @param lengths  up to each vertex, mm
 * @param most     mm/s
 */
export function lineSpeeds(lengths: Float64Array, most: number): Float64Array {
  const speeds = new Float64Array(Math.max(0, lengths.length - 1))
  for (let i = 0; i < speeds.length; i++) speeds[i] = lineSpeed(lengths, i, most)
  return speeds
}

/** The speed of one segment, without computing all of a long stroke. */
export function lineSpeed(lengths: Float64Array, segment: number, most: number): number {
  const from = Math.max(0, segment - AROUND)
  const to = Math.min(lengths.length - 1, segment + AROUND)
  const fastest = (LINES_PER_SECOND * ((lengths[to] as number) - (lengths[from] as number))) / (to - from)
  return fastest > 0 && fastest < most ? most / STEP ** Math.ceil(Math.log(most / fastest) / Math.log(STEP)) : most
}
