import { at, reverseLine, type Strokes, stroke, strokeCount, x, y } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'

/**
 * Joins strokes into trails where their ends meet, to save lifts. For example, a maze of 862 walls becomes 164 strokes.
 * Ends meet when their coordinates are equal after rounding to 0.01 mm.
 */
export function joinStrokes(strokes: Strokes): Strokes {
  const used = new Uint8Array(strokeCount(strokes))
  const ends = new Ends(strokes, used)
  const out = new StrokeWriter()
  for (let s = 0; s < used.length; s++) {
    if (used[s] === 1) continue
    used[s] = 1
    const line = Array.from(stroke(strokes, s))
    follow(strokes, ends, used, line)
    const back = reverseLine(line)
    follow(strokes, ends, used, back)
    out.add(back)
  }
  return out.take()
}

/** One number for each place within 600 m. A text as the key would take several times as long to make and look up. */
const key = (px: number, py: number) => Math.round(px * 100) * 2 ** 27 + Math.round(py * 100)

/** For each place, the strokes that begin or end there. */
class Ends {
  readonly #used: Uint8Array
  /** The first end at each place, as twice the number of its stroke, plus 1 for the last vertex; −1 for none. */
  readonly #first = new Map<number, number>()
  /** The next end at the same place. */
  readonly #next: Int32Array

  /** @param used  1 for each used stroke, which `unusedAt` leaves out. The caller changes the array */
  constructor({ points, starts }: Strokes, used: Uint8Array) {
    this.#used = used
    this.#next = new Int32Array(2 * used.length)
    for (let end = this.#next.length - 1; end >= 0; end--) {
      const i = (end & 1) === 0 ? at(starts, end >> 1) : at(starts, (end >> 1) + 1) - 1
      const place = key(x(points, i), y(points, i))
      this.#next[end] = this.#first.get(place) ?? -1
      this.#first.set(place, end)
    }
  }

  /** The first unused stroke at a place; undefined when there is none. */
  unusedAt(place: number): number | undefined {
    let end = this.#first.get(place) ?? -1
    while (end >= 0 && this.#used[end >> 1] === 1) end = at(this.#next, end)
    this.#first.set(place, end)
    return end < 0 ? undefined : end >> 1
  }
}

/** Extends a line at its end by unused strokes that begin or end there. */
function follow(strokes: Strokes, ends: Ends, used: Uint8Array, line: number[]): void {
  const { points, starts } = strokes
  for (;;) {
    const place = key(at(line, line.length - 2), at(line, line.length - 1))
    const next = ends.unusedAt(place)
    if (next === undefined) return
    used[next] = 1
    const first = at(starts, next)
    const last = at(starts, next + 1) - 1
    const isOnward = key(x(points, first), y(points, first)) === place
    for (let k = 1; k <= last - first; k++) {
      const v = isOnward ? first + k : last - k
      line.push(x(points, v), y(points, v))
    }
  }
}
