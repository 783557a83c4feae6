import { arc, bulgeVertices, ellipse, POINT, polylinePoints } from './curves.ts'
import { type Entity, has, num, numbers, point, points, systemOf } from './document.ts'
import type { Matrix, Vec } from './matrix.ts'
import { patternLines } from './pattern-lines.ts'
import type { Pen } from './pen.ts'
import { interpolate, splinePoints } from './spline.ts'
import type { Tag } from './tags.ts'

/** Bit of group 92 of a boundary path. */
const POLYLINE = 2
/** Values of group 72 of an edge. */
const LINE = 1
const ARC = 2
const ELLIPSE = 3
const SPLINE = 4
/** Groups that end the boundary. */
const AFTER_BOUNDARY = new Set([75, 76, 98, 450])

/**
 * Draws edges, pattern lines or nothing, as the option `hatches` says. With `lines`, draws the edges of a solid hatch,
 * and of a hatch whose lines cannot be drawn.
 */
export function drawHatch(pen: Pen, entity: Entity): void {
  const { hatches } = pen.reading.options
  if (hatches === 'none') {
    pen.note('a hatch')
    return
  }
  const elevation = num(entity, 30)
  const system = systemOf(entity)
  const loops = boundaryPaths(entity)
    .flatMap((path) => loopsOf(pen, path, elevation))
    .filter((loop) => loop.length > 0)
  if (loops.length === 0) {
    pen.note('a hatch without a boundary that plotd can read')
    return
  }
  const isSolid = num(entity, 70) === 1
  if (hatches === 'lines' && !isSolid && drawLines(pen, entity, loops, system)) return
  for (const loop of loops) pen.stroke(loop, system)
  if (isSolid) pen.reading.canvas.note('import', 'a filled area is drawn as its outline', 1)
}

function drawLines(pen: Pen, entity: Entity, loops: readonly (readonly Vec[])[], system: Matrix): boolean {
  const lines = patternLines(entity, loops, pen.spend)
  if (lines === undefined) return false
  for (const line of lines) pen.stroke(line, system)
  return true
}

/** The groups of each boundary path, from its flags (group 92) on. */
function boundaryPaths({ tags }: Entity): Tag[][] {
  const start = tags.findIndex(({ code }) => code === 91)
  const paths: Tag[][] = []
  for (const tag of tags.slice(start + 1)) {
    if (AFTER_BOUNDARY.has(tag.code) && paths.length > 0) break
    if (tag.code === 92) paths.push([])
    paths.at(-1)?.push(tag)
  }
  return start < 0 ? [] : paths
}

function loopsOf(pen: Pen, tags: Tag[], elevation: number): Vec[][] {
  const path = { tags }
  if ((num(path, 92) & POLYLINE) !== 0) {
    const isClosed = num(path, 73, 1) !== 0
    return [polylinePoints(bulgeVertices(tags, elevation), isClosed, pen.tolerance, pen.spend)]
  }
  const parts = edgesOf(tags).map((edge) => {
    const part = edgePoints(pen, edge, elevation)
    pen.spend(POINT * part.length)
    return part
  })
  return joinEdges(parts.filter((part) => part.length > 1))
}

/** The groups of each edge. An edge begins with its kind, group 72. */
function edgesOf(tags: readonly Tag[]): Tag[][] {
  const edges: Tag[][] = []
  for (const tag of tags) {
    if (tag.code === 72) edges.push([])
    edges.at(-1)?.push(tag)
  }
  return edges
}

function edgePoints(pen: Pen, tags: Tag[], z: number): Vec[] {
  const edge = { tags }
  const { tolerance } = pen
  const flat = ([x, y]: Vec): Vec => [x, y, z]
  const center = flat(point(edge, 10))
  const isForward = num(edge, 73, 1) !== 0
  const kind = num(edge, 72)
  if (kind === LINE) return [center, flat(point(edge, 11))]
  if (kind === ARC) {
    const from = num(edge, 50)
    const to = num(edge, 51, 360)
    // A clockwise edge gives its angles clockwise, too.
    const points = isForward
      ? arc(center, num(edge, 40), from, to, tolerance)
      : arc(center, num(edge, 40), -to, -from, tolerance)
    return isForward ? points : points.reverse()
  }
  if (kind === ELLIPSE) {
    const [x, y] = point(edge, 11)
    const ratio = num(edge, 40, 1)
    const start = (num(edge, 50) * Math.PI) / 180
    const end = (num(edge, 51, 360) * Math.PI) / 180
    const [from, to] = isForward ? [start, end] : [2 * Math.PI - end, 2 * Math.PI - start]
    const sweep = to > from ? to - from : to - from + 2 * Math.PI
    const points = ellipse(center, [x, y, 0], [-y * ratio, x * ratio, 0], from, from + sweep, tolerance)
    return isForward ? points : points.reverse()
  }
  return kind === SPLINE ? splineEdge(pen, edge, flat) : []
}

function splineEdge(pen: Pen, edge: Pick<Entity, 'tags'>, flat: (point: Vec) => Vec): Vec[] {
  const controls = points(edge, 10).map(flat)
  if (controls.length === 0) {
    const ends: [Vec, Vec] | undefined =
      has(edge, 12) && has(edge, 13) ? [flat(point(edge, 12)), flat(point(edge, 13))] : undefined
    return interpolate(points(edge, 11).map(flat), ends, pen.tolerance, pen.spend)
  }
  const spline = { degree: num(edge, 94, 3), knots: numbers(edge, 40), points: controls, weights: numbers(edge, 42) }
  return splinePoints(spline, pen.tolerance, pen.spend) ?? []
}

/** Makes loops of the edges. When an edge starts or ends where the last loop ends so far, it continues that loop. */
function joinEdges(parts: readonly Vec[][]): Vec[][] {
  const loops: Vec[][] = []
  for (const part of parts) {
    const loop = loops.at(-1)
    const end = loop?.at(-1)
    const start = part[0]
    if (loop && end && start && isNear(end, start)) append(loop, part)
    else if (loop && end && isNear(end, part.at(-1) ?? end)) append(loop, [...part].reverse())
    else loops.push([...part])
  }
  return loops
}

/** Adds an edge that begins at the end of the loop. */
function append(loop: Vec[], edge: readonly Vec[]): void {
  for (let i = 1; i < edge.length; i++) loop.push(edge[i] as Vec)
}

const isNear = (a: Vec, b: Vec): boolean =>
  Math.hypot(a[0] - b[0], a[1] - b[1]) <= 1e-6 * Math.max(1, Math.abs(a[0]), Math.abs(a[1]))
