import { Delaunay } from 'd3-delaunay'

/** A point of an axis, and the radius of the largest disc around it that fits into the letter. */
export interface AxisPoint {
  readonly x: number
  readonly y: number
  readonly r: number
}

/**
 * A part of an axis between two ends. Each end is a junction or a free end; `centre-lines` explains these words. A ring
 * without junctions ends at its first point.
 */
export interface Chain {
  readonly points: readonly AxisPoint[]
  /** Number of the node at the first end; undefined for a free end, and for a ring without junctions. */
  readonly from: number | undefined
  readonly to: number | undefined
}

/** The medial axis of a letter. */
export interface Axis {
  readonly chains: readonly Chain[]
  /** The axes of parts that are about as wide as high, such as the dot of an i. Each of these axes is one point. */
  readonly dots: readonly AxisPoint[]
  /** All points of the axis (nodes), by their numbers. */
  readonly nodes: ReadonlyMap<number, AxisPoint>
}

/**
 * The disc at the end of an arm touches the outline at two points. The arm leads into a corner when the distance of
 * these points is less than this fraction of the disc's diameter.
 */
const OPPOSED = 0.8
/** An arm is short when its length plus the radius at its tip is less than this multiple of the junction's radius. */
const SHORT_ARM = 1.9
/**
 * `prune` removes each arm that leads from a node into a corner. If the arm is longer than this multiple of the node's
 * radius, chains end at the node. The removal of a shorter arm ends no chain.
 */
const CORNER_ARM = 0.75
/** Limit on the passes that remove short arms. Each pass can make new short arms. */
const PASSES = 4

interface Node extends AxisPoint {
  readonly edges: Map<number, Edge>
  /** Number of removed arms that make chains end at this node. */
  corners: number
}

/** An edge of the Voronoi diagram: it connects two neighbouring nodes. */
interface Edge {
  /** Distance of the two outline points that the edge separates, as a fraction of the mean diameter at its ends. */
  readonly ratio: number
  readonly length: number
}

/**
 * The medial axis of polygons: the Voronoi diagram of points on their outlines, inside the polygons, without short arms
 * and without arms into corners.
 *
 * @param rings  evenly sampled polygons that do not cross; x and y interleaved, the first point not repeated at the end
 */
export function medialAxis(rings: readonly (readonly number[])[]): Axis {
  const nodes = graphOf(rings)
  prune(nodes)
  for (let pass = 0; pass < PASSES && removeShortArms(nodes); pass++);
  return axisOf(nodes)
}

function graphOf(rings: readonly (readonly number[])[]): Map<number, Node> {
  const points = rings.flat()
  const ringOf: number[] = []
  const firsts: number[] = []
  const lengths: number[] = []
  for (const ring of rings) {
    firsts.push(ringOf.length)
    lengths.push(ring.length / 2)
    for (let i = 0; i < ring.length / 2; i++) ringOf.push(firsts.length - 1)
  }
  const { triangles, halfedges } = new Delaunay(Float64Array.from(points))
  const nodes = new Map<number, Node>()
  const isInside = insideOf(rings)
  for (let t = 0; 3 * t < triangles.length; t++) {
    const center = circumcenter(points, triangles, t)
    if (center && isInside(center.x, center.y)) nodes.set(t, { ...center, edges: new Map(), corners: 0 })
  }
  const areNeighbors = (i: number, j: number): boolean => {
    const ring = ringOf[i]
    if (ring === undefined || ring !== ringOf[j]) return false
    const count = lengths[ring] ?? 0
    const steps = Math.abs(i - j)
    return steps === 1 || steps === count - 1
  }
  for (let e = 0; e < halfedges.length; e++) {
    const opposite = halfedges[e] ?? -1
    if (opposite < e) continue
    const a = nodes.get(Math.floor(e / 3))
    const b = nodes.get(Math.floor(opposite / 3))
    const i = triangles[e] ?? 0
    const j = triangles[e % 3 === 2 ? e - 2 : e + 1] ?? 0
    if (!a || !b || areNeighbors(i, j)) continue
    const feet = Math.hypot(
      (points[2 * i] ?? 0) - (points[2 * j] ?? 0),
      (points[2 * i + 1] ?? 0) - (points[2 * j + 1] ?? 0),
    )
    const edge = { ratio: feet / (a.r + b.r), length: Math.hypot(a.x - b.x, a.y - b.y) }
    a.edges.set(Math.floor(opposite / 3), edge)
    b.edges.set(Math.floor(e / 3), edge)
  }
  return nodes
}

function circumcenter(points: readonly number[], triangles: Uint32Array, t: number): AxisPoint | undefined {
  const [i = 0, j = 0, k = 0] = triangles.subarray(3 * t, 3 * t + 3)
  const ax = points[2 * i] ?? 0
  const ay = points[2 * i + 1] ?? 0
  const bx = (points[2 * j] ?? 0) - ax
  const by = (points[2 * j + 1] ?? 0) - ay
  const cx = (points[2 * k] ?? 0) - ax
  const cy = (points[2 * k + 1] ?? 0) - ay
  const area = 2 * (bx * cy - by * cx)
  if (Math.abs(area) < 1e-9) return undefined
  const b2 = bx * bx + by * by
  const c2 = cx * cx + cy * cy
  const x = (cy * b2 - by * c2) / area
  const y = (bx * c2 - cx * b2) / area
  return { x: ax + x, y: ay + y, r: Math.hypot(x, y) }
}

/** Number of horizontal bands by which `insideOf` finds the sides of rings. */
const BANDS = 128

/** Returns a test of whether a point lies in an odd number of rings. */
export function insideOf(rings: readonly (readonly number[])[]): (x: number, y: number) => boolean {
  const heights = rings.flatMap((ring) => ring.filter((_, i) => i % 2 === 1))
  const low = heights.reduce((least, y) => Math.min(least, y), Infinity)
  const high = heights.reduce((most, y) => Math.max(most, y), -Infinity)
  const bands: number[][] = Array.from({ length: BANDS }, () => [])
  const bandOf = (y: number) => Math.floor(((y - low) / (high - low || 1)) * (BANDS - 1e-6))
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const xi = ring[i] ?? 0
      const yi = ring[i + 1] ?? 0
      const xj = ring[j] ?? 0
      const yj = ring[j + 1] ?? 0
      for (let band = bandOf(Math.min(yi, yj)); band <= bandOf(Math.max(yi, yj)); band++)
        bands[band]?.push(xi, yi, xj, yj)
    }
  }
  return (x, y) => {
    let isInside = false
    const sides = bands[bandOf(y)] ?? []
    for (let i = 0; i < sides.length; i += 4) {
      const xi = sides[i] ?? 0
      const yi = sides[i + 1] ?? 0
      const xj = sides[i + 2] ?? 0
      const yj = sides[i + 3] ?? 0
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) isInside = !isInside
    }
    return isInside
  }
}

/** Removes arms that lead into corners, beginning at their tips. Each node counts the long arms that it loses. */
function prune(nodes: Map<number, Node>): void {
  const lengths = new Map<number, number>()
  const queue = [...nodes].filter(([, { edges }]) => edges.size === 1).map(([id]) => id)
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const node = nodes.get(id)
    const [next, edge] = [...(node?.edges ?? [])][0] ?? []
    if (node?.edges.size !== 1 || next === undefined || !edge || edge.ratio >= OPPOSED) continue
    const other = nodes.get(next)
    if (!other) continue
    nodes.delete(id)
    other.edges.delete(id)
    const length = (lengths.get(id) ?? 0) + edge.length
    if (other.edges.size === 1) {
      lengths.set(next, Math.max(lengths.get(next) ?? 0, length))
      queue.push(next)
    } else if (length > CORNER_ARM * other.r) other.corners++
  }
}

/** Removes all short arms of each junction together. @returns whether an arm was removed */
function removeShortArms(nodes: Map<number, Node>): boolean {
  let isChanged = false
  for (const [id, node] of nodes) {
    if (node.edges.size < 3) continue
    const arms = [...node.edges.keys()].flatMap((next) => armFrom(nodes, id, next) ?? [])
    const short = arms.filter(({ length, tip }) => length + tip < SHORT_ARM * node.r)
    for (const { path } of short) {
      for (const inner of path) {
        for (const other of nodes.get(inner)?.edges.keys() ?? []) nodes.get(other)?.edges.delete(inner)
        nodes.delete(inner)
      }
      node.corners++
      isChanged = true
    }
  }
  return isChanged
}

interface Arm {
  readonly path: readonly number[]
  readonly length: number
  /** Radius at the free end of the arm. */
  readonly tip: number
}

/** The arm from a junction over the node `first` to a free end; undefined when the way ends at a junction. */
function armFrom(nodes: ReadonlyMap<number, Node>, junction: number, first: number): Arm | undefined {
  const path = [first]
  let length = nodes.get(junction)?.edges.get(first)?.length ?? 0
  let before = junction
  for (let id = first; ; ) {
    const node = nodes.get(id)
    if (!node || node.edges.size > 2 || path.length > nodes.size) return undefined
    const [next, edge] = [...node.edges].find(([other]) => other !== before) ?? []
    if (next === undefined || !edge) return { path, length, tip: node.r }
    length += edge.length
    before = id
    id = next
    if (id === junction) return undefined
    path.push(id)
  }
}

function axisOf(nodes: Map<number, Node>): Axis {
  const isNode = (id: number) => {
    const node = nodes.get(id)
    return node !== undefined && (node.edges.size !== 2 || node.corners > 0)
  }
  const chains: Chain[] = []
  const dots: AxisPoint[] = []
  const used = new Set<string>()
  const keyOf = (a: number, b: number) => (a < b ? `${a} ${b}` : `${b} ${a}`)
  const walk = (start: number, first: number) => {
    const ids = [start]
    let before = start
    let id = first
    for (;;) {
      used.add(keyOf(before, id))
      ids.push(id)
      if (isNode(id) || id === start) break
      const next = [...(nodes.get(id)?.edges.keys() ?? [])].find((other) => other !== before)
      if (next === undefined) break
      before = id
      id = next
    }
    const end = (id: number) => ((nodes.get(id)?.edges.size ?? 0) > 1 && isNode(id) ? id : undefined)
    const points = ids.map((id) => nodes.get(id) as AxisPoint)
    chains.push({ points, from: end(start), to: end(ids.at(-1) ?? start) })
  }
  for (const [id, node] of nodes) {
    if (node.edges.size === 0) dots.push(node)
    if (isNode(id)) for (const next of node.edges.keys()) if (!used.has(keyOf(id, next))) walk(id, next)
  }
  for (const [id, { edges }] of nodes) {
    const [next] = edges.keys()
    if (next !== undefined && !used.has(keyOf(id, next))) walk(id, next) // a ring without junctions
  }
  return { chains, dots, nodes }
}
