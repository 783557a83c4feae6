import { arcSteps } from '../draw/curves.ts'
import { plus, times, type Vec } from './matrix.ts'
import type { Tag } from './tags.ts'

const RADIANS = Math.PI / 180

/** Degrees from `start` counterclockwise to `end`; a whole turn when they are equal. */
function sweepOf(start: number, end: number): number {
  const sweep = (((end - start) % 360) + 360) % 360
  return sweep < 1e-9 ? 360 : sweep
}

/** The points of an arc from `start` counterclockwise to `end`, degrees; `tolerance` in the unit of the radius. */
export function arc([cx, cy, z]: Vec, radius: number, start: number, end: number, tolerance: number): Vec[] {
  const sweep = sweepOf(start, end) * RADIANS
  const steps = arcSteps(radius, sweep, tolerance)
  return Array.from({ length: steps + 1 }, (_, i): Vec => {
    const angle = start * RADIANS + (sweep * i) / steps
    return [cx + radius * Math.cos(angle), cy + radius * Math.sin(angle), z]
  })
}

/** The points of a whole circle, counterclockwise. */
export function circle(center: Vec, radius: number, tolerance: number): Vec[] {
  const points = arc(center, radius, 0, 360, tolerance)
  return [...points.slice(0, -1), ...points.slice(0, 1)]
}

/** The points of an ellipse by its centre and its two half axes, from parameter `from` to `to`, radians. */
export function ellipse(center: Vec, major: Vec, minor: Vec, from: number, to: number, tolerance: number): Vec[] {
  const sweep = to - from
  const steps = arcSteps(Math.max(Math.hypot(...major), Math.hypot(...minor)), sweep, tolerance)
  const isWhole = Math.abs(Math.abs(sweep) - 2 * Math.PI) < 1e-9
  const points = Array.from({ length: steps + 1 }, (_, i): Vec => {
    const angle = from + (sweep * i) / steps
    return plus(center, plus(times(major, Math.cos(angle)), times(minor, Math.sin(angle))))
  })
  return isWhole ? [...points.slice(0, -1), ...points.slice(0, 1)] : points
}

/** A vertex of a polyline; `bulge` is tan(angle / 4) of the arc to the next vertex, above 0 counterclockwise. */
export interface BulgeVertex {
  readonly at: Vec
  readonly bulge: number
}

/** The vertices of a polyline in a plane. Each has the groups 10, 20 and perhaps 42. @param z  of all vertices */
export function bulgeVertices(tags: readonly Tag[], z: number): BulgeVertex[] {
  const vertices: { at: [number, number, number]; bulge: number }[] = []
  for (const { code, value } of tags) {
    if (code === 10) vertices.push({ at: [Number(value), 0, z], bulge: 0 })
    const last = vertices.at(-1)
    if (last === undefined) continue
    if (code === 20) last.at[1] = Number(value)
    else if (code === 42) last.bulge = Number(value)
  }
  return vertices
}

/** Steps of work for one point, an array of three numbers. */
export const POINT = 20

/** The points of a polyline with arcs. @param spend  counts the steps of work for the arcs */
export function polylinePoints(
  vertices: readonly BulgeVertex[],
  isClosed: boolean,
  tolerance: number,
  spend: (steps: number) => void,
): Vec[] {
  const [first] = vertices
  if (first === undefined) return []
  const line: Vec[] = [first.at]
  const last = isClosed ? vertices.length : vertices.length - 1
  for (let i = 0; i < last; i++) {
    const from = vertices[i] ?? first
    const to = vertices[(i + 1) % vertices.length] ?? first
    const before = line.length
    if (from.bulge !== 0) appendBulge(line, from.at, to.at, from.bulge, tolerance)
    spend(POINT * (line.length - before))
    line.push(to.at)
  }
  return line
}

/** Appends the points between the ends of an arc. */
function appendBulge(line: Vec[], [x0, y0, z]: Vec, [x1, y1]: Vec, bulge: number, tolerance: number): void {
  const chord = Math.hypot(x1 - x0, y1 - y0)
  if (chord === 0 || !Number.isFinite(bulge)) return
  const sweep = 4 * Math.atan(bulge)
  const radius = (chord * (1 + bulge * bulge)) / (4 * bulge)
  // The distance from the middle of the chord to the centre, along the chord's left normal.
  const apothem = (chord * (1 - bulge * bulge)) / (4 * bulge)
  const cx = (x0 + x1) / 2 - (apothem * (y1 - y0)) / chord
  const cy = (y0 + y1) / 2 + (apothem * (x1 - x0)) / chord
  const start = Math.atan2(y0 - cy, x0 - cx)
  const steps = arcSteps(radius, sweep, tolerance)
  const size = Math.abs(radius)
  for (let i = 1; i < steps; i++) {
    const angle = start + (sweep * i) / steps
    line.push([cx + size * Math.cos(angle), cy + size * Math.sin(angle), z])
  }
}
