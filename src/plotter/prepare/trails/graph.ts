import { at, type Strokes, strokeCount, x, y } from '../../../geometry/drawing.ts'
import { PointIndex } from '../../../geometry/point-index.ts'
import { isClosed } from '../order/sequence.ts'

/** Ends this near are the same place, mm: a fifth of the finest motor step, and what three decimals in a file leave. */
const SAME = 0.001
/** Vertices of closed strokes that are looked up by place; a drawing with more has them joined at their ends only. */
const MOST_VERTICES = 4_000_000

/**
 * Ink as a graph: edges are strokes, cut where another stroke's end or a closed stroke touches one of their vertices.
 * Edge `e` has half-edge `2e` at its first vertex and `2e + 1` at its last; `half ^ 1` is its other end.
 */
export interface InkGraph {
  readonly strokes: Strokes
  /** First and last vertex of each edge. */
  readonly first: Uint32Array<ArrayBuffer>
  readonly last: Uint32Array<ArrayBuffer>
  /** The place at which each half-edge ends. */
  readonly node: Int32Array<ArrayBuffer>
  readonly nodes: number
}

export function inkGraph(strokes: Strokes): InkGraph {
  const places = new PointIndex(SAME)
  const shared = sharedPlaces(strokes, places)
  const { points, starts } = strokes
  const [first, last, node]: number[][] = [[], [], []]
  const addEdge = (from: number, to: number) => {
    first?.push(from)
    last?.push(to)
    node?.push(places.find(x(points, from), y(points, from)), places.find(x(points, to), y(points, to)))
  }
  for (let i = 0; i < strokeCount(strokes); i++) {
    let from = at(starts, i)
    const end = at(starts, i + 1) - 1
    for (let v = from + 1; v < end; v++) {
      const place = places.find(x(points, v), y(points, v))
      if (place < 0 || shared[place] !== 1) continue
      addEdge(from, v)
      from = v
    }
    addEdge(from, end)
  }
  return {
    strokes,
    first: Uint32Array.from(first ?? []),
    last: Uint32Array.from(last ?? []),
    node: Int32Array.from(node ?? []),
    nodes: places.size,
  }
}

/**
 * Number the places of all ends and of closed strokes' vertices. @returns 1 for each that two strokes touch.
 *
 * Where open strokes cross, cutting them would save nothing; a closed one that is touched can be drawn on the way.
 */
function sharedPlaces(strokes: Strokes, places: PointIndex): Uint8Array {
  const { points, starts } = strokes
  const whole = points.length / 2 <= MOST_VERTICES
  const count = strokeCount(strokes)
  for (let i = 0; i < count; i++) {
    const [from, end] = [at(starts, i), at(starts, i + 1) - 1]
    const all = whole && isClosed(strokes, i)
    for (let v = from; v <= end; v += all ? 1 : Math.max(1, end - from)) places.add(x(points, v), y(points, v))
  }
  const owner = new Int32Array(places.size).fill(-1)
  const shared = new Uint8Array(places.size)
  for (let i = 0; i < count; i++) {
    for (let v = at(starts, i); v < at(starts, i + 1); v++) {
      const place = places.find(x(points, v), y(points, v))
      if (place < 0) continue
      if (owner[place] === -1) owner[place] = i
      else if (owner[place] !== i) shared[place] = 1
    }
  }
  return shared
}
