import type { Blocks } from '../../motion/index.ts'

/** A straight motion from one speed to another, for one LT command or a few SM commands. */
export interface Slice {
  seconds: number
  /** Speed along the path at both ends, mm/s. */
  entry: number
  exit: number
  dx: number
  dy: number
  /** Length along the path, mm. The straight line of a merged slice may be slightly shorter. */
  length: number
}

/** A command and its duration on the board, ms. */
export interface MotionCommand {
  readonly line: string
  readonly ms: number
}

/** Duration of the longest slice, s. A pause takes effect after the slices in the board's queue: they must be short. */
const LONGEST_SECONDS = 0.2

/**
 * Duration of the longest slice for firmware 2.7 and 2.8, s. In this firmware, ES (stop) does not stop an LT (motion).
 * After a stop, such a board still executes the present slice and the next slice.
 */
export const UNSTOPPED_SECONDS = 0.05

/** A board needs some milliseconds for each command, so neighbouring blocks are merged, up to this total, s. */
const MERGE_SECONDS = 0.02

/**
 * Turns blocks into slices that a board can keep up with. Short neighbouring blocks become one straight slice if every
 * vertex between them lies within `tolerance` mm of the slice. Total time and end points stay exact.
 *
 * @param longest  duration of the longest slice, s
 */
export function* slices(
  chunks: Iterable<Blocks>,
  tolerance: number,
  longest = LONGEST_SECONDS,
): Generator<Slice, void, void> {
  const group = new Group(tolerance)
  for (const blocks of chunks) {
    for (let i = 0; i < blocks.length; i++) {
      const seconds = blocks.seconds[i] ?? 0
      const entry = blocks.entry[i] ?? 0
      const exit = blocks.exit[i] ?? 0
      const dx = blocks.dx[i] ?? 0
      const dy = blocks.dy[i] ?? 0
      if (!group.accepts(seconds, dx, dy)) {
        yield group.slice
        group.clear()
      }
      if (seconds > longest) yield* pieces(Math.ceil(seconds / longest), { seconds, entry, exit, dx, dy })
      else group.add(seconds, entry, exit, dx, dy)
    }
  }
  if (group.slice.seconds > 0) yield group.slice
}

/** Cuts one block into pieces of equal time. */
function* pieces(count: number, block: Omit<Slice, 'length'>): Generator<Slice, void, void> {
  const { seconds, entry, exit, dx, dy } = block
  const length = Math.hypot(dx, dy)
  let v = entry
  let done = 0
  for (let i = 1; i <= count; i++) {
    const next = entry + ((exit - entry) * i) / count
    const end = i === count ? 1 : done + ((v + next) * seconds) / count / 2 / length
    const part = end - done
    yield { seconds: seconds / count, entry: v, exit: next, dx: dx * part, dy: dy * part, length: length * part }
    v = next
    done = end
  }
}

/** Cuts a slice in two parts, `seconds` after its beginning. */
export function splitAt({ seconds: all, entry, exit, dx, dy, length }: Slice, seconds: number): [Slice, Slice] {
  const middle = entry + ((exit - entry) * seconds) / all
  const part = ((entry + middle) * seconds) / ((entry + exit) * all)
  const rest = 1 - part
  return [
    { seconds, entry, exit: middle, dx: dx * part, dy: dy * part, length: length * part },
    { seconds: all - seconds, entry: middle, exit, dx: dx * rest, dy: dy * rest, length: length * rest },
  ]
}

/** Neighbouring blocks that become one slice. */
class Group {
  slice: Slice = { seconds: 0, entry: 0, exit: 0, dx: 0, dy: 0, length: 0 }
  readonly #tolerance: number
  /** Ends of the blocks, mm from the group's start, x, y interleaved. */
  #vertices: number[] = []

  constructor(tolerance: number) {
    this.#tolerance = tolerance
  }

  clear(): void {
    this.slice = { seconds: 0, entry: 0, exit: 0, dx: 0, dy: 0, length: 0 }
    this.#vertices = []
  }

  /** Whether a block may be merged with the blocks of the group. */
  accepts(seconds: number, dx: number, dy: number): boolean {
    const { slice } = this
    if (slice.seconds === 0) return true
    if (slice.seconds + seconds > MERGE_SECONDS) return false
    return this.#distanceFromLine(slice.dx + dx, slice.dy + dy) <= this.#tolerance
  }

  add(seconds: number, entry: number, exit: number, dx: number, dy: number): void {
    const { slice } = this
    if (slice.seconds === 0) slice.entry = entry
    slice.seconds += seconds
    slice.exit = exit
    slice.dx += dx
    slice.dy += dy
    slice.length += Math.hypot(dx, dy)
    this.#vertices.push(slice.dx, slice.dy)
  }

  /** The largest distance of a vertex from the straight line between the group's start and cx, cy, mm. */
  #distanceFromLine(cx: number, cy: number): number {
    const length2 = cx * cx + cy * cy
    let worst = 0
    for (let i = 0; i < this.#vertices.length; i += 2) {
      const px = this.#vertices[i] ?? 0
      const py = this.#vertices[i + 1] ?? 0
      const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, (px * cx + py * cy) / length2))
      worst = Math.max(worst, Math.hypot(px - t * cx, py - t * cy))
    }
    return worst
  }
}
