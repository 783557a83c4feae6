import { reverseLine } from '../../geometry/drawing.ts'
import { type Line, sampleCurve } from '../draw/curve.ts'

/** A leaf; lengths in mm. */
export interface Leaf {
  /** The place of the leaf's foot, mm, and the direction of the leaf, radians. */
  readonly x: number
  readonly y: number
  readonly heading: number
  readonly length: number
  /** Breadth, as a fraction of the length. */
  readonly breadth: number
  /** Twice the greatest bend sideways, as a fraction of the length. */
  readonly bend: number
  /** Number of lines that shade one half; 0 for a light leaf. With an odd number, the shading begins at the edge. */
  readonly veins: number
}

export interface LeafLines {
  readonly outline: Line
  /** Outline, midrib and shading in one stroke. */
  readonly stroke: Line
}

/** One leaf in one stroke: up one edge, down the other, up the rib, and back in a zigzag that shades a half. */
export function leafLines(leaf: Leaf): LeafLines {
  const pointAt = pointOn(leaf)
  const half = (u: number) => leaf.breadth * 0.5 * Math.sin(Math.PI * u ** 0.82) ** 0.9
  const outline = [
    ...sampleCurve(14, (t) => pointAt(t, -half(t))),
    ...sampleCurve(14, (t) => pointAt(1 - t, half(1 - t))),
  ]
  const shading: Line = []
  for (let k = 0; k < leaf.veins; k++) {
    const u = 0.12 + (0.7 * (k + 0.5)) / leaf.veins
    const edge = pointAt(Math.min(0.97, u + 0.13), half(Math.min(0.97, u + 0.13)) * 0.94)
    const foot = pointAt(u, 0.1 * half(u)) // beside the rib, not over it
    shading.push(...(k % 2 === 0 ? [...foot, ...edge] : [...edge, ...foot]))
  }
  const rib = sampleCurve(8, (t) => pointAt(0.9 * t, 0))
  return { outline, stroke: [...outline, ...rib, ...reverseLine(shading)] }
}

function pointOn({ x, y, heading, length, bend }: Leaf): (u: number, v: number) => [number, number] {
  const cos = Math.cos(heading)
  const sin = Math.sin(heading)
  return (u, v) => {
    const side = v + bend * Math.sin(Math.PI * u) * 0.5
    return [x + length * (u * cos - side * sin), y + length * (u * sin + side * cos)]
  }
}
