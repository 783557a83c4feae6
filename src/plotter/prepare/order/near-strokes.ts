import { type Strokes, strokeCount } from '../../../geometry/drawing.ts'
import { KdTree } from '../../../geometry/kd-tree.ts'
import type { Work } from '../work.ts'
import { isClosed } from './sequence.ts'

/** Number of vertices of other strokes that are compared with each vertex of a stroke. */
const NEAR = 4
/** Replaces NEAR for a stroke of fewer than FEW vertices. */
const MORE = 12
const FEW = 8
/**
 * A stroke of more than MANY vertices is compared only at about SAMPLES of them. Otherwise the search from each vertex
 * might visit all vertices of the same stroke, which are not wanted.
 */
const MANY = 4_000
const SAMPLES = 500

/** The strokes nearest to each stroke, by their nearest vertices: `most` entries for each stroke. */
export interface NearStrokes {
  readonly most: number
  /** Numbers of the near strokes; −1 where there are fewer than `most`. */
  readonly stroke: Int32Array
  /** The two vertices that are nearest to each other: `own` on the stroke, `other` on the near stroke. */
  readonly own: Int32Array
  readonly other: Int32Array
}

/** Finds up to `most` nearest strokes of each stroke. @throws the signal's reason on abort */
export function nearStrokes({ points, starts }: Strokes, most: number, work: Work): NearStrokes {
  const count = strokeCount({ points, starts })
  const owner = new Int32Array(points.length / 2)
  // the last vertex of a closed stroke repeats the first
  const end = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    owner.fill(i, starts[i], starts[i + 1])
    end[i] = (starts[i + 1] as number) - (isClosed({ points, starts }, i) ? 1 : 0)
  }
  const tree = new KdTree(points)
  const ids = new Int32Array(MORE)
  const distances = new Float64Array(MORE)
  const near = {
    most,
    stroke: new Int32Array(count * most).fill(-1),
    own: new Int32Array(count * most),
    other: new Int32Array(count * most),
  }
  const candidates = new Candidates(count)
  for (let i = 0; i < count; i++) {
    candidates.clear(i)
    const k = (starts[i + 1] as number) - (starts[i] as number) < FEW ? MORE : NEAR
    const length = (end[i] as number) - (starts[i] as number)
    const step = length > MANY ? Math.ceil(length / SAMPLES) : 1
    for (let v = starts[i] as number; v < (end[i] as number); v += step) {
      if (step > 1 || v % 256 === 0) work.check()
      const at = { x: points[2 * v] as number, y: points[2 * v + 1] as number, skip: i }
      const results = tree.nearestOfOthers(at, k, owner, ids, distances)
      for (let f = 0; f < results; f++) {
        const j = owner[ids[f] as number] as number
        const w = ids[f] === end[j] ? (starts[j] as number) : (ids[f] as number)
        candidates.offer(j, distances[f] as number, v, w)
      }
    }
    candidates.nearest(most).forEach((j, n) => {
      near.stroke[i * most + n] = j
      near.own[i * most + n] = candidates.own[j] as number
      near.other[i * most + n] = candidates.other[j] as number
    })
  }
  return near
}

/**
 * The strokes near one stroke, and the vertices at which they are nearest. The arrays have an entry for each stroke,
 * and all searches reuse the arrays.
 */
class Candidates {
  /** The two vertices that are nearest to each other, as in `NearStrokes`. */
  readonly own: Int32Array
  readonly other: Int32Array
  readonly #distance: Float64Array
  /** The last search that offered each stroke. */
  readonly #by: Int32Array
  #search = -1
  readonly #strokes: number[] = []

  constructor(count: number) {
    this.own = new Int32Array(count)
    this.other = new Int32Array(count)
    this.#distance = new Float64Array(count)
    this.#by = new Int32Array(count).fill(-1)
  }

  clear(search: number): void {
    this.#search = search
    this.#strokes.length = 0
  }

  offer(j: number, distance: number, own: number, other: number): void {
    if (this.#by[j] !== this.#search) {
      this.#by[j] = this.#search
      this.#strokes.push(j)
    } else if (distance >= (this.#distance[j] as number)) return
    this.#distance[j] = distance
    this.own[j] = own
    this.other[j] = other
  }

  nearest(most: number): readonly number[] {
    return this.#strokes.sort((a, b) => (this.#distance[a] as number) - (this.#distance[b] as number)).slice(0, most)
  }
}
