import { at, indices, type Strokes, strokeCount, x, y } from '../../../geometry/drawing.ts'
import type { Tour } from './tour.ts'

/** An order of strokes, with the direction of each and the seams of closed ones. */
export interface Sequence {
  readonly stroke: Uint32Array<ArrayBuffer>
  /** 1 where the stroke is drawn from its last vertex to its first. */
  readonly reversed: Uint8Array<ArrayBuffer>
  /**
   * The seam of each closed stroke, as the index of a vertex in the stroke; 0 for an open stroke. The array is indexed
   * by stroke, not by place in the order.
   */
  readonly seam: Uint32Array<ArrayBuffer>
}

/** The sequence that draws the strokes as they are in the file. */
export function inFileOrder(count: number): Sequence {
  return {
    stroke: indices(count),
    reversed: new Uint8Array(count),
    seam: new Uint32Array(count),
  }
}

/**
 * Converts a tour to a sequence without home, the item with the highest number. The sequence follows the tour in the
 * direction that leaves home by node `2 * home + 1`.
 */
export function sequenceOf({ entry, position, size }: Tour): Sequence {
  const home = size - 1
  const at0 = position[home] as number
  const forwards = (entry[at0] as number) === 2 * home
  const sequence = inFileOrder(size - 1)
  for (let k = 0; k + 1 < size; k++) {
    const node = (entry[(at0 + (forwards ? k + 1 : size - k - 1)) % size] as number) ^ (forwards ? 0 : 1)
    sequence.stroke[k] = node >> 1
    sequence.reversed[k] = node & 1
  }
  return sequence
}

/** Whether a stroke of three or more vertices ends exactly where it starts. */
export function isClosed({ points, starts }: Strokes, i: number): boolean {
  const [first, last] = [at(starts, i), at(starts, i + 1) - 1]
  return last - first >= 2 && x(points, first) === x(points, last) && y(points, first) === y(points, last)
}

/** Writes the strokes in the sequence's order. */
export function inSequence(strokes: Strokes, sequence: Sequence): Strokes {
  const points = new Float64Array(strokes.points.length)
  const starts = new Uint32Array(strokeCount(strokes) + 1)
  let n = 0
  for (let place = 0; place < sequence.stroke.length; place++) {
    const i = at(sequence.stroke, place)
    starts[place] = n
    n = copyStroke(strokes, i, at(sequence.reversed, place) === 1, at(sequence.seam, i), points, n)
  }
  starts[starts.length - 1] = n
  return { points, starts }
}

function copyStroke(
  { points, starts }: Strokes,
  i: number,
  reversed: boolean,
  seam: number,
  to: Float64Array,
  at0: number,
): number {
  const [first, end] = [at(starts, i), at(starts, i + 1)]
  const count = end - first
  for (let k = 0; k < count; k++) {
    let v = reversed ? count - 1 - k : k
    // a closed stroke's last vertex equals its first, so it has count − 1 possible seams
    if (seam > 0) v = (v + seam) % (count - 1)
    to[2 * (at0 + k)] = x(points, first + v)
    to[2 * (at0 + k) + 1] = y(points, first + v)
  }
  return at0 + count
}
