import { type Strokes, strokeCount, x, y } from '../../../geometry/drawing.ts'
import { PointIndex } from '../../../geometry/point-index.ts'
import { isClosed } from '../order/sequence.ts'
import type { Work } from '../work.ts'

/** Largest distance of an end from the first end at the same place, mm: the rounding of three decimals in a file. */
const SAME = 0.001
/** In a layer with more vertices than this, strokes are joined only where a stroke ends. */
const MAX_VERTICES = 4_000_000

/**
 * The ink as a graph. Edges are strokes, or parts of strokes. A stroke is cut at each vertex that touches an end of
 * another stroke. If one of two strokes is closed, and the layer has at most `MAX_VERTICES`, they are also cut at each
 * vertex that they share. The two ends of an edge are its half-edges: edge `e` has half-edge `2e` at its first vertex
 * and `2e + 1` at its last. `half ^ 1` is the half-edge at the other end of the edge.
 */
export interface InkGraph {
  readonly strokes: Strokes
  /** First and last vertex of each edge. */
  readonly first: Uint32Array<ArrayBuffer>
  readonly last: Uint32Array<ArrayBuffer>
  /** The place at which each half-edge lies. */
  readonly node: Int32Array<ArrayBuffer>
  /** Number of places. */
  readonly nodes: number
}

export function inkGraph(strokes: Strokes, work: Work): InkGraph {
  const { place, places, shared } = placesOf(strokes, work)
  const { starts } = strokes
  const count = strokeCount(strokes)
  let cuts = 0
  for (const p of place) if (p >= 0) cuts += shared[p] as number
  const first = new Uint32Array(count + cuts)
  const last = new Uint32Array(count + cuts)
  const node = new Int32Array(2 * (count + cuts))
  let edges = 0
  const addEdge = (from: number, to: number) => {
    first[edges] = from
    last[edges] = to
    node[2 * edges] = place[from] as number
    node[2 * edges + 1] = place[to] as number
    edges++
  }
  for (let i = 0; i < count; i++) {
    let from = starts[i] as number
    const end = (starts[i + 1] as number) - 1
    for (let v = from + 1; v < end; v++) {
      const p = place[v] as number
      if (p < 0 || shared[p] !== 1) continue
      addEdge(from, v)
      from = v
    }
    addEdge(from, end)
  }
  return {
    strokes,
    first: first.slice(0, edges),
    last: last.slice(0, edges),
    node: node.slice(0, 2 * edges),
    nodes: places,
  }
}

interface Places {
  /** The place of each vertex; −1 where no stroke ends and no closed stroke has a vertex. */
  readonly place: Int32Array<ArrayBuffer>
  readonly places: number
  /** For each place, 1 when two or more strokes touch it. */
  readonly shared: Uint8Array<ArrayBuffer>
}

/**
 * Numbers the places of all ends and, in a layer with at most `MAX_VERTICES`, of all vertices of closed strokes.
 *
 * Open strokes are not cut where they cross each other, because a cut would save nothing. Where a closed stroke touches
 * another stroke, the pen can interrupt that stroke, draw the closed stroke, and continue without a lift.
 */
function placesOf(strokes: Strokes, work: Work): Places {
  const { points, starts } = strokes
  const place = new Int32Array(points.length / 2).fill(-1)
  const indexesVertices = place.length <= MAX_VERTICES
  const count = strokeCount(strokes)
  const step = new Uint32Array(count)
  let expected = 0
  for (let i = 0; i < count; i++) {
    const segmentCount = (starts[i + 1] as number) - (starts[i] as number) - 1
    step[i] = indexesVertices && isClosed(strokes, i) ? 1 : Math.max(1, segmentCount)
    expected += 1 + segmentCount / (step[i] as number)
  }
  const index = new PointIndex(SAME, expected)
  for (let i = 0; i < count; i++) {
    if (i % 4096 === 0) work.check()
    const end = starts[i + 1] as number
    for (let v = starts[i] as number; v < end; v += step[i] as number) place[v] = index.add(x(points, v), y(points, v))
  }
  const owner = new Int32Array(index.size).fill(-1)
  const shared = new Uint8Array(index.size)
  for (let i = 0; i < count; i++) {
    for (let v = starts[i] as number; v < (starts[i + 1] as number); v++) {
      if (v % 4096 === 0) work.check()
      if ((place[v] as number) < 0) place[v] = index.find(x(points, v), y(points, v))
      const p = place[v] as number
      if (p < 0) continue
      if (owner[p] === -1) owner[p] = i
      else if (owner[p] !== i) shared[p] = 1
    }
  }
  return { place, places: index.size, shared }
}
