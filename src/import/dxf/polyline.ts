import { type BulgeVertex, bulgeVertices, polylinePoints } from './curves.ts'
import { type Entity, num, point, systemOf } from './document.ts'
import type { Vec } from './matrix.ts'
import type { Pen } from './pen.ts'

/** Bits of group 70 of a polyline. */
const CLOSED = 1
const SPACE = 8
const MESH = 16
const CLOSED_N = 32
const POLYFACE = 64
/** Bit of group 70 of a vertex: a control point of a smoothed polyline or mesh. */
const CONTROL = 16
/** Bit of group 70 of a vertex: a position of a polyface mesh. */
const FACE_PLACE = 64
/** Bit of group 70 of a vertex: a face of a polyface mesh, when the bit `FACE_PLACE` is not set. */
const FACE = 128

/** Draws an LWPOLYLINE, a polyline in a plane. */
export function drawLightPolyline(pen: Pen, entity: Entity): void {
  const vertices = bulgeVertices(entity.tags, num(entity, 38))
  const isClosed = (num(entity, 70) & CLOSED) !== 0
  pen.stroke(polylinePoints(vertices, isClosed, pen.tolerance, pen.spend), systemOf(entity))
  if (entity.tags.some(({ code, value }) => (code === 40 || code === 41 || code === 43) && Number(value) > 0))
    noteWidth(pen)
}

const noteWidth = (pen: Pen): void =>
  pen.reading.canvas.note('import', 'a polyline with a width is drawn as one line along its middle', 1)

/** Draws a POLYLINE: a polyline in a plane or in space, or a mesh. */
export function drawPolyline(pen: Pen, entity: Entity): void {
  const flags = num(entity, 70)
  if ((flags & POLYFACE) !== 0) drawPolyface(pen, entity)
  else if ((flags & MESH) !== 0) drawMesh(pen, entity)
  else drawLine(pen, entity)
}

function drawLine(pen: Pen, entity: Entity): void {
  const flags = num(entity, 70)
  const isFlat = (flags & SPACE) === 0
  const elevation = num(entity, 30)
  const vertices = entity.children
    .filter((vertex) => (num(vertex, 70) & CONTROL) === 0)
    .map((vertex): BulgeVertex => {
      const [x, y, z] = point(vertex, 10)
      return { at: [x, y, isFlat ? elevation : z], bulge: isFlat ? num(vertex, 42) : 0 }
    })
  const line = polylinePoints(vertices, (flags & CLOSED) !== 0, pen.tolerance, pen.spend)
  pen.stroke(line, isFlat ? systemOf(entity) : undefined)
  if ([entity, ...entity.children].some((part) => num(part, 40) > 0 || num(part, 41) > 0)) noteWidth(pen)
}

/** Draws a mesh of M × N vertices as a line along each row and column. */
function drawMesh(pen: Pen, entity: Entity): void {
  const flags = num(entity, 70)
  const isSmooth = num(entity, 75) !== 0
  const [m, n] = isSmooth ? [num(entity, 73), num(entity, 74)] : [num(entity, 71), num(entity, 72)]
  const places = entity.children
    .filter((vertex) => (num(vertex, 70) & CONTROL) === 0)
    .map((vertex) => point(vertex, 10))
  if (!(m >= 1 && n >= 1) || m * n > places.length) {
    pen.note('a mesh that lacks vertices')
    return
  }
  const closeIf = (line: readonly Vec[], isClosed: boolean): readonly Vec[] =>
    isClosed ? [...line, ...line.slice(0, 1)] : line
  for (let i = 0; i < m; i++) pen.stroke(closeIf(places.slice(i * n, i * n + n), (flags & CLOSED_N) !== 0))
  for (let j = 0; j < n; j++) {
    const column = Array.from({ length: m }, (_, i): Vec => places[i * n + j] ?? [0, 0, 0])
    pen.stroke(closeIf(column, (flags & CLOSED) !== 0))
  }
}

/** Draws faces by the numbers of their vertices. A negative number hides the edge that begins at its vertex. */
function drawPolyface(pen: Pen, entity: Entity): void {
  const isPlace = (vertex: Entity): boolean => (num(vertex, 70) & FACE_PLACE) !== 0
  const places = entity.children.filter(isPlace).map((vertex) => point(vertex, 10))
  const drawnEdges = new Set<string>()
  for (const face of entity.children.filter((vertex) => !isPlace(vertex) && (num(vertex, 70) & FACE) !== 0)) {
    const corners = [71, 72, 73, 74].map((code) => num(face, code)).filter((index) => index !== 0)
    corners.forEach((index, i) => {
      const a = Math.abs(index)
      const b = Math.abs(corners[(i + 1) % corners.length] ?? index)
      const from = places[a - 1]
      const to = places[b - 1]
      const edge = `${Math.min(a, b)} ${Math.max(a, b)}`
      if (index < 0 || !from || !to || a === b || drawnEdges.has(edge)) return
      drawnEdges.add(edge)
      pen.stroke([from, to])
    })
  }
}
