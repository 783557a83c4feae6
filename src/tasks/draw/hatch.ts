import { at, type Line } from './curve.ts'

/** Default of the longest join of two lines at the edge, mm. Longer joins look like an outline. */
const MAX_JOIN = 1.8

/**
 * Fills a polygon (even-odd) with parallel lines. The lines lie on a raster through the origin, so that the hatches of
 * two shapes with the same angle and spacing align. Neighbouring lines alternate in direction and are joined at the
 * edge, to save lifts. Lines shorter than 0.3 mm are left out.
 *
 * @param degrees  clockwise from horizontal
 * @param spacing  distance between the lines, mm
 * @param join     longest join, mm, and never more than 2.5 spacings; 0 joins no lines
 */
export function hatch(polygon: readonly number[], degrees: number, spacing: number, join = MAX_JOIN): Line[] {
  const turn = (-degrees * Math.PI) / 180
  const level = rotate(polygon, turn)
  const lines: Line[] = []
  const [top, bottom] = extent(level)
  let current: Line | undefined
  for (let k = Math.ceil(top / spacing); k * spacing < bottom; k++) {
    const cuts = crossings(level, k * spacing)
    if (k % 2 !== 0) cuts.reverse()
    for (let i = 0; i + 1 < cuts.length; i += 2) {
      const from = at(cuts, i)
      const to = at(cuts, i + 1)
      if (Math.abs(to - from) < 0.3) continue
      if (current && isNear(current, from, k * spacing, Math.min(2.5 * spacing, join)))
        current.push(from, k * spacing, to, k * spacing)
      else {
        current = [from, k * spacing, to, k * spacing]
        lines.push(current)
      }
    }
    if (cuts.length !== 2) current = undefined // no span, or several: a joining line could leave the shape
  }
  return lines.map((line) => rotate(line, -turn))
}

const isNear = (line: Line, px: number, py: number, most: number) =>
  Math.hypot(at(line, line.length - 2) - px, at(line, line.length - 1) - py) <= most

function rotate(line: readonly number[], angle: number): Line {
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  const out: Line = []
  for (let i = 0; i < line.length; i += 2) {
    out.push(cos * at(line, i) - sin * at(line, i + 1), sin * at(line, i) + cos * at(line, i + 1))
  }
  return out
}

function extent(line: readonly number[]): [top: number, bottom: number] {
  let top = Infinity
  let bottom = -Infinity
  for (let i = 1; i < line.length; i += 2) {
    top = Math.min(top, at(line, i))
    bottom = Math.max(bottom, at(line, i))
  }
  return [top, bottom]
}

/** x of the crossings of a horizontal line with the polygon, ascending. The number of crossings is even. */
function crossings(polygon: readonly number[], level: number): number[] {
  const cuts: number[] = []
  for (let i = 0; i < polygon.length; i += 2) {
    const j = (i + 2) % polygon.length
    const ay = at(polygon, i + 1)
    const by = at(polygon, j + 1)
    if (ay <= level === by <= level) continue
    const ax = at(polygon, i)
    const bx = at(polygon, j)
    cuts.push(ax + ((level - ay) / (by - ay)) * (bx - ax))
  }
  return cuts.sort((a, b) => a - b)
}
