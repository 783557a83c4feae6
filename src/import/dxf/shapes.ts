import { arc, circle, ellipse } from './curves.ts'
import { type Entity, has, num, numbers, point, points, systemOf } from './document.ts'
import { plus, times, type Vec } from './matrix.ts'
import type { Pen } from './pen.ts'
import { drawLightPolyline, drawPolyline } from './polyline.ts'
import { interpolate, splinePoints } from './spline.ts'

export type Draw = (pen: Pen, entity: Entity) => void

/** Shapes without text, by their names in the file. */
export const SHAPES: Readonly<Record<string, Draw>> = {
  LINE: (pen, entity) => pen.stroke([point(entity, 10), point(entity, 11)]),
  POINT: (pen, entity) => pen.stroke([point(entity, 10)]),
  CIRCLE: (pen, entity) => {
    if (num(entity, 40) !== 0)
      pen.stroke(circle(point(entity, 10), Math.abs(num(entity, 40)), pen.tolerance), systemOf(entity))
  },
  ARC: (pen, entity) => {
    const start = num(entity, 50)
    const end = num(entity, 51, 360)
    if (num(entity, 40) !== 0)
      pen.stroke(arc(point(entity, 10), Math.abs(num(entity, 40)), start, end, pen.tolerance), systemOf(entity))
  },
  ELLIPSE: drawEllipse,
  LWPOLYLINE: drawLightPolyline,
  POLYLINE: drawPolyline,
  SPLINE: drawSpline,
  HELIX: drawSpline,
  SOLID: drawSolid,
  TRACE: drawSolid,
  '3DFACE': drawFace,
  LEADER: drawLeader,
  MLINE: drawMultiline,
}

function drawEllipse(pen: Pen, entity: Entity): void {
  const center = point(entity, 10)
  const major = point(entity, 11)
  const normal = systemOf(entity).z
  const ratio = num(entity, 40, 1)
  const [a, b, c] = normal
  const [x, y, z] = major
  const minor = times([b * z - c * y, c * x - a * z, a * y - b * x], ratio)
  const from = num(entity, 41, 0)
  const to = num(entity, 42, 2 * Math.PI)
  const sweep = (((to - from) % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI)
  const end = from + (sweep < 1e-9 ? 2 * Math.PI : sweep)
  pen.stroke(ellipse(center, major, minor, from, end, pen.tolerance))
}

function drawSpline(pen: Pen, entity: Entity): void {
  const own = splineGroups(entity)
  const controls = points(own, 10)
  if (controls.length > 0) {
    const knots = numbers(own, 40)
    const weights = numbers(own, 41)
    const line = splinePoints({ degree: num(own, 71, 3), knots, points: controls, weights }, pen.tolerance, pen.spend)
    if (line === undefined) pen.note('a spline whose numbers fit no curve')
    else pen.stroke(line)
    return
  }
  const through = points(own, 11)
  const ends: readonly [Vec, Vec] | undefined =
    has(own, 12) && has(own, 13) ? [point(own, 12), point(own, 13)] : undefined
  if (through.length < 2) pen.note('a spline of fewer than two points')
  else pen.stroke(interpolate(through, ends, pen.tolerance, pen.spend))
}

/** Draws the line of a leader: with the path type 1 as a spline, else as straight pieces. */
function drawLeader(pen: Pen, entity: Entity): void {
  const through = points(entity, 10)
  const isCurved = num(entity, 72) === 1 && through.length > 1
  pen.stroke(isCurved ? interpolate(through, undefined, pen.tolerance, pen.spend) : through)
  if (num(entity, 71, 1) !== 0) pen.note('the arrowhead of a leader')
}

/** The groups of the spline itself. Later groups of a helix have the same codes. */
function splineGroups({ type, tags }: Entity): Pick<Entity, 'tags'> {
  if (type !== 'HELIX') return { tags }
  const from = tags.findIndex(({ code, value }) => code === 100 && String(value).trim() === 'AcDbSpline')
  const to = tags.findIndex(({ code }, i) => i > from && code === 100)
  return { tags: tags.slice(from + 1, to < 0 ? undefined : to) }
}

/**
 * Draws the outline of a filled triangle or quadrilateral. The file holds the third and fourth corners in exchanged
 * order.
 */
function drawSolid(pen: Pen, entity: Entity): void {
  const a = point(entity, 10)
  const b = point(entity, 11)
  const c = point(entity, 12)
  const d = has(entity, 13) ? point(entity, 13) : c
  pen.stroke([a, b, d, c, a], systemOf(entity))
}

function drawFace(pen: Pen, entity: Entity): void {
  const corners = [10, 11, 12, 13].map((code) =>
    code === 13 && !has(entity, 13) ? point(entity, 12) : point(entity, code),
  )
  const hiddenEdges = num(entity, 70)
  corners.forEach((corner, i) => {
    const next = corners[(i + 1) % 4] ?? corner
    if ((hiddenEdges & (1 << i)) === 0 && Math.hypot(...plus(next, times(corner, -1))) > 0) pen.stroke([corner, next])
  })
}

/** Limit on the elements of an MLINE; styles of AutoCAD have up to 16. */
const MAX_ELEMENTS = 64

/**
 * Draws a line of several parallel elements. Each vertex has the direction of its mitre, and an offset along the mitre
 * for each element.
 */
function drawMultiline(pen: Pen, entity: Entity): void {
  const elements = Math.min(num(entity, 73), MAX_ELEMENTS)
  const vertices = points(entity, 11)
  const mitres = points(entity, 13)
  const offsets: number[][] = []
  if (num(entity, 73) > MAX_ELEMENTS) pen.note(`elements of a multiline after the first ${MAX_ELEMENTS}`)
  for (const { code, value } of entity.tags) {
    if (code === 11) offsets.push([])
    // Group 74 counts the parameters of an element; the first parameter after it is the offset.
    if (code === 74) offsets.at(-1)?.push(Number.NaN)
    const last = offsets.at(-1)
    if (code === 41 && last !== undefined && Number.isNaN(last.at(-1))) last[last.length - 1] = Number(value)
  }
  for (let e = 0; e < elements; e++) {
    const line = vertices.map((vertex, i) => plus(vertex, times(mitres[i] ?? [0, 0, 0], offsets[i]?.[e] || 0)))
    const isClosed = (num(entity, 71) & 2) !== 0
    pen.stroke(isClosed ? [...line, ...line.slice(0, 1)] : line)
  }
}
