import type { Outline } from './outline.ts'

const angle = (ux: number, uy: number, vx: number, vy: number): number =>
  Math.atan2(ux * vy - uy * vx, ux * vx + uy * vy)

/**
 * The arc of path data, from the current point to x, y: endpoint to centre parameters as SVG 2 appendix B.2.4 has
 * them, with the corrections of B.2.5: a radius of 0 makes a line, radii too small are scaled up until they reach.
 *
 * @param degrees  rotation of the ellipse's x axis
 */
export function arcTo(
  outline: Outline,
  radiusX: number,
  radiusY: number,
  degrees: number,
  large: boolean,
  sweep: boolean,
  x: number,
  y: number,
): void {
  const [ax, ay] = [outline.x, outline.y]
  if (ax === x && ay === y) return
  let [rx, ry] = [Math.abs(radiusX), Math.abs(radiusY)]
  if (rx === 0 || ry === 0) {
    outline.line(x, y)
    return
  }

  const phi = (degrees * Math.PI) / 180
  const [cos, sin] = [Math.cos(phi), Math.sin(phi)]
  const [hx, hy] = [(ax - x) / 2, (ay - y) / 2]
  const [px, py] = [cos * hx + sin * hy, cos * hy - sin * hx]

  const reach = Math.hypot(px / rx, py / ry)
  if (reach > 1) {
    rx *= reach
    ry *= reach
  }
  const [ux, uy] = [px / rx, py / ry]
  const half = Math.sqrt(Math.max(0, 1 / (ux * ux + uy * uy) - 1)) * (large === sweep ? -1 : 1)
  const [qx, qy] = [half * rx * uy, -half * ry * ux]
  const [cx, cy] = [cos * qx - sin * qy + (ax + x) / 2, sin * qx + cos * qy + (ay + y) / 2]

  const start = Math.atan2((py - qy) / ry, (px - qx) / rx)
  let turn = angle((px - qx) / rx, (py - qy) / ry, (-px - qx) / rx, (-py - qy) / ry)
  if (sweep && turn < 0) turn += 2 * Math.PI
  if (!sweep && turn > 0) turn -= 2 * Math.PI
  outline.arc(cx, cy, rx, ry, phi, start, turn, x, y)
}
